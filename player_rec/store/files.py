"""Which files there are, what their tags say, and which could not be read."""

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from player_rec.domain.track import Identity, Stamp, Tags, TrackId
from player_rec.store.tagtext import fold, to_text


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not played by the radio, or plays but is odd, and why."""

    path: Path
    why: str
    playable: bool


class Files:
    """The files table. Paths are ``str`` as the file system has them, surrogate-escaped where they are no text."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def known(self, folder: str) -> dict[str, Stamp]:
        """Files of a watched folder that are not gone, with the stamps they had when last read."""
        rows = self._db.execute(
            "SELECT path, size, mtime_ns FROM files WHERE folder = ? AND presence != 'gone'",
            (os.fsencode(folder),),
        )
        return {os.fsdecode(path): Stamp(size, mtime_ns) for path, size, mtime_ns in rows}

    def away(self, folder: str) -> set[str]:
        """Files of a watched folder last seen to be away."""
        rows = self._db.execute("SELECT path FROM files WHERE folder = ? AND presence = 'away'", (os.fsencode(folder),))
        return {os.fsdecode(path) for (path,) in rows}

    def put(self, path: str, folder: str, stamp: Stamp, found: Identity, tags: Tags, remarks: Iterable[str]) -> TrackId:
        """Note a file that was read; a sound met before keeps its track. Returns the track it holds."""
        track = self._track_of(found)
        artist = ", ".join(tags.artists)
        shown = os.path.relpath(path, folder).encode("utf-8", "replace").decode()
        words = fold("\n".join((tags.title, artist, tags.album, ", ".join(tags.album_artists), shown)))
        self._db.execute(
            "INSERT OR REPLACE INTO files (path, folder, size, mtime_ns, track, title, artist, album, words, tags,"
            " remarks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (os.fsencode(path), os.fsencode(folder), stamp.size, stamp.mtime_ns, track, tags.title, artist,
             tags.album, words, to_text(tags), json.dumps(list(remarks), ensure_ascii=False)),
        )  # fmt: skip
        self._db.execute("DELETE FROM unheard WHERE track = ?", (track,))  # it changed: hear it again
        return track

    def put_unreadable(self, path: str, folder: str, stamp: Stamp, why: str) -> None:
        """Note a file that could not be read, and why."""
        self._db.execute(
            "INSERT OR REPLACE INTO files (path, folder, size, mtime_ns, why) VALUES (?, ?, ?, ?, ?)",
            (os.fsencode(path), os.fsencode(folder), stamp.size, stamp.mtime_ns, why),
        )

    def mark(self, presence: str, paths: Collection[str]) -> None:
        """Say of files that they are ``here``, ``away`` (their drive is missing) or ``gone``."""
        self._db.executemany(
            "UPDATE files SET presence = ? WHERE path = ?", ((presence, os.fsencode(path)) for path in paths)
        )

    def mounts(self, folder: str) -> frozenset[str]:
        """Mount points to be known when a watched folder is next compared."""
        rows = self._db.execute("SELECT path FROM mounts WHERE folder = ?", (os.fsencode(folder),))
        return frozenset(os.fsdecode(path) for (path,) in rows)

    def put_mounts(self, folder: str, mounts: Iterable[str]) -> None:
        """Note the mount points to be known when a watched folder is next compared."""
        self._db.execute("DELETE FROM mounts WHERE folder = ?", (os.fsencode(folder),))
        self._db.executemany(
            "INSERT INTO mounts (folder, path) VALUES (?, ?)",
            ((os.fsencode(folder), os.fsencode(path)) for path in mounts),
        )

    def failures(self, model: str) -> list[Failure]:
        """Files that cannot be read or heard, and those that play but have something odd about them."""
        unread = self._db.execute("SELECT path, why FROM files WHERE track IS NULL AND presence = 'here' ORDER BY path")
        unheard = self._db.execute(
            "SELECT f.path, u.why FROM unheard u JOIN files f ON f.track = u.track"
            " WHERE u.model = ? AND f.presence = 'here' ORDER BY f.path",
            (model,),
        )
        odd = self._db.execute(
            "SELECT f.path, s.remarks FROM files f JOIN sounds s ON s.track = f.track"
            " WHERE f.presence = 'here' AND s.remarks != '[]' ORDER BY f.path"
        )
        broken = [Failure(_path(path), why, playable=False) for rows in (unread, unheard) for path, why in rows]
        return broken + [Failure(_path(path), "; ".join(json.loads(text)), playable=True) for path, text in odd]

    def failed_paths(self, model: str) -> list[str]:
        """Files present that could not be read or heard."""
        return [str(failure.path) for failure in self.failures(model) if not failure.playable]

    def counts(self) -> Mapping[str, int]:
        """How many files are ``here``, ``away``, ``gone``, and ``unreadable`` among those here."""
        counts = {"here": 0, "away": 0, "gone": 0, "unreadable": 0}
        for presence, files, unread in self._db.execute(
            "SELECT presence, count(*), sum(track IS NULL) FROM files GROUP BY presence"
        ):
            counts[presence] = files
            counts["unreadable"] += unread if presence == "here" else 0
        return counts

    def _track_of(self, found: Identity) -> TrackId:
        self._db.execute(
            "INSERT INTO tracks (content, duration_ms, codec, recording) VALUES (?, ?, ?, 0)"
            " ON CONFLICT (content) DO NOTHING",
            (found.content, found.duration_ms, found.codec),
        )
        self._db.execute("UPDATE tracks SET recording = id WHERE content = ? AND recording = 0", (found.content,))
        row = self._db.execute("SELECT id FROM tracks WHERE content = ?", (found.content,)).fetchone()
        return TrackId(row[0])


def _path(raw: bytes) -> Path:
    return Path(os.fsdecode(raw))
