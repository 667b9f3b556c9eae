"""The device in use, if any: opened when something is to be heard, let go when not. Belongs to the deck's thread."""

import logging
import time
from collections.abc import Callable
from typing import Final

from player_rec.players.builtin.buffer import Buffer
from player_rec.players.builtin.output import OpenOutput, Output

log = logging.getLogger(__name__)

PATIENCE_S: Final = 3.0
"""A device that has asked for nothing for so long is dead: nobody tells of a sound server that died."""


class Device:
    """At most one open output, emptying a buffer.

    Args:
        open_output: opens it.
        buffer: what it empties.
        wake: called, from any thread, when it is lost.

    Attributes:
        running: whether it asks for samples.
        gone: whether it was lost.
        latency_s: how much of what it took is not heard yet.
    """

    def __init__(self, open_output: OpenOutput, buffer: Buffer, wake: Callable[[], None]) -> None:
        self.running = self.gone = False
        self.latency_s = 0.0
        self._open_output, self._buffer, self._wake = open_output, buffer, wake
        self._output: Output | None = None
        self._opened = 0
        self._taken, self._taken_at = 0, 0.0
        self._revived = False

    @property
    def is_open(self) -> bool:
        """Whether there is one."""
        return self._output is not None

    def open(self, name: str) -> int:
        """Open the one of that name, empty for the default; returns its rate in Hz. Raises NoSound."""
        self.close()
        self._opened += 1
        mine = self._opened

        def lost() -> None:
            if mine == self._opened:
                self.gone = True
                self._wake()

        self._output = self._open_output(self._buffer.take, lost, name)
        self.latency_s = self._output.latency_s
        log.info("playing on %s at %d Hz", self._output.name, self._output.rate_hz)
        return self._output.rate_hz

    def start(self) -> None:
        """Let it ask for samples. Raises NoSound."""
        if self._output is not None:
            self._output.start()
            self.running, self._taken_at = True, time.monotonic()

    def close(self) -> None:
        """Let it go. Twice is fine."""
        if self._output is not None:
            self._output.close()
        self._output, self.running, self.gone = None, False, False

    def dead(self) -> bool:
        """Whether it runs and has asked for nothing for long."""
        now_s, taken = time.monotonic(), self._buffer.taken
        if taken != self._taken:
            self._taken, self._taken_at, self._revived = taken, now_s, False
        return self.running and now_s - self._taken_at >= PATIENCE_S

    def may_revive(self) -> bool:
        """Whether one that is dead is worth being opened again; not twice in a row."""
        first, self._revived = not self._revived, True
        return first
