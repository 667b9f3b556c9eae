"""Whether two tracks are one recording, told from a kilobyte each.

After J. Haitsma and T. Kalker, "A Highly Robust Audio Fingerprinting System" (2002): a bit says whether the
step in level from one band to the next grew or shrank with time, and two recordings are as far apart as the
share of bits in which they differ. Levels are logarithmic here, so a change of volume or tone control drops
out of the difference.

Bytes of a fingerprint, little-endian: version (1), windows (1), frames a window (2); where each window's
first frame starts in the track, in ms (4 each); then 3 bytes a frame, of which the lowest 23 bits compare
neighbouring bands and the highest says that there was sound enough to compare.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from player_rec.analysis.spectrum import band_levels, bands_between, thinned

SAME = 0.22
"""Bit error rate under which two tracks are one recording. Copies stay under 0.19, another mix of the same
piece comes to 0.24 and more, strangers to 0.38."""

_VERSION = 1
_HEADER = struct.Struct("<BBH")
_BITS = 23
_AUDIBLE = np.uint32(1 << 23)
_BAND_EDGES_HZ = tuple(300.0 * 10.0 ** (k / (_BITS + 1)) for k in range(_BITS + 2))
_STEP_MS = 64
_FRAME_SECONDS = 0.128
_SMOOTHED = 3  # frames summed, so that a step and a half of misalignment still overlaps most of it
_APART = 4  # frames between the two that are compared in time
_MOST_WINDOWS, _MOST_FRAMES = 10, 400  # in all; keeps the bytes under 1.3 kB
_AUDIBLE_SHARE = 0.003  # -50 dB of the track's mean level
_REACH_MS = 2048  # how far two copies may be shifted against each other
_LEAST_FRAMES, _LEAST_SHARE = 32, 0.25  # what must overlap for a verdict


def fingerprint(windows: NDArray[np.float32], rate_hz: int, starts_ms: ArrayLike) -> bytes:
    """The fingerprint of a track, at most 1.3 kB.

    Of more than ten windows, ten are taken that lie evenly apart; of long windows, the middle.

    Args:
        windows: (n, samples) mono.
        rate_hz: samples a second, 6000 or more; fingerprints taken at different rates compare.
        starts_ms: (n,) where each window starts in the track.
    """
    starts = np.asarray(starts_ms, np.float64)
    if len(windows) > _MOST_WINDOWS:
        chosen = np.linspace(0, len(windows) - 1, _MOST_WINDOWS).round().astype(np.intp)
        windows, starts = windows[chosen], starts[chosen]
    words = _words(_levels(windows, rate_hz))
    count, frames = words.shape
    kept = min(frames, _MOST_FRAMES // max(count, 1))
    skipped = (frames - kept) // 2
    words = words[:, skipped : skipped + kept]
    first_ms: bytes = np.maximum(starts + skipped * _STEP_MS, 0).round().astype("<u4").tobytes()
    octets = np.ascontiguousarray(words, "<u4").view(np.uint8).reshape(count, kept, 4)
    return _HEADER.pack(_VERSION, count, kept) + first_ms + octets[:, :, :3].tobytes()


def same_recording(one: bytes, other: bytes) -> bool:
    """Whether two fingerprints were taken from one recording, be it coded, levelled or trimmed differently.

    Trimmed by up to about two seconds: what was cut more is taken for another recording, and so are
    fingerprints of another version.
    """
    return distance(one, other) < SAME


def distance(one: bytes, other: bytes) -> float:
    """Share of bits that differ where the two overlap best: about 0.1 for copies, 0.5 for strangers.

    One shift in time must suit all windows at once. 1 where too little overlaps to say.
    """
    if one[:1] != other[:1] or one[:1] != bytes([_VERSION]):
        return 1.0
    a, b = _Print.read(one), _Print.read(other)
    if not (a.words.size and b.words.size):
        return 1.0
    near = np.abs(a.first_ms[:, None] - b.first_ms).argmin(axis=0)
    wrong, heard = _differences(a.words[near], b.words)
    # A window of b that starts later than a's meets it further left on the diagonals.
    zero = a.words.shape[1] - 1 + (a.first_ms[near] - b.first_ms) / _STEP_MS
    shifts = np.arange(-_REACH_MS, _REACH_MS + 1, _STEP_MS) / _STEP_MS
    diagonals = np.rint(zero + shifts[:, None]).astype(np.intp)
    there = (diagonals >= 0) & (diagonals < wrong.shape[1])
    pairs, diagonals = np.arange(len(near)), np.where(there, diagonals, 0)
    heard_at = (heard[pairs, diagonals] * there).sum(axis=1)
    wrong_at = (wrong[pairs, diagonals] * there).sum(axis=1)
    least = max(_LEAST_FRAMES, _LEAST_SHARE * min(a.words.size, b.words.size))
    rates = np.where(heard_at >= least, wrong_at / (_BITS * np.maximum(heard_at, 1)), 1.0)
    return float(rates.min())


@dataclass(frozen=True, slots=True)
class _Print:
    """A fingerprint taken apart: (n,) ms and (n, frames) words."""

    first_ms: NDArray[np.float64]
    words: NDArray[np.uint32]

    @classmethod
    def read(cls, data: bytes) -> "_Print":
        _, count, frames = _HEADER.unpack_from(data)
        first_ms = np.frombuffer(data, "<u4", count, _HEADER.size).astype(np.float64)
        octets = np.frombuffer(data, np.uint8, 3 * count * frames, _HEADER.size + 4 * count)
        words = np.zeros((count, frames, 4), np.uint8)
        words[:, :, :3] = octets.reshape(count, frames, 3)
        return cls(first_ms, words.view("<u4")[:, :, 0])


def _levels(windows: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Level of each band, smoothed over time: (n, frames, bands)."""
    windows, rate = thinned(windows, rate_hz, _BAND_EDGES_HZ[-1])
    fft = round(rate * _FRAME_SECONDS)
    frames = max(0, 1 + int((windows.shape[1] - fft) / rate * 1000) // _STEP_MS)
    starts = np.rint(np.arange(frames) * (_STEP_MS / 1000 * rate)).astype(np.intp)
    levels = band_levels(windows, fft, starts, bands_between(_BAND_EDGES_HZ, fft, rate))
    if frames < _SMOOTHED:
        return levels[:, :0]
    return np.asarray(sliding_window_view(levels, _SMOOTHED, axis=1).sum(axis=3), np.float32)


def _words(levels: NDArray[np.float32]) -> NDArray[np.uint32]:
    """The bits of each frame that has another ``_APART`` frames before it: (n, frames)."""
    total = levels.sum(axis=2)
    audible = total > _AUDIBLE_SHARE * total.mean() if total.size else total > 0
    logarithms = np.log(np.maximum(levels, np.finfo(np.float32).tiny))
    steps = logarithms[:, :, :-1] - logarithms[:, :, 1:]
    grew = steps[:, _APART:] > steps[:, :-_APART]
    words = (grew.astype(np.uint32) << np.arange(_BITS, dtype=np.uint32)).sum(axis=2, dtype=np.uint32)
    return np.where(audible[:, _APART:] & audible[:, :-_APART], words | _AUDIBLE, 0).astype(np.uint32)


def _differences(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Differing bits, and frames audible in both, along every diagonal of each pair of windows.

    Args:
        a: (pairs, i) words.
        b: (pairs, j) words.

    Returns:
        Two arrays (pairs, i + j - 1): column c belongs to frame k of ``b`` against frame k + i - 1 - c of ``a``.
    """
    both = (a[:, :, None] & b[:, None, :]) >= _AUDIBLE
    wrong = np.bitwise_count(a[:, :, None] ^ b[:, None, :]) * both
    return _diagonal_sums(wrong), _diagonal_sums(both)


def _diagonal_sums(square: NDArray[np.uint8] | NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Sums along the diagonals of (pairs, i, j), from the lower left to the upper right: (pairs, i + j - 1)."""
    count, rows, columns = square.shape
    width = rows + columns
    # A row longer by one than the result shifts each row one place against the last when read with it.
    wide = np.zeros((count, rows, width), np.uint8)
    wide[:, :, :columns] = square[:, ::-1]
    skewed = wide.reshape(count, -1)[:, : rows * (width - 1)].reshape(count, rows, width - 1)
    return np.asarray(skewed.sum(axis=1, dtype=np.uint32))
