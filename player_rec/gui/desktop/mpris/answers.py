"""Calls over the bus: checked, handed on, answered. A bad one is an error to its caller and nothing to us."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from jeepney import HeaderFields, Message, new_error, new_method_return

from player_rec.gui.desktop.bus import Answer, Refused
from player_rec.gui.desktop.mpris.interfaces import INTERFACES, PATH, PROPERTIES, introspection

_ANYWHERE: Final = frozenset({"Introspect", "Ping", "GetMachineId"})

Later = Callable[[Answer | Refused], object]
"""Takes the answer to a call that could not be answered at once."""


class Served(Protocol):
    """What stands behind the interfaces."""

    def properties(self, interface: str) -> Mapping[str, Any]:
        """All properties of an interface."""
        ...

    def set(self, name: str, value: Any) -> None:
        """Change a property that can be changed. Raises Refused."""

    def call(self, method: str, given: Answer, later: Later) -> Answer | None:
        """Do what a method of our interfaces does; None where ``later`` is called in the end. Raises Refused."""
        ...


class Answers:
    """Answers calls to ``PATH``; ``send`` takes the answers that came later."""

    def __init__(self, served: Served, send: Callable[[Message], object]) -> None:
        self._served, self._send = served, send

    def __call__(self, message: Message) -> Message | None:
        """The answer to a call; None where it comes later."""
        try:
            signature, answer = self._answered(message)
        except Refused as error:
            return _reply(message, "", error)
        return None if answer is None else _reply(message, signature, answer)

    def _answered(self, message: Message) -> tuple[str, Answer | None]:
        fields = message.header.fields
        path, method = fields[HeaderFields.path], fields[HeaderFields.member]
        named = fields.get(HeaderFields.interface) or next(
            (name for name, it in INTERFACES.items() if method in it.methods), ""
        )
        if path != PATH and method not in _ANYWHERE:
            raise Refused("UnknownObject", f"there is nothing at {path}")
        if named and named not in INTERFACES:
            raise Refused("UnknownInterface", f"there is no interface {named}")
        if not named or method not in INTERFACES[named].methods:
            raise Refused("UnknownMethod", f"there is no method {method}")
        into, out = INTERFACES[named].methods[method]
        given = fields.get(HeaderFields.signature, "")
        if given != "".join(into.values()):
            raise Refused("InvalidArgs", f"{method} takes ({''.join(into.values())}), not ({given})")
        signature = "".join(out.values())
        match method:
            case "Ping":
                return signature, ()
            case "Introspect":
                return signature, (introspection() if path == PATH else _way(path),)
            case "GetMachineId":
                return signature, (_machine(),)
        if named == PROPERTIES:
            return signature, self._of_properties(method, message.body)
        return signature, self._served.call(method, message.body, lambda it: self._send(_reply(message, signature, it)))

    def _of_properties(self, method: str, given: Answer) -> Answer:
        of = INTERFACES.get(given[0])
        if of is None:
            raise Refused("UnknownInterface", f"there is no interface {given[0]}")
        if method == "GetAll":
            values = self._served.properties(given[0])
            return ({name: (of.properties[name], value) for name, value in values.items()},)
        if given[1] not in of.properties:
            raise Refused("UnknownProperty", f"there is no property {given[1]}")
        if method == "Get":
            return ((of.properties[given[1]], self._served.properties(given[0])[given[1]]),)
        if given[1] not in of.writable:
            raise Refused("PropertyReadOnly", f"{given[1]} cannot be set")
        signature, value = given[2]
        if signature != of.properties[given[1]]:
            raise Refused("InvalidArgs", f"{given[1]} is {of.properties[given[1]]}, not {signature}")
        self._served.set(given[1], value)
        return ()


def _reply(message: Message, signature: str, answer: Answer | Refused) -> Message:
    if isinstance(answer, Refused):
        return new_error(message, answer.name, "s", (answer.why,))
    return new_method_return(message, signature, answer)


def _way(path: str) -> str:
    """The next step from a path towards ours, for those who look around."""
    start = path.rstrip("/") + "/"
    step = PATH.removeprefix(start).partition("/")[0] if PATH.startswith(start) else ""
    return f'<node><node name="{step}"/></node>' if step else "<node/>"


def _machine() -> str:
    for file in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        try:
            return file.read_text(encoding="ascii").strip()
        except OSError:
            continue
    raise Refused("FileNotFound", "this machine has no id")
