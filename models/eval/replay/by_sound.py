"""What sound alone can say of the next song, among the tracks this person has heard before.

Nearest to the latest song, to the middle of the session, to the middle of everything; and the four heuristics of
Pampalk, Pohle and Widmer (2005), which learn from skips within a session.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from models.eval.replay.format import Ints
from models.eval.replay.protocol import Moment
from player_rec.domain.listening import SESSION_GAP_S, Outcome

Vectors = NDArray[np.float32]
Nearness = NDArray[np.float64]


class Near(ABC):
    """Orders by a nearness in sound; what was just heard comes last."""

    name = ""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    @abstractmethod
    def nearness(self, moment: Moment, candidates: Vectors) -> Nearness:
        """Of each of ``candidates`` (m, dimension): (m,)."""

    def rank(self, moment: Moment, depth: int) -> Ints:
        """What may come next, best first."""
        known = moment.heard.known
        if not len(known):
            return known
        near = self.nearness(moment, self._vectors[known])
        near[moment.heard.codes_of(moment.trail)] -= 10
        return known[np.argsort(-near, kind="stable")[:depth]]

    def observe(self, moment: Moment, track: int) -> None:  # noqa: B027 - one that learns more says so
        """Nothing is learned beyond what the history holds."""

    def of(self, tracks: Ints) -> Vectors:
        """The vectors of ``tracks``."""
        return self._vectors[tracks]

    def seeds(self, moment: Moment) -> Vectors:
        """The songs accepted in this session; where it only begins, the latest there was."""
        return self.of(moment.trail if len(moment.trail) else moment.heard.tracks[-1:])

    def skipped(self, moment: Moment) -> Vectors:
        """The songs skipped early in this session."""
        history = moment.everything
        if moment.now_s - history.quiet_since > SESSION_GAP_S:
            return self.of(history.tracks[:0])
        session = slice(history.session_start, None)
        return self.of(np.unique(history.tracks[session][history.outcomes[session] == Outcome.EARLY_SKIP]))


class NearLatest(Near):
    """Heuristic B: near the latest accepted song, which is the plain nearest neighbour."""

    name = "sound: nearest to the latest (Pampalk B)"

    def nearness(self, moment: Moment, candidates: Vectors) -> Nearness:
        """Cosine."""
        return np.asarray(candidates @ self.seeds(moment)[-1], np.float64)


class NearFirst(Near):
    """Heuristic A: near the song the session began with."""

    name = "sound: nearest to the first (Pampalk A)"

    def nearness(self, moment: Moment, candidates: Vectors) -> Nearness:
        """Cosine."""
        return np.asarray(candidates @ self.seeds(moment)[0], np.float64)


class NearSession(Near):
    """Near the mean of the session."""

    name = "sound: mean of the session"

    def nearness(self, moment: Moment, candidates: Vectors) -> Nearness:
        """Cosine up to a factor."""
        return np.asarray(candidates @ self.seeds(moment).mean(axis=0), np.float64)


class NearEverything(Near):
    """Near the mean of all plays."""

    name = "sound: mean of everything"

    def nearness(self, moment: Moment, candidates: Vectors) -> Nearness:
        """Cosine up to a factor."""
        return np.asarray(candidates @ (moment.heard.heard_counts.astype(np.float32) @ candidates), np.float64)


class NearAny(Near):
    """Heuristic C: near any accepted song."""

    name = "sound: nearest to any (Pampalk C)"

    def nearness(self, moment: Moment, candidates: Vectors) -> Nearness:
        """Largest cosine."""
        return np.asarray((candidates @ self.seeds(moment).T).max(axis=1), np.float64)


class NearerThanSkipped(Near):
    """Heuristic D: near an accepted song, and nearer to it than to any skipped one, if there is such a song."""

    name = "sound: nearer than to the skipped (Pampalk D)"

    def nearness(self, moment: Moment, candidates: Vectors) -> Nearness:
        """Closeness to the accepted; songs closer to a skipped one stand behind, by the ratio of both distances."""
        liked = self.distance(candidates, self.seeds(moment))
        skipped = self.skipped(moment)
        if not len(skipped):
            return -liked
        disliked = self.distance(candidates, skipped)
        ratio = np.minimum(liked / np.maximum(disliked, 1e-6), 5)
        return np.asarray(np.where(liked < disliked, -liked, -2 - ratio), np.float64)

    @staticmethod
    def distance(candidates: Vectors, others: Vectors) -> Nearness:
        """Cosine distance of each candidate to the nearest of ``others``."""
        return np.asarray(1 - (candidates @ others.T).max(axis=1), np.float64)


def by_sound(vectors: Vectors) -> list[Near]:
    """Fresh ones for one person."""
    kinds = (NearLatest, NearFirst, NearSession, NearEverything, NearAny, NearerThanSkipped)
    return [kind(vectors) for kind in kinds]
