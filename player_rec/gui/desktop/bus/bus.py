"""The session bus for as long as the program runs: it may go and come back. Calls, answers, signals and names."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_signal,
)
from PySide6.QtCore import QObject, QTimer, Signal

from player_rec.domain.errors import PlayerRecError
from player_rec.gui.desktop.bus.link import Link, session_addresses

log = logging.getLogger(__name__)

_ERROR: Final = "org.freedesktop.DBus.Error."
_OURS: Final = 1
_DO_NOT_WAIT: Final = 4
_ANSWERED_WITHIN_MS: Final = 10_000
_FIRST_WAIT_MS, _LONGEST_WAIT_MS = 1_000, 60_000

Answer = tuple[Any, ...]
"""What a method returns."""


class Refused(PlayerRecError):
    """A call that was not or cannot be answered; ``name`` is what D-Bus calls the error, ``why`` a sentence."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name, self.why = name if "." in name else _ERROR + name, why


Then = Callable[[Answer | Refused], object]
Serve = Callable[[Message], Message | None]
"""Takes a call; gives what is answered, None where the answer comes later or nobody wants one."""


class Bus(QObject):
    """Belongs to the thread of the widgets, which it never keeps waiting.

    ``came`` tells that it is there, for the first time or again; ``went`` that it is not any more. Names and whatever
    was asked of others are to be asked for anew when it came; what is listened to is remembered here.
    """

    came = Signal()
    went = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._link: Link | None = None
        self._there = False
        self._serve: Serve | None = None
        self._waiting: dict[int, Then] = {}
        self._listening: list[tuple[MatchRule, Callable[[Answer], object]]] = []
        self._wait_ms = _FIRST_WAIT_MS
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._connect)

    @property
    def there(self) -> bool:
        """Whether the bus can be spoken to now."""
        return self._there

    @property
    def awaited(self) -> bool:
        """Whether it answers in a moment, unless something goes wrong."""
        return self._link is not None and not self._there

    def start(self) -> None:
        """Be there as soon as the bus is. On a machine without one nothing happens, now or later."""
        self._connect()

    def close(self) -> None:
        """Go for good; whoever waits for an answer waits no more. Twice is fine."""
        self._again.stop()
        self._waiting.clear()
        self._leave()

    def serve(self, serve: Serve) -> None:
        """Have calls answered."""
        self._serve = serve

    def hear(self, rule: MatchRule, then: Callable[[Answer], object]) -> None:
        """Have ``then`` called with what the signals of a kind hold, from now on and after each return of the bus."""
        self._listening.append((rule, then))
        if self._there:
            self._send(message_bus.AddMatch(rule))

    def own(self, name: str, then: Callable[[bool], object]) -> None:
        """Ask for a name; ``then`` is told whether it is ours now."""
        asked = message_bus.RequestName(name, _DO_NOT_WAIT)
        self._ask(asked, lambda answer: then(not isinstance(answer, Refused) and answer[0] == _OURS))

    def call(self, whom: DBusAddress, method: str, signature: str, given: Answer, then: Then) -> None:
        """Call somebody; ``then`` is told the answer, or why there is none."""
        self._ask(new_method_call(whom, method, signature, given), then)

    def tell(self, whence: DBusAddress, signal: str, signature: str, given: Answer) -> None:
        """Send a signal to whoever listens."""
        self._send(new_signal(whence, signal, signature, given))

    def answer(self, message: Message) -> None:
        """Send the answer to a call that was not answered at once."""
        self._send(message)

    def _ask(self, message: Message, then: Then) -> None:
        serial = self._send(message)
        if serial is None:
            then(Refused("Disconnected", "there is no session bus"))
            return
        self._waiting[serial] = then
        late = Refused("NoReply", "nobody answered in time")
        QTimer.singleShot(_ANSWERED_WITHIN_MS, self, partial(self._answered, serial, late))

    def _send(self, message: Message) -> int | None:
        return None if self._link is None else self._link.send(message)

    def _connect(self) -> None:
        addresses = session_addresses()
        for address in addresses:
            link = Link(address)
            link.ready.connect(self._greet)
            link.heard.connect(self._take)
            link.gone.connect(self._gone)
            try:
                link.open()
            except OSError:
                continue
            self._link = link
            return
        if addresses:
            self._try_again()

    def _try_again(self) -> None:
        self._again.start(self._wait_ms)
        self._wait_ms = min(_LONGEST_WAIT_MS, 2 * self._wait_ms)

    def _greet(self) -> None:
        self._ask(message_bus.Hello(), self._welcomed)

    def _welcomed(self, answer: Answer | Refused) -> None:
        if isinstance(answer, Refused):
            if self._link is not None:
                self._gone(answer.why)
            return
        self._there, self._wait_ms = True, _FIRST_WAIT_MS
        for rule, _ in self._listening:
            self._send(message_bus.AddMatch(rule))
        self.came.emit()

    def _gone(self, why: str) -> None:
        if self._there:
            log.info("the session bus is gone: %s", why)
        self._leave()
        self._try_again()

    def _leave(self) -> None:
        link, self._link = self._link, None
        there, self._there = self._there, False
        if link is not None:
            link.close()
            link.deleteLater()
        waiting, self._waiting = self._waiting, {}
        for then in waiting.values():
            then(Refused("Disconnected", "the session bus is gone"))
        if there:
            self.went.emit()

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        match message.header.message_type:
            case MessageType.method_call:
                self._called(message)
            case MessageType.signal:
                for rule, then in self._listening:
                    if _meant(rule, message):
                        then(message.body)
            case MessageType.method_return:
                self._answered(fields.get(HeaderFields.reply_serial, 0), message.body)
            case MessageType.error:
                why = str(message.body[0]) if message.body else ""
                refused = Refused(fields.get(HeaderFields.error_name, "Failed"), why)
                self._answered(fields.get(HeaderFields.reply_serial, 0), refused)

    def _called(self, message: Message) -> None:
        if self._serve is not None:
            answer = self._serve(message)
        else:
            answer = new_error(message, f"{_ERROR}UnknownObject", "s", ("nothing is to be had here",))
        if answer is not None and not message.header.flags & MessageFlag.no_reply_expected:
            self._send(answer)

    def _answered(self, serial: int, answer: Answer | Refused) -> None:
        if (then := self._waiting.pop(serial, None)) is not None:
            then(answer)


def _meant(rule: MatchRule, message: Message) -> bool:
    """Whether a signal is of a kind. Who sent it is left to the bus: it knows names, a message has a number."""
    fields = message.header.fields
    wanted = {key: value for key, value in rule.header_fields.items() if key != "sender"}
    if any(fields.get(HeaderFields[key]) != value for key, value in wanted.items()):
        return False
    return all(
        number < len(message.body) and message.body[number] == value
        for number, (value, _) in rule.arg_conditions.items()
    )
