"""The one place of the player that opens an audio file: only that file, only its sound, every failure in words."""

import io
import math
import os
import stat
from pathlib import Path
from typing import Final

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from player_rec.domain.errors import UnreadableTrack

_FORMATS: Final = (
    "mp3,aac,loas,ac3,eac3,dts,dtshd,truehd,mlp,flac,ogg,mov,asf,xwma,wav,w64,aiff,caf,au,ape,wv,mpc,mpc8,"
    "tta,tak,dsf,iff,matroska,amr,amrnb,amrwb,shn,voc,oma,rka,osq,bonk"
)
_OPTIONS: Final = {
    "format_whitelist": _FORMATS,  # no playlist or script: what stands in a file opens no other
    "protocol_whitelist": "none",  # no protocol has this name
    "indexmem": str(1 << 26),  # else FFmpeg thins out its index of an MP3 beyond 19 minutes
}
_MOST_HZ: Final = 6_144_000
"""Samples a second in the finest real sound, DSD."""

_LAST_PAGE_S: Final = 3.0
"""Pages longer than that are for streams of speech."""

DECODING_FAILS: Final = (av.FFmpegError, OSError, EOFError, ValueError, MemoryError)
"""What PyAV raises where a file is not as it should be."""


class Bytes:
    """The bytes of a regular file for the decoder, which cannot carry the error of a read: it is kept here.

    Attributes:
        name: the file's; the decoder weighs its ending when it guesses the format.
        failure: why a read failed; the file seems to end there.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.failure: OSError | None = None
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("it is no regular file")
        # Should a pipe have taken the file's place by now, do not wait for its writer.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        self._file = io.FileIO(path, opener=lambda name, _: os.open(name, flags))
        self._size = os.fstat(self._file.fileno()).st_size

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes; none at the end, or after a failure."""
        try:
            return self._file.read(size) or b""
        except OSError as error:
            self.failure = error
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; never before the start, where a demuxer of garbage may want to go."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._file.tell(), os.SEEK_END: self._size}[whence]
        return self._file.seek(max(0, start + offset))

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._file.tell()

    def close(self) -> None:
        """Let go. Twice is fine."""
        self._file.close()


class Opened:
    """An open file with sound in it. Raises UnreadableTrack."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.bytes = Bytes(path)
        except OSError as error:
            raise UnreadableTrack(path, _in_words(error)) from error
        try:
            self.container: InputContainer = av.open(
                self.bytes, "r", container_options=_OPTIONS, metadata_errors="replace"
            )
            self.stream = _best(path, self.container)
        except DECODING_FAILS as error:
            self.bytes.close()
            raise self.unreadable(error) from error
        except UnreadableTrack:
            self.bytes.close()
            raise

    def close(self) -> None:
        """Let go of the file. Twice is fine."""
        self.container.close()
        self.bytes.close()

    def unreadable(self, error: BaseException) -> UnreadableTrack:
        """What went wrong, in words."""
        return UnreadableTrack(self.path, _in_words(self.bytes.failure or error))

    @property
    def duration_s(self) -> float:
        """How long it says it is; 0 where it does not say."""
        if self.stream.duration and self.stream.time_base:
            return max(0.0, float(self.stream.duration * self.stream.time_base))
        return max(0.0, (self.container.duration or 0) / 1_000_000)

    @property
    def latest_landing_s(self) -> float:
        """The latest time that a seek may aim at: within an Ogg file's last page FFmpeg gives wrong stamps."""
        return self.duration_s - _LAST_PAGE_S if self.container.format.name == "ogg" else math.inf

    @property
    def last_s(self) -> float | None:
        """Where the sound ends as iTunes tells in an MP4 (``iTunSMPB``: delay, padding, samples, all hexadecimal)."""
        words = self.container.metadata.get("iTunSMPB", "").split()
        try:
            told_s = int(words[3], 16) / self.stream.codec_context.sample_rate
        except (IndexError, ValueError, ZeroDivisionError):
            return None
        return told_s if abs(told_s - self.duration_s) < 0.5 else None

    @property
    def cuts_packets(self) -> bool:
        """Whether a packet said to be shorter than what it decodes to is meant to be cut: so ends AAC in MP4."""
        return "mp4" in self.container.format.name.split(",")


def _best(path: Path, container: InputContainer) -> AudioStream:
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


def _in_words(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError) and not isinstance(error, av.FFmpegError):
        return "the file is gone"
    if isinstance(error, av.error.DecoderNotFoundError):
        return "there is no decoder for its sound"
    if isinstance(error, (av.FFmpegError, EOFError)):
        return "it is damaged, or not a sound file"
    if isinstance(error, OSError):
        return f"reading it failed: {error.strerror or error}"
    return f"it cannot be decoded: {error}"
