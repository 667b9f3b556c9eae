"""One door to nearest neighbours: looking at everything while that is quick, a graph beyond.

Queries run on the calling thread. numpy's matrix products would start more: OPENBLAS_NUM_THREADS=1, set before
numpy is first imported, keeps a second thread from spinning, which gains little here and costs much on a
busy machine.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from player_rec.domain.sound import Vector
from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.rows import Allowed, Found, Ids, Vectors, best

EXACT_UP_TO = 15_000  # tracks: a search takes under a millisecond, misses nothing and needs nothing built
BATCH = 4096


class Index(Protocol):
    """Unit vectors by track id, searched by inner product. One thread owns an index."""

    kind: str
    dimension: int

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """The tracks here (n,), in ascending order."""

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add unit vectors (n, dimension), or put them in the place of those known by the same ids."""

    def remove(self, ids: Ids) -> None:
        """Forget tracks; those that are not here are passed over."""

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors (n, dimension) of tracks. Raises KeyError where one is not here."""
        ...

    def chunks(self) -> Iterator[tuple[Ids, Vectors]]:
        """All tracks with their vectors, a few thousand at a time, in no order that matters."""
        ...

    def nearest(self, query: Vector, k: int, allowed: Allowed | None = None) -> Found:
        """Up to ``k`` tracks, out of those allowed, most similar to a unit vector (dimension,)."""
        ...

    def write(self, folder: Path) -> None:
        """Write the index as files into an empty folder."""


def make_index(dimension: int, expected: int, threads: int = 1) -> Index:
    """An empty index of the kind that suits a library of ``expected`` tracks."""
    if expected <= EXACT_UP_TO:
        return ExactIndex(dimension)
    return HnswIndex(dimension, expected, threads)


def fitted(index: Index, expected: int, threads: int = 1) -> Index:
    """The same index, or one of the kind that suits ``expected`` tracks with the same vectors in it.

    Call it before adding many tracks. To move 15,000 takes seconds, once in the life of a library. A
    graph stays a graph until half of what it carries is dead weight.
    """
    match index:
        case ExactIndex() if expected <= EXACT_UP_TO:
            return index
        case HnswIndex() if index.deleted <= len(index):
            return index
    fresh = make_index(index.dimension, max(expected, len(index)), threads)
    for ids, vectors in index.chunks():
        fresh.add(ids, vectors)
    return fresh


def catch_up(index: Index, wanted: Ids, fetch: Callable[[Ids], Vectors]) -> tuple[int, int]:
    """Make the index hold exactly the ``wanted`` tracks; says how many were added and removed.

    A track's vector by one model never changes, so what is stale is a difference of two sets of ids.
    ``fetch`` gives the vectors (n, dimension) of up to 4,096 ids.
    """
    held = index.ids()
    gone, new = np.setdiff1d(held, wanted), np.setdiff1d(wanted, held)
    index.remove(gone)
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        index.add(batch, fetch(batch))
    return len(new), len(gone)


def recall(index: Index, sample: Ids, k: int = 20) -> float:
    """The share of the true ``k`` nearest that the index finds for the tracks in ``sample``.

    Looks at every vector once: one or two seconds for a million tracks and fifty queries.
    """
    queries = index.vectors(sample)
    true = [Found(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in sample]
    for ids, rows in index.chunks():
        for place, similarities in enumerate(queries @ rows.T):
            so_far = true[place]
            true[place] = best(
                np.concatenate((so_far.ids, ids)), np.concatenate((so_far.similarities, similarities)), k
            )
    found = [index.nearest(query, k) for query in queries]
    hits = sum(len(np.intersect1d(a.ids, b.ids)) for a, b in zip(found, true, strict=True))
    return hits / max(sum(len(one.ids) for one in true), 1)
