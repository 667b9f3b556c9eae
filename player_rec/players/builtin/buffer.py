"""What is decoded and not yet handed to the device. Filled by one thread, emptied by another."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from player_rec.players.base import QueueItem
from player_rec.players.builtin.ramp import Factors, Ramp

AHEAD_S: Final = 10.0
"""So much is decoded ahead: a drive that sleeps needs that long to wake up."""

LOW_S: Final = 5.0
"""Below this more is asked for; one wake-up in between."""

Samples = NDArray[np.float32]
"""(n, 2) left and right, full scale ±1."""

FADE_S: Final = 0.005
PAUSE_FADE_S: Final = 0.02
VOLUME_FADE_S: Final = 0.03


@dataclass(slots=True, eq=False)
class Play:
    """One entry of the queue, playing or about to.

    Attributes:
        item: the entry.
        duration_s: how long the file says it is; 0 where it does not, or is not open yet.
        position_s: where in the song the next sample to be handed out lies.
        started_s: where in the song it was begun.
        heard_s: how much of it was handed out, and what lies before ``started_s``.
        decoded: whether any of it was decoded.
        began: whether any of it was handed out.
        fed: whether all of it was decoded.
        broken: why it ends before its end; empty where it does not.
    """

    item: QueueItem
    duration_s: float = 0.0
    position_s: float = 0.0
    started_s: float = 0.0
    heard_s: float = 0.0
    decoded: bool = False
    began: bool = False
    fed: bool = False
    broken: str = ""


class _Piece(NamedTuple):
    play: Play | None  # None: the faded end of what was cut off
    frame: int
    sound: Samples


class Buffer:
    """Samples in playing order.

    Args:
        wake: called without waiting, from the device's thread too, when a song began, when more is wanted, and when
            all was handed out.

    Attributes:
        rate_hz: of the samples; 0 before ``reset``.
        underruns: how often the device wanted samples that were not there.
        taken: how many samples it was given, of sound or silence.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.rate_hz = self.underruns = self.taken = 0
        self._wake = wake
        self._lock = threading.Lock()
        self._pieces: deque[_Piece] = deque()
        self._filled = 0
        self._sounding: Play | None = None
        self._whole = self._asked = self._dry = self._joins = False
        self._volume, self._gate = Ramp(1.0), Ramp(0.0)
        self._loudness = 1.0

    def reset(self, rate_hz: int) -> None:
        """Forget all, and take samples of that rate from now on."""
        with self._lock:
            self.rate_hz = rate_hz
            self._empty()

    @property
    def filled_s(self) -> float:
        """How much is in it."""
        return self._filled / self.rate_hz if self.rate_hz else 0.0

    @property
    def sounding(self) -> Play | None:
        """Whose sample was handed out last."""
        return self._sounding

    @property
    def run_out(self) -> bool:
        """Whether all there will be was handed out."""
        return self._whole and not self._filled

    def put(self, play: Play, frame: int, sound: Samples) -> None:
        """Add samples; the first is that number of its song. After a cut they fade in, unless silence came before."""
        with self._lock:
            if self._joins and (frame or self._pieces):
                sound = _faded(sound, round(FADE_S * self.rate_hz), rising=True)
            self._joins = self._asked = self._dry = False
            self._pieces.append(_Piece(play, frame, sound))
            self._filled += len(sound)

    def whole(self, *, is_so: bool) -> None:
        """Say whether nothing more is to come."""
        with self._lock:
            self._whole = is_so
            self._asked = False

    def cut(self) -> None:
        """Drop all but a few milliseconds, which fade out where something sounds."""
        with self._lock:
            tail = self._tail() if self._gate.level else None
            self._empty()
            self._joins = self._dry = True  # until more comes, nothing is missed
            if tail is not None and len(tail):
                self._pieces.append(_Piece(None, 0, tail))
                self._filled = len(tail)

    def drop(self, play: Play) -> bool:
        """Drop what is there of a play that has not begun; False where it has by now."""
        with self._lock:
            if self._sounding is play:
                return False
            self._pieces = deque(piece for piece in self._pieces if piece.play is not play)
            self._filled = sum(len(piece.sound) for piece in self._pieces)
            return True

    def set_volume(self, factor: float) -> None:
        """Go to another volume."""
        with self._lock:
            self._loudness = factor
            if self._gate.level and self._filled:
                self._volume.go(factor, round(VOLUME_FADE_S * self.rate_hz))
            else:
                self._volume.jump(factor)

    def fade_away(self, seconds: float) -> None:
        """Grow soft until nothing is heard; the volume is what it was after the next pause."""
        with self._lock:
            self._volume.go(0.0, round(max(seconds, VOLUME_FADE_S) * self.rate_hz))

    def let_out(self, *, out: bool) -> None:
        """Hand out samples, or silence: a pause."""
        with self._lock:
            self._gate.go(float(out), round(PAUSE_FADE_S * self.rate_hz))
            if out:
                self._volume.go(self._loudness, round(VOLUME_FADE_S * self.rate_hz))

    def let_out_at_once(self) -> None:
        """Hand out samples from the first one on: a song begins."""
        with self._lock:
            self._gate.jump(1.0)

    def take(self, out: Samples) -> None:
        """Fill what the device wants; with silence where there is nothing."""
        with self._lock:
            self.taken += len(out)
            wanted = self._gate.left if not self._gate.goal else len(out)
            done = self._hand_out(out[: min(wanted, len(out))])
            _scale(out[:done], self._volume.over(done) * self._gate.over(done))
            if done < len(out):
                out[done:] = 0.0
            if done < min(wanted, len(out)):
                self._ran_dry()
            if not self._gate.level and not self._gate.goal:
                self._volume.jump(self._loudness)
            if not self._asked and not self._whole and self._filled < LOW_S * self.rate_hz:
                self._asked = True
                self._wake()

    def _hand_out(self, out: Samples) -> int:
        done = 0
        while done < len(out) and self._pieces:
            play, frame, sound = self._pieces[0]
            count = min(len(sound), len(out) - done)
            _copy(out[done : done + count], sound[:count])
            done += count
            if count == len(sound):
                self._pieces.popleft()
            else:
                self._pieces[0] = _Piece(play, frame + count, sound[count:])
            if play is not None:
                self._count(play, frame + count, count)
        self._filled -= done
        return done

    def _count(self, play: Play, until: int, count: int) -> None:
        play.position_s = until / self.rate_hz
        play.heard_s += count / self.rate_hz
        if play is not self._sounding:
            self._sounding = play
            self._wake()

    def _ran_dry(self) -> None:
        if not self._gate.goal:  # a pause with nothing left to fade
            self._gate.jump(0.0)
        if self._dry:
            return
        self._dry = True
        self.underruns += bool(self._gate.goal) and not self._whole
        self._wake()

    def _tail(self) -> Samples:
        wanted = round(FADE_S * self.rate_hz)
        sounds = [piece.sound[:wanted] for piece in list(self._pieces)[:3]]
        if not sounds:
            return np.empty((0, 2), np.float32)
        return _faded(np.concatenate(sounds)[:wanted], wanted, rising=False)

    def _empty(self) -> None:
        self._pieces.clear()
        self._filled = 0
        self._whole = self._asked = self._dry = self._joins = False
        self._sounding = None


# NumPy lets other threads run while it works on more than 500 numbers, and each time the device would wait its turn
# behind every busy one. So what is done on the device's thread is done by means that do not.
_AT_ONCE = 250


def _copy(to: Samples, sound: Samples) -> None:
    to.data.cast("B")[:] = sound.data.cast("B")


def _scale(sound: Samples, factors: Factors | float) -> None:
    if isinstance(factors, float):
        if factors == 1.0:
            return
        for first in range(0, len(sound), _AT_ONCE):
            sound[first : first + _AT_ONCE] *= factors
        return
    for first in range(0, len(sound), _AT_ONCE):
        sound[first : first + _AT_ONCE] *= factors[first : first + _AT_ONCE]


def _faded(sound: Samples, frames: int, *, rising: bool) -> Samples:
    count = min(frames, len(sound))
    line = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)[:, np.newaxis]
    faded = sound.copy()
    faded[:count] *= line if rising else line[::-1]
    return faded
