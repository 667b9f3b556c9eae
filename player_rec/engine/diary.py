"""Events of a player → plays in the history, so that a crash at any moment costs at most the end of one play."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from player_rec.domain.listening import Ending, Play, Source
from player_rec.domain.track import ContentId, Track
from player_rec.players.base import Ended, Heard, Started
from player_rec.store.listener import Listener

log = logging.getLogger(__name__)

_SHORT_OF_MS, _SHORT_OF_SHARE = 20_000, 1 / 3
"""A song found playing so much short of where it was noted, in ms and as a share of it, is still the same play."""


class Diary:
    """Writes down what one player plays. Belongs to the thread that owns the databases."""

    def __init__(self, listener: Listener, player: str, now: Callable[[], datetime]) -> None:
        self._listener, self._player, self._now = listener, player, now
        self._key = ""
        self._play: Play | None = None

    def started(self, event: Started, source: Source, track: Track | None) -> Play | None:
        """A track began, or was found playing. Returns the play left over from before a crash, if it is over now."""
        left = self._play or self._listener.plays.in_progress(self._player)
        if left and event.position_ms and _goes_on(left, event):
            self._play = replace(left, heard_ms=max(left.heard_ms, event.position_ms))
            lost = None
        else:
            lost = self.abandon()
            self._play = self._begun(event, source, track)
        self._key = event.item.key
        self._listener.plays.note(self._play)
        return lost

    def heard(self, event: Heard) -> None:
        """Note how far the play has come."""
        if self._play and event.item.key == self._key:
            self._play = replace(self._play, heard_ms=event.heard_ms)
            self._listener.plays.note(self._play)

    def ended(self, event: Ended) -> Play | None:
        """The play is over: keep it."""
        if self._play is None or event.item.key != self._key:
            return None
        return self._keep(replace(self._play, heard_ms=event.heard_ms, ending=event.ending))

    def abandon(self) -> Play | None:
        """Nobody will say how the play in progress ended: keep it as heard until about there."""
        left = self._play or self._listener.plays.in_progress(self._player)
        return self._keep(replace(left, ending=Ending.LOST)) if left else None

    def _keep(self, play: Play) -> Play | None:
        self._play, self._key = None, ""
        kept = self._listener.plays.end(play)
        log.info("%s after %.0f s: %s", play.ending, play.heard_ms / 1000, play.title or play.file.name)
        return play if kept is not None else None

    def _begun(self, event: Started, source: Source, track: Track | None) -> Play:
        return Play(
            content=track.identity.content if track else ContentId(""),
            file=event.item.path,
            started=self._now() - timedelta(milliseconds=event.position_ms),
            heard_ms=event.position_ms,
            duration_ms=event.duration_ms or (track.identity.duration_ms if track else 0),
            ending=Ending.LOST,
            source=source,
            player=self._player,
            title=track.tags.title if track else "",
            artist=", ".join(track.tags.artists) if track else "",
            learned=self._listener.lessons.learning,
        )


def _goes_on(left: Play, event: Started) -> bool:
    """Whether the track found playing is the play that was noted before."""
    allowed_ms = min(_SHORT_OF_MS, _SHORT_OF_SHARE * (left.duration_ms or _SHORT_OF_MS))
    return left.file == event.item.path and event.position_ms >= left.heard_ms - allowed_ms
