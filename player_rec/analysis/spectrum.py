"""Short-time magnitude spectra and their sums over bands: what the measures of sound start from."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_FRAMES_AT_ONCE = 256  # their spectra stay in a core's own cache


def power_of_two_near(samples: float) -> int:
    """The power of two nearest to ``samples`` on a logarithmic scale: a length whose spectrum is quick."""
    return 1 << round(math.log2(max(samples, 2.0)))


def thinned(windows: NDArray[np.float32], rate_hz: float, highest_hz: float) -> tuple[NDArray[np.float32], float]:
    """The same sound at a half, a quarter, ... of the rate, as long as ``highest_hz`` is kept whole.

    Args:
        windows: (n, samples).
        rate_hz: samples a second.
        highest_hz: the highest frequency of interest; what lies above half as much again may be gone.

    Returns:
        (n, fewer samples), and the new rate.
    """
    while rate_hz * 3 / 16 >= highest_hz and windows.shape[1] > 1:
        windows = np.stack([_halved(window) for window in windows]) if len(windows) else windows[:, ::2]
        rate_hz /= 2
    return windows, rate_hz


def magnitudes(
    samples: NDArray[np.float32], fft: int, starts: NDArray[np.intp], bands: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Magnitude spectra of Hann-windowed frames.

    Args:
        samples: (n,) float32, n at least ``fft``.
        fft: samples of a frame.
        starts: (frames,) first sample of each frame, none over n - ``fft``.
        bands: (fft // 2 + 1, bands), to give back sums over bands in place of the bins.

    Returns:
        (frames, bins or bands) float32.
    """
    framed = sliding_window_view(samples, fft)
    width = fft // 2 + 1 if bands is None else bands.shape[1]
    found = np.empty((len(starts), width), np.float32)
    hann = _hann(fft)
    for at in range(0, len(starts), _FRAMES_AT_ONCE):
        chunk = slice(at, at + _FRAMES_AT_ONCE)
        spectra = np.abs(np.fft.rfft(framed[starts[chunk]] * hann, axis=1))
        if bands is None:
            found[chunk] = spectra
        else:
            np.matmul(spectra, bands, out=found[chunk])
    return found


def band_levels(
    windows: NDArray[np.float32], fft: int, starts: NDArray[np.intp], bands: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The ``magnitudes`` of every window over ``bands``: (n, frames, bands) float32."""
    levels = np.zeros((len(windows), len(starts), bands.shape[1]), np.float32)
    if len(starts):
        for window, found in zip(windows, levels, strict=True):
            found[:] = magnitudes(window, fft, starts, bands)
    return levels


@lru_cache(maxsize=16)
def bands_between(edges_hz: Sequence[float], fft: int, rate_hz: float) -> NDArray[np.float32]:
    """Weights that average the bins between each two edges: (fft // 2 + 1, len(edges_hz) - 1), read-only.

    A bin that an edge cuts counts by its share on either side, so that a band narrower than a bin is no
    hole. Bands over half the rate are empty.
    """
    bins_hz = np.arange(fft // 2 + 1) * (rate_hz / fft)
    half_hz = rate_hz / fft / 2
    edges = np.asarray(edges_hz)
    low = np.maximum(edges[:-1], bins_hz[:, None] - half_hz)
    high = np.minimum(edges[1:], bins_hz[:, None] + half_hz)
    weights: NDArray[np.float32] = (np.maximum(high - low, 0.0) / (edges[1:] - edges[:-1])).astype(np.float32)
    weights.flags.writeable = False
    return weights


def _halved(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every second sample after a half-band low-pass that delays nothing; outside lies silence."""
    even = np.ascontiguousarray(samples[::2])
    reach = len(_HALF_BAND)
    odd = np.pad(samples[1::2], (reach, reach + len(samples) % 2))
    length = len(even)
    low = even * np.float32(0.5)
    for k, weight in enumerate(_HALF_BAND):
        low += weight * (odd[reach + k : reach + k + length] + odd[reach - 1 - k : reach - 1 - k + length])
    return low


def _half_band(pairs: int) -> NDArray[np.float32]:
    """Coefficients 1, 3, 5, ... places from the middle of a half-band filter (Kaiser's window, 50 dB)."""
    odd = np.arange(1, 2 * pairs, 2)
    window = np.kaiser(4 * pairs + 1, 4.55)[2 * pairs + odd]
    taps = np.sin(np.pi * odd / 2) / (np.pi * odd) * window
    return np.asarray(taps / (4 * taps.sum()), np.float32)


_HALF_BAND = _half_band(6)


@lru_cache(maxsize=16)
def _hann(length: int) -> NDArray[np.float32]:
    """Periodic Hann window whose sum is 2, so that a sine's peak shows its amplitude."""
    plain = np.hanning(length + 1)[:-1]
    window = np.asarray(plain * (2.0 / plain.sum()), np.float32)
    window.flags.writeable = False
    return window
