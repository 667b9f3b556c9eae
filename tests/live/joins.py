"""One sound without end or beginning, cut into files of every kind; and where, in a recording, the pieces lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log10
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.players.builtin.sounds import write

Sound = NDArray[np.float32]

TICKS = 300
"""A second has so many places where samples of 44,100 and of 48,000 a second lie at the same time."""

RATES_HZ = {".opus": 48_000}
_USUAL_RATE_HZ = 44_100
_BAND_HZ = (100, 5_000)
_LOUD = 0.15
_NEAR_S = 0.005
_SILENT = 0.001


@dataclass(frozen=True, slots=True)
class Cut:
    """One sound in many files, that follow one another."""

    files: tuple[Path, ...]
    ticks: tuple[int, ...]
    """Where each begins, and where the last one ends."""
    seed: int

    def sound(self, rate_hz: int) -> Sound:
        """(n,) all of it."""
        return noise(self.ticks[-1], rate_hz, self.seed)


@dataclass(frozen=True, slots=True)
class Join:
    """What was found where a file gave way to the next.

    Attributes:
        name: the two kinds of files.
        added: so many samples too many lie between them; negative: so many are missing.
        silent: the longest silence beside the cut, in samples.
        off_db: how much of what is heard within 5 ms of the cut is not the sound, against the sound.
    """

    name: str
    added: float
    silent: int
    off_db: float


def noise(ticks: int, rate_hz: int, seed: int) -> Sound:
    """(n,) noise in 16 bits that repeats itself nowhere; at another rate it is the same."""
    samples, rng = _at(ticks, rate_hz), np.random.default_rng(seed)
    low, high = (hertz * ticks // TICKS for hertz in _BAND_HZ)
    spectrum = np.zeros(samples // 2 + 1, np.complex128)
    spectrum[low:high] = np.exp(2j * np.pi * rng.random(high - low))
    sound = _LOUD * samples / np.sqrt(2 * (high - low)) * np.fft.irfft(spectrum, samples)
    quantised: Sound = (np.round(sound * 32768) / 32768).astype(np.float32)
    return quantised


def cut(folder: Path, kinds: Sequence[str], seed: int = 1) -> Cut:
    """Write one sound as files of these kinds, each of 0.3 to 0.5 s; no length is one an encoder would choose."""
    rng = np.random.default_rng(seed)
    ticks = [0, *(int(tick) for tick in np.cumsum(rng.integers(TICKS * 3 // 10, TICKS * 5 // 10, len(kinds))))]
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, kind in enumerate(kinds):
        rate_hz = RATES_HZ.get(kind, _USUAL_RATE_HZ)
        first, last = (tick * rate_hz // TICKS for tick in ticks[number : number + 2])
        piece = noise(ticks[-1], rate_hz, seed)[first:last]
        files.append(write(folder / f"{number:02}{kind}", piece, rate_hz))
    return Cut(tuple(files), tuple(ticks), seed)


def joins(sound: Sound, made: Cut, rate_hz: int) -> list[Join]:
    """Look at every join in a recording of these files."""
    truth, near = made.sound(rate_hz), round(_NEAR_S * rate_hz)
    cuts = [_at(tick, rate_hz) for tick in made.ticks]
    lags = _lags(sound, [truth[first:last] for first, last in pairwise(cuts)])
    late = [lag - first for lag, first in zip(lags, cuts, strict=False)]
    found = []
    for (one, other), at, (before, after) in zip(pairwise(made.files), cuts[1:], pairwise(late), strict=False):
        heard = sound[at + round(before) - near :][: 2 * near]
        true = truth[at - near : at + near]
        share = float(np.mean((heard - true) ** 2) / np.mean(true**2))
        found.append(Join(one.suffix + other.suffix, after - before, _silence(heard), 10 * log10(max(1e-12, share))))
    return found


def _at(tick: int, rate_hz: int) -> int:
    return tick * rate_hz // TICKS


def _lags(sound: Sound, pieces: Sequence[Sound]) -> list[float]:
    """Where in a sound each of its pieces lies, to a part of a sample: the peak of the cross-correlation."""
    size = 1 << (len(sound) + max(len(piece) for piece in pieces)).bit_length()
    spectrum, lags = np.fft.rfft(sound, size), []
    for piece in pieces:
        match = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)[: len(sound)]
        peak = int(np.argmax(match[1:-1])) + 1
        left, top, right = match[peak - 1 : peak + 2]
        lags.append(float(peak + 0.5 * (left - right) / (left - 2 * top + right)))
    return lags


def _silence(sound: Sound) -> int:
    """The longest run of samples that are nothing."""
    loud = np.flatnonzero(np.abs(np.concatenate([[1], sound, [1]])) > _SILENT)
    return int(np.diff(loud).max()) - 1
