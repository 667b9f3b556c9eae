"""How loud the library knows its files to be, for the thread of the built-in player."""

import logging
from pathlib import Path

from player_rec.app.places import Places
from player_rec.domain.errors import PlayerRecError
from player_rec.players.builtin.gain import Levels
from player_rec.store.db import open_rebuildable
from player_rec.store.library import Library

log = logging.getLogger(__name__)


class KnownLevels:
    """Asked for a file, it opens the library on the asking thread, the first time; that thread alone may ask."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._library: Library | None = None

    def __call__(self, file: Path) -> Levels:
        """What tags and measurement say; nothing where the library cannot be asked."""
        try:
            return self._levels(file)
        except PlayerRecError as error:
            log.info("how loud %s is cannot be told: %s", file.name, error)
            return Levels()

    def _levels(self, file: Path) -> Levels:
        if self._library is None:
            self._library = Library(open_rebuildable(self._places.library))
        track = self._library.tracks.in_file(file)
        if track is None:
            return Levels()
        sound = self._library.vectors.sounds([track.id]).get(track.id)
        return Levels(track.tags.replay_gain, sound.loudness_lufs if sound else None)
