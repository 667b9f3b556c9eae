"""What the unpacked packages offer: every long enough Ogg file, with its tags as a careful reader shows them."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import mutagen

from player_rec.domain.track import ReplayGain, Tags
from tests.corpus.packages import audio_files

SHORTEST_MS = 45_000
_CODECS = {".ogg": "vorbis", ".oga": "vorbis", ".opus": "opus"}


@dataclass(frozen=True, slots=True)
class Source:
    """A real recording: where it lies below the music folder, which package gave it, and what it is.

    Attributes:
        several_titles: the title is given more than once, which real files do by mistake.
        playable: FFmpeg opens it. A few packages hold Vorbis files whose headers it refuses.
    """

    path: Path
    package: str
    recording: str
    codec: str
    duration_ms: int
    tags: Tags
    several_titles: bool
    playable: bool


def read_sources(music: Path) -> Iterator[Source]:
    """Every Vorbis or Opus file of at least 45 s, in a stable order; byte-identical files share ``recording``."""
    for path in audio_files(music):
        codec = _CODECS.get(path.suffix)
        if codec is None:
            continue
        ogg = mutagen.File(path)
        duration_ms = round(ogg.info.length * 1000)
        if duration_ms >= SHORTEST_MS:
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()[:16]
            inside = path.relative_to(music)
            several = len(ogg.tags.get("title", ())) > 1
            yield Source(
                inside, inside.parts[0], digest, codec, duration_ms, tags_of(ogg.tags), several, is_playable(path)
            )


def is_playable(path: Path) -> bool:
    """Whether FFmpeg finds an audio stream in the file."""
    try:
        with av.open(path, metadata_errors="ignore") as container:
            return bool(container.streams.audio)
    except av.FFmpegError:
        return False


def tags_of(comments: Mapping[str, Sequence[str]]) -> Tags:
    """Read Vorbis comments: first value of a single field, every distinct value of a plural one."""

    def all_of(key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text.strip() for text in comments.get(key, ()) if text.strip()))

    def first(key: str) -> str:
        return next(iter(all_of(key)), "")

    return Tags(
        title=first("title"),
        artists=all_of("artist"),
        album=first("album"),
        album_artists=all_of("albumartist"),
        compilation=first("compilation") == "1",
        track_number=_number(first("tracknumber")),
        disc_number=_number(first("discnumber")),
        year=_number(_found(r"\b[12]\d{3}\b", first("date") or first("year"))),
        genres=all_of("genre"),
        replay_gain=ReplayGain(*(_decimal(first(f"replaygain_{key}")) for key in _GAIN_KEYS)),
    )


_GAIN_KEYS = ("track_gain", "track_peak", "album_gain", "album_peak")


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match.group() if match else ""


def _number(text: str) -> int | None:
    return int(_found(r"^\d+", text) or 0) or None


def _decimal(text: str) -> float | None:
    found = _found(r"^[+-]?\d+(\.\d+)?", text)
    return float(found) if found else None
