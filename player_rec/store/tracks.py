"""Tracks as the rest of the house sees them: found by number, by file or by words."""

import heapq
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player_rec.domain.track import ContentId, Entry, Identity, RecordingId, Track, TrackId
from player_rec.store.tagtext import fold, from_text


@dataclass(frozen=True, slots=True)
class Waiting:
    """A track still to be heard, with what decides when its turn comes."""

    track: TrackId
    content: ContentId
    path: str
    artist: str
    album: str
    duration_ms: int


class Tracks:
    """The tracks table, joined with the files that hold them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, ids: Iterable[TrackId]) -> dict[TrackId, Track]:
        """Tracks by number, for those that have at least one file here or away."""
        tracks = {}
        for track_id in ids:
            rows = self._db.execute(
                "SELECT t.content, t.duration_ms, t.codec, t.recording, f.tags, f.path FROM tracks t"
                " JOIN files f ON f.track = t.id WHERE t.id = ? AND f.presence != 'gone'"
                " ORDER BY f.presence DESC, f.path",  # here before away
                (track_id,),
            ).fetchall()
            if rows:
                content, duration_ms, codec, recording, tags, _ = rows[0]
                tracks[track_id] = Track(
                    id=track_id,
                    identity=Identity(ContentId(content), duration_ms, codec),
                    tags=from_text(tags),
                    recording=RecordingId(recording),
                    files=tuple(Path(os.fsdecode(row[5])) for row in rows),
                )
        return tracks

    def one(self, track: TrackId | None) -> Track | None:
        """One track by number; None where it has no file here or away, and for no number."""
        return None if track is None else self.get([track]).get(track)

    def in_file(self, path: Path) -> Track | None:
        """The track a file holds, if the file is known."""
        return self.one(self.at(path))

    def at(self, path: Path) -> TrackId | None:
        """The track a file holds, if the file is known."""
        row = self._db.execute("SELECT track FROM files WHERE path = ?", (os.fsencode(path),)).fetchone()
        return TrackId(row[0]) if row and row[0] is not None else None

    def by_content(self, content: ContentId) -> TrackId | None:
        """The track with this very sound."""
        row = self._db.execute("SELECT id FROM tracks WHERE content = ?", (content,)).fetchone()
        return TrackId(row[0]) if row else None

    def recording(self, content: ContentId) -> RecordingId | None:
        """The recording that this very sound is of, whether its files are here or not."""
        row = self._db.execute("SELECT recording FROM tracks WHERE content = ?", (content,)).fetchone()
        return RecordingId(row[0]) if row else None

    def find(self, words: str, limit: int = 20) -> list[TrackId]:
        """Tracks here whose title, artist, album or file name holds every word; titles that match best first."""
        clause, wanted = _holding(words)
        rows = self._db.execute(
            f"SELECT track, title, artist, min(path) FROM files WHERE {clause} GROUP BY track",  # noqa: S608 - the clause is made of marks alone
            wanted,
        )
        spelt = fold(words)
        best = heapq.nsmallest(limit, rows, key=lambda row: (_distance(spelt, row[1], row[2]), row[3]))
        return [TrackId(row[0]) for row in best]

    def count(self, words: str) -> int:
        """How many tracks ``find`` has to choose from."""
        clause, wanted = _holding(words)
        (count,) = self._db.execute(f"SELECT count(DISTINCT track) FROM files WHERE {clause}", wanted).fetchone()  # noqa: S608 - as in ``find``
        return int(count)

    def in_order(self) -> list[TrackId]:
        """All tracks here as a shelf has them: by artist, album and place on it."""
        rows = self._db.execute(
            "SELECT track FROM files WHERE presence = 'here' AND track IS NOT NULL GROUP BY track"
            " ORDER BY artist = '', artist, album, json_extract(min(tags), '$.disc_number'),"
            " json_extract(min(tags), '$.track_number'), min(path)"
        )
        return [TrackId(track) for (track,) in rows]

    def here(self) -> set[TrackId]:
        """Tracks with a file that can be played now."""
        rows = self._db.execute("SELECT DISTINCT track FROM files WHERE presence = 'here' AND track IS NOT NULL")
        return {TrackId(track) for (track,) in rows}

    def folders(self) -> Iterator[tuple[TrackId, Path]]:
        """The folder of every file here, with the track in it."""
        rows = self._db.execute("SELECT track, path FROM files WHERE presence = 'here' AND track IS NOT NULL")
        for track, path in rows:
            yield TrackId(track), Path(os.fsdecode(path)).parent

    def entries(self) -> Iterator[Entry]:
        """Every track here as the radio sees it, with the tags of its first file."""
        rows = self._db.execute(
            "SELECT t.id, t.content, t.recording, t.duration_ms, f.album, f.path,"
            " json_extract(f.tags, '$.artists[0]'), json_extract(f.tags, '$.album_artists[0]'),"
            " json_extract(f.tags, '$.compilation'), json_extract(f.tags, '$.genres[0]'),"
            " json_extract(f.tags, '$.year'), s.loudness_lufs, s.tempo_bpm, s.tempo_confidence, s.key,"
            " s.key_confidence, s.energy, min(f.path)"  # SQLite takes the bare columns from the row of the minimum
            " FROM files f JOIN tracks t ON t.id = f.track LEFT JOIN sounds s ON s.track = t.id"
            " WHERE f.presence = 'here' GROUP BY t.id"
        )
        for row in rows:
            yield _entry(*row[:-1])

    def waiting(self, model: str) -> list[Waiting]:
        """Tracks here that this model has neither heard nor failed to hear, by path."""
        rows = self._db.execute(
            "SELECT t.id, t.content, min(f.path), f.artist, f.album, t.duration_ms"
            " FROM files f JOIN tracks t ON t.id = f.track WHERE f.presence = 'here'"
            " AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.model = ? AND v.track = t.id)"
            " AND NOT EXISTS (SELECT 1 FROM unheard u WHERE u.model = ? AND u.track = t.id)"
            " GROUP BY t.id ORDER BY min(f.path)",
            (model, model),
        )
        return [
            Waiting(TrackId(track), ContentId(content), os.fsdecode(path), artist, album, duration_ms)
            for track, content, path, artist, album, duration_ms in rows
        ]

    def recordings(self) -> Mapping[TrackId, RecordingId]:
        """Which recording each track is of."""
        return {TrackId(t): RecordingId(r) for t, r in self._db.execute("SELECT id, recording FROM tracks")}

    def contents(self) -> dict[ContentId, TrackId]:
        """The track behind every sound, whether its files are here or not."""
        return {ContentId(c): TrackId(t) for t, c in self._db.execute("SELECT id, content FROM tracks")}

    def durations(self, ids: Iterable[TrackId]) -> dict[TrackId, int]:
        """Lengths in ms by track."""
        found = {}
        for track in ids:
            row = self._db.execute("SELECT duration_ms FROM tracks WHERE id = ?", (track,)).fetchone()
            if row:
                found[track] = int(row[0])
        return found

    def join_recordings(self, ids: Iterable[TrackId]) -> None:
        """Say that these tracks, and all that were one with any of them, are one recording."""
        marks = [
            int(self._db.execute("SELECT recording FROM tracks WHERE id = ?", (track,)).fetchone()[0]) for track in ids
        ]
        kept = min(marks)
        self._db.executemany(
            "UPDATE tracks SET recording = ? WHERE recording = ?",
            ((kept, mark) for mark in set(marks) - {kept}),
        )


def album_name(album: str, artist: str, album_artist: str, *, compilation: bool) -> str:
    """An album's folded name, which holds whose it is: "Greatest Hits" is many albums."""
    by = "" if compilation else album_artist or artist
    return f"{fold(album)}\n{fold(by)}" if album else ""


def _entry(*row: Any) -> Entry:
    track, content, recording, duration_ms, album, _, artist, album_artist, compilation, genre, year, *sound = row
    named = (fold(artist or ""), album_name(album, artist or "", album_artist or "", compilation=bool(compilation)))
    plain = Entry(TrackId(track), ContentId(content), RecordingId(recording), *named, fold(genre or ""), year or 0)
    if sound[0] is None:
        return plain._replace(duration_ms=duration_ms)
    return Entry(*plain[:7], duration_ms, *sound)


def _holding(words: str) -> tuple[str, list[str]]:
    """The condition that a file is here and holds every word, with the values for its marks; nothing holds no word."""
    spelt = fold(words).split()
    named = [word for word in spelt if any(sign.isalnum() for sign in word)]  # the dash of "Artist – Title" is none
    wanted = [_like(word) for word in named or spelt]
    holds = " AND ".join("words LIKE ? ESCAPE '\\'" for _ in wanted) or "FALSE"
    return f"presence = 'here' AND track IS NOT NULL AND {holds}", wanted


def _like(word: str) -> str:
    """A pattern that holds the word anywhere, with LIKE's own signs taken literally."""
    for sign in "\\%_":
        word = word.replace(sign, "\\" + sign)
    return f"%{word}%"


def _distance(words: str, title: str, artist: str) -> tuple[int, int]:
    """Sort key: the whole title or "artist title" first, then beginnings, then the rest by length."""
    whole, named = fold(title), fold(f"{artist} {title}")
    if words in (whole, named, fold(f"{title} {artist}"), fold(f"{artist} - {title}")):
        return 0, 0
    return (1 if named.startswith(words) or whole.startswith(words) else 2), len(named)
