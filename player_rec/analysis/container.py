"""The one place that opens an audio file: only that file, only its sound, and every failure in words."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from player_rec.analysis.untagged import Untagged
from player_rec.domain.errors import UnreadableTrack

# Demuxers that read sound from the one file they are given. Those that follow names found inside a file
# (playlists, scripts, image sequences) are left out.
_FORMATS = (
    "mp3,aac,loas,ac3,eac3,dts,dtshd,truehd,mlp,flac,ogg,mov,asf,xwma,wav,w64,aiff,caf,au,ape,wv,mpc,mpc8,"
    "tta,tak,dsf,iff,matroska,amr,amrnb,amrwb,shn,voc,oma,rka,osq,bonk"
)
_OPTIONS = {
    "format_whitelist": _FORMATS,
    "protocol_whitelist": "none",  # no protocol has this name, so nothing else can be opened
    # FFmpeg thins out its index of an MP3 or AAC stream beyond 19 minutes, unless given room: 24 bytes a frame.
    "indexmem": str(1 << 26),
    # A WAV file may hide another codec; looking for one takes FFmpeg a millisecond a packet.
    "max_probe_packets": "1",
}

# The first that fits; errors of FFmpeg are also errors of Python's by name, though rarely by meaning.
_REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (av.error.DecoderNotFoundError, "there is no decoder for its sound"),
    (av.error.PatchWelcomeError, "its sound is coded in a way the decoder does not know"),
    (MemoryError, "decoding it takes more memory than there is"),
    ((av.FFmpegError, EOFError), "it is damaged, or not a sound file"),
    (PermissionError, "there is no permission to read it"),
    (FileNotFoundError, "the file is gone"),
)


_MOST_HZ = 6_144_000
"""Samples a second in the finest real sound, DSD; resampling what claims a billion would take minutes."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file opened for decoding: the bytes of its sound, the container in them, the stream to hear."""

    path: Path
    sound: Untagged
    container: InputContainer
    stream: AudioStream

    @property
    def codec(self) -> str:
        """How the sound is coded, in FFmpeg's words, such as "mp3" or "pcm_s16le"."""
        return self.stream.codec_context.codec.canonical_name


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open the sound of a file; while it is open, every failure to read or decode it becomes one error.

    Raises:
        UnreadableTrack: the file is gone, is no regular file, may not be read, holds no sound that can be
            decoded, or fails later on; the reason is in words.
    """
    sound = None
    try:
        with _regular_file(path) as file:
            sound = Untagged(file, path)
            if not len(sound):
                raise UnreadableTrack(path, "the file is empty")
            with av.open(sound, "r", container_options=_OPTIONS, metadata_errors="replace") as container:
                yield Source(path, sound, container, _stream(path, container))
            if sound.failure:
                raise sound.failure
    except (av.FFmpegError, OSError, EOFError, ValueError, MemoryError) as error:
        cause = (sound and sound.failure) or error
        raise UnreadableTrack(path, _reason(cause)) from cause


def _regular_file(path: Path) -> io.FileIO:
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableTrack(path, "not a regular file")
    # Should a pipe have taken the file's place by now, do not wait for its writer.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return io.FileIO(path, opener=lambda name, _: os.open(name, flags))


def _stream(path: Path, container: InputContainer) -> AudioStream:
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise UnreadableTrack(path, "there is no sound in it")
    if stream.codec_context is None:
        raise UnreadableTrack(path, "there is no decoder for its sound")
    if stream.codec_context.sample_rate > _MOST_HZ:
        raise UnreadableTrack(path, f"its header is absurd: {stream.codec_context.sample_rate} samples a second")
    stream.codec_context.thread_count = 1
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all
    return stream


def _reason(error: BaseException) -> str:
    for kinds, reason in _REASONS:
        if isinstance(error, kinds):
            return reason
    if isinstance(error, OSError):
        return f"reading it failed: {error.strerror or error}"
    return f"it cannot be decoded: {error}"
