"""Decoded frames of any kind → stereo, and from one rate to another."""

from functools import lru_cache
from typing import Final

import av
import numpy as np
from av.audio.frame import AudioFrame

from player_rec.players.builtin.buffer import Samples

_HALF_POWER: Final = 0.5**0.5
_LEFT: Final = {"FL": 1.0, "FC": _HALF_POWER, "BL": _HALF_POWER, "SL": _HALF_POWER, "BC": 0.5, "FLC": 1.0}
_RIGHT: Final = {"FR": 1.0, "FC": _HALF_POWER, "BR": _HALF_POWER, "SR": _HALF_POWER, "BC": 0.5, "FRC": 1.0}
_LOUDEST: Final = 8.0
"""Beyond this no sound goes: a file of floats may hold anything."""


class Stereo:
    """Makes stereo of frames that are all of one kind.

    One channel goes to both sides as loud as it is. More than two are mixed after ITU-R BS.775 and made softer by
    as much as they could add up to; FFmpeg's own mixes are 3 dB off for mono and clip for the others.
    """

    def __init__(self, frame: AudioFrame) -> None:
        self._kind = _kind(frame)
        self._format = None
        if frame.format.name != "fltp":
            self._format = av.AudioResampler("fltp", frame.layout, frame.sample_rate)
        self._mix = _mix(tuple(channel.name for channel in frame.layout.channels))

    def fits(self, frame: AudioFrame) -> bool:
        """Whether a frame is of that kind."""
        return _kind(frame) == self._kind

    def of(self, frame: AudioFrame) -> Samples:
        """All samples of a frame."""
        frame.pts = None  # the resampler would fill what it takes for holes
        planes = [frame] if self._format is None else self._format.resample(frame)
        sound = np.concatenate([plane.to_ndarray() for plane in planes], axis=1)
        if len(sound) == 2 and self._mix is None:
            mixed = sound
        elif len(sound) == 1:
            mixed = np.repeat(sound, 2, axis=0)
        else:
            mixed = self._mix @ sound if self._mix is not None else sound[:2]
        return _sane(np.ascontiguousarray(mixed.T, dtype=np.float32))


class Rate:
    """Resamples stereo. What comes out begins where what went in began."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._from_hz = from_hz
        self._resampler = None if from_hz == to_hz else av.AudioResampler("flt", "stereo", to_hz)

    def push(self, sound: Samples) -> Samples:
        """What is ready."""
        if self._resampler is None:
            return sound
        frame = AudioFrame.from_ndarray(sound.reshape(1, -1), "flt", "stereo")
        frame.sample_rate = self._from_hz
        return _taken(self._resampler, frame)

    def finish(self) -> Samples:
        """The rest."""
        return np.empty((0, 2), np.float32) if self._resampler is None else _taken(self._resampler, None)


def _taken(resampler: av.AudioResampler, frame: AudioFrame | None) -> Samples:
    pieces = [out.to_ndarray().reshape(-1, 2) for out in resampler.resample(frame)]
    return np.concatenate(pieces) if pieces else np.empty((0, 2), np.float32)


def _kind(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name


@lru_cache(maxsize=8)
def _mix(names: tuple[str, ...]) -> Samples | None:
    """(2, channels), or None where two channels are left and right as they are, or one is both."""
    if len(names) <= 2:
        return None
    rows = np.array([[side.get(name, 0.0) for name in names] for side in (_LEFT, _RIGHT)])
    most = float(rows.sum(axis=1).max())
    if not most:  # channels without a meaning
        return np.eye(2, len(names), dtype=np.float32)
    return (rows / max(1.0, most)).astype(np.float32)


def _sane(sound: Samples) -> Samples:
    if sound.size and not max(sound.max(), -sound.min()) <= _LOUDEST:
        return np.clip(np.nan_to_num(sound, nan=0.0), -_LOUDEST, _LOUDEST)
    return sound
