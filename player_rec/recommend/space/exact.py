"""Nearest neighbours by looking at every vector: nothing to build, recall 1, right for small libraries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np

from player_rec.domain.sound import Vector
from player_rec.recommend.space.rows import Allowed, Found, Ids, Rows, Vectors


class ExactIndex:
    """All vectors as float32 in one matrix. Not thread-safe: one thread owns it."""

    kind = "exact"

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._rows = Rows(dimension)

    def __len__(self) -> int:
        return len(self._rows)

    def ids(self) -> Ids:
        """The tracks here (n,), in ascending order."""
        return np.sort(self._rows.ids)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add unit vectors (n, dimension), or put them in the place of those known by the same ids."""
        self._rows.put(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """Forget tracks; those that are not here are passed over."""
        self._rows.drop(ids)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors (n, dimension) of tracks. Raises KeyError where one is not here."""
        return self._rows.take(ids)

    def chunks(self) -> Iterator[tuple[Ids, Vectors]]:
        """All tracks with their vectors, a few thousand at a time, in no order that matters."""
        return self._rows.chunks()

    def nearest(self, query: Vector, k: int, allowed: Allowed | None = None) -> Found:
        """Up to ``k`` tracks, out of those allowed, most similar to a unit vector (dimension,)."""
        return self._rows.nearest(query, k, allowed)

    def write(self, folder: Path) -> None:
        """Write the index as files into an empty folder."""
        with (folder / "ids").open("wb") as ids, (folder / "rows").open("wb") as rows:
            self._rows.write(ids, rows)

    @classmethod
    def read(cls, folder: Path, dimension: int) -> Self:
        """Take in what ``write`` wrote. Raises OSError or ValueError where it cannot be read."""
        index = cls(dimension)
        with (folder / "ids").open("rb") as ids, (folder / "rows").open("rb") as rows:
            index._rows.read(ids, rows)
        return index
