"""A readable audio file, what its tags say, and the identity that survives a move or a new tag."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, NewType

TrackId = NewType("TrackId", int)
"""Number of a sound in this library; one sound may lie in several files."""

ContentId = NewType("ContentId", str)
"""Hexadecimal digest of a file's sound, blind to its name, folder and tags."""

RecordingId = NewType("RecordingId", int)
"""Number shared by all tracks that sound the same: a copy, a re-encode, the song on a best-of."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file without opening it: enough to see that it changed."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class ReplayGain:
    """Gains in dB and peaks as linear amplitude, as found in the tags (not measured here)."""

    track_db: float | None = None
    track_peak: float | None = None
    album_db: float | None = None
    album_peak: float | None = None


class CoverKind(StrEnum):
    """Where a cover picture lies."""

    EMBEDDED = "embedded"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Cover:
    """Where the cover of a track is to be had: inside the file itself, or a picture beside it."""

    kind: CoverKind
    path: Path


@dataclass(frozen=True, slots=True)
class MusicBrainzIds:
    """MusicBrainz identifiers as found in the tags, lower case; empty where there is none."""

    recording: str = ""
    release: str = ""
    release_track: str = ""
    artists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says about itself, cleaned up. Fields named in ``guessed`` were read off its path."""

    title: str = ""
    artists: tuple[str, ...] = ()
    album: str = ""
    album_artists: tuple[str, ...] = ()
    compilation: bool = False
    track_number: int | None = None
    disc_number: int | None = None
    year: int | None = None
    genres: tuple[str, ...] = ()
    replay_gain: ReplayGain = field(default_factory=ReplayGain)
    musicbrainz: MusicBrainzIds = field(default_factory=MusicBrainzIds)
    cover: Cover | None = None
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a sound: its content, how long it is and how it is coded."""

    content: ContentId
    duration_ms: int
    codec: str


@dataclass(frozen=True, slots=True)
class Track:
    """A sound in the library, with the tags of the first file that holds it and where its files lie."""

    id: TrackId
    identity: Identity
    tags: Tags
    recording: RecordingId
    files: tuple[Path, ...]

    @property
    def path(self) -> Path:
        """The file to play: the first of those present."""
        return self.files[0]

    @property
    def label(self) -> str:
        """Artist – Title, or the file's name where the tags are silent."""
        artist = ", ".join(self.tags.artists)
        title = self.tags.title or self.path.name
        return f"{artist} – {title}" if artist else title


class Entry(NamedTuple):
    """A track as the radio sees it among a hundred thousand others: no texts but those that group it.

    Attributes:
        track: its number.
        content: its sound, by which plays and hearts know it.
        recording: what else sounds the same.
        artist: the first artist, folded so that spelling does not matter; empty where unknown.
        album: the album with whoever it is by, folded; empty where unknown.
        genre: the first genre, folded; empty where unknown.
        year: 0 where unknown.
        duration_ms: its length.
        loudness_lufs: programme loudness, nan until it was heard.
        tempo_bpm: 0 where there is no pulse, nan until it was heard.
        tempo_confidence: 0 to 1.
        key: 0 = C … 11 = B, plus 12 for minor; −1 until it was heard.
        key_confidence: 0 to 1.
        energy: 0 to 1, nan until it was heard.
    """

    track: TrackId
    content: ContentId
    recording: RecordingId
    artist: str = ""
    album: str = ""
    genre: str = ""
    year: int = 0
    duration_ms: int = 0
    loudness_lufs: float = float("nan")
    tempo_bpm: float = float("nan")
    tempo_confidence: float = 0.0
    key: int = -1
    key_confidence: float = 0.0
    energy: float = float("nan")
