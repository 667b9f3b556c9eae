"""What is told of a song, as D-Bus wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from player_rec.domain.track import Tags
from player_rec.gui.desktop.bus.text import clean
from player_rec.players.base import QueueItem

NO_TRACK: Final = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
_ENTRIES: Final = "/org/player_rec/entry/"

Metadata = dict[str, tuple[str, Any]]
"""Values with their signatures: a{sv}."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A file as the library has it. ``cover`` is a picture file."""

    tags: Tags
    duration_ms: int = 0
    liked: bool = False
    cover: Path | None = None


UNKNOWN: Final = Fact(Tags())


def path_of(item: QueueItem | None) -> str:
    """The object path that names an entry: letters and digits stand for themselves."""
    return NO_TRACK if item is None else _path(item.key)


@lru_cache(maxsize=1024)
def _path(key: str) -> str:
    spelt = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):02x}" for c in key)
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
    if fact.cover is not None:
        told["mpris:artUrl"] = ("s", fact.cover.as_uri())
    if fact.liked:
        told["xesam:userRating"] = ("d", 1.0)
    if tags.album:
        told["xesam:album"] = ("s", clean(tags.album))
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("xesam:artist", tags.artists), ("xesam:albumArtist", tags.album_artists), ("xesam:genre", tags.genres),
    )  # fmt: skip
    told |= {name: ("as", [clean(word) for word in words]) for name, words in lists if words}
    numbers = (("xesam:trackNumber", tags.track_number), ("xesam:discNumber", tags.disc_number))
    told |= {name: ("i", number) for name, number in numbers if number is not None and 0 <= number < 1 << 31}
    return told
