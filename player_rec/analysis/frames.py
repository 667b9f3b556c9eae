"""Decoded frames made into numbers."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from player_rec.analysis.reader import Timed

Samples = NDArray[np.float32]

# FFmpeg's sample formats as numpy's, with what counts as full scale.
_FORMATS = {
    "u8": ("u1", 2.0**7),
    "s16": ("i2", 2.0**15),
    "s32": ("i4", 2.0**31),
    "s64": ("i8", 2.0**63),
    "flt": ("f4", 1.0),
    "dbl": ("f8", 1.0),
}
_LOUDEST = 16.0
_CHUNK_SAMPLES = 8192
_RESAMPLED_CHUNK_SAMPLES = 16384


class Stretch(NamedTuple):
    """Sound of one kind: (channels, n) float32 at full scale ±1, its rate, and its channels' names."""

    start_s: float
    sound: Samples
    rate_hz: int
    channels: tuple[str, ...]

    def cut(self, start_s: float, end_s: float, step: int = 1) -> "Stretch":
        """Keep what lies between two times, from a sample whose number is a multiple of ``step`` on."""
        first = round(self.start_s * self.rate_hz)
        begin = max(first, math.ceil(start_s * self.rate_hz))
        begin += -begin % step
        end = math.ceil(end_s * self.rate_hz)
        kept = self.sound[:, begin - first : max(begin, end) - first]
        return self._replace(start_s=begin / self.rate_hz, sound=kept)


def stretches(frames: Iterable[Timed]) -> Iterator[Stretch]:
    """Join frames into stretches; a new one begins where rate, layout or sample format change."""
    for (rate_hz, _, _), group in groupby(frames, _kind):
        timed = list(group)
        same = [frame for _, _, frame in timed]
        names = tuple(channel.name for channel in same[0].layout.channels)
        yield Stretch(timed[0].start_s, _planar(same), rate_hz, names)


def _kind(timed: Timed) -> tuple[int, str, str]:
    frame = timed.frame
    return frame.sample_rate, frame.layout.name, frame.format.name


def _planar(frames: Sequence[AudioFrame]) -> Samples:
    kind, channels = frames[0].format, frames[0].layout.nb_channels
    dtype, full_scale = _FORMATS[kind.packed.name]
    together = 1 if kind.is_planar else channels
    planes = [
        [np.frombuffer(memoryview(plane), dtype, frame.samples * together) for plane in frame.planes]
        for frame in frames
    ]
    sound = np.stack([np.concatenate(plane) for plane in zip(*planes, strict=True)])
    if not kind.is_planar:
        sound = sound.reshape(-1, channels).T
    if kind.packed.name == "u8":
        sound = sound.astype(np.int16) - 128
    planar: Samples = np.multiply(sound, 1.0 / full_scale, dtype=np.float32, order="C")
    return _sane(planar)


def _sane(sound: Samples) -> Samples:
    """Keep what a decoder makes of garbage, or a file of floats holds, within what sound can be."""
    if max(sound.max(), -sound.min()) <= _LOUDEST:
        return sound
    return np.clip(np.nan_to_num(sound, nan=0.0), -_LOUDEST, _LOUDEST)


class Mono:
    """Makes sound of one rate into mono of another, a piece at a time.

    The mean of the channels is taken here, as librosa takes it: FFmpeg's own mix to mono is louder by
    the square root of two. Resampling is linear, so its order with the mean does not matter.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._from_hz = from_hz
        self._resampler = av.AudioResampler("fltp", "mono", to_hz, frame_size=_RESAMPLED_CHUNK_SAMPLES)

    def push(self, sound: Samples) -> list[Samples]:
        """Take in (channels, n) and give back what is ready, as pieces of mono (m,)."""
        mono = sound.mean(axis=0, dtype=np.float32, keepdims=True) if len(sound) > 1 else sound
        ready = []
        for start in range(0, mono.shape[1], _CHUNK_SAMPLES):
            frame = AudioFrame.from_ndarray(mono[:, start : start + _CHUNK_SAMPLES], "fltp", "mono")
            frame.sample_rate = self._from_hz
            ready += self._pieces(frame)
        return ready

    def finish(self) -> list[Samples]:
        """Give back the last pieces."""
        return self._pieces(None)

    def _pieces(self, frame: AudioFrame | None) -> list[Samples]:
        return [out.to_ndarray()[0].astype(np.float32, copy=False) for out in self._resampler.resample(frame)]
