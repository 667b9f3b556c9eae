"""One function a format: a source file in, a file of that format out, without any tags.

The programs of Debian do the work: ffmpeg, and where a format has an encoder of its own, that one
(``musepack-tools``, ``wavpack``, ``opus-tools``, ``libjmac-java`` for Monkey's Audio).
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Write = Callable[[Path, Path, float | None], None]
"""(source, target, seconds to keep or None for all)."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the corpus: the suffix of its files, the container its tags go into, and how it is made."""

    suffix: str
    container: str
    program: str
    write: Write


def ffmpeg(source: Path, target: Path, seconds: float | None, arguments: Sequence[str]) -> None:
    """Encode the first audio stream, bit-exactly repeatable.

    Raises:
        subprocess.CalledProcessError: ffmpeg refused; its last words are in ``stderr``.
    """
    cut: tuple[str, ...] = () if seconds is None else ("-t", str(seconds))
    words: list[str | Path] = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-threads", "1", "-i", source, *cut]
    words += ["-map", "0:a:0", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", *arguments]
    subprocess.run([*words, target], check=True, capture_output=True)


def by_ffmpeg(*arguments: str) -> Write:
    """An encoder of ffmpeg's own."""
    return lambda source, target, seconds: ffmpeg(source, target, seconds, arguments)


def by_program(command: Callable[[Path, Path], Sequence[str | Path]], *pcm: str) -> Write:
    """An encoder that reads a WAV file and exits with 0 when it has written a file."""

    def write(source: Path, target: Path, seconds: float | None) -> None:
        wav = target.with_suffix(".pcm.wav")
        try:
            ffmpeg(source, wav, seconds, ("-c:a", "pcm_s16le", *pcm))
            target.unlink(missing_ok=True)  # jmac writes over a longer file without shortening it
            subprocess.run(command(wav, target), check=True, capture_output=True)
        finally:
            wav.unlink(missing_ok=True)

    return write


_MP3 = ("-c:a", "libmp3lame", "-id3v2_version", "0")

FORMATS: Mapping[str, Format] = {
    "mp3-cbr": Format(".mp3", "id3", "ffmpeg", by_ffmpeg(*_MP3, "-b:a", "192k")),
    "mp3-vbr": Format(".mp3", "id3", "ffmpeg", by_ffmpeg(*_MP3, "-q:a", "4")),
    "mp3-vbr-no-xing": Format(".mp3", "id3", "ffmpeg", by_ffmpeg(*_MP3, "-q:a", "4", "-write_xing", "0")),
    "m4a-aac": Format(".m4a", "mp4", "ffmpeg", by_ffmpeg("-c:a", "aac", "-b:a", "160k")),
    "adts-aac": Format(".aac", "none", "ffmpeg", by_ffmpeg("-c:a", "aac", "-b:a", "128k")),
    "alac": Format(".m4a", "mp4", "ffmpeg", by_ffmpeg("-c:a", "alac", "-sample_fmt", "s16p")),
    "flac": Format(".flac", "flac", "ffmpeg", by_ffmpeg("-c:a", "flac", "-sample_fmt", "s16")),
    "vorbis": Format(".ogg", "vorbis", "ffmpeg", by_ffmpeg("-c:a", "libvorbis", "-q:a", "5")),
    "opus": Format(
        ".opus",
        "opus",
        "opusenc",
        by_program(lambda wav, out: ("opusenc", "--quiet", "--bitrate", "96", "--serial", "1", wav, out)),
    ),
    "opus-ffmpeg": Format(".opus", "opus", "ffmpeg", by_ffmpeg("-c:a", "libopus", "-b:a", "96k")),
    "wma": Format(".wma", "asf", "ffmpeg", by_ffmpeg("-c:a", "wmav2", "-b:a", "128k", "-ar", "44100")),
    "wav": Format(".wav", "wav", "ffmpeg", by_ffmpeg("-c:a", "pcm_s16le")),
    "aiff": Format(".aiff", "aiff", "ffmpeg", by_ffmpeg("-c:a", "pcm_s16be")),
    "ape": Format(".ape", "ape", "jmac", by_program(lambda wav, out: ("jmac", "c2", wav, out))),
    "wavpack": Format(".wv", "ape", "wavpack", by_program(lambda wav, out: ("wavpack", "-q", "-y", wav, "-o", out))),
    "musepack": Format(
        ".mpc",
        "ape",
        "mpcenc",
        by_program(lambda wav, out: ("mpcenc", "--silent", "--overwrite", wav, out), "-ar", "44100", "-ac", "2"),
    ),
}


def missing_programs() -> tuple[str, ...]:
    """Names of the programs that are not on this machine."""
    return tuple(sorted({each.program for each in FORMATS.values() if shutil.which(each.program) is None}))
