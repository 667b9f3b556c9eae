"""The truth about where each track sits in sound space, by model, and the measures taken with it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.sound import Analysis, Sound, Vector
from player_rec.domain.track import TrackId


class Vectors:
    """Vectors of every model side by side; those of an old one serve until the new one has heard everything."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, track: TrackId, found: Analysis) -> None:
        """Keep what one pass over a track yielded."""
        self._db.execute(
            "INSERT OR REPLACE INTO vectors (model, track, vector) VALUES (?, ?, ?)",
            (found.model, track, found.vector.astype("<f4").tobytes()),
        )
        sound = found.sound
        self._db.execute(
            "INSERT OR REPLACE INTO sounds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (track, sound.loudness_lufs, sound.tempo_bpm, sound.tempo_confidence, sound.key, sound.key_confidence,
             sound.energy, sound.silence_start_ms, sound.silence_end_ms, found.fingerprint,
             json.dumps(found.remarks, ensure_ascii=False)),
        )  # fmt: skip
        self._db.execute("UPDATE tracks SET duration_ms = ? WHERE id = ?", (found.duration_ms, track))
        self._db.execute("DELETE FROM unheard WHERE track = ? AND model = ?", (track, found.model))

    def put_unheard(self, track: TrackId, model: str, why: str) -> None:
        """Note that a track could not be analysed, and why."""
        self._db.execute("INSERT OR REPLACE INTO unheard VALUES (?, ?, ?)", (model, track, why))

    def get(self, model: str, ids: Iterable[TrackId]) -> dict[TrackId, Vector]:
        """Vectors of the tracks that have one."""
        found = {}
        for track in ids:
            row = self._db.execute(
                "SELECT vector FROM vectors WHERE model = ? AND track = ?", (model, track)
            ).fetchone()
            if row:
                found[track] = np.frombuffer(row[0], "<f4")
        return found

    def batches(self, model: str, size: int = 10_000) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """All vectors of a model, ``size`` at a time: ids (n,) and vectors (n, dimension)."""
        cursor = self._db.execute("SELECT track, vector FROM vectors WHERE model = ? ORDER BY track", (model,))
        while rows := cursor.fetchmany(size):
            ids = np.array([track for track, _ in rows], np.int64)
            yield ids, np.frombuffer(b"".join(vector for _, vector in rows), "<f4").reshape(len(rows), -1)

    def ids(self, model: str) -> set[TrackId]:
        """Tracks this model has heard."""
        return {TrackId(track) for (track,) in self._db.execute("SELECT track FROM vectors WHERE model = ?", (model,))}

    def models(self) -> Mapping[str, int]:
        """How many tracks each model has heard."""
        return dict(self._db.execute("SELECT model, count(*) FROM vectors GROUP BY model ORDER BY model"))

    def forget_other_models(self, model: str) -> None:
        """Drop the vectors of every model but this one: its pass is complete."""
        self._db.execute("DELETE FROM vectors WHERE model != ?", (model,))
        self._db.execute("DELETE FROM unheard WHERE model != ?", (model,))

    def sounds(self, ids: Iterable[TrackId]) -> dict[TrackId, Sound]:
        """The measures of the tracks that have been heard by any model."""
        found = {}
        for track in ids:
            row = self._db.execute(
                "SELECT loudness_lufs, tempo_bpm, tempo_confidence, key, key_confidence, energy, silence_start_ms,"
                " silence_end_ms FROM sounds WHERE track = ?",
                (track,),
            ).fetchone()
            if row:
                found[track] = Sound(*row)
        return found

    def fingerprints(self, ids: Iterable[TrackId]) -> dict[TrackId, bytes]:
        """Fingerprints by track, for telling recordings apart."""
        found = {}
        for track in ids:
            row = self._db.execute("SELECT fingerprint FROM sounds WHERE track = ?", (track,)).fetchone()
            if row:
                found[track] = bytes(row[0])
        return found
