"""How much silence stands before the first sound of a track and after its last."""

import numpy as np
from numpy.typing import NDArray

_FRAME_SECONDS = 0.010
_SILENT_DBFS = -60.0
_LOUDEST_NOISE_DBFS = -48.0
_ABOVE_NOISE_DB = 10.0  # how far sound must rise over a steady noise floor
_CONTRAST_DB = 30.0  # a floor is taken for noise only where something so much louder is heard beside it
_FLOOR_PERCENTILE = 5
_LASTING_FRAMES = 2  # a click is over sooner


def edges(head: NDArray[np.float32], tail: NDArray[np.float32], rate_hz: int) -> tuple[int, int]:
    """Milliseconds of silence at the start of ``head`` and at the end of ``tail``, in steps of ten.

    Silent is what stays under -60 dBFS (root mean square over 10 ms, without any constant offset). Where a
    steady hiss lies higher, as on tapes and records, it counts as silence up to -48 dBFS if music follows it.

    Args:
        head: (n,) the first seconds of the track, mono.
        tail: (m,) its last seconds.
        rate_hz: samples a second.

    Returns:
        Silence at start and end; where nothing is heard, as long as ``head`` and ``tail`` are.
    """
    return _until_sound_ms(head, rate_hz), _until_sound_ms(tail[::-1], rate_hz)


def _until_sound_ms(samples: NDArray[np.float32], rate_hz: int) -> int:
    """Milliseconds from the first sample to the first lasting sound."""
    levels = _levels_dbfs(samples, rate_hz)
    if not len(levels):
        return 0
    heard = levels > _threshold_dbfs(levels)
    lasting = np.convolve(heard, np.ones(_LASTING_FRAMES), "valid") == _LASTING_FRAMES
    if not lasting.any():
        return round(len(samples) / rate_hz * 1000)
    return round(int(np.argmax(lasting)) * _FRAME_SECONDS * 1000)


def _threshold_dbfs(levels: NDArray[np.float64]) -> float:
    """The level above which something is sound."""
    floor = float(np.percentile(levels, _FLOOR_PERCENTILE))
    if levels.max() - floor < _CONTRAST_DB:
        return _SILENT_DBFS
    return min(max(_SILENT_DBFS, floor + _ABOVE_NOISE_DB), _LOUDEST_NOISE_DBFS)


def _levels_dbfs(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64]:
    """Root mean square level of each whole frame, (frames,), a full-scale sine being -3 dBFS."""
    length = max(1, round(rate_hz * _FRAME_SECONDS))
    frames = samples[: len(samples) // length * length].reshape(-1, length).astype(np.float64)
    return np.asarray(10 * np.log10(np.maximum(frames.var(axis=1), 1e-12)))
