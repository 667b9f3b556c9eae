"""Events of a player → plays in the history, so that a crash at any moment costs at most the end of one play."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from player_rec.domain.errors import StoreDamaged, StoreUnavailable
from player_rec.domain.listening import Ending, Play, Source
from player_rec.domain.track import ContentId, Track
from player_rec.players.base import Ended, Heard, Started
from player_rec.store.listener import Listener

log = logging.getLogger(__name__)

_SHORT_OF_MS, _SHORT_OF_SHARE = 20_000, 1 / 3
"""A song found playing so much short of where it was noted, in ms and as a share of it, is still the same play."""


class Diary:
    """Writes down what one player plays. Belongs to the thread that owns the databases.

    A play that cannot be written when it is over, because the database is locked or the disk full, is kept here, and
    written by the next event or ``write``, in its turn. None of the events raises for it.
    """

    def __init__(
        self, listener: Listener, player: str, now: Callable[[], datetime], late: Callable[[], object] = lambda: None
    ) -> None:
        """``late`` is called when plays came into the history later than they were told of. Raises StoreUnavailable."""
        self._listener, self._player, self._now, self._late = listener, player, now, late
        self._key = ""
        self._play = listener.plays.in_progress(player)
        self._over: list[Play] = []
        self._failed = self._owed = False
        self._learning = True

    @property
    def behind(self) -> bool:
        """Whether something could not be written yet."""
        return self._failed

    def started(self, event: Started, source: Source, track: Track | None) -> Play | None:
        """A track began, or was found playing. Returns the play left over from before a crash, if it is over now."""
        left, lost = self._play, None
        if left and event.position_ms and _goes_on(left, event):
            self._play = replace(left, heard_ms=max(left.heard_ms, event.position_ms))
        else:
            lost = self._end(Ending.LOST)
            self._play = self._begun(event, source, track)
        self._key = event.item.key
        self.write()
        return lost

    def heard(self, event: Heard) -> None:
        """Note how far the play has come."""
        if self._play and event.item.key == self._key:
            self._play = replace(self._play, heard_ms=event.heard_ms)
            self.write()
        elif self._failed:
            self.write()

    def ended(self, event: Ended) -> Play | None:
        """The play is over: keep it."""
        if self._play is None or event.item.key != self._key:
            if self._failed:
                self.write()
            return None
        self._play = replace(self._play, heard_ms=event.heard_ms)
        play = self._end(event.ending)
        self.write()
        return play

    def abandon(self) -> Play | None:
        """Nobody will say how the play in progress ended: keep it as heard until about there."""
        play = self._end(Ending.LOST)
        self.write()
        return play

    def write(self) -> bool:
        """Write down what is not written yet: what is over, oldest first, then how far the one in progress has come.

        Only in this order: the note of a play may not give way to that of the next before the play is kept.

        Returns:
            whether all of it is written.
        """
        try:
            while self._over:
                self._listener.plays.end(self._over[0])
                del self._over[0]
                self._owed |= self._failed
            if self._play:
                self._listener.plays.note(self._play)
        except (StoreUnavailable, StoreDamaged) as error:
            if not self._failed:
                log.warning("what is heard cannot be written now, and waits: %s", error)
            self._failed = True
            return False
        self._failed = False
        if self._owed:
            self._owed = False
            log.info("what was heard is written after all")
            self._late()
        return True

    def _end(self, ending: Ending) -> Play | None:
        play, self._play, self._key = self._play, None, ""
        if play is None:
            return None
        over = replace(play, ending=ending)
        self._over.append(over)
        log.info("%s after %.0f s: %s", ending, over.heard_ms / 1000, over.title or over.file.name)
        return over

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
            learned=self._learned(),
        )

    def _learned(self) -> bool:
        """Whether plays are learned from now; where that cannot be read, as it was last known."""
        with suppress(StoreUnavailable, StoreDamaged):
            self._learning = self._listener.lessons.learning
        return self._learning


def _goes_on(left: Play, event: Started) -> bool:
    """Whether the track found playing is the play that was noted before."""
    allowed_ms = min(_SHORT_OF_MS, _SHORT_OF_SHARE * (left.duration_ms or _SHORT_OF_MS))
    return left.file == event.item.path and event.position_ms >= left.heard_ms - allowed_ms
