"""Nearest neighbours through a graph: hierarchical navigable small worlds (Malkov and Yashunin, 2018).

hnswlib keeps the float32 vectors inside its graph and hands them out slowly (tens of microseconds each), so
a copy in 16-bit numbers stands beside it: for narrow filters, for checks, for whoever asks for vectors. At
200 dimensions a track then takes about 1.5 kB.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from math import sqrt
from pathlib import Path
from typing import Self

import hnswlib
import numpy as np

from player_rec.domain.sound import Vector
from player_rec.recommend.space.rows import Allowed, Found, Ids, Rows, Vectors, best

LINKS = 16
BUILD_WIDTH = 200
SEED = 1
GROWTH = 1.25
ROWS_SCANNED_PER_NODE_VISITED = 5  # in the same time, under a filter
WIDEST_ANSWER = 1 / 8  # of the library; to find more, looking at everything is faster


def search_width(count: int) -> int:
    """How many candidates a search keeps in hand (hnswlib's ``ef``) to miss fewer than one in fifty."""
    return round(10 * sqrt(sqrt(count)))


class HnswIndex:
    """An hnswlib graph over unit vectors and inner product. Not thread-safe: one thread owns it.

    Args:
        dimension: of the vectors.
        expected: how many to make room for at once; more may come.
        threads: to add with. Several are faster, but make a slightly different graph every time.
    """

    kind = "hnsw"

    def __init__(self, dimension: int, expected: int = 0, threads: int = 1) -> None:
        self.dimension, self.threads = dimension, threads
        self._rows = Rows(dimension, compact=True)
        self._graph = hnswlib.Index(space="ip", dim=dimension)
        self._graph.init_index(
            max(expected, 1), M=LINKS, ef_construction=BUILD_WIDTH, random_seed=SEED, allow_replace_deleted=True
        )

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def deleted(self) -> int:
        """How many removed tracks the graph still carries until others take their places."""
        return int(self._graph.element_count) - len(self)

    def ids(self) -> Ids:
        """The tracks here (n,), in ascending order."""
        return np.sort(self._rows.ids)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add unit vectors (n, dimension), or put them in the place of those known by the same ids."""
        held = self._rows.held(ids)
        self._rows.put(ids, vectors)
        known = held.copy()
        known[~held] = self._revive(ids[~held])
        if known.any():
            self._graph.add_items(vectors[known], ids[known], num_threads=1)
        self._add_nodes(ids[~known], vectors[~known])

    def _revive(self, ids: Ids) -> list[bool]:
        """Take the deletion mark off those that are still nodes, so that hnswlib lets them be overwritten."""
        revived = [False] * len(ids)
        if self._graph.element_count > len(self) - len(ids):
            for place, one in enumerate(ids.tolist()):
                with suppress(RuntimeError):  # another track has its place
                    self._graph.unmark_deleted(one)
                    revived[place] = True
        return revived

    def _add_nodes(self, ids: Ids, vectors: Vectors) -> None:
        """Add what the graph does not know, first in the places of what was removed."""
        nodes = self._graph.element_count
        replaced = min(nodes - (len(self) - len(ids)), len(ids))
        needed = nodes + len(ids) - replaced
        if needed > self._graph.max_elements:
            self._graph.resize_index(max(needed, int(self._graph.max_elements * GROWTH)))
        if replaced:
            self._graph.add_items(vectors[:replaced], ids[:replaced], num_threads=1, replace_deleted=True)
        if len(ids) > replaced:
            self._graph.add_items(vectors[replaced:], ids[replaced:], num_threads=self.threads)

    def remove(self, ids: Ids) -> None:
        """Forget tracks; those that are not here are passed over."""
        for one in self._rows.drop(ids).tolist():
            self._graph.mark_deleted(one)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors (n, dimension) of tracks, right to 0.00002 in every coordinate.

        Raises:
            KeyError: one of them is not here.
        """
        return self._rows.take(ids)

    def chunks(self) -> Iterator[tuple[Ids, Vectors]]:
        """All tracks with their vectors, a few thousand at a time, in no order that matters."""
        return self._rows.chunks()

    def nearest(self, query: Vector, k: int, allowed: Allowed | None = None) -> Found:
        """Up to ``k`` tracks, out of those allowed, most similar to a unit vector (dimension,).

        Where the graph would visit most of itself, everything allowed is looked at instead: under a narrow
        filter, for a long answer, and where parts of the graph cannot be reached.
        """
        width = search_width(len(self))
        may_be = len(self) if allowed is None else min(len(allowed), len(self))
        k = max(0, min(k, may_be))
        narrow = allowed is not None and may_be < sqrt(ROWS_SCANNED_PER_NODE_VISITED * width * len(self))
        if narrow or k > WIDEST_ANSWER * len(self):
            return self._rows.nearest(query, k, allowed)
        self._graph.set_ef(max(width, k + width // 2))  # not kept in hnswlib's files, and grows with the library
        try:
            labels, distances = self._graph.knn_query(query, k, num_threads=1, filter=self._gate(allowed))
        except RuntimeError:  # fewer than k were reached
            return self._rows.nearest(query, k, allowed)
        return best(labels[0].astype(np.int64), 1 - distances[0], k)

    def _gate(self, allowed: Allowed | None) -> Callable[[int], object] | None:
        """What hnswlib asks of each node it meets: a C function, because it is asked thousands of times."""
        if isinstance(allowed, np.ndarray):
            return self._rows.mask(allowed).__getitem__
        return None if allowed is None else allowed.__contains__

    def write(self, folder: Path) -> None:
        """Write the index as files into an empty folder. Raises OSError where it does not fit."""
        with (folder / "ids").open("wb") as ids, (folder / "rows").open("wb") as rows:
            self._rows.write(ids, rows)
        graph = folder / "graph"
        self._graph.save_index(str(graph))
        if graph.stat().st_size != self._graph.index_file_size():  # hnswlib overlooks a full disk
            raise OSError(f"{graph} is shorter than it must be")

    @classmethod
    def read(cls, folder: Path, dimension: int) -> Self:
        """Take in what ``write`` wrote.

        A file that was cut or changed may end the process: make sure of it first.

        Raises:
            OSError, ValueError, RuntimeError: it cannot be read.
        """
        index = cls(dimension)
        with (folder / "ids").open("rb") as ids, (folder / "rows").open("rb") as rows:
            index._rows.read(ids, rows)
        index._graph = hnswlib.Index(space="ip", dim=dimension)
        index._graph.load_index(str(folder / "graph"), allow_replace_deleted=True)
        return index
