"""What sounds like some tracks and unlike others.

Each seed gathers candidates around itself. How near a candidate is to a seed is local scaling (see
``hubness``) in units of the seed's own neighbourhood, put on a scale from 0 to 1 by the normal
distribution, so that a seed in a crowd and a seed in the open speak equally loud.

With several seeds, mostly the nearest one counts and a little the average of all. So two different seeds
give both neighbourhoods, led by what lies in both, and not the grey middle between them, which sounds like
neither; and, unlike a sum, the rule does not let fifty seeds vote in a track that is near to none.

Something to stay away from acts only where it is close: a candidate as near to it as to its seed counts
half, a nearer one less, one that is clearly the seed's counts in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.sound import Vector
from player_rec.domain.track import TrackId
from player_rec.recommend.space.hubness import NEIGHBOURS, Around, Hubness, around, local_scaling, normal
from player_rec.recommend.space.index import Index
from player_rec.recommend.space.limits import ANY, Limits
from player_rec.recommend.space.rows import Ids, Vectors

ALL_SEEDS = 0.2
"""Share of the score that all seeds give together; the rest is the nearest seed's."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Unit vectors (dimension,) to be near, and those to stay away from."""

    seeds: Sequence[Vector]
    against: Sequence[Vector] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A track that was found.

    Attributes:
        id: the track.
        score: 0 to 1, what the order goes by.
        similarity: cosine to the nearest seed, for people to read.
        seed: which seed is nearest, by its place among the seeds.
    """

    id: TrackId
    score: float
    similarity: float
    seed: int


def similar(index: Index, hubness: Hubness, wish: Wish, k: int, limits: Limits = ANY) -> list[Neighbour]:
    """The ``k`` best answers to a wish, or as many as there are, best first.

    Equal scores stand in the order of similarity, then of ids, so the same index gives the same answer.
    """
    if k < 1 or not wish.seeds or not len(index):
        return []
    reach = max(4 * k // len(wish.seeds), 2 * NEIGHBOURS)
    while True:
        ranked = _ranked(index, hubness, wish, limits, reach)
        chosen = limits.one_per_recording(np.array([one.id for one in ranked], np.int64))[:k]
        if len(chosen) == k or reach >= limits.most(len(index)):
            by_id = {one.id: one for one in ranked}
            return [by_id[TrackId(one)] for one in chosen.tolist()]
        reach *= 4


def _ranked(index: Index, hubness: Hubness, wish: Wish, limits: Limits, reach: int) -> list[Neighbour]:
    """All candidates within reach of a seed, best first."""
    gathered = [_gather(index, seed, limits, reach) for seed in wish.seeds]
    ids = np.unique(np.concatenate([candidates for candidates, _ in gathered]))
    if not len(ids):
        return []
    vectors = index.vectors(ids)
    similarities = vectors @ np.stack(wish.seeds).T
    crowds = Around(
        np.array([crowd.mean for _, crowd in gathered]), np.array([crowd.deviation for _, crowd in gathered])
    )
    nearness = _nearness(similarities, crowds, hubness.around(ids))
    nearest = nearness.argmax(axis=1)
    places = np.arange(len(ids))
    similarity = similarities[places, nearest]
    score = (1 - ALL_SEEDS) * nearness[places, nearest] + ALL_SEEDS * nearness.mean(axis=1)
    if wish.against:
        away = (vectors @ np.stack(wish.against).T).max(axis=1)
        score *= normal((similarity - away) / crowds.deviation[nearest])
    return [
        Neighbour(TrackId(int(ids[at])), float(score[at]), float(similarity[at]), int(nearest[at]))
        for at in np.lexsort((ids, -similarity, -score))
    ]


def _gather(index: Index, seed: Vector, limits: Limits, reach: int) -> tuple[Ids, Around]:
    """The candidates (n,) around one seed, and how dense it is there whatever the limits."""
    found = index.nearest(seed, reach if limits.allowed is None else 2 * NEIGHBOURS)
    candidates = limits.without_excluded(found.ids)
    others = np.isin(found.ids, candidates)
    crowd = around((found.similarities[others] if others.any() else found.similarities)[:NEIGHBOURS])
    if limits.allowed is not None:
        candidates = limits.without_excluded(index.nearest(seed, reach, limits.allowed).ids)
    return candidates, crowd


def _nearness(similarities: Vectors, seeds: Around, candidates: Around) -> NDArray[np.float64]:
    """How near each candidate is to each seed (candidates, seeds), 0 to 1.

    A candidate nobody has looked at yet is taken to live as densely as the seed does.
    """
    mean = candidates.mean[:, None]
    item = Around(np.where(np.isnan(mean), seeds.mean, mean), candidates.deviation[:, None])
    return normal(local_scaling(similarities, seeds, item) / (2 * seeds.deviation))
