"""What the listener said: which folders hold the music, and which songs have a heart."""

import os
import sqlite3
from datetime import datetime

from player_rec.domain.track import ContentId, Track


class Listener:
    """The listening database: never rebuilt, never rewritten by a scan."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def folders(self) -> list[str]:
        """The watched folders, in the order they were added."""
        return [os.fsdecode(path) for (path,) in self.db.execute("SELECT path FROM folders ORDER BY added, path")]

    def add_folder(self, path: str, now: datetime) -> None:
        """Watch a folder from now on; twice is fine."""
        self.db.execute("INSERT OR IGNORE INTO folders VALUES (?, ?)", (os.fsencode(path), now.isoformat()))

    def drop_folder(self, path: str) -> bool:
        """Watch a folder no longer. False if it was not watched."""
        return self.db.execute("DELETE FROM folders WHERE path = ?", (os.fsencode(path),)).rowcount > 0

    def likes(self) -> list[ContentId]:
        """Sounds with a heart, oldest first."""
        rows = self.db.execute("SELECT content FROM likes ORDER BY since, content")
        return [ContentId(content) for (content,) in rows]

    def like(self, track: Track, now: datetime) -> None:
        """Give a track a heart; twice keeps the first date."""
        self.db.execute(
            "INSERT OR IGNORE INTO likes VALUES (?, ?, ?, ?)",
            (track.identity.content, now.isoformat(), track.tags.title, ", ".join(track.tags.artists)),
        )

    def unlike(self, track: Track) -> bool:
        """Take a heart back. False if there was none."""
        return self.db.execute("DELETE FROM likes WHERE content = ?", (track.identity.content,)).rowcount > 0
