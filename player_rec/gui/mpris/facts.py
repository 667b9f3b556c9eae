"""What is told of a song: asked of the library in the background, as D-Bus wants it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from player_rec.app.build import App
from player_rec.domain.track import CoverKind, Tags
from player_rec.players.base import QueueItem

NO_TRACK: Final = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
_ENTRIES: Final = "/org/player_rec/entry/"

Metadata = dict[str, tuple[str, Any]]
"""Values with their signatures: a{sv}."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A file as the library has it."""

    tags: Tags
    duration_ms: int = 0


UNKNOWN: Final = Fact(Tags())


def look(app: App, files: Iterable[Path]) -> Mapping[Path, Fact]:
    """On the thread that reads."""
    facts = {}
    for file in files:
        track = app.library.tracks.in_file(file)
        facts[file] = UNKNOWN if track is None else Fact(track.tags, track.identity.duration_ms)
    return facts


def path_of(item: QueueItem | None) -> str:
    """The object path that names an entry: letters and digits stand for themselves."""
    if item is None:
        return NO_TRACK
    spelt = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):02x}" for c in item.key)
    return _ENTRIES + (spelt or "_")


def metadata(item: QueueItem, fact: Fact, duration_ms: int = 0) -> Metadata:
    """What is known of an entry. ``duration_ms`` goes before what the library says; 0 where nobody knows."""
    tags, length_ms = fact.tags, duration_ms or fact.duration_ms
    told: Metadata = {
        "mpris:trackid": ("o", path_of(item)),
        "xesam:url": ("s", item.path.as_uri()),
        "xesam:title": ("s", clean(tags.title or item.path.stem)),
    }
    if length_ms:
        told["mpris:length"] = ("x", length_ms * 1000)
    if tags.cover is not None and tags.cover.kind is CoverKind.FOLDER:
        told["mpris:artUrl"] = ("s", tags.cover.path.as_uri())
    if tags.album:
        told["xesam:album"] = ("s", clean(tags.album))
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("xesam:artist", tags.artists), ("xesam:albumArtist", tags.album_artists), ("xesam:genre", tags.genres),
    )  # fmt: skip
    told |= {name: ("as", [clean(word) for word in words]) for name, words in lists if words}
    numbers = (("xesam:trackNumber", tags.track_number), ("xesam:discNumber", tags.disc_number))
    told |= {name: ("i", number) for name, number in numbers if number is not None and 0 <= number < 1 << 31}
    return told


def clean(words: str) -> str:
    """Text the bus takes: it cuts off whoever sends it a NUL or half a character."""
    return words.replace("\0", " ").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
