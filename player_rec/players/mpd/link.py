"""Two wires to one MPD: one to command it, one that a thread listens on. Both break together, and that is told once."""

import threading
from collections.abc import Callable, Collection, Sequence
from typing import Final

from player_rec.domain.errors import PlayerGone
from player_rec.players.base import Emit, Gone, PlayerEvent
from player_rec.players.mpd.address import Address
from player_rec.players.mpd.wire import LIMIT_S, PERMISSION, Pairs, Refused, Wire

CHANGES: Final = ("player", "playlist", "options")
"""The subsystems of MPD that concern what plays and what waits."""

Look = Callable[[Collection[str]], Sequence[PlayerEvent]]
"""Takes another look at MPD, given what changed, and says what there is to report."""


class Link:
    """A connection to MPD from being opened to being lost or closed.

    Args:
        address: where MPD listens.
        emit: takes the events: from the thread that calls ``listen``, then from the listening one.

    Raises:
        PlayerGone: MPD cannot be reached there.
    """

    def __init__(self, address: Address, emit: Emit) -> None:
        self.address = address
        self._emit = emit
        self._commands = Wire(address, ["mount"])  # which hardly ever changes; it is there to wait for something
        try:
            self._changes = Wire(address, CHANGES)
        except PlayerGone:
            self._commands.close()
            raise
        self._over = False
        self._lock = threading.RLock()  # held while emitting, so that nothing is told after the end
        self._thread: threading.Thread | None = None

    @property
    def over(self) -> bool:
        """Whether this link is lost or closed."""
        return self._over

    def ask(self, *command: str) -> Pairs:
        """Have one command done. Raises Refused, or PlayerGone, of which the listener is then told."""
        (pairs,), refused = self._all([command], [[]])
        if refused is not None:
            raise refused
        return pairs

    def ask_all(self, commands: Sequence[Sequence[str]]) -> tuple[list[Pairs], Refused | None]:
        """As ``Wire.ask_all``. Raises PlayerGone, of which the listener is then told."""
        return self._all(commands, [])

    def look(self) -> list[Pairs]:
        """Answers to ``status`` and ``currentsong``; for the thread that listens, and for the first before it."""
        answers, refused = self._changes.ask_all([("status",), ("currentsong",)])
        if refused is not None:
            raise self._denied(refused)
        return answers

    def listen(self, first: Sequence[PlayerEvent], look: Look, wait_s: Callable[[], float | None]) -> None:
        """Report the first events now, all others from a thread.

        Args:
            first: what was found.
            look: takes another look; called on that thread alone.
            wait_s: after how many seconds without any change to look again; None for never.
        """
        self._thread = threading.Thread(target=self._listen, args=(look, wait_s), name="mpd", daemon=True)
        self._tell(first)
        self._thread.start()

    def close(self) -> None:
        """Let go of MPD; nothing is told from now on. Twice is fine."""
        with self._lock:
            self._over = True
        self._commands.close()
        self._changes.shut()
        if self._thread is None:
            self._changes.close()
        elif self._thread is not threading.current_thread():
            self._thread.join(LIMIT_S)

    def _all(self, commands: Sequence[Sequence[str]], otherwise: list[Pairs]) -> tuple[list[Pairs], Refused | None]:
        try:
            answers, refused = self._commands.ask_all(commands)
            if refused is not None and refused.number == PERMISSION and "permission" in refused.why:
                raise self._denied(refused)
        except PlayerGone as gone:
            self._lose(gone)
            raise
        return answers or otherwise, refused

    def _denied(self, refused: Refused) -> PlayerGone:
        return PlayerGone(f"MPD at {self.address} does not allow “{refused.command}”; it may want a password")

    def _listen(self, look: Look, wait_s: Callable[[], float | None]) -> None:
        try:
            while not self._over:
                changed = self._changes.wait(wait_s())
                self._tell(look(changed))
        except PlayerGone as gone:
            self._lose(gone)
        finally:
            self._changes.close()

    def _tell(self, events: Sequence[PlayerEvent]) -> None:
        with self._lock:
            for event in events:
                if not self._over:
                    self._emit(event)

    def _lose(self, gone: PlayerGone) -> None:
        with self._lock:
            if self._over:
                return
            self._over = True
            if self._thread is not None:  # before that, whoever opens the player hears of it by the exception
                self._emit(Gone(str(gone)))
        self._changes.shut()
