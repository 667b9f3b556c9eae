"""What is shown of a new song, however it is shown."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QIcon

from player_rec.engine.scene import Song


@dataclass(frozen=True, slots=True)
class Popup:
    """A note about a song. ``picture`` is a file with its cover, ``icon`` the same or its letter as a picture."""

    song: Song
    icon: QIcon
    picture: Path | None = None

    @property
    def words(self) -> str:
        """What stands below the title."""
        return "\n".join(part for part in (self.song.artist, self.song.album) if part)
