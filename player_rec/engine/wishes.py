"""What the listener wants, said in the window or by a command: kept, taken in, and answered with a new plan at once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import Dials, Scope
from player_rec.domain.track import Track, TrackId
from player_rec.engine.avoid import avoid
from player_rec.engine.follower import Follower
from player_rec.players.base import CanDrop, CanMove, QueueItem
from player_rec.store.library import Library
from player_rec.store.listener import Listener
from player_rec.store.radio import PickNote

Entries = Sequence[tuple[QueueItem, PickNote | None]]


class Wishes:
    """Belongs to the engine's thread. Entries of the queue go by the player's names for them."""

    def __init__(self, follower: Follower, library: Library, listener: Listener, now: Callable[[], datetime]) -> None:
        self.follower, self._library, self._listener, self._now = follower, library, listener, now

    def heart(self, *, on: bool) -> None:
        """Switch heart mode. Raises PlayerGone, NothingToPlay."""
        self.follower.heart(on=on)

    def keep(self, key: str) -> PickNote:
        """Make a pick the listener's own. Raises NoSuchTrack, PlayerGone."""
        _, note = self._pick(key)
        self.follower.radio.keep(note)
        self.follower.replan()
        return note

    def refuse(self, key: str) -> PickNote:
        """Take a pick out, not to come back while heart mode is on; another comes. Raises NoSuchTrack, PlayerGone."""
        item, note = self._pick(key)
        self.follower.radio.refuse(item, note)
        self.follower.replan()
        return note

    def remove(self, keys: Sequence[str]) -> None:
        """Take entries out, the listener's own as well. Raises PlayerGone."""
        waiting = {item.key: item for item, note in self.follower.entries() if note is None}
        for key in keys:
            if key not in waiting:
                self.refuse(key)
        own = [waiting[key] for key in keys if key in waiting]
        self.follower.radio.keep_out([item.path for item in own])
        if own and isinstance(self.follower.player, CanDrop):
            self.follower.player.drop(own)

    def move(self, key: str, at: int) -> None:
        """Put an entry in another place, 0 is next; a pick becomes the listener's own by that, and those go first.

        Raises:
            NoSuchTrack: it does not wait any more.
            PlayerGone: the player is away.
        """
        entries = self.follower.entries()
        item, note = self._entry(entries, key)
        if not isinstance(self.follower.player, CanMove):
            return
        if note is not None:
            self.follower.radio.keep(note)
        own = sum(other is None for entry, other in entries if entry != item)
        self.follower.player.move(item, min(at, own) if len(entries) > own + 1 else at)
        self.follower.replan()

    def like(self, track: TrackId, *, on: bool) -> None:
        """Give a track a heart, or take it back. Raises NoSuchTrack."""
        hearts = self._listener.hearts
        (hearts.give if on else hearts.take)(self._track(track), self._now())
        self._said()

    def avoid(self, track: TrackId, scope: Scope, days: float | None) -> None:
        """Ban (``days`` is None) or snooze a track, or what it belongs to. Raises NoSuchTrack."""
        avoid(self._library, self._listener, self._track(track), scope, self._now(), days)
        self._said()

    def turn(self, dials: Dials) -> None:
        """Turn the dials."""
        self._listener.radio.turn(dials, self._now())
        self._said()

    def _said(self) -> None:
        self.follower.memory.said_changed()
        self.follower.replan()

    def _track(self, track: TrackId) -> Track:
        found = self._library.tracks.one(track)
        if found is None:
            raise NoSuchTrack("this song is not in the library any more")
        return found

    def _pick(self, key: str) -> tuple[QueueItem, PickNote]:
        item, note = self._entry(self.follower.entries(), key)
        if note is None:
            raise NoSuchTrack("this song is your own, not a pick")
        return item, note

    def _entry(self, entries: Entries, key: str) -> tuple[QueueItem, PickNote | None]:
        for item, note in entries:
            if item.key == key:
                return item, note
        raise NoSuchTrack("this song does not wait any more")
