"""What plans are made from, kept in memory: the library as columns, sound space, history, hearts, what to avoid.

The databases are the truth. What this process writes is taken in at once; what another one wrote is noticed by
SQLite's own counter and read anew.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from player_rec.domain.listening import Avoidance, Outcome, Play, Scope
from player_rec.domain.plan import QueuePlan
from player_rec.domain.track import ContentId, TrackId
from player_rec.engine.space import SoundSpace
from player_rec.recommend.catalogue import Catalogue, Mask
from player_rec.recommend.learn.history import History
from player_rec.recommend.learn.taste import Taste, taste
from player_rec.recommend.likeness import Likeness
from player_rec.recommend.plans.plan import plan
from player_rec.recommend.plans.score import WEIGHTS
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.stay import still_right
from player_rec.store.library import Library
from player_rec.store.listener import Listener

log = logging.getLogger(__name__)

_STRANGER = 10**12
"""From here on numbers stand for sounds that were heard but are in no library now; their plays still count."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the user may set about the radio.

    Attributes:
        ahead: picks kept in the queue.
        steady: of these, how many stay as they are unless they became wrong.
        repeat_hours: for so long no recording comes back.
        seed: of whatever is left to chance.
        weights: of the parts of a score; one that is missing is switched off.
    """

    ahead: int = 5
    steady: int = 2
    repeat_hours: float = 4.0
    seed: int = 0
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)


class Memory:
    """One listener and one library. Belongs to the thread that owns both databases."""

    def __init__(self, library: Library, listener: Listener, space: SoundSpace, tuning: Tuning) -> None:
        self.tuning = tuning
        self._library, self._listener, self._space = library, listener, space
        self._seen = (-1, -1)
        self._told: object = None
        self._strangers: dict[str, TrackId] = {}
        self.refresh()

    def refresh(self) -> bool:
        """Take in what other processes wrote since. True if there was anything."""
        seen = (self._library.changes(), self._listener.changes())
        before, self._seen = self._seen, seen
        if seen[0] != before[0]:
            self._take_in_library()
        if seen[1] != before[1]:
            self.said_changed()
        if self._told != self._listener.plays.told():
            self._take_in_plays()
        return seen != before

    def _take_in_library(self) -> None:
        self._space.refresh()
        self.catalogue = Catalogue.of(self._library.tracks.entries())
        self._tracks = self._library.tracks.contents()
        self.likeness = Likeness(self.catalogue, self._space.index)
        if self._strangers.keys() & self._tracks.keys():
            self._told = None  # what was heard before it was known has a place now
            self._strangers.clear()
            self.said_changed()

    def _take_in_plays(self) -> None:
        self.history = History()
        for noted in self._listener.plays.all():
            self._append(noted.play, counts=noted.counts)
        self._told = self._listener.plays.told()

    def said_changed(self) -> None:
        """Take in hearts, bans and snoozes again."""
        hearts = self._listener.hearts.all()
        self.hearts = {self.number(content): since.timestamp() for content, since in hearts.items()}
        self._avoidances = [kept.avoidance for kept in self._listener.avoidances.all() if kept.lifted is None]

    def add(self, play: Play) -> None:
        """Take in a play that was just kept: it counts from now on."""
        self._append(play, counts=play.learned)
        self._told = self._listener.plays.told()

    def _append(self, play: Play, *, counts: bool) -> None:
        """One that does not count leaves no lesson, but was heard all the same, so that it does not repeat."""
        track = self.track_of(play)
        outcome = play.outcome if counts else Outcome.NOTHING
        self.history.append(track, play.started.timestamp(), play.heard_ms if counts else 0, outcome, play.source)

    def track_of(self, play: Play) -> TrackId:
        """The number of a play's track, by its sound or, where that was not known, by its file."""
        if not play.content:
            return self._library.tracks.at(play.file) or self.number(ContentId(f"file:{play.file}"))
        return self.number(play.content)

    def number(self, content: ContentId) -> TrackId:
        """The number of a sound; those in no library get one of their own."""
        found = self._tracks.get(content)
        if found is None:
            found = self._strangers.setdefault(content, TrackId(_STRANGER + len(self._strangers)))
        return found

    def avoided(self, now: datetime, unplayable: Iterable[TrackId] = ()) -> Mask:
        """(n,) rows of the catalogue that are banned or snoozed at ``now``, or cannot be played."""
        mask = self.catalogue.mask(unplayable)
        for avoidance in self._avoidances:
            if avoidance.holds(now):
                mask |= self.reach(avoidance)
        return mask

    def reach(self, avoidance: Avoidance) -> Mask:
        """(n,) the rows a ban or a snooze is about."""
        known = self.catalogue
        match avoidance.scope:
            case Scope.ARTIST | Scope.ALBUM:
                names = known.artists if avoidance.scope is Scope.ARTIST else known.albums
                column = known.artist if avoidance.scope is Scope.ARTIST else known.album
                number = names.find(avoidance.subject)
                return np.zeros(len(known), np.bool_) if number is None else np.asarray(column == number)
            case Scope.TRACK | Scope.RECORDING:
                row = known.row(self._tracks.get(ContentId(avoidance.subject)))
                if row < 0:
                    return np.zeros(len(known), np.bool_)
                if avoidance.scope is Scope.TRACK:
                    return np.asarray(np.arange(len(known)) == row)
                return np.asarray(known.recording == known.recording[row])

    def situation(
        self,
        now: datetime,
        *,
        current: TrackId | None,
        anchor: TrackId | None,
        current_since: datetime | None = None,
        ahead: Sequence[TrackId] = (),
        out: Iterable[TrackId] = (),
    ) -> Situation:
        """One moment of listening; ``out`` cannot be played or was refused, the rest is as ``Situation`` has it."""
        return Situation(
            now_s=now.timestamp(),
            history=self.history,
            hearts=self.hearts,
            avoided=self.avoided(now, out),
            current=current,
            current_since_s=current_since.timestamp() if current_since else None,
            anchor=anchor,
            ahead=ahead,
            dials=self._listener.radio.dials(),
            repeat_hours=self.tuning.repeat_hours,
            seed=self.tuning.seed,
        )

    def taste(self, now: datetime) -> Taste:
        """Lasting taste as it is now."""
        return taste(self.history, self.hearts, self.likeness, now.timestamp())

    def plan(self, situation: Situation, count: int) -> QueuePlan:
        """The next ``count`` tracks."""
        return plan(situation, self.likeness, count, self.tuning.weights)

    def still_right(self, tracks: list[TrackId], situation: Situation) -> list[bool]:
        """Which of the picks that are next may stay as they are."""
        return still_right(tracks, situation, self.likeness)
