"""How alike tracks are: by sound where both were heard, by tags where not.

A cosine says little by itself: in one library two random songs are at 0.1, in another at 0.8. So likeness is
measured between two landmarks of the library at hand: 0 is as unlike as two random songs, 1 as alike as a song
and its tenth neighbour.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.sound import Vector
from player_rec.recommend.catalogue import NOBODY, Catalogue
from player_rec.recommend.space.index import Index
from player_rec.recommend.space.rows import Ids, Vectors

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

SAMPLE, NEIGHBOUR = 64, 10
REMEMBERED = 64
"""Answers about neighbours that are kept, the latest asked for."""

LEAST, MOST = -0.5, 1.25
"""Beyond the landmarks likeness goes on a little way: opposites, and copies of one recording."""

SAME_ALBUM, SAME_ARTIST, SAME_GENRE, SAME_YEARS, YEARS = 0.8, 0.7, 0.5, 0.1, 5


@dataclass(frozen=True, slots=True)
class Scale:
    """The landmarks of a library, as cosines."""

    random: float = 0.0
    neighbour: float = 1.0

    @classmethod
    def of(cls, index: Index) -> Self:
        """Taken from an even sample of its tracks, so that the same library gives the same scale."""
        ids = index.ids()
        if len(ids) < 3:
            return cls()
        sample = index.vectors(ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE])
        among = (sample @ sample.T)[np.triu_indices(len(sample), 1)]
        rank = min(NEIGHBOUR, max(1, len(ids) // 10))
        near = [index.nearest(vector, rank + 1).similarities[-1] for vector in sample]
        random, neighbour = float(np.median(among)), float(np.median(near))
        return cls(random, max(neighbour, random + 0.05))

    def __call__(self, cosines: Floats) -> Floats:
        """Likeness for cosines of any shape."""
        likeness = (cosines - np.float32(self.random)) / np.float32(self.neighbour - self.random)
        return np.asarray(np.clip(likeness, LEAST, MOST), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Some rows of the catalogue with their vectors; ``heard`` says which have one, the others are nought."""

    rows: Rows
    vectors: Vectors
    heard: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> "Places":
        """Those chosen by a mask or by their places."""
        return Places(self.rows[which], self.vectors[which], self.heard[which])


class Likeness:
    """Answers for one library at one time. Belongs to one thread."""

    def __init__(self, catalogue: Catalogue, index: Index | None, scale: Scale | None = None) -> None:
        self.catalogue, self.index = catalogue, index
        self.scale = scale or (Scale.of(index) if index else Scale())
        self._in_index = np.isin(catalogue.tracks, index.ids()) if index else np.zeros(len(catalogue), np.bool_)
        self._asked: dict[tuple[bytes, int], Rows] = {}

    @property
    def heard(self) -> NDArray[np.bool_]:
        """(n,), which rows have a place in sound space."""
        return self._in_index

    def places(self, rows: Rows) -> Places:
        """Look up the vectors of rows (m,)."""
        heard = self._in_index[rows]
        dimension = self.index.dimension if self.index else 0
        vectors = np.zeros((len(rows), dimension), np.float32)
        if self.index and heard.any():
            vectors[heard] = self.index.vectors(self.catalogue.tracks[rows[heard]])
        return Places(rows, vectors, heard)

    def of_tracks(self, tracks: Ids) -> Places:
        """The same for those of the tracks that are here."""
        rows = self.catalogue.rows(tracks)
        return self.places(rows[rows >= 0])

    def neighbours(self, vector: Vector, k: int) -> Rows:
        """Rows of the ``k`` nearest to a unit vector; an anchor and what is warm are asked for plan after plan."""
        if self.index is None:
            return np.empty(0, np.int64)
        asked = vector.tobytes(), k
        found = self._asked.pop(asked, None)
        if found is None:
            found = self.catalogue.rows(self.index.nearest(vector, k).ids)
        self._asked[asked] = found
        if len(self._asked) > REMEMBERED:
            del self._asked[next(iter(self._asked))]
        return found

    def between(self, some: Places, others: Places) -> Floats:
        """Likeness (m, k) of each of ``some`` to each of ``others``."""
        if not len(some) or not len(others):
            return np.zeros((len(some), len(others)), np.float32)
        both = some.heard[:, None] & others.heard[None, :]
        if both.all():
            return self.scale(some.vectors @ others.vectors.T)
        return np.where(both, self.scale(some.vectors @ others.vectors.T), self._by_tags(some.rows, others.rows))

    def to_vectors(self, some: Places, vectors: Vectors) -> Floats:
        """Likeness (m, k) to places in sound space that are no tracks; 0 for what was not heard."""
        if not len(some) or not len(vectors):
            return np.zeros((len(some), len(vectors)), np.float32)
        return np.where(some.heard[:, None], self.scale(some.vectors @ vectors.T), np.float32(0))

    def _by_tags(self, some: Rows, others: Rows) -> Floats:
        known = self.catalogue

        def same(column: NDArray[np.int32]) -> NDArray[np.bool_]:
            both = column[some][:, None] == column[others][None, :]
            return np.asarray(both & (column[some] != NOBODY)[:, None])

        alike = np.where(same(known.genre), np.float32(SAME_GENRE), np.float32(0))
        alike = np.where(same(known.artist), np.float32(SAME_ARTIST), alike)
        alike = np.where(same(known.album), np.float32(SAME_ALBUM), alike)
        years = known.year[some][:, None], known.year[others][None, :]
        near = (years[0] > 0) & (years[1] > 0) & (np.abs(years[0] - years[1]) <= YEARS)
        return np.asarray(alike + np.where(near, SAME_YEARS, 0), np.float32)
