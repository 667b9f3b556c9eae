"""What of the library a player can play: one that knows only some folders is not offered songs from elsewhere."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from player_rec.domain.track import Track, TrackId
from player_rec.players.base import CanTell, PlayerAdapter
from player_rec.recommend.space.rows import Ids
from player_rec.store.library import Library


class Reach:
    """One player's view of the library. Belongs to the engine's thread."""

    def __init__(self, player: PlayerAdapter, library: Library) -> None:
        self._player, self._library = player, library
        self._told: dict[Path, bool] = {}
        self._tells: Callable[[Path], bool] | None = None
        self.beyond: Ids = np.empty(0, np.int64)
        """(n,) tracks that the player cannot play, ascending."""

    def reopened(self) -> None:
        """The player is there, perhaps set up anew. Raises PlayerGone."""
        self._told.clear()
        self._tells = self._player.reach() if isinstance(self._player, CanTell) else None
        self.library_changed()

    def library_changed(self) -> None:
        """See which tracks are beyond reach now."""
        if self._tells is None:
            self.beyond = np.empty(0, np.int64)
            return
        within: set[TrackId] = set()
        beyond: set[TrackId] = set()
        for track, folder in self._library.tracks.folders():
            (within if self._in(folder) else beyond).add(track)
        self.beyond = np.array(sorted(beyond - within), np.int64)

    def file(self, track: Track) -> Path:
        """The file of a track that the player can play; the first of all where it can play none."""
        return next((file for file in track.files if self._in(file.parent)), track.path)

    def _in(self, folder: Path) -> bool:
        if self._tells is None:
            return True
        if folder not in self._told:
            self._told[folder] = self._tells(folder)
        return self._told[folder]
