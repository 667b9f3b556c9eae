"""What is heard of a track: where the windows lie, and frames made into them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from player_rec.analysis.frames import Mono, Samples, Stretch, stretches
from player_rec.analysis.loudness import block_energies, channel_weights
from player_rec.analysis.reader import Timed

ENDS_S = 2.5
"""How much is heard of the beginning and of the end of a track."""

MARGIN_S = 0.03
"""How much more frames must cover, on either side, of what is made of them."""

# A resampler's filter blurs the first and the last samples it is given.
_BLUR_S = 0.02
_COARSEST_GRID_HZ = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which windows to hear: ``count`` of ``samples`` each, at ``rate_hz``."""

    rate_hz: int
    count: int
    samples: int

    @property
    def window_s(self) -> float:
        """Length of one window."""
        return self.samples / self.rate_hz


class Window(NamedTuple):
    """(samples,) mono from ``start_s`` on, and the energies of its loudness blocks."""

    start_s: float
    sound: Samples
    blocks: NDArray[np.float64]


class Heard(NamedTuple):
    """The ends and the windows of a track that lasts ``duration_s``.

    Attributes:
        duration_s: how long the track really is.
        head: (m,) its first seconds.
        tail: (m,) its last seconds.
        windows: in the order they sound.
        missed: windows that could not be reached.
        damaged: packets that could not be decoded.
    """

    duration_s: float
    head: Samples
    tail: Samples
    windows: list[Window]
    missed: int
    damaged: int


def places(duration_s: float, wanted: Wanted) -> tuple[float, ...]:
    """Say where windows begin: centred on equal parts of the track, as many as fit side by side.

    Each begins on a whole millisecond.
    """
    fitting = max(1, min(wanted.count, int(duration_s / wanted.window_s + 1e-6)))
    centres = ((i + 0.5) / fitting * duration_s for i in range(fitting))
    starts = (max(0.0, centre - wanted.window_s / 2) for centre in centres)
    return tuple(int(start * 1000) / 1000 for start in starts)


def window(frames: Sequence[Timed], start_s: float, wanted: Wanted) -> Window:
    """Make the window that begins at ``start_s`` of frames that cover it; what they lack is silence."""
    cuts = _cuts(frames, start_s, start_s + wanted.window_s, wanted.rate_hz)
    sound = _mono(cuts, start_s, wanted.rate_hz)[: wanted.samples]
    blocks = [block_energies(cut.sound, cut.rate_hz, channel_weights(cut.channels)) for cut in cuts]
    padded = np.pad(sound, (0, wanted.samples - sound.size))
    return Window(start_s, padded, np.concatenate([np.zeros(0), *blocks]))


def head(frames: Sequence[Timed], rate_hz: int) -> Samples:
    """Make mono of the first ``ENDS_S`` of a track from frames that begin with it."""
    mono = _mono(_cuts(frames, 0.0, ENDS_S, rate_hz), 0.0, rate_hz)
    return mono[: round(ENDS_S * rate_hz)]


def tail(frames: Sequence[Timed], rate_hz: int) -> Samples:
    """Make mono of the last ``ENDS_S`` of a track from frames that end with it."""
    end_s = frames[-1].end_s
    start_s = int(max(0.0, end_s - ENDS_S) * rate_hz) / rate_hz
    mono = _mono(_cuts(frames, start_s, end_s, rate_hz), start_s, rate_hz)
    return mono[-round(ENDS_S * rate_hz) :]


def _cuts(frames: Sequence[Timed], start_s: float, end_s: float, rate_hz: int) -> list[Stretch]:
    """Cut frames to size, beginning where samples of both rates coincide.

    So what is made of them does not depend on the frame a seek happened to land on.
    """
    cuts = []
    for stretch in stretches(frames):
        step = stretch.rate_hz // math.gcd(stretch.rate_hz, rate_hz)
        grid = step if step * _COARSEST_GRID_HZ <= stretch.rate_hz else 1
        cuts.append(stretch.cut(start_s - _BLUR_S, end_s + _BLUR_S, grid))
    return [cut for cut in cuts if cut.sound.size]


def _mono(cuts: Sequence[Stretch], start_s: float, rate_hz: int) -> Samples:
    pieces = [np.zeros(0, np.float32)]
    for cut in cuts:
        mono = Mono(cut.rate_hz, rate_hz)
        early = max(0, round((start_s - cut.start_s) * rate_hz))
        whole = np.concatenate([pieces[0], *mono.push(cut.sound), *mono.finish()])
        pieces.append(whole[early:])
    return np.concatenate(pieces)
