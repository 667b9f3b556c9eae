"""How fast a track beats, heard in windows too short and too far apart to follow the beat itself.

Onset strength is the rise of compressed band levels (S. Dixon, 2006; S. Böck and G. Widmer, 2013). Its
autocorrelation forgets where in the window the beats lie, so the windows of a track can simply be averaged;
a tempo then scores by the mean of the autocorrelation over its first four multiples, and a preference for
moderate tempi (D. P. W. Ellis, 2007) decides between a tempo and its half or double.
"""

import math

import numpy as np
from numpy.typing import NDArray

from player_rec.analysis.spectrum import band_levels, bands_between, power_of_two_near

_FRAME_SECONDS = 0.032
_BAND_EDGES_HZ = tuple(60.0 * (7600.0 / 60.0) ** (k / 24) for k in range(25))
_COMPRESSION = 10.0  # levels enter as log(1 + 10 level / root mean square level)
_STEADY = 0.03  # rises this small, in those units, are the ripple of a steady tone, not onsets
_MEAN_SECONDS = 0.5
_SLOWEST_BPM, _FASTEST_BPM, _STEP_BPM = 50.0, 200.0, 0.5
_MULTIPLES = (1, 2, 3, 4)
_TRUSTED = 0.85  # the share of a window up to which its autocorrelation rests on enough frames
_CENTRE_BPM, _SPREAD_OCTAVES = 120.0, 0.9
_CLEAR_PULSE = 0.6  # score of a plain drum pattern
_CHANCE = 4.5  # over the root of the frames heard: the score that noise alone may reach


def tempo(windows: NDArray[np.float32], rate_hz: int) -> tuple[float, float]:
    """Beats a minute, between 50 and 200, and how surely there is such a pulse.

    Half and double the tempo a listener would tap count as the same.

    Args:
        windows: (n, samples) mono; each should last two seconds or more to hold slow beats.
        rate_hz: samples a second.

    Returns:
        Tempo and confidence, 0 (noise, drones, silence) to 1 (a metronome); (0, 0) where there is no pulse.
    """
    rises, frames_per_second = _onsets(windows, rate_hz)
    if not len(rises) or rises.shape[1] < frames_per_second * 60 / _FASTEST_BPM / _TRUSTED + 2:
        return 0.0, 0.0
    likeness = _autocorrelation(rises.mean(axis=2), round(frames_per_second * _MEAN_SECONDS))
    bpm = np.arange(_SLOWEST_BPM, _FASTEST_BPM + _STEP_BPM, _STEP_BPM)
    score = _score(likeness, 60 * frames_per_second / bpm)
    preference = np.exp(-0.5 * (np.log2(bpm / _CENTRE_BPM) / _SPREAD_OCTAVES) ** 2)
    best = int(np.argmax(score * preference))
    found = float(bpm[best] + _STEP_BPM * _vertex(score, best))
    # A slow metronome is silent on every second beat of the double tempo, which may be preferred all the same.
    surest = _score(likeness, 60 * frames_per_second / (found * np.array([0.5, 1.0, 2.0]))).max()
    chance = _CHANCE / math.sqrt(rises.shape[0] * rises.shape[1])
    confidence = min(max(float(surest - chance) / max(_CLEAR_PULSE - chance, 0.1), 0.0), 1.0)
    return (found, confidence) if confidence > 0.0 else (0.0, 0.0)


def _onsets(windows: NDArray[np.float32], rate_hz: int) -> tuple[NDArray[np.float32], float]:
    """How much each band rises from frame to frame, and how many frames make a second.

    Levels are taken relative to the whole track's, so turning it up or down changes nothing.

    Returns:
        (n, frames, bands) float32, not negative; no frames where the windows are too short.
    """
    fft = power_of_two_near(rate_hz * _FRAME_SECONDS)
    hop = fft // 2
    starts = np.arange(0, windows.shape[1] - fft + 1, hop)
    levels = band_levels(windows, fft, starts, bands_between(_BAND_EDGES_HZ, fft, rate_hz))
    usual = math.sqrt(float(np.mean(np.square(levels)))) if levels.size else 0.0
    if usual > 0.0:
        levels *= np.float32(_COMPRESSION / usual)
    np.log1p(levels, out=levels)
    return np.maximum(levels[:, 2:] - levels[:, :-2], 0.0), rate_hz / hop


def _autocorrelation(strength: NDArray[np.float32], reach: int) -> NDArray[np.float64]:
    """Mean over windows of the autocorrelation of (n, frames), 1 at lag 0 and free of lag bias.

    The mean over ``reach`` frames on either side is taken off first: what is left is what stands out.
    """
    frames = strength.shape[1]
    padded = np.pad(strength.astype(np.float64), ((0, 0), (reach, reach)), mode="edge")
    sums = np.cumsum(padded, axis=1)
    standing_out = strength - (sums[:, 2 * reach :] - sums[:, : -2 * reach]) / (2 * reach)
    spectrum = np.fft.rfft(standing_out, 2 * frames, axis=1)
    raw = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :frames] / np.arange(frames, 0, -1)
    return np.asarray(np.mean(raw / (raw[:, :1] + _STEADY**2), axis=0))


def _score(likeness: NDArray[np.float64], lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean autocorrelation over the multiples of each lag that the windows are long enough to hold."""
    held = int(len(likeness) * _TRUSTED)
    multiples = np.outer(_MULTIPLES, lags)
    inside = multiples < held - 1
    values = np.where(inside, np.interp(multiples, np.arange(held), likeness[:held]), 0.0)
    return np.asarray(values.sum(axis=0) / np.maximum(inside.sum(axis=0), 1))


def _vertex(values: NDArray[np.float64], peak: int) -> float:
    """Where the parabola through a maximum and its neighbours peaks, in steps from it."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    left, middle, right = values[peak - 1 : peak + 2]
    bend = left - 2 * middle + right
    return float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0
