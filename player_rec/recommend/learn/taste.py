"""What the listener likes, lastingly: a weight for each track heard or given a heart, and the interests these make.

Several interests, not one average: between a string quartet and a drum machine lies nothing anybody likes.
Weights fade, so that taste follows the listener; derived anew from the history whenever asked, never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import DAY_S, Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.learn.history import History
from player_rec.recommend.likeness import Floats, Likeness, Places
from player_rec.recommend.space.rows import Ids, Vectors, values_of

LESSON = {Outcome.NOTHING: 0.0, Outcome.EARLY_SKIP: -0.3, Outcome.LATE_SKIP: 0.1, Outcome.FINISH: 1.0}
"""What one play adds to the lasting weight of its track."""

HALF_LIFE_DAYS = {Outcome.NOTHING: 1.0, Outcome.EARLY_SKIP: 30.0, Outcome.LATE_SKIP: 90.0, Outcome.FINISH: 180.0}
HEART, HEART_HALF_LIFE_DAYS = 4.0, 730.0
ENOUGH = 4.0
"""The weight at which a track is liked about as much as can be: more plays say no more."""

REMEMBERED = 20_000
"""Plays that are looked at; at thirty a day those before have faded to a sixteenth."""

LOVED = 600
"""Tracks that interests are made of: those with most weight."""

MOST_INTERESTS, ROUNDS = 12, 8

_LESSONS = np.array([LESSON[one] for one in Outcome])
_HALF_LIVES_S = np.array([HALF_LIFE_DAYS[one] for one in Outcome]) * DAY_S


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """Lasting taste at one moment.

    Attributes:
        tracks: (m,) every track the listener has shown a mind about, ascending.
        affinity: (m,) −1 (does not like it) to 1 (likes it much).
        loved: rows of the catalogue with most affinity, best first, for what was not analysed yet.
        centres: (k, dimension) unit vectors, the interests.
        shares: (k,) how much of the liking each interest holds; they add up to 1.
        emblems: (k,) for each interest the loved track that stands for it best.
    """

    tracks: Ids
    affinity: Floats
    loved: Places
    centres: Vectors
    shares: Floats
    emblems: Ids

    def of(self, tracks: Ids) -> Floats:
        """The affinity of each of ``tracks`` (n,), 0 for those never met."""
        return values_of(self.tracks, self.affinity, tracks)


def taste(history: History, hearts: Mapping[TrackId, float], likeness: Likeness, now_s: float) -> Taste:
    """Sum up what was heard and liked.

    Args:
        history: all plays.
        hearts: for each liked track when that was said, in Unix seconds.
        likeness: of the library at hand.
        now_s: Unix seconds.
    """
    tracks, weights = _weights(history, hearts, now_s)
    affinity = np.tanh(weights / ENOUGH).astype(np.float32)
    rows = likeness.catalogue.rows(tracks)
    liked = np.flatnonzero((weights > 0) & (rows >= 0))
    best = liked[np.lexsort((tracks[liked], -weights[liked]))][:LOVED]
    loved = likeness.places(rows[best])
    heard = loved.heard
    centres, shares, nearest = _interests(loved.vectors[heard], weights[best][heard].astype(np.float32))
    return Taste(tracks, affinity, loved, centres, shares, tracks[best][heard][nearest])


def _weights(history: History, hearts: Mapping[TrackId, float], now_s: float) -> tuple[Ids, NDArray[np.float64]]:
    played = history.tracks[-REMEMBERED:]
    outcomes = history.outcomes[-REMEMBERED:]
    age_s = np.maximum(now_s - history.times[-REMEMBERED:], 0.0)
    lessons = _LESSONS[outcomes] * np.exp2(-age_s / _HALF_LIVES_S[outcomes])
    liked = np.fromiter(hearts, np.int64, len(hearts))
    since = np.fromiter(hearts.values(), np.float64, len(hearts))
    given = HEART * np.exp2(-np.maximum(now_s - since, 0.0) / (HEART_HALF_LIFE_DAYS * DAY_S))
    tracks, places = np.unique(np.concatenate((played, liked)), return_inverse=True)
    weights = np.bincount(places, np.concatenate((lessons, given)), len(tracks)).astype(np.float64)
    said = np.bincount(places, np.concatenate((outcomes != Outcome.NOTHING, np.ones(len(liked)))), len(tracks)) > 0
    return tracks[said], weights[said]


def _interests(vectors: Vectors, weights: Floats) -> tuple[Vectors, Floats, NDArray[np.intp]]:
    """Weighted spherical k-means (Dhillon and Modha, 2001), begun at the heaviest and then the farthest."""
    if not len(vectors):
        return vectors, weights, np.empty(0, np.intp)
    count = min(int(np.ceil(np.sqrt(len(vectors)))), MOST_INTERESTS)
    centres = vectors[_spread(vectors, weights, count)]
    for _ in range(ROUNDS):
        mine = (vectors @ centres.T).argmax(axis=1)
        sums = np.where(mine[None, :] == np.arange(len(centres))[:, None], weights, np.float32(0)) @ vectors
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centres).astype(np.float32)
    near = vectors @ centres.T
    mine = near.argmax(axis=1)
    held = np.bincount(mine, weights, len(centres))
    kept = np.flatnonzero(held > 0)
    order = kept[np.lexsort((kept, -held[kept]))]
    standing = np.where(mine[:, None] == order[None, :], near[:, order] * np.sqrt(weights)[:, None], -np.inf)
    return centres[order], (held[order] / held.sum()).astype(np.float32), standing.argmax(axis=0)


def _spread(vectors: Vectors, weights: Floats, count: int) -> NDArray[np.intp]:
    """Places of ``count`` vectors that are heavy and far from each other."""
    chosen = [int(weights.argmax())]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < count:
        far = np.sqrt(weights) * (1 - nearest)
        chosen.append(int(far.argmax()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return np.array(chosen)
