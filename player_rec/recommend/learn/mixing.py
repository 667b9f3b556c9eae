"""How much each part of the habit counts, learned from one listener as the songs go by.

A log-linear choice between the candidates (McFadden, 1974; as a listwise loss: Cao et al., 2007): the chance of a
candidate is proportional to the exponential of its weighted parts. Every song that was taken moves the weights a
little towards it, each by a step of its own that shrinks as evidence adds up (AdaGrad: Duchi et al., 2011), and they
never leave the bounds. Without a single lesson the weights are those written here, and they stand nowhere else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from player_rec.domain.listening import Outcome
from player_rec.recommend.learn.habit import Floats, GroupOf, habit
from player_rec.recommend.learn.history import SOURCES, History

DEFAULTS: Mapping[str, float] = {
    "follows": 1.5,
    "context": 3.8,
    "offered": 1.0,
    "nearby": 2.2,
    "session": 3.8,
    "opens": 2.8,
    "refused": -0.5,
    "activation": 1.0,
    "frequent": 0.0,
    "again": -1.6,
    "repeat": 0.4,
    "skipped": -1.0,
    "artist": 3.0,
    "album": 1.5,
    "cooled": -3.0,
}

STEP = 0.7
"""How far the first lessons move a weight."""

CAUTION = 1.0
"""Squared slope that every weight starts from, so that the first lessons do not throw it about."""

BOUND = 12.0
"""No weight grows larger than this."""

AGAINST = ("refused", "skipped", "cooled")
"""What speaks against a song keeps at least half of its weight, whatever the listener went on to hear after a skip."""

HOME = 0.0005
"""Share of the way back to its default that every weight goes at each lesson."""


@dataclass(slots=True)
class Mixture:
    """The weights of one listener.

    Attributes:
        weights: name of each part to its weight.
        slopes: name of each part to the sum of its squared slopes so far.
        lessons: songs learned from.
    """

    weights: dict[str, float] = field(default_factory=lambda: dict(DEFAULTS))
    slopes: dict[str, float] = field(default_factory=dict)
    lessons: int = 0

    def score(self, parts: Mapping[str, Floats]) -> Floats:
        """The weighted sum of ``parts``, each (m,): (m,)."""
        return np.asarray(sum(np.float32(self.weights.get(name, 0)) * part for name, part in parts.items()), np.float32)

    def chances(self, parts: Mapping[str, Floats]) -> Floats:
        """How likely each candidate is to be the next, if one of them is: (m,), adding up to 1."""
        score = self.score(parts)
        if not len(score):
            return score
        risen = np.exp(score - score.max())
        return np.asarray(risen / risen.sum(), np.float32)

    def learn(self, parts: Mapping[str, Floats], taken: int) -> None:
        """Learn from one choice.

        Args:
            parts: of all candidates (m,).
            taken: the place among the candidates of the one that was heard next.
        """
        chances = self.chances(parts)
        for name, part in parts.items():
            slope = float(part[taken] - chances @ part)
            self.slopes[name] = self.slopes.get(name, CAUTION) + slope * slope
            home = DEFAULTS.get(name, 0.0)
            weight = self.weights.get(name, home)
            weight += STEP * slope / self.slopes[name] ** 0.5 - HOME * (weight - home)
            self.weights[name] = min(home / 2 if name in AGAINST else BOUND, max(-BOUND, weight))
        self.lessons += 1


def rehearse(
    history: History,
    mixture: Mixture,
    lessons: int = 600,
    artist_of: GroupOf | None = None,
    album_of: GroupOf | None = None,
) -> Iterator[int]:
    """Let ``mixture`` learn from a history that was there before it, in small steps.

    The history is lived through once more, so that no lesson knows what came after it.

    Args:
        history: all plays; only those there at the first step are gone through.
        mixture: learns.
        lessons: at how many heard plays, evenly spread over the later half of them.
        artist_of: as for ``habit``.
        album_of: as for ``habit``.

    Yields:
        After every lesson, how many are left.
    """
    heard = history.heard[len(history.heard) // 2 :]
    chosen = heard[np.unique(np.linspace(0, len(heard) - 1, min(lessons, len(heard))).round().astype(np.intp))]
    columns = (history.tracks, history.times, history.heard_ms, history.outcomes, history.sources)
    relived, done = History(), 0
    for left, position in zip(range(len(chosen) - 1, -1, -1), chosen.tolist(), strict=True):
        rows = zip(*(column[done:position].tolist() for column in columns), strict=True)
        for track, started_s, heard_ms, outcome, source in rows:
            relived.append(track, started_s, heard_ms, Outcome(outcome), SOURCES[source])
        done = position
        found = habit(relived, float(columns[1][position]), artist_of, album_of)
        taken = np.flatnonzero(found.tracks == columns[0][position])
        if len(taken):
            mixture.learn(found.parts, int(taken[0]))
        yield left
