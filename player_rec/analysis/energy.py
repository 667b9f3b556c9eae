"""How fierce a track sounds, as one number that puts a library in order from calm to fierce.

Four parts, each from 0 to 1 and each only ever raising the result: how loud the track is mastered, how much
is struck in it (the mean rise of band levels from frame to frame), how bright it is (the share of amplitude
above 2 kHz) and how dense (how little the peaks tower over the mean). Only the first knows the level, and
it cannot move the result by more than its weight: turned up, a calm piano stays calm.
"""

import math

import numpy as np
from numpy.typing import NDArray

from player_rec.analysis.spectrum import band_levels, bands_between, power_of_two_near

_FRAME_SECONDS = 0.032
_BAND_EDGES_HZ = tuple(60.0 * (7600.0 / 60.0) ** (k / 24) for k in range(25))
_BAND_WIDTHS_HZ = np.diff(_BAND_EDGES_HZ)
_BRIGHT_HZ = 2000.0
_COMPRESSION = 10.0  # levels enter as log(1 + 10 level / root mean square level)
_AUDIBLE = 0.05  # windows under this share of the loudest one's level say nothing about density

# Where a part is 0, where it is 1 (about one real track in fifty lies beyond either) and what it weighs.
_LOUD_LUFS = (-30.0, -9.0, 0.25)
_STRUCK_RISE = (0.07, 0.20, 0.30)
_BRIGHT_DB = (-24.0, -6.0, 0.30)
_DENSE_CREST_DB = (18.0, 9.0, 0.15)


def energy(windows: NDArray[np.float32], rate_hz: int, loudness_lufs: float) -> float:
    """From 0 (calm) to 1 (fierce); 0 for silence.

    Args:
        windows: (n, samples) mono.
        rate_hz: samples a second.
        loudness_lufs: programme loudness of the track, minus infinity for silence.
    """
    fft = power_of_two_near(rate_hz * _FRAME_SECONDS)
    starts = np.arange(0, windows.shape[1] - fft + 1, fft)
    levels = band_levels(windows, fft, starts, bands_between(_BAND_EDGES_HZ, fft, rate_hz))
    if not levels.any():
        return 0.0
    return float(
        _part(loudness_lufs, _LOUD_LUFS)
        + _part(_rise(levels), _STRUCK_RISE)
        + _part(_brightness_db(levels), _BRIGHT_DB)
        + _part(_crest_db(windows), _DENSE_CREST_DB)
    )


def _part(measure: float, scale: tuple[float, float, float]) -> float:
    """What a measure adds, given where it counts nothing, where it counts fully, and its weight."""
    calm, fierce, weight = scale
    return weight * min(max((measure - calm) / (fierce - calm), 0.0), 1.0)


def _rise(levels: NDArray[np.float32]) -> float:
    """Mean rise of the compressed levels from one frame to the next."""
    if levels.shape[1] < 2:
        return 0.0
    usual = math.sqrt(float(np.mean(np.square(levels))))
    compressed = np.log1p(levels * np.float32(_COMPRESSION / usual))
    return float(np.maximum(np.diff(compressed, axis=1), 0.0).mean())


def _brightness_db(levels: NDArray[np.float32]) -> float:
    """Share of amplitude in bands above ``_BRIGHT_HZ``."""
    amplitude = levels.mean(axis=(0, 1), dtype=np.float64) * _BAND_WIDTHS_HZ
    bright = amplitude[np.array(_BAND_EDGES_HZ[:-1]) >= _BRIGHT_HZ]
    return 20 * math.log10(max(bright.sum() / amplitude.sum(), 1e-9))


def _crest_db(windows: NDArray[np.float32]) -> float:
    """Mean over the audible windows of peak over root mean square."""
    effective = np.sqrt(np.mean(np.square(windows), axis=1, dtype=np.float64))
    audible = effective > _AUDIBLE * effective.max()
    peaks = np.maximum(windows.max(axis=1), -windows.min(axis=1))
    return float(np.mean(20 * np.log10(peaks[audible] / effective[audible])))
