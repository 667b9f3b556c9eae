"""The library database as one thing: its tables, and transactions over them."""

import sqlite3
from contextlib import AbstractContextManager

from player_rec.store.db import changes, transaction
from player_rec.store.files import Files
from player_rec.store.tracks import Tracks
from player_rec.store.vectors import Vectors


class Library:
    """What is known of the music; all of it can be rebuilt. Belongs to one thread."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.files = Files(db)
        self.tracks = Tracks(db)
        self.vectors = Vectors(db)

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside are kept, or none."""
        return transaction(self.db)

    def changes(self) -> int:
        """A number that moves whenever another process has written here."""
        return changes(self.db)
