"""Programme loudness after EBU R128 (2020) and ITU-R BS.1770-4, from stretches of a track.

The K-weighting is applied to each 100 ms in the frequency domain, where it costs one transform and no
recursion; four neighbours make a 400 ms block. A stretch gives its block energies, and the gates of the
standard are then laid over the blocks of all stretches together.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SILENCE_LUFS = -70.0
"""The absolute gate of the standard, and what is said of a track that never rises above it."""

_OFFSET_DB = -0.691
_RELATIVE_GATE_LU = -10.0
_STEPS_A_SECOND = 10
_STEPS_A_BLOCK = 4
_SURROUND_WEIGHT = 1.41
_SURROUND = frozenset({"BL", "BR", "SL", "SR", "BC"})
_LOW_FREQUENCY = frozenset({"LFE", "LFE2"})


def channel_weights(names: Sequence[str]) -> tuple[float, ...]:
    """Weights of BS.1770 for channels named as in FFmpeg ("FL", "FR", "FC", "LFE", "BL", …)."""
    return tuple(0.0 if name in _LOW_FREQUENCY else _SURROUND_WEIGHT if name in _SURROUND else 1.0 for name in names)


def block_energies(sound: NDArray[np.float32], rate_hz: int, weights: Sequence[float]) -> NDArray[np.float64]:
    """Weighted mean squares of the 400 ms blocks, overlapping by three quarters, of one stretch.

    Args:
        sound: (channels, n), full scale ±1, at the rate it was recorded with.
        rate_hz: its sample rate.
        weights: one weight a channel.

    Returns:
        (blocks,): a stretch under 400 ms makes one block of what there is, one under 100 ms makes none.
    """
    step = _step(rate_hz)
    count = sound.shape[1] // step
    if not count:
        return np.zeros(0)
    steps = sound[:, : count * step].reshape(len(sound), count, step)
    spectrum = np.fft.rfft(steps, axis=2)
    power = spectrum.real**2 + spectrum.imag**2
    energy = np.tensordot(np.asarray(weights), power @ _response(rate_hz, step), axes=1)
    span = min(_STEPS_A_BLOCK, count)
    return np.convolve(energy, np.full(span, 1.0 / span), "valid")


def integrated_lufs(blocks: NDArray[np.float64]) -> float:
    """Loudness of all blocks that pass both gates, ``SILENCE_LUFS`` where none does."""
    loud = blocks[blocks > _energy(SILENCE_LUFS)]
    if not loud.size:
        return SILENCE_LUFS
    gate = _lufs(float(loud.mean())) + _RELATIVE_GATE_LU
    return max(SILENCE_LUFS, _lufs(float(loud[loud > _energy(gate)].mean())))


@lru_cache(maxsize=8)
def _step(rate_hz: int) -> int:
    """Samples of a step: 100 ms or up to 2 ms more, a product of 2, 3 and 5, which transforms fastest."""
    step = max(1, rate_hz // _STEPS_A_SECOND)
    while _without_2_3_5(step) > 1:
        step += 1
    return step


def _without_2_3_5(number: int) -> int:
    for prime in (2, 3, 5):
        while number % prime == 0:
            number //= prime
    return number


def _lufs(energy: float) -> float:
    return float(_OFFSET_DB + 10.0 * np.log10(energy))


def _energy(lufs: float) -> float:
    return float(10.0 ** ((lufs - _OFFSET_DB) / 10.0))


@lru_cache(maxsize=8)
def _response(rate_hz: int, size: int) -> NDArray[np.float32]:
    """Weights that turn |rfft|² of ``size`` samples into the mean square after K-weighting.

    The standard lists the two filters for 48 kHz only; they are the bilinear transforms of a high shelf
    and of a high pass, whose parameters (B. De Man, "Evaluation of implementations of the EBU R128
    loudness measurement", 2018) give them for any rate.
    """
    shelf = _high_shelf(rate_hz, 1681.974450955533, 3.999843853973347, 0.7071752369554196)
    high_pass = _high_pass(rate_hz, 38.13547087602444, 0.5003270373238773)
    delay = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = np.ones(delay.size)
    for above, below in (shelf, high_pass):
        response *= np.abs(np.polyval(above[::-1], delay) / np.polyval(below[::-1], delay)) ** 2
    both_sides = np.full(delay.size, 2.0)
    both_sides[0] = 1.0
    if size % 2 == 0:
        both_sides[-1] = 1.0
    return (response * both_sides / size**2).astype(np.float32)


Biquad = tuple[NDArray[np.float64], NDArray[np.float64]]


def _high_shelf(rate_hz: int, corner_hz: float, gain_db: float, quality: float) -> Biquad:
    k = np.tan(np.pi * corner_hz / rate_hz)
    high = 10.0 ** (gain_db / 20.0)
    band = high**0.4996667741545416
    above = np.array([high + band * k / quality + k * k, 2.0 * (k * k - high), high - band * k / quality + k * k])
    below = np.array([1.0 + k / quality + k * k, 2.0 * (k * k - 1.0), 1.0 - k / quality + k * k])
    return above, below


def _high_pass(rate_hz: int, corner_hz: float, quality: float) -> Biquad:
    k = np.tan(np.pi * corner_hz / rate_hz)
    below = np.array([1.0 + k / quality + k * k, 2.0 * (k * k - 1.0), 1.0 - k / quality + k * k])
    return np.array([1.0, -2.0, 1.0]), below / below[0]
