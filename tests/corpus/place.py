"""Where a collector puts a file, and what the path alone tells about it."""

import os
import re
from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path

from player_rec.domain.track import Tags
from tests.corpus.sources import Source


def place(tags: Tags, source: Source) -> tuple[str, ...]:
    """Folders and name without suffix: by artist and album where known, else by the game it comes from."""
    title = tags.title or source.path.stem
    artist = next(iter(tags.album_artists + tags.artists), "")
    if artist and tags.album:
        number = f"{tags.track_number:02d} " if tags.track_number else ""
        parts: tuple[str, ...] = (artist, tags.album, number + title)
    elif artist:
        parts = (artist, title)
    else:
        parts = ("Games", game(source.package), title)
    return tuple(as_name(part) for part in parts)


def game(package: str) -> str:
    """The name of the game a package belongs to."""
    return re.sub(r"-([\d.]+-)?(data|music|common|songs)\b.*", "", package).replace("-", " ").title()


def as_name(text: str) -> str:
    """A text as the name of a file: no separators, no control characters, not too long."""
    return re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "_", text).strip(" .")[:90] or "_"


def guess(tags: Tags, where: Sequence[str]) -> Tags:
    """Fill in the title from the name, and artist and album from folders that stand for them."""
    told: dict[str, object] = {}
    artist, dash, title = where[-1].partition(" - ") if where[0] == "Downloads" else (where[0], "", where[-1])
    if not tags.title:
        told["title"] = re.sub(r"^\d\d ", "", title if dash or where[0] != "Downloads" else where[-1])
    if not tags.artists and (dash or where[0] not in {"Games", "Downloads"}):
        told["artists"] = (artist,)
        if not tags.album and len(where) == 3:
            told["album"] = where[1]
    return replace(tags, guessed=frozenset(told), **told)  # type: ignore[arg-type]  # names and kinds are those of Tags


def in_charset(path: Path, charset: str) -> Path:
    """The path as a program that knows only one country's encoding wrote it to disk."""
    return Path(os.fsdecode(str(path).encode(charset)))


def apart(path: Path, taken: Container[str]) -> Path:
    """The path, or the first numbered one of it that is still free."""
    free, number = path, 1
    while str(free).lower() in taken:
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free
