"""One connection to the session bus in Qt's loop: what is asked is answered, what happens is told."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtCore import QObject, QSocketNotifier

from player_rec.domain.errors import PlayerRecError
from player_rec.gui.mpris.interfaces import INTERFACES, PATH, introspection

log = logging.getLogger(__name__)

_OURS: Final = 1
_DO_NOT_WAIT: Final = 4
_ERROR: Final = "org.freedesktop.DBus.Error."

Answer = tuple[Any, ...]
Call = Callable[[str, str, Answer], Answer]
"""Takes an interface, a method and its arguments; gives what the method returns."""


class Refused(PlayerRecError):
    """A call that cannot be answered; ``name`` is what D-Bus calls the error."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name, self.why = _ERROR + name, why


class Wire(QObject):
    """Serves calls to ``PATH``. Belongs to the thread of the widgets."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call
        self._bus: DBusConnection | None = None
        self._heard: QSocketNotifier | None = None

    @property
    def open(self) -> bool:
        """Whether the bus is there."""
        return self._bus is not None

    def start(self, name: str) -> str:
        """Be there under a name, or under one of this process where it is taken. Returns it; empty without a bus."""
        if self._bus is not None:
            return ""
        try:
            self._bus = open_dbus_connection("SESSION")
            own = name if self._own(name) else f"{name}.instance{os.getpid()}"
            owned = own == name or self._own(own)
        except (OSError, KeyError, RuntimeError, ValueError, DBusErrorResponse) as error:
            log.info("media keys and the desktop do not see the player: no session bus (%r)", error)
            self.close()
            return ""
        if not owned:
            log.info("media keys and the desktop do not see the player: the name %s is taken", own)
            self.close()
            return ""
        self._heard = QSocketNotifier(self._bus.sock.fileno(), QSocketNotifier.Type.Read, self)
        self._heard.activated.connect(self._read)
        self._read()
        return own

    def close(self) -> None:
        """Go. Twice is fine."""
        heard, self._heard = self._heard, None
        bus, self._bus = self._bus, None
        if heard is not None:
            heard.setEnabled(False)
            heard.deleteLater()
        if bus is not None:
            bus.close()

    def tell(self, interface: str, signal: str, *body: Any) -> None:
        """Send a signal to whoever listens."""
        signature = "".join(INTERFACES[interface].signals[signal].values())
        self._send(new_signal(DBusAddress(PATH, interface=interface), signal, signature, body))

    def _own(self, name: str) -> bool:
        if self._bus is None:
            return False
        reply = self._bus.send_and_get_reply(message_bus.RequestName(name, _DO_NOT_WAIT), timeout=2.0)
        return reply.header.message_type is MessageType.method_return and reply.body[0] == _OURS

    def _read(self) -> None:
        while self._bus is not None:
            try:
                message = self._bus.receive(timeout=0)
            except TimeoutError:
                return
            except OSError as error:
                log.info("the session bus is gone: %s", error)
                self.close()
                return
            if message.header.message_type is MessageType.method_call:
                self._serve(message)

    def _serve(self, message: Message) -> None:
        try:
            signature, body = self._answer(message)
            reply = new_method_return(message, signature, body)
        except Refused as error:
            reply = new_error(message, error.name, "s", (error.why,))
        if not message.header.flags & MessageFlag.no_reply_expected:
            self._send(reply)

    def _answer(self, message: Message) -> tuple[str, Answer]:
        fields = message.header.fields
        method, path = fields[HeaderFields.member], fields[HeaderFields.path]
        given = fields.get(HeaderFields.signature, "")
        named = fields.get(HeaderFields.interface) or next(
            (name for name, it in INTERFACES.items() if method in it.methods), ""
        )
        if named not in INTERFACES or method not in INTERFACES[named].methods:
            raise Refused("UnknownMethod", f"there is no method {named}.{method}")
        into, out = INTERFACES[named].methods[method]
        if path != PATH and method not in {"Introspect", "Ping", "GetMachineId"}:
            raise Refused("UnknownObject", f"there is nothing at {path}")
        if given != "".join(into.values()):
            raise Refused("InvalidArgs", f"{method} takes ({''.join(into.values())}), not ({given})")
        signature = "".join(out.values())
        if method == "Introspect":
            return signature, (introspection() if path == PATH else _way(path),)
        if method == "GetMachineId":
            return signature, (_machine(),)
        return signature, () if method == "Ping" else self._call(named, method, message.body)

    def _send(self, message: Message) -> None:
        if self._bus is not None:
            try:
                self._bus.send(message)
            except OSError as error:
                log.info("the session bus is gone: %s", error)
                self.close()


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
