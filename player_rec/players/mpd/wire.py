"""MPD's line protocol: commands go out, pairs of key and value come back. One thread uses a wire at a time.

Written after "The Music Player Daemon: Protocol" (musicpd.org). Between two exchanges a wire waits in ``idle``: MPD
closes a connection that is silent in any other state after a minute.
"""

import re
import socket
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from player_rec.domain.errors import PlayerGone, PlayerRecError
from player_rec.players.mpd.address import Address

Pairs = list[tuple[str, str]]
"""What one command answers, keys in lower case."""

LIMIT_S: Final = 5.0
"""An exchange that takes longer than this is taken for a player that hangs."""

PERMISSION: Final = 4
QUEUE_FULL: Final = 51
"""Two of the numbers by which MPD says why it refuses."""

_REFUSAL = re.compile(r"ACK \[(\d+)@(\d+)\] \{(.*?)\} ?(.*)")


class Refused(PlayerRecError):
    """MPD understood a command and did not do it."""

    def __init__(self, number: int, index: int, command: str, why: str) -> None:
        super().__init__(number, index, command, why)
        self.number, self.index, self.command, self.why = number, index, command, why

    def __str__(self) -> str:
        return f"{self.command}: {self.why}"


class Wire:
    """A connection to MPD.

    Args:
        address: where MPD listens.
        subsystems: what ``wait`` is to hear of, as MPD names it.
        limit_s: how long MPD may take over an exchange.

    Raises:
        PlayerGone: nothing answers there, it is no MPD, or it refuses the password.
    """

    def __init__(self, address: Address, subsystems: Collection[str], limit_s: float = LIMIT_S) -> None:
        self._address = address
        self._idle = " ".join(["idle", *sorted(subsystems)])
        self._limit_s = limit_s
        self._received = bytearray()
        self._idling = False
        self._changed: set[str] = set()
        self._deadline_s: float | None = time.monotonic() + limit_s
        self._socket = self._connect()
        try:
            self._greet()
        except PlayerGone:
            self._socket.close()
            raise

    def ask(self, *command: str) -> Pairs:
        """Have one command done. Raises Refused and PlayerGone."""
        replies, refused = self.ask_all([command])
        if refused is not None:
            raise refused
        return replies[0]

    def ask_all(self, commands: Sequence[Sequence[str]]) -> tuple[list[Pairs], Refused | None]:
        """Have commands done in one go, up to the first that is refused. Raises PlayerGone.

        Returns:
            the answers of those that were done, and why the next one was not.
        """
        self._deadline_s = time.monotonic() + self._limit_s
        if self._idling:
            self._send("noidle")
            self._hear_changes()
        self._send("command_list_ok_begin", *(_line(command) for command in commands), "command_list_end")
        answer = self._answers()
        self._send(self._idle)
        self._idling = True
        return answer

    def wait(self, wait_s: float | None) -> frozenset[str]:
        """Wait until something changed. Raises PlayerGone.

        Returns:
            the subsystems that changed since this was last asked; none if ``wait_s`` seconds passed without a change.
        """
        self._deadline_s = None if wait_s is None else time.monotonic() + wait_s
        if self._idling and not self._changed:
            try:
                self._hear_changes()
            except _TooLate:
                return frozenset()
        changed = frozenset(self._changed)
        self._changed.clear()
        return changed

    def shut(self) -> None:
        """Break the connection; may be called from any thread, and wakes the one that waits."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was broken already

    def close(self) -> None:
        """Let go of the connection; for the thread that uses it."""
        self._socket.close()

    def _connect(self) -> socket.socket:
        address = self._address
        try:
            if not address.local:
                stream = socket.create_connection((address.host, address.port), self._limit_s)
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                return stream
            stream = socket.socket(socket.AF_UNIX)
            try:
                stream.settimeout(self._limit_s)
                stream.connect("\0" + address.host[1:] if address.host.startswith("@") else address.host)
            except OSError:
                stream.close()
                raise
        except OSError as error:
            raise PlayerGone(f"MPD cannot be reached at {address}: {error.strerror or error}") from error
        return stream

    def _greet(self) -> None:
        if not self._read().startswith("OK MPD "):
            raise PlayerGone(f"what listens at {self._address} is not MPD")
        if not self._address.password:
            return
        try:
            self.ask("password", self._address.password)
        except Refused as refused:
            raise PlayerGone(f"MPD at {self._address} refuses the password") from refused

    def _hear_changes(self) -> None:
        """Read to the end of ``idle``, which also ends by itself; what comes in halves is kept for the next time."""
        while (line := self._read()) != "OK":
            if line.startswith("ACK "):
                raise PlayerGone(f"MPD at {self._address} does not say what it plays; it may want a password")
            self._changed.add(line.removeprefix("changed: "))
        self._idling = False

    def _answers(self) -> tuple[list[Pairs], Refused | None]:
        answers: list[Pairs] = []
        pairs: Pairs = []
        while (line := self._read()) != "OK":
            if line == "list_OK":
                answers.append(pairs)
                pairs = []
            elif line.startswith("ACK "):
                return answers, self._refusal(line)
            else:
                key, _, value = line.partition(": ")
                pairs.append((key.lower(), value))
        return answers, None

    def _refusal(self, line: str) -> Refused:
        if (found := _REFUSAL.fullmatch(line)) is None:
            raise PlayerGone(f"MPD at {self._address} answers what cannot be understood: {line}")
        number, index, command, why = found.groups()
        return Refused(int(number), int(index), command, why)

    def _send(self, *lines: str) -> None:
        try:
            self._socket.settimeout(self._limit_s)
            self._socket.sendall("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise self._lost(error) from error

    def _read(self) -> str:
        """One line. Bytes that are no text come back as they were when they are sent again."""
        while (end := self._received.find(b"\n")) < 0:
            self._received += self._receive()
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line.decode("utf-8", "surrogateescape")

    def _receive(self) -> bytes:
        try:
            left_s = None if self._deadline_s is None else max(0.001, self._deadline_s - time.monotonic())
            self._socket.settimeout(left_s)
            received = self._socket.recv(1 << 16)
        except OSError as error:
            raise self._lost(error) from error
        if not received:
            raise PlayerGone(f"MPD at {self._address} closed the connection")
        return received

    def _lost(self, error: OSError) -> PlayerGone:
        if isinstance(error, TimeoutError):
            return _TooLate(f"MPD at {self._address} does not answer")
        return PlayerGone(f"the connection to MPD at {self._address} broke: {error.strerror or error}")


class _TooLate(PlayerGone):
    """Nothing came in time."""


def _line(command: Iterable[str]) -> str:
    name, *arguments = command
    return " ".join([name, *(_quoted(argument) for argument in arguments)])


def _quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
