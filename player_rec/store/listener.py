"""What the listener said and heard: none of it can be rebuilt."""

import os
import sqlite3
from contextlib import AbstractContextManager
from datetime import datetime

from player_rec.store.avoidances import Avoidances
from player_rec.store.db import changes, transaction
from player_rec.store.hearts import Hearts
from player_rec.store.lessons import Lessons
from player_rec.store.plays import Plays
from player_rec.store.radio import Radio


class Listener:
    """The listening database: never rebuilt, never rewritten by a scan. Belongs to one thread."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.hearts = Hearts(db)
        self.plays = Plays(db)
        self.lessons = Lessons(db)
        self.avoidances = Avoidances(db)
        self.radio = Radio(db)

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside are kept, or none."""
        return transaction(self.db)

    def changes(self) -> int:
        """A number that moves whenever another process has written here."""
        return changes(self.db)

    def folders(self) -> list[str]:
        """The watched folders, in the order they were added."""
        return [os.fsdecode(path) for (path,) in self.db.execute("SELECT path FROM folders ORDER BY added, path")]

    def add_folder(self, path: str, now: datetime) -> None:
        """Watch a folder from now on; twice is fine."""
        self.db.execute("INSERT OR IGNORE INTO folders VALUES (?, ?)", (os.fsencode(path), now.isoformat()))

    def drop_folder(self, path: str) -> bool:
        """Watch a folder no longer. False if it was not watched."""
        return self.db.execute("DELETE FROM folders WHERE path = ?", (os.fsencode(path),)).rowcount > 0
