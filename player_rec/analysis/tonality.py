"""The key a track is in.

Spectral peaks are turned into a chroma by letting each stand for the partials it may be of lower notes
(E. Gómez, 2006), measured from the tuning that the peaks themselves agree on. The key is the one whose
profile (D. Temperley, "Music and Probability", 2007: how often each degree is present in the pieces of
Kostka and Payne's textbook) correlates best, which is how C. Krumhansl and M. Schmuckler (1990) find keys.
"""

import numpy as np
from numpy.typing import NDArray

from player_rec.analysis.spectrum import magnitudes, power_of_two_near, thinned

_FRAME_SECONDS = 0.512
_STEP = 0.75  # of a frame
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 3000.0
_FAINT = 0.02  # peaks under this share of their frame's strongest are left out
_LOUDNESS_EXPONENT = 0.6
_PARTIALS = np.arange(1, 7)
_PARTIAL_WEIGHTS = 0.7 ** (_PARTIALS - 1)
_PARTIAL_SEMITONES = 12 * np.log2(_PARTIALS)
_MAJOR = (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400)
_MINOR = (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330)
_CLEAR_MARGIN = 0.35  # correlation by which a plain tonal piece beats the best unrelated key
_FLAT_CHROMA, _CLEAR_CHROMA = 0.14, 0.30  # deviation over mean: of noise, and of a tonal piece


def key(windows: NDArray[np.float32], rate_hz: int) -> tuple[int, float]:
    """Tonic and mode, and how surely.

    Args:
        windows: (n, samples) mono.
        rate_hz: samples a second.

    Returns:
        Pitch class of the tonic, 0 = C to 11 = B, plus 12 for minor; and a confidence from 0 (no tones, or
        no key among them) to 1. Keys a fifth away, relative and parallel ones do not count against it.
    """
    found = chroma(windows, rate_hz)
    mean, spread = float(found.mean()), float(found.std())
    if spread <= _FLAT_CHROMA * mean:
        return 0, 0.0
    fit = _PROFILES @ ((found - mean) / (spread * 12))
    best = int(np.argmax(fit))
    margin = float(fit[best] - fit[~_RELATED[best]].max())
    tonal = (spread / mean - _FLAT_CHROMA) / (_CLEAR_CHROMA - _FLAT_CHROMA)
    return best, float(np.clip(margin / _CLEAR_MARGIN, 0.0, 1.0) * np.clip(tonal, 0.0, 1.0))


def chroma(windows: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64]:
    """How much is heard of each pitch class, C first: (12,), relative to nothing in particular."""
    hertz, strength = _peaks(windows, rate_hz)
    if not len(hertz):
        return np.zeros(12)
    weight = strength**_LOUDNESS_EXPONENT
    pitch = 69 + 12 * np.log2(hertz / 440.0)
    pitch -= np.angle(np.sum(weight * np.exp(2j * np.pi * pitch))) / (2 * np.pi)
    fundamental = pitch[:, None] - _PARTIAL_SEMITONES
    nearest = np.rint(fundamental)
    share = weight[:, None] * _PARTIAL_WEIGHTS * np.cos(np.pi * (fundamental - nearest)) ** 2
    return np.asarray(np.bincount(nearest.astype(np.intp).ravel() % 12, share.ravel(), 12), np.float64)


def _peaks(windows: NDArray[np.float32], rate_hz: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequency in Hz and amplitude of every distinct spectral peak in every frame.

    Both are read off the parabola through the logarithms of a peak and its neighbours.
    """
    windows, rate = thinned(windows, rate_hz, _HIGHEST_HZ)
    fft = power_of_two_near(min(rate * _FRAME_SECONDS, windows.shape[1] / 1.42))
    starts = np.arange(0, windows.shape[1] - fft + 1, round(fft * _STEP))
    lowest = max(1, int(_LOWEST_HZ * fft / rate))
    highest = min(fft // 2, int(_HIGHEST_HZ * fft / rate))
    if not (len(starts) and len(windows)) or highest <= lowest:
        return np.zeros(0), np.zeros(0)
    levels = np.concatenate([magnitudes(w, fft, starts)[:, lowest - 1 : highest + 2] for w in windows])
    middle = levels[:, 1:-1]
    strong = middle > _FAINT * middle.max(axis=1, keepdims=True)
    frame, bin_ = np.nonzero(strong & (middle > levels[:, :-2]) & (middle >= levels[:, 2:]))
    around = np.stack([levels[frame, bin_ + k] for k in range(3)]).astype(np.float64)
    left, top, right = np.log(np.maximum(around, np.finfo(np.float32).tiny))
    offset = 0.5 * (left - right) / np.minimum(left - 2 * top + right, -1e-12)
    amplitude = np.exp(top - 0.25 * (left - right) * offset)
    return (lowest + bin_ + offset) * (rate / fft), amplitude


def _profiles() -> NDArray[np.float64]:
    """Of the 24 keys, twelve major ones first: (24, 12), each of mean 0 and deviation 1."""
    rows = np.array([np.roll(profile, tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)])
    rows -= rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / rows.std(axis=1, keepdims=True))


def _related() -> NDArray[np.bool_]:
    """Whether two keys are the same, a fifth apart, relative or parallel: (24, 24)."""
    tonic, minor = np.arange(24) % 12, np.arange(24) >= 12
    # A minor key is compared by its relative major.
    major = np.where(minor, tonic + 3, tonic)
    apart = (major[:, None] - major) % 12
    fifth = np.isin(apart, (5, 7)) & (minor[:, None] == minor)
    return np.asarray((apart == 0) | fifth | (tonic[:, None] == tonic))


_PROFILES, _RELATED = _profiles(), _related()
