"""What a file's name and folders say of it, for files whose tags say nothing."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from player_rec.library.encoding import decode_all
from player_rec.library.filename import Name, is_version, read_name
from player_rec.library.folders import Surroundings, read_folders
from player_rec.library.text import clean, is_various, likeness, says_nothing


@dataclass(frozen=True, slots=True)
class Guess:
    """What could be read off a path; empty or None where it says nothing. A title there always is."""

    title: str
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    track_number: int | None = None
    disc_number: int | None = None
    year: int | None = None


def guess(path: Path, root: Path | None, artists: Iterable[str] = (), title: str = "") -> Guess:
    """Read a path.

    Args:
        path: of the file.
        root: the watched folder it lies in; without it only the last folder is looked at, and believed only
            if it has the form of an artist with an album.
        artists: whom the tags name, which tells "Artist - Title" from "Title - Artist".
        title: what the tags call it, which tells the same.
    """
    inside = root is not None and path.is_relative_to(root)
    folders, stem = _names(path, root if inside else None)
    tagged = [likeness(artist) for artist in artists]
    name = read_name(stem, in_album=False)
    around = read_folders(folders, inside, hints=[*tagged, *(likeness(part) for part in name.parts[:1])])
    if around.album and name.track is None:
        name = read_name(stem, in_album=True)
    elif around.lone and name.track is not None and likeness(around.lone) not in tagged:
        around = around.as_album()
    artist, album, title = _assign(name, around, tagged, likeness(title))
    return Guess(
        title=_fit(title, "title") or clean(stem) or clean(path.name) or "?",
        artist="" if is_various(artist) else _fit(artist, "artist"),
        album=_fit(album, "album"),
        album_artist=around.artist if is_various(around.artist) else "",
        track_number=name.track,
        disc_number=name.disc or around.disc,
        year=around.year,
    )


def _fit(text: str, of: str) -> str:
    return "" if says_nothing(text, of) else text


def _names(path: Path, root: Path | None) -> tuple[list[str], str]:
    """The folders below the root, and the file without its extension, as text whatever bytes they are."""
    parts = path.relative_to(root).parts if root else path.parts[max(1, len(path.parts) - 2) :]
    *folders, file = _readable(parts[-6:] or (path.name,))
    stem, _, suffix = file.rpartition(".")
    is_suffix = stem and len(suffix) <= 5 and suffix.isalnum() and not suffix.isdigit()
    return folders, stem if is_suffix else file


def _readable(names: tuple[str, ...]) -> Iterable[str]:
    return names if all(map(str.isascii, names)) else decode_all(map(_bytes, names))


def _bytes(name: str) -> bytes:
    try:
        return os.fsencode(name)
    except UnicodeEncodeError:
        return name.encode("utf-8", "replace")


def _assign(name: Name, around: Surroundings, tagged: list[str], title_tagged: str) -> tuple[str, str, str]:
    """Artist, album and title: which part of the name is which, given its surroundings and whom the tags name."""
    of_folder = around.artist or around.lone
    given = "" if is_various(of_folder) else of_folder
    parts = list(name.parts)
    if name.parts_before_number:
        before, title = parts[: name.parts_before_number], parts[name.parts_before_number :]
        return before[0], before[1] if len(before) > 1 else around.album, " - ".join(title)
    if len(parts) < 2:
        return given, around.album, parts[0] if parts else ""
    known = {*tagged, likeness(given)} - {""}
    if likeness(parts[0]) in known or any(likeness(parts[0]).startswith(f"{one}feat") for one in known):
        return _after_artist(parts, around)
    if len(parts) == 2 and (likeness(parts[1]) in known or likeness(parts[0]) == title_tagged):
        return parts[1], around.album, parts[0]
    settled = given and around.artist and (name.track is not None or is_version(parts[1]))
    if tagged or settled:
        return given, around.album, " - ".join(parts)
    return _after_artist(parts, around)


def _after_artist(parts: list[str], around: Surroundings) -> tuple[str, str, str]:
    """The artist comes first; what follows is the title, or the album and the title."""
    artist, *rest = parts
    if len(rest) > 1 and (likeness(rest[0]) == likeness(around.album) or not (around.album or is_version(rest[-1]))):
        return artist, around.album or rest[0], " - ".join(rest[1:])
    return artist, around.album, " - ".join(rest)
