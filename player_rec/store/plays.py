"""Plays: added once, never rewritten; and the one in progress, kept so that a crash costs no more than its end."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player_rec.domain.listening import Ending, Play, PlayId, Source
from player_rec.domain.track import ContentId
from player_rec.store.db import transaction

_COLUMNS = "content, file, started, heard_ms, duration_ms, ending, source, player, title, artist, learned"


@dataclass(frozen=True, slots=True)
class Noted:
    """A play with its number. ``counts`` says whether taste may draw on it now: a lesson can be taken back."""

    id: PlayId
    play: Play
    counts: bool


class Plays:
    """The plays, playing and unlearned tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, play: Play) -> PlayId | None:
        """Keep a play. None if the very same is kept already."""
        done = self._db.execute(
            f"INSERT OR IGNORE INTO plays ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
            _row(play),
        )
        return PlayId(int(done.lastrowid or 0)) if done.rowcount else None

    def end(self, play: Play) -> PlayId | None:
        """Keep the play that was in progress on its player, and be done with it: both or neither."""
        with transaction(self._db):
            kept = self.add(play)
            self._db.execute("DELETE FROM playing WHERE player = ?", (play.player,))
        return kept

    def note(self, play: Play) -> None:
        """Note how far the play in progress has come; ``ending`` is not known yet and not kept."""
        content, file, started, heard_ms, duration_ms, _, source, player, title, artist, learned = _row(play)
        self._db.execute(
            "INSERT OR REPLACE INTO playing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (player, content, file, started, heard_ms, duration_ms, source, title, artist, learned),
        )

    def in_progress(self, player: str) -> Play | None:
        """The play that was never ended, as it was last noted; its ending is LOST."""
        row = self._db.execute(
            "SELECT content, file, started, heard_ms, duration_ms, 'lost', source, player, title, artist, learned"
            " FROM playing WHERE player = ?",
            (player,),
        ).fetchone()
        return _play(row) if row else None

    def all(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[Noted]:
        """Plays that began in a time, oldest first, each with whether taste draws on it."""
        fresh = self._db.execute("SELECT max(at) FROM fresh_starts").fetchone()[0] or ""
        rows = self._db.execute(
            f"SELECT id, {_COLUMNS}, NOT EXISTS (SELECT 1 FROM unlearned WHERE play = plays.id) FROM plays"  # noqa: S608
            " WHERE started >= ? AND started < ? ORDER BY started, id",
            (since.isoformat() if since else "", until.isoformat() if until else "~"),
        )
        for row in rows:
            play = _play(row[1:-1])
            yield Noted(PlayId(row[0]), play, bool(row[-1]) and play.learned and row[3] >= fresh)

    def get(self, play: PlayId) -> Play | None:
        """One play."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM plays WHERE id = ?", (play,)).fetchone()  # noqa: S608
        return _play(row) if row else None

    def told(self) -> tuple[int, int, str]:
        """A mark that moves whenever plays were added, or what taste may draw on has changed."""
        last, unlearned, fresh = self._db.execute(
            "SELECT (SELECT max(id) FROM plays), (SELECT count(*) FROM unlearned), (SELECT max(at) FROM fresh_starts)"
        ).fetchone()
        return last or 0, unlearned, fresh or ""

    def count(self) -> int:
        """How many there are."""
        return int(self._db.execute("SELECT count(*) FROM plays").fetchone()[0])


def _row(play: Play) -> tuple[object, ...]:
    return (
        play.content, os.fsencode(play.file), play.started.isoformat(), play.heard_ms, play.duration_ms,
        play.ending.value, play.source.value, play.player, play.title, play.artist, int(play.learned),
    )  # fmt: skip


def _play(row: tuple[object, ...]) -> Play:
    content, file, started, heard_ms, duration_ms, ending, source, player, title, artist, learned = row
    return Play(
        content=ContentId(str(content)),
        file=Path(os.fsdecode(file)) if isinstance(file, bytes) else Path(str(file)),
        started=datetime.fromisoformat(str(started)),
        heard_ms=int(str(heard_ms)),
        duration_ms=int(str(duration_ms)),
        ending=Ending(str(ending)),
        source=Source(str(source)),
        player=str(player),
        title=str(title),
        artist=str(artist),
        learned=bool(learned),
    )
