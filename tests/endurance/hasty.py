"""A device that plays to nobody many times as fast as time."""

import threading
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from player_rec.players.builtin.output import Fill

PERIOD: Final = 4096
_LEAST_AHEAD_S: Final = 1.0
_WAITS_S: Final = 0.05


class Hasty:
    """Opens itself. Songs are decoded whole, begin and end as they do elsewhere, only sooner.

    Attributes:
        played: how many samples it took.
        decoded_ahead_s: asked how much is ready, so that it does not run away from a player on a busy machine.
    """

    rate_hz = 48_000
    name = "nobody"
    latency_s = 0.0

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self.played = 0
        self.decoded_ahead_s: Callable[[], float] = lambda: _LEAST_AHEAD_S
        self._fill: Fill = lambda _: None
        self._thread: threading.Thread | None = None

    @property
    def played_s(self) -> float:
        """How much music it took."""
        return self.played / self.rate_hz

    def open(self, fill: Fill, lost: Callable[[], None], name: str) -> "Hasty":
        """Be the device that was asked for."""
        self._fill = fill
        return self

    def start(self) -> None:
        """Ask for samples from now on."""
        self._thread = threading.Thread(target=self._run, name="device")
        self._thread.start()

    def stop(self) -> None:
        """Ask for none."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Ask for none, ever."""
        self.stop()

    def _run(self) -> None:
        out, due_s = np.empty((PERIOD, 2), np.float32), time.monotonic()
        while self._thread is threading.current_thread():
            until_s = time.monotonic() + _WAITS_S
            while self.decoded_ahead_s() < _LEAST_AHEAD_S and time.monotonic() < until_s:
                time.sleep(0.005)
            self._fill(out)
            self.played += PERIOD
            due_s = max(due_s + PERIOD / self.rate_hz / self._speed, time.monotonic() - _WAITS_S)
            time.sleep(max(0.0, due_s - time.monotonic()))
