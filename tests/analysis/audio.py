"""Music made of numbers, and files made of it: what the tests of sound are heard through."""

import shutil
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}

# suffix -> what the format is usually coded with
CODECS = {
    ".mp3": "libmp3lame",
    ".m4a": "aac",
    ".aac": "aac",
    ".flac": "flac",
    ".ogg": "vorbis",
    ".oga": "flac",
    ".opus": "libopus",
    ".wma": "wmav2",
    ".wav": "pcm_s16le",
    ".aiff": "pcm_s16be",
    ".aif": "pcm_s16be",
    ".au": "pcm_s16be",
    ".caf": "alac",
    ".wv": "wavpack",
    ".tta": "tta",
    ".mka": "flac",
    ".ac3": "ac3",
}
MUXERS = {".m4a": "ipod", ".aac": "adts", ".wma": "asf", ".aif": "aiff", ".mka": "matroska", ".oga": "ogg"}
DEPTH = {"flac": "s16", "alac": "s16p", "wavpack": "s16p", "tta": "s16"}
# Fast rather than fine; noise substitution would make two decodings of one file differ.
THRIFT = {"libmp3lame": {"compression_level": "9"}, "aac": {"aac_coder": "fast", "aac_pns": "0"}}
LOSSY_BITS = {"libmp3lame": 192_000, "aac": 192_000, "libopus": 128_000, "wmav2": 192_000, "ac3": 256_000}


def music(seconds: float, rate: int = 44_100, channels: int = 2, seed: int = 0) -> Samples:
    """A tune in which every stretch differs from every other: (channels, n) float32 within ±0.8.

    Four random notes a second with three harmonics each, over a noise whose level wanders; each channel
    hears them at another level, so that what is done to channels shows. The notes are the same at any rate.
    """
    notes, noise = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    total = round(seconds * rate)
    sound = noise.normal(0.0, 0.004, (channels, total)).astype(np.float32)
    length = rate // 2
    time = np.arange(length, dtype=np.float32) / rate
    fade = np.minimum(np.arange(length) / (0.005 * rate), 1.0) * np.exp(-time * 6.0)
    for start in range(0, total, rate // 4):
        pitch = 110.0 * 2.0 ** (notes.integers(0, 36) / 12.0)
        note = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in (1, 2, 3)) * fade
        levels = notes.uniform(0.08, 0.3, (channels, 1))
        stretch = sound[:, start : start + length]
        stretch += (levels * note[: stretch.shape[1]]).astype(np.float32)
    return np.clip(sound, -0.8, 0.8)


def sine(seconds: float, hz: float, dbfs: float, rate: int = 48_000, channels: int = 2) -> Samples:
    """A sine whose peak lies ``dbfs`` decibels under full scale, the same in each channel."""
    time = np.arange(round(seconds * rate)) / rate
    wave = 10.0 ** (dbfs / 20.0) * np.sin(2 * np.pi * hz * time)
    return np.tile(wave.astype(np.float32), (channels, 1))


def write_audio(
    path: Path,
    samples: Samples,
    rate: int,
    codec: str = "",
    *,
    muxing: dict[str, str] | None = None,
    coding: dict[str, str] | None = None,
    start_s: float = 0.0,
) -> Path:
    """Encode (channels, n) float samples into ``path``; the suffix chooses the container, and a codec for it.

    ``muxing`` and ``coding`` are FFmpeg options of the container and of the encoder; ``start_s`` is the time
    stamp of the first sample. Musepack is left to its own encoder, which must be installed.
    """
    if path.suffix == ".mpc":
        return _write_musepack(path, samples, rate)
    codec = codec or CODECS[path.suffix]
    options = {"strict": "experimental"} | THRIFT.get(codec, {}) | (coding or {})
    # Written beside a plain name: the muxer must not read anything into the name a test chose.
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        plain = Path(folder, f"sound{path.suffix}")
        muxer = MUXERS.get(path.suffix)
        with av.open(str(plain), "w", format=muxer, container_options=muxing or {}) as container:
            stream = container.add_stream(codec, rate=rate, options=options)
            assert isinstance(stream, av.AudioStream)
            stream.layout = LAYOUTS[len(samples)]
            if codec in DEPTH:
                stream.format = DEPTH[codec]
            if codec in LOSSY_BITS and "global_quality" not in options:
                stream.bit_rate = LOSSY_BITS[codec]
            for frame in _frames(samples, rate, round(start_s * rate)):
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        plain.replace(path)
    return path


def decoded(path: Path) -> Samples:
    """Every sample of a file as it was coded, (channels, n): the plain truth to compare with."""
    with av.open(str(path), metadata_errors="replace") as container:
        resampler = av.AudioResampler(format="fltp")
        parts = [
            resampled.to_ndarray() for frame in container.decode(audio=0) for resampled in resampler.resample(frame)
        ]
    return np.concatenate(parts, axis=1)


def _frames(samples: Samples, rate: int, first: int) -> list[av.AudioFrame]:
    layout, frames = LAYOUTS[len(samples)], []
    for start in range(0, samples.shape[1], 8192):
        part = np.ascontiguousarray(samples[:, start : start + 8192], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, first + start, Fraction(1, rate)
        frames.append(frame)
    return frames


def _write_musepack(path: Path, samples: Samples, rate: int) -> Path:
    encoder = shutil.which("mpcenc")
    assert encoder, "mpcenc (Debian package musepack-tools) writes the Musepack files of these tests"
    with tempfile.TemporaryDirectory() as folder:
        wav = write_audio(Path(folder, "sound.wav"), samples, rate)
        subprocess.run([encoder, "--silent", "--overwrite", wav, path], check=True)
    return path
