"""Listening histories, playlists and tracks as plain files, read into columns.

``plays.csv`` has the columns ``user,end_minute,artist_id,track_id,ms_played`` in any order and may have others; rows
may stand in any order; ``end_minute`` is a number of minutes since 1970 or a date in ISO 8601, in UTC where it names
no zone; users and ids may be any text. ``tracks.npz`` holds ``ids`` and, beside each, ``artist``, ``album``,
``recording``, ``duration_ms`` and ``vectors``, of which any may be missing. ``playlists.csv`` has the columns
``playlist_id,position,track_id`` (``pos`` will do).
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class BadFormat(Exception):
    """A file does not hold what it should."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """All plays of one person in the order in which they ended; arrays (n,).

    Attributes:
        name: as the file has it.
        tracks: number of the track, an index into ``Tracks``.
        artists: number of its artist.
        ends_s: Unix seconds.
        heard_ms: how much was heard.
    """

    name: str
    tracks: Ints
    artists: Ints
    ends_s: NDArray[np.float64]
    heard_ms: Ints

    def __len__(self) -> int:
        return len(self.tracks)


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """What is known of each track, by its number; arrays (m,).

    Attributes:
        albums: −1 where unknown.
        durations_ms: 0 where unknown.
        vectors: (m, dimension) of unit length, zero where unknown; None where there are none at all.
    """

    albums: Ints
    durations_ms: Ints
    vectors: NDArray[np.float32] | None


def read_plays(path: Path) -> tuple[list[Person], dict[str, int]]:
    """Read the plays of everybody.

    Returns:
        The people by name, and the number of each track id.

    Raises:
        BadFormat: a column is missing, or a time or length is none.
    """
    users, ends, artists, tracks, heard = _columns(path, ("user", "end_minute", "artist_id", "track_id", "ms_played"))
    user, names = numbered(users)
    artist, _ = numbered(artists)
    track, numbers = numbered(tracks)
    ends_s = _seconds(ends, path)
    heard_ms = np.maximum(_numbers(heard, path), 0).astype(np.int64)
    order = np.lexsort((ends_s, user))
    bounds = np.searchsorted(user[order], np.arange(len(names) + 1))
    people = []
    for name, number in sorted(names.items()):
        mine = order[bounds[number] : bounds[number + 1]]
        people.append(Person(name, track[mine], artist[mine], ends_s[mine], heard_ms[mine]))
    return people, numbers


def read_tracks(path: Path, numbers: Mapping[str, int]) -> Tracks:
    """Read what is known of the tracks numbered in ``numbers``; others in the file are left out.

    Raises:
        BadFormat: the file has no ``ids``, or a column of another length.
    """
    with np.load(path, allow_pickle=False) as file:
        if "ids" not in file:
            raise BadFormat(f"{path}: no array named ids")
        rows = np.array([numbers.get(str(one), -1) for one in file["ids"].tolist()], np.int64)
        known = rows >= 0
        albums = np.full(len(numbers), -1, np.int64)
        durations_ms = np.zeros(len(numbers), np.int64)
        if "album" in file:
            albums[rows[known]] = file["album"][known]
        if "duration_ms" in file:
            durations_ms[rows[known]] = file["duration_ms"][known]
        vectors = None
        if "vectors" in file and file["vectors"].size:
            given = file["vectors"].astype(np.float32)
            lengths = np.linalg.norm(given, axis=1, keepdims=True)
            vectors = np.zeros((len(numbers), given.shape[1]), np.float32)
            vectors[rows[known]] = (given / np.maximum(lengths, 1e-12))[known]
    return Tracks(albums, durations_ms, vectors)


def read_playlists(path: Path) -> tuple[list[Ints], int]:
    """Read playlists, each in its order, as numbers of tracks; also how many tracks there are.

    Raises:
        BadFormat: a column is missing, or a position is no number.
    """
    header = _header(path)
    place = "position" if "position" in header else "pos"
    lists, places, tracks = _columns(path, ("playlist_id", place, "track_id"))
    which, names = numbered(lists)
    track, numbers = numbered(tracks)
    order = np.lexsort((_numbers(places, path), which))
    bounds = np.searchsorted(which[order], np.arange(1, len(names)))
    return np.split(track[order], bounds), len(numbers)


def numbered(texts: Sequence[str]) -> tuple[Ints, dict[str, int]]:
    """Number texts 0, 1, 2 … as they are first met: the number of each, and of every distinct one."""
    numbers: dict[str, int] = {}
    give = numbers.setdefault
    return np.fromiter((give(text, len(numbers)) for text in texts), np.int64, len(texts)), numbers


def _header(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return next(csv.reader(file), [])


def _columns(path: Path, wanted: Sequence[str]) -> list[tuple[str, ...]]:
    header = _header(path)
    if missing := [name for name in wanted if name not in header]:
        raise BadFormat(f"{path}: no column named {', '.join(missing)}")
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        next(rows)
        try:
            columns = list(zip(*(row for row in rows if row), strict=True))
        except ValueError as error:
            raise BadFormat(f"{path}: rows of different lengths") from error
    return [columns[header.index(name)] if columns else () for name in wanted]


def _numbers(texts: Sequence[str], path: Path) -> NDArray[np.float64]:
    try:
        return np.array(texts, np.float64) if texts else np.empty(0)
    except ValueError as error:
        raise BadFormat(f"{path}: {error}") from error


def _seconds(texts: Sequence[str], path: Path) -> NDArray[np.float64]:
    try:
        return np.array([float(text) for text in texts]) * 60
    except ValueError:
        pass
    try:
        return np.array([_moment(text) for text in texts])
    except ValueError as error:
        raise BadFormat(f"{path}: {error}") from error


def _moment(text: str) -> float:
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
