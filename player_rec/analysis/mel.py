"""Samples to compressed mel spectrograms, with nothing but numpy.

The definition is librosa's ``melspectrogram`` without padding: periodic Hann window, power spectrum, the
triangular filters of M. Slaney's Auditory Toolbox (Interval Research, 1998) with its mel scale (linear to
1 kHz, logarithmic above) and its norm (every filter has the same area).
"""

import math
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from player_rec.domain.sound import ModelSpec

_CHUNK_FRAMES = 512
_LINEAR_HZ_PER_MEL = 200 / 3
_LOG_STARTS_HZ = 1000.0
_LOG_STARTS_MEL = _LOG_STARTS_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = math.log(6.4) / 27


def log_mel(samples: NDArray[np.float32], spec: ModelSpec) -> NDArray[np.float32]:
    """The mel spectrogram of mono samples, compressed as the model wants it.

    Frames start at the first sample and none reaches past the last, so ``spec.patch_samples`` samples give
    exactly ``spec.patch_frames`` frames, and fewer than ``spec.fft`` samples give none.

    Args:
        samples: (n,) or (windows, n) at ``spec.sample_rate_hz``.
        spec: the model that will look at the result.

    Returns:
        (frames, mels) or (windows, frames, mels), values of log10(1 + log_factor * mel).
    """
    rows = np.atleast_2d(np.asarray(samples, np.float32))
    frames = max(0, 1 + (rows.shape[-1] - spec.fft) // spec.hop)
    mel = np.zeros((len(rows), frames, spec.mels), np.float32)
    if frames:
        for row, target in zip(rows, mel, strict=True):
            _fill_with_power(row, target, spec)
    mel *= np.float32(spec.log_factor)
    np.log1p(mel, out=mel)
    mel *= np.float32(1 / math.log(10))
    return mel if np.ndim(samples) > 1 else mel[0]


def _fill_with_power(row: NDArray[np.float32], mel: NDArray[np.float32], spec: ModelSpec) -> None:
    """Write the mel power of every frame of one window, a few hundred frames at a time to stay in cache."""
    framed = sliding_window_view(row, spec.fft)[:: spec.hop]
    hann, filters = _hann(spec.fft), mel_filters(spec)
    for start in range(0, len(framed), _CHUNK_FRAMES):
        chunk = slice(start, start + _CHUNK_FRAMES)
        spectrum = np.fft.rfft(framed[chunk] * hann, axis=1)
        np.matmul(spectrum.real**2 + spectrum.imag**2, filters, out=mel[chunk])


@lru_cache(maxsize=8)
def _hann(length: int) -> NDArray[np.float32]:
    """Periodic Hann window."""
    window = np.hanning(length + 1)[:-1].astype(np.float32)
    window.flags.writeable = False
    return window


@lru_cache(maxsize=8)
def mel_filters(spec: ModelSpec) -> NDArray[np.float32]:
    """Weight of every frequency bin in every mel band, (fft // 2 + 1, mels), read-only."""
    bins_hz = np.fft.rfftfreq(spec.fft, 1 / spec.sample_rate_hz)
    edges_hz = _hz(np.linspace(_mel(spec.mel_low_hz), _mel(spec.mel_high_hz), spec.mels + 2))
    low, centre, high = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz[:, None] - low) / (centre - low)
    falling = (high - bins_hz[:, None]) / (high - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    filters = (triangles * (2 / (high - low))).astype(np.float32)
    filters.flags.writeable = False
    return filters


def _mel(hz: float) -> float:
    """A frequency in Slaney's mel."""
    if hz < _LOG_STARTS_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return _LOG_STARTS_MEL + math.log(hz / _LOG_STARTS_HZ) / _LOG_STEP


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequencies of Slaney's mel values; the inverse of ``_mel``."""
    above = np.maximum(mel - _LOG_STARTS_MEL, 0)
    return np.minimum(mel, _LOG_STARTS_MEL) * _LINEAR_HZ_PER_MEL * np.exp(_LOG_STEP * above)
