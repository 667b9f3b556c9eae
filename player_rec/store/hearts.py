"""Hearts given and taken back. The log is kept; what is liked now is read off it."""

import sqlite3
from datetime import datetime

from player_rec.domain.track import ContentId, Track


class Hearts:
    """The hearts table. A sound is liked if the last thing said of it was a heart."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[ContentId, datetime]:
        """Liked sounds and since when, oldest first."""
        rows = self._db.execute("SELECT content, since FROM likes ORDER BY since, content")
        return {ContentId(content): datetime.fromisoformat(since) for content, since in rows}

    def give(self, track: Track, now: datetime) -> bool:
        """Give a track a heart. False if it has one, which then keeps its date."""
        return self.say(track.identity.content, now, given=True, title=track.tags.title, artist=_artist(track))

    def take(self, track: Track, now: datetime) -> bool:
        """Take a heart back. False if there was none."""
        return self.say(track.identity.content, now, given=False, title=track.tags.title, artist=_artist(track))

    def say(self, content: ContentId, at: datetime, *, given: bool, title: str = "", artist: str = "") -> bool:
        """Note what was said of a sound, unless it is so already."""
        if self.has(content) == given:
            return False
        self._db.execute(
            "INSERT INTO hearts (content, at, given, title, artist) VALUES (?, ?, ?, ?, ?)",
            (content, at.isoformat(), given, title, artist),
        )
        return True

    def has(self, content: ContentId) -> bool:
        """Whether a sound is liked."""
        return self._db.execute("SELECT 1 FROM likes WHERE content = ?", (content,)).fetchone() is not None

    def log(self) -> list[tuple[ContentId, datetime, bool, str, str]]:
        """Everything that was said, in order: content, when, given or taken, title, artist."""
        rows = self._db.execute("SELECT content, at, given, title, artist FROM hearts ORDER BY id")
        return [(ContentId(row[0]), datetime.fromisoformat(row[1]), bool(row[2]), row[3], row[4]) for row in rows]


def _artist(track: Track) -> str:
    return ", ".join(track.tags.artists)
