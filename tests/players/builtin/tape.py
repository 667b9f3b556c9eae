"""A device that keeps what it is given, plays ten times as fast as time, and can be unplugged."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player_rec.players.builtin.news import News
from player_rec.players.builtin.output import Fill, NoSound
from player_rec.players.builtin.player import BuiltinPlayer
from tests.players.builtin.sounds import RATE_HZ
from tests.players.log import PATIENCE_S, EventLog

PERIOD = 1024


class Tape:
    """Where a player is heard in tests; stands for the socket, the cable and the device in it.

    Attributes:
        unplugged: whether there is no device.
        opened: how often a device was opened.
        speed: how much faster than time it turns.
    """

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz, self.name, self.latency_s = rate_hz, "tape", 0.0
        self.speed = 10
        self.unplugged, self.opened, self.is_open = False, 0, False
        self._pieces: list[NDArray[np.float32]] = []
        self._fill: Fill = lambda _: None
        self._lost: Callable[[], None] = lambda: None
        self._turning: threading.Thread | None = None
        self.decoded_ahead_s: Callable[[], float] = lambda: 1.0

    def open(self, fill: Fill, lost: Callable[[], None], name: str) -> "Tape":
        """Be the device. Raises NoSound while there is none."""
        if self.unplugged or name:
            raise NoSound("nothing is plugged in")
        self._fill, self._lost = fill, lost
        self.opened += 1
        self.is_open = True
        return self

    def start(self) -> None:
        """Turn."""
        self._turning = threading.Thread(target=self._turn)
        self._turning.start()

    def stop(self) -> None:
        """Stand still."""
        turning, self._turning = self._turning, None
        if turning is not None:
            turning.join()

    def close(self) -> None:
        """Be let go."""
        self.stop()
        self.is_open = False

    def unplug(self) -> None:
        """Be gone."""
        self.unplugged = True
        self.stop()
        self._lost()

    @property
    def sound(self) -> NDArray[np.float32]:
        """(n,) the left side of all that was played so far."""
        return np.concatenate([np.zeros(0, np.float32), *self._pieces])

    def forget(self) -> None:
        """Begin a new tape."""
        self._pieces = []

    def _wait_for_sound(self) -> None:
        """Do not, being so fast, run away from a player that a busy machine holds up."""
        until_s = time.monotonic() + 0.03
        while self.decoded_ahead_s() < 0.1 and time.monotonic() < until_s:
            time.sleep(0.002)

    def _turn(self) -> None:
        due_s = time.monotonic()
        while self._turning is threading.current_thread():
            self._wait_for_sound()
            out = np.full((PERIOD, 2), np.nan, np.float32)
            self._fill(out)
            self._pieces.append(out[:, 0])
            due_s += PERIOD / self.rate_hz / self.speed
            time.sleep(max(0.0, due_s - time.monotonic()))


class Room:
    """A player, its tape, and all it tells."""

    def __init__(self, tape: Tape, player: BuiltinPlayer) -> None:
        self.tape, self.player, self.events = tape, player, EventLog()
        self.news: list[News] = []
        tape.decoded_ahead_s = lambda: player.decoded_ahead_s
        player.listen(self.news.append)
        player.open(self.events)

    def play(self, *files: Path) -> None:
        """Play files, one after the other."""
        items = self.player.append(files)
        self.player.play_item(items[0])

    def played(self, seconds: float) -> None:
        """Let so much be put on the tape."""
        self.until(lambda: len(self.tape.sound) >= seconds * self.tape.rate_hz)

    def told(self, kind: type[News]) -> None:
        """Wait for news of a kind."""
        self.until(lambda: any(isinstance(one, kind) for one in list(self.news)))

    def until(self, so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not so():
            assert time.monotonic() < deadline, (self.events.all, self.news)
            time.sleep(0.005)

    def upcoming(self) -> list[str]:
        """The names of what waits."""
        return [item.path.stem for item in self.player.upcoming()]
