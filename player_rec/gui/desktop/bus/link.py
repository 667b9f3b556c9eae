"""One connection to a message bus in Qt's loop. Nothing here waits: neither for the bus to answer nor to listen.

After the D-Bus Specification 0.43 (freedesktop.org): the authentication by EXTERNAL, and how messages are framed.
"""

import os
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from jeepney import Message
from jeepney.auth import BEGIN, AuthenticationError, Authenticator
from jeepney.bus import get_connectable_addresses
from jeepney.low_level import calc_msg_size
from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

_AT_A_TIME_S: Final = 0.004
"""So long messages are taken in before Qt looks after its other affairs: nobody who calls can keep it from them."""

_READ_BYTES: Final = 1 << 16
_UNSENT_BYTES: Final = 8 << 20
"""A bus that takes nothing for so long is as good as gone."""

_LARGEST_BYTES: Final = 128 << 20
_ADMITTED_WITHIN_MS: Final = 5_000

_UNREADABLE: Final = (ValueError, KeyError, IndexError, TypeError, AssertionError, struct.error, RecursionError)
"""What comes of a message that holds something the specification does not know yet."""


class Link(QObject):
    """``ready`` once messages can be sent, ``heard`` with each that comes, ``gone`` with why it is no more."""

    ready = Signal()
    heard = Signal(object)
    gone = Signal(str)

    def __init__(self, address: str) -> None:
        """``address`` is the path of a socket; one of Linux's abstract ones begins with a NUL."""
        super().__init__()
        self._address = address
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.setblocking(False)
        self._serials = count(1)
        self._admission: Authenticator | None = Authenticator()
        self._unread, self._unsent = bytearray(), bytearray()
        self._readable: QSocketNotifier | None = None
        self._writable: QSocketNotifier | None = None
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.timeout.connect(self._take)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_ADMITTED_WITHIN_MS)
        self._patience.timeout.connect(lambda: self._end("it lets nobody in"))

    def open(self) -> None:
        """Connect. What comes of it is told, but a bus that is not there at once: raises OSError."""
        try:
            self._socket.connect(self._address)
        except OSError:
            self._socket.close()
            raise
        self._readable = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        self._readable.activated.connect(self._read)
        self._writable = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Write, self)
        self._writable.setEnabled(False)
        self._writable.activated.connect(self._flush)
        self._patience.start()
        self._admit(b"")

    def close(self) -> None:
        """Go. Twice is fine."""
        self._more.stop()
        self._patience.stop()
        readable, self._readable = self._readable, None
        writable, self._writable = self._writable, None
        for notifier in (readable, writable):
            if notifier is not None:
                notifier.setEnabled(False)
                notifier.deleteLater()
        self._socket.close()

    def send(self, message: Message) -> int:
        """Send a message as soon as the bus takes it. Returns its number."""
        serial = next(self._serials)
        self._put(message.serialise(serial=serial))
        return serial

    def _put(self, data: bytes) -> None:
        self._unsent += data
        self._flush()

    def _flush(self) -> None:
        if self._writable is None:
            return
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            if len(self._unsent) > _UNSENT_BYTES:
                self._end("it takes nothing any more")
                return
        except OSError as error:
            self._end(error.strerror or str(error))
            return
        self._writable.setEnabled(bool(self._unsent))

    def _read(self) -> None:
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(error.strerror or str(error))
            return
        if not data:
            self._end("it hung up")
        elif self._admission is not None:
            self._admit(data)
        else:
            self._unread += data
            self._take()

    def _admit(self, data: bytes) -> None:
        admission = self._admission
        if admission is None:
            return
        try:
            admission.feed(data)
        except AuthenticationError as error:
            self._end(str(error))
            return
        if admission.authenticated:
            self._admission = None
            self._patience.stop()
            self._put(BEGIN)
            self.ready.emit()
        elif wanted := admission.data_to_send():
            self._put(wanted)

    def _take(self) -> None:
        """Some of the messages that are there whole; the others after what else Qt has to do."""
        until_s = time.monotonic() + _AT_A_TIME_S
        while time.monotonic() < until_s:
            if self._readable is None or len(self._unread) < 16:
                break
            try:
                size = calc_msg_size(bytes(self._unread[:16]))
            except KeyError:
                size = _LARGEST_BYTES + 1
            if size > _LARGEST_BYTES:
                self._end("it talks gibberish")
                return
            if len(self._unread) < size:
                break
            whole = bytes(self._unread[:size])
            del self._unread[:size]
            try:
                message = Message.from_buffer(whole)
            except _UNREADABLE:
                continue
            self.heard.emit(message)
        else:
            self._wait_for_more()
            return
        if self._readable is not None:
            self._readable.setEnabled(True)

    def _wait_for_more(self) -> None:
        if self._readable is not None:
            self._readable.setEnabled(False)
            self._more.start(0)

    def _end(self, why: str) -> None:
        if self._readable is not None:
            self.close()
            self.gone.emit(why)


def session_addresses(environment: Mapping[str, str] = os.environ) -> Sequence[str]:
    """Where the session bus is to be had; nothing where there is none."""
    told = environment.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not told:
        usual = Path(environment.get("XDG_RUNTIME_DIR") or "/nowhere") / "bus"
        return [str(usual)] if usual.is_socket() else []
    try:
        return list(get_connectable_addresses(told))
    except (RuntimeError, ValueError):
        return []
