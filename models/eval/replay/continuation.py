"""Playlists continued: the last fifth of each is held back, and every method names ten tracks from the rest of it.

Other playlists stand where a listener's past sessions stand in the radio. Mean average precision at 10 over all
playlists that have something held back (divided by 10 or by what was held back, whichever is less).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.eval.replay.format import Ints

HELD_BACK = 0.2
DEPTH = 10
SEED_HALF_LIFE = 7.0
"""In seeds: how quickly those further up a playlist count less."""

REACH = 8.0
"""In tracks: how quickly what is far from a shared track in another playlist counts less."""

OFFSETS = np.concatenate((np.arange(-30, 0), np.arange(1, 31)))
SHORT = 10
"""Playlists shorter than this do not count more for being short."""

COMMON = 0.2
"""Power of a track's number of playlists by which its score is divided: 0.5 is cosine, 0 favours what is common."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The given parts of all playlists as one table of rows (n,), sorted by playlist and place; and by track.

    Attributes:
        lists: (n,) the playlist of each row.
        places: (n,) its place in the playlist.
        tracks: (n,) its track.
        order: (n,) rows sorted by track.
        bounds: (m + 1,) where each track begins in ``order``.
        starts: (p + 1,) where each playlist begins in the table.
    """

    lists: Ints
    places: Ints
    tracks: Ints
    order: NDArray[np.intp]
    bounds: NDArray[np.intp]
    starts: NDArray[np.intp]

    @property
    def counts(self) -> NDArray[np.intp]:
        """(m,) how often each track was put into a playlist."""
        return np.diff(self.bounds)

    def rows(self, track: int) -> NDArray[np.intp]:
        """The rows of ``track``."""
        return self.order[self.bounds[track] : self.bounds[track + 1]]


Method = Callable[[Shelf, int, Ints], Scores]
"""Scores all tracks (m,) for the playlist of that number with these seeds."""


def shelf(given: Sequence[Ints], tracks: int) -> Shelf:
    """Lay out the given parts of all playlists."""
    sizes = np.array([len(one) for one in given])
    starts = np.concatenate(([0], np.cumsum(sizes)))
    rows = np.concatenate(given)
    lists = np.repeat(np.arange(len(given)), sizes)
    order = np.argsort(rows, kind="stable")
    bounds = np.searchsorted(rows[order], np.arange(tracks + 1))
    return Shelf(lists, np.arange(len(rows)) - starts[lists], rows, order, bounds, starts)


def split(playlists: Sequence[Ints]) -> tuple[list[Ints], list[Ints]]:
    """The given and the held-back part of each playlist; a track held back that was given is no task."""
    given, held = [], []
    for tracks in playlists:
        kept = len(tracks) - int(HELD_BACK * len(tracks))
        given.append(tracks[:kept])
        held.append(np.setdiff1d(tracks[kept:], tracks[:kept]))
    return given, held


def popularity(shelf: Shelf, _number: int, _seeds: Ints) -> Scores:
    """How many playlists hold it."""
    return shelf.counts.astype(np.float64)


def item_neighbours(shelf: Shelf, _number: int, seeds: Ints) -> Scores:
    """Sum of the cosines to the seeds (item kNN: Sarwar et al., 2001)."""
    return _cosines(shelf, seeds, np.ones(len(seeds)))


def recent_item_neighbours(shelf: Shelf, _number: int, seeds: Ints) -> Scores:
    """The same with later seeds counting more."""
    return _cosines(shelf, seeds, recency(len(seeds)))


def _cosines(shelf: Shelf, seeds: Ints, weights: Scores) -> Scores:
    counts = shelf.counts
    lists = np.zeros(len(shelf.starts) - 1)
    for seed, weight in zip(seeds.tolist(), weights.tolist(), strict=True):
        np.add.at(lists, shelf.lists[shelf.rows(seed)], weight / np.sqrt(counts[seed]))
    return np.bincount(shelf.tracks, lists[shelf.lists], len(counts)) / np.sqrt(np.maximum(counts, 1))


def alike_playlists(shelf: Shelf, number: int, seeds: Ints) -> Scores:
    """Ours: what lies near shared tracks in the playlists most like this one, as the habit does with sessions."""
    counts = shelf.counts
    worths = recency(len(seeds)) * np.log(len(shelf.starts) / np.maximum(counts[seeds], 1))
    shared = [shelf.rows(seed) for seed in seeds.tolist()]
    worth = np.repeat(worths, [len(rows) for rows in shared])
    rows = np.concatenate(shared)
    others = shelf.lists[rows] != number
    rows, worth = rows[others], worth[others]
    alike = np.bincount(shelf.lists[rows], worth, len(shelf.starts) - 1)
    likeness = alike / np.sqrt(np.maximum(np.diff(shelf.starts), SHORT))
    total = np.bincount(shelf.tracks, likeness[shelf.lists], len(counts))
    around = rows[:, None] + OFFSETS
    inside = (around >= 0) & (around < len(shelf.tracks))
    around = np.where(inside, around, 0)
    inside &= shelf.lists[around] == shelf.lists[rows][:, None]
    near = (worth * likeness[shelf.lists[rows]])[:, None] * np.exp2(-np.abs(OFFSETS) / REACH)
    total += np.bincount(shelf.tracks[around[inside]], near[inside], len(counts))
    return total / np.maximum(counts, 1) ** COMMON


def recency(count: int) -> Scores:
    """The weights of seeds in their order; the last one has 1."""
    return np.exp2(-np.arange(count)[::-1] / SEED_HALF_LIFE)


METHODS: dict[str, Method] = {
    "popularity": popularity,
    "item kNN, cosine": item_neighbours,
    "item kNN, late seeds first": recent_item_neighbours,
    "ours": alike_playlists,
}


def continue_all(playlists: Sequence[Ints], tracks: int) -> dict[str, float]:
    """MAP@10 of every method."""
    given, held = split(playlists)
    table = shelf(given, tracks)
    precision: dict[str, list[float]] = {name: [] for name in METHODS}
    for number, (seeds, wanted) in enumerate(zip(given, held, strict=True)):
        if not len(wanted):
            continue
        for name, method in METHODS.items():
            scores = method(table, number, seeds)
            scores[seeds] = -np.inf
            best = np.argpartition(-scores, DEPTH)[:DEPTH] if len(scores) > DEPTH else np.arange(len(scores))
            best = best[np.lexsort((best, -scores[best]))]
            precision[name].append(average_precision(best, wanted))
    return {name: float(np.mean(values)) if values else float("nan") for name, values in precision.items()}


def average_precision(order: Ints, wanted: Ints) -> float:
    """Average precision of an order of at most 10."""
    found = np.isin(order, wanted)
    at = np.cumsum(found) / np.arange(1, len(order) + 1)
    return float((at * found).sum() / min(DEPTH, len(wanted)))
