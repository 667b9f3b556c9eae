"""The radio's own habit on trial: with weights learned on the way, with fixed ones, and with each part switched off."""

from collections.abc import Callable

import numpy as np

from models.eval.replay.format import Ints
from models.eval.replay.protocol import Moment
from player_rec.recommend.learn.habit import PARTS, Floats, GroupOf, Habit, habit
from player_rec.recommend.learn.mixing import Mixture

OURS, FIXED, BLIND = "ours", "ours, fixed weights", "ours, skips unseen"


class Shared:
    """The habit at a moment, worked out once for all that ask."""

    def __init__(self, artist_of: GroupOf | None, album_of: GroupOf | None, *, blind: bool = False) -> None:
        self._artist_of, self._album_of, self._blind = artist_of, album_of, blind
        self._moment: Moment | None = None
        self._habit: Habit | None = None

    def at(self, moment: Moment) -> Habit:
        """Candidates and parts."""
        if self._habit is None or moment is not self._moment:
            history = moment.heard if self._blind else moment.everything
            self._moment = moment
            self._habit = habit(history, moment.now_s, self._artist_of, self._album_of)
        return self._habit


class Ours:
    """Habit parts joined by a mixture that may learn."""

    def __init__(self, name: str, shared: Shared, *, learns: bool, without: str = "") -> None:
        self.name = name
        self.mixture = Mixture()
        self._shared, self._learns, self._without = shared, learns, without

    def rank(self, moment: Moment, depth: int) -> Ints:
        """What may come next, best first."""
        found = self._shared.at(moment)
        score = self.mixture.score(self._parts(found))
        return found.tracks[np.argsort(-score, kind="stable")[:depth]]

    def observe(self, moment: Moment, track: int) -> None:
        """Move the weights towards what came next."""
        if not self._learns:
            return
        found = self._shared.at(moment)
        taken = np.flatnonzero(found.tracks == track)
        if len(taken):
            self.mixture.learn(self._parts(found), int(taken[0]))

    def _parts(self, found: Habit) -> dict[str, Floats]:
        return {name: part for name, part in found.parts.items() if name != self._without}


def group_of(numbers: Ints) -> Callable[[Ints], Ints]:
    """Look groups up by track number."""
    return lambda tracks: numbers[tracks]


def ours(artists: Ints, albums: Ints, *, ablation: bool) -> list[Ours]:
    """Fresh ones for one person; ``artists`` and ``albums`` by track number."""
    artist_of, album_of = group_of(artists), group_of(albums)
    seeing, blind = Shared(artist_of, album_of), Shared(artist_of, album_of, blind=True)
    found = [
        Ours(OURS, seeing, learns=True),
        Ours(FIXED, seeing, learns=False),
        Ours(BLIND, blind, learns=True),
    ]
    if ablation:
        found += [Ours(f"ours without {part}", seeing, learns=True, without=part) for part in PARTS]
    return found
