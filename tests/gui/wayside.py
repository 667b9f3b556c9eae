"""The other side of a conversation over the bus: a service as desktops have them, speaking the standard protocol."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from jeepney import (
    DBusAddress,
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

Reply = tuple[str, tuple[Any, ...]] | str | None
"""A signature and what is answered; the name of an error; or None for silence."""


class Wayside:
    """Owns a name on the bus and answers what ``serve`` makes of a method and its arguments, on a thread of its own."""

    def __init__(self, address: str, name: str, path: str, serve: Callable[[str, Sequence[Any]], Reply]) -> None:
        self._serve, self._path, self.name = serve, path, name
        self._bus: DBusConnection = open_dbus_connection(address)
        reply = self._bus.send_and_get_reply(message_bus.RequestName(name))
        assert reply.body == (1,)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def tell(self, signal: str, signature: str, *held: Any) -> None:
        """Send a signal."""
        self._bus.send(new_signal(DBusAddress(self._path, interface=self.interface), signal, signature, held))

    @property
    def interface(self) -> str:
        """Of the signals."""
        return "org.freedesktop.portal.Settings" if "portal" in self.name else self.name

    def close(self) -> None:
        """Leave the bus."""
        self._over.set()
        self._thread.join(5)
        self._bus.close()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                message: Message = self._bus.receive(timeout=0.02)
            except TimeoutError:
                continue
            except OSError:
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            reply = self._serve(message.header.fields[HeaderFields.member], message.body)
            if reply is None or message.header.flags & MessageFlag.no_reply_expected:
                continue
            if isinstance(reply, str):
                self._bus.send(new_error(message, reply, "s", ("so it is",)))
            else:
                self._bus.send(new_method_return(message, *reply))
