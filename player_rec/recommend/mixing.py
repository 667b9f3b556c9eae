"""How much each part of the habit counts, learned from one listener as the songs go by.

A log-linear choice between the candidates (McFadden, 1974; as a listwise loss: Cao et al., 2007): the chance of a
candidate is proportional to the exponential of its weighted parts. Every song that was taken moves the weights a
little towards it, each by a step of its own that shrinks as evidence adds up (AdaGrad: Duchi et al., 2011), and they
never leave the bounds. Without a single lesson the weights are those written here, and they stand nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DEFAULTS: Mapping[str, float] = {
    "follows": 3.0,
    "context": 3.0,
    "across": 1.5,
    "nearby": 2.0,
    "session": 2.0,
    "opens": 2.0,
    "refused": -0.5,
    "activation": 1.0,
    "frequent": 0.5,
    "today": 0.0,
    "unwelcome": -1.0,
    "again": -2.0,
    "repeat": 0.0,
    "skipped": -1.5,
    "artist": 1.0,
    "album": 1.0,
}

STEP = 0.25
CAUTION = 1.0
"""Squared slope that every weight starts from, so that the first lessons do not throw it about."""

BOUND = 12.0
"""No weight grows larger than this."""

HOME = 0.002
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
            self.weights[name] = min(BOUND, max(-BOUND, weight))
        self.lessons += 1
