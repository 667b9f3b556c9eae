"""What taste may not draw on: lessons taken back, times when learning was paused, fresh starts."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from player_rec.domain.listening import PlayId
from player_rec.store.db import transaction


class Lessons:
    """The unlearned, fresh_starts and learning tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @property
    def learning(self) -> bool:
        """Whether plays are learned from now."""
        row = self._db.execute('SELECT "on" FROM learning ORDER BY id DESC LIMIT 1').fetchone()
        return bool(row[0]) if row else True

    def learn(self, now: datetime, *, on: bool) -> bool:
        """Pause learning or take it up again. False if it is so already."""
        if self.learning == on:
            return False
        self._db.execute('INSERT INTO learning (at, "on") VALUES (?, ?)', (now.isoformat(), on))
        return True

    def unlearn(self, plays: Iterable[PlayId], now: datetime) -> int:
        """Take lessons back; the plays stay. Returns how many were not taken back before."""
        rows = [(play, now.isoformat()) for play in plays]
        with transaction(self._db):
            return self._db.executemany("INSERT OR IGNORE INTO unlearned VALUES (?, ?)", rows).rowcount if rows else 0

    def relearn(self, plays: Iterable[PlayId]) -> int:
        """Draw on plays again after all. Returns how many had been taken back."""
        rows = [(play,) for play in plays]
        with transaction(self._db):
            return self._db.executemany("DELETE FROM unlearned WHERE play = ?", rows).rowcount if rows else 0

    def start_afresh(self, now: datetime) -> int:
        """Draw on nothing that was played before now; hearts stay. Returns how many plays were drawn on until now."""
        with transaction(self._db):
            (drawn_on,) = self._db.execute(
                "SELECT count(*) FROM plays WHERE learned AND started < ?"
                " AND started >= coalesce((SELECT max(at) FROM fresh_starts), '')"
                " AND id NOT IN (SELECT play FROM unlearned)",
                (now.isoformat(),),
            ).fetchone()
            self._db.execute("INSERT INTO fresh_starts (at) VALUES (?)", (now.isoformat(),))
        return int(drawn_on)
