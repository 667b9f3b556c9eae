"""Short songs, encoded when they are needed."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import av
import numpy as np
from numpy.typing import NDArray

Mono = NDArray[np.float32]

RATE_HZ = 44_100
_CODECS = {
    ".flac": ("flac", "s16"),
    ".wav": ("pcm_s16le", "s16"),
    ".mp3": ("libmp3lame", "s16p"),
    ".m4a": ("aac", "fltp"),
    ".opus": ("libopus", "s16"),
}


def sine(samples: int, hertz: float = 441.0, rate_hz: int = RATE_HZ, first: int = 0) -> Mono:
    """A tone at half of full scale, from its sample number ``first`` on."""
    tone: Mono = (0.5 * np.sin(2 * np.pi * hertz * np.arange(first, first + samples) / rate_hz)).astype(np.float32)
    return tone


def write(path: Path, sound: Mono, rate_hz: int = RATE_HZ, tags: Mapping[str, str] = MappingProxyType({})) -> Path:
    """Encode a tone on both sides, in the way that the ending of the file's name says."""
    codec, kind = _CODECS[path.suffix]
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"} if tags else {}) as container:
        container.metadata.update(tags)
        stream = container.add_stream(codec, rate=rate_hz, layout="stereo", format=kind)
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = 192_000
        frame = av.AudioFrame.from_ndarray(np.repeat(sound, 2)[np.newaxis], "flt", "stereo")
        frame.sample_rate, frame.pts = rate_hz, 0
        resampler = av.AudioResampler(kind, "stereo", rate_hz)
        for ready in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(ready))
    return path


def as_written(sound: Mono) -> Mono:
    """What is left of a tone in 16 bits."""
    left: Mono = (np.round(sound * 32768.0) / 32768.0).astype(np.float32)
    return left
