"""Vectors by track id: one matrix in blocks that grows without copying, and what a search picks from it.

The table from id to row is as long as the largest id, so ids must be small whole numbers, as a database
hands them out. Not thread-safe: one thread owns it.
"""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.sound import Vector
from player_rec.domain.track import TrackId

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Stored = NDArray[Any]
Allowed = AbstractSet[TrackId] | Ids
"""The tracks a search may answer with, each named once."""

BLOCK_ROWS = 8192
FIXED_POINT = 32767  # stands for 1
LARGEST_ID = 2**27  # the table of rows then takes half a gigabyte


class Found(NamedTuple):
    """Tracks and how similar each is, most similar first; equals stand in the order of their ids."""

    ids: Ids
    similarities: NDArray[np.float32]


def as_ids(ids: Collection[TrackId] | Ids) -> Ids:
    """Any collection of track ids as an array (n,)."""
    if isinstance(ids, np.ndarray):
        return ids
    return np.fromiter(ids, np.int64, len(ids))


def values_of(keys: Ids, values: Vectors, wanted: Ids) -> Vectors:
    """The value (n,) of each of ``wanted`` (n,), of ``keys`` (m,) in ascending order with ``values`` (m,); else 0."""
    if not len(keys):
        return np.zeros(len(wanted), np.float32)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], np.float32(0))


def best(ids: Ids, similarities: NDArray[np.float32], k: int) -> Found:
    """The ``k`` most similar, or all where there are fewer. Ties at the edge go to the smaller id."""
    if 0 < k < len(ids):
        edge = np.partition(similarities, len(ids) - k)[len(ids) - k]
        near = np.flatnonzero(similarities >= edge)
        ids, similarities = ids[near], similarities[near]
    order = np.lexsort((ids, -similarities))[: max(k, 0)]
    return Found(ids[order], similarities[order])


class Rows:
    """Vectors of one dimension whose coordinates lie between −1 and 1.

    Args:
        dimension: of the vectors.
        compact: keep coordinates as 16-bit fixed-point numbers, in half the memory and right to 0.00002.
            (numpy turns these into float32 several times faster than float16, and they are more precise.)
    """

    def __init__(self, dimension: int, *, compact: bool = False) -> None:
        self.dimension, self._compact = dimension, compact
        self._dtype = np.dtype(np.int16 if compact else np.float32)
        self._blocks: list[Stored] = []
        self._ids: Ids = np.empty(0, np.int64)
        self._where: NDArray[np.int32] = np.empty(0, np.int32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def ids(self) -> Ids:
        """The ids (n,) in the order of the rows."""
        return self._ids[: self._count]

    def held(self, ids: Ids) -> NDArray[np.bool_]:
        """Which of ``ids`` are here, as a mask of the same length."""
        return self._rows_of(ids) >= 0

    def mask(self, ids: Ids) -> bytes:
        """One byte for every possible id, 1 for those of ``ids`` that are here."""
        mask = np.zeros(len(self._where), np.uint8)
        mask[ids[self.held(ids)]] = 1
        return mask.tobytes()

    def put(self, ids: Ids, vectors: Vectors) -> None:
        """Set the vectors (n, dimension) of ``ids``, new or known.

        Raises:
            ValueError: an id comes twice, is negative or too large, a number is not finite, or the shapes do
                not fit.
        """
        if not np.isfinite(vectors).all():
            raise ValueError("a vector holds something that is no number")
        if self._compact:
            self._store(ids, np.rint(np.clip(vectors, -1, 1) * FIXED_POINT).astype(np.int16))
        else:
            self._store(ids, vectors)

    def _store(self, ids: Ids, stored: Stored) -> None:
        _check(ids, stored, self.dimension)
        rows = self._rows_of(ids)
        fresh = ids[rows < 0]
        rows[rows < 0] = np.arange(self._count, self._count + len(fresh))
        self._reserve(self._count + len(fresh), int(ids.max(initial=-1)) + 1)
        self._ids[self._count : self._count + len(fresh)] = fresh
        self._where[ids] = rows
        self._count += len(fresh)
        for block, here, inside in _by_block(rows):
            self._blocks[block][inside] = stored[here]

    def drop(self, ids: Ids) -> Ids:
        """Forget ``ids`` and say which of them were here. The last rows move into the gaps."""
        dropped = np.unique(ids[self.held(ids)])
        for one in dropped.tolist():
            gap, last = int(self._where[one]), self._count - 1
            moved = self._ids[last]
            into, out_of = self._blocks[gap // BLOCK_ROWS], self._blocks[last // BLOCK_ROWS]
            into[gap % BLOCK_ROWS] = out_of[last % BLOCK_ROWS]
            self._ids[gap], self._where[moved], self._where[one] = moved, gap, -1
            self._count = last
        del self._blocks[-(-self._count // BLOCK_ROWS) :]
        return dropped

    def take(self, ids: Ids) -> Vectors:
        """The vectors (n, dimension) of ``ids``.

        Raises:
            KeyError: one of them is not here.
        """
        rows = self._rows_of(ids)
        if (rows < 0).any():
            raise KeyError(int(ids[rows < 0][0]))
        taken = np.empty((len(ids), self.dimension), np.float32)
        for block, here, inside in _by_block(rows):
            taken[here] = self._as_float(self._blocks[block][inside])
        return taken

    def chunks(self) -> Iterator[tuple[Ids, Vectors]]:
        """All rows in order, a few thousand at a time, as float32."""
        for start in range(0, self._count, BLOCK_ROWS):
            stop = min(start + BLOCK_ROWS, self._count)
            rows = self._blocks[start // BLOCK_ROWS][: stop - start]
            yield self._ids[start:stop], self._as_float(rows)

    def nearest(self, query: Vector, k: int, allowed: Allowed | None = None) -> Found:
        """The ``k`` rows of largest inner product with ``query`` (dimension,), by looking at all that may be."""
        if allowed is not None:
            ids = as_ids(allowed)
            ids = ids[self.held(ids)]
            return best(ids, self.take(ids) @ query, k)
        similarities = [rows @ query for _, rows in self.chunks()]
        return best(self.ids, np.concatenate([*similarities, np.empty(0, np.float32)]), k)

    def write(self, ids_file: BinaryIO, rows_file: BinaryIO) -> None:
        """Write ids and rows as bare numbers."""
        ids_file.write(self.ids.data)
        for start in range(0, self._count, BLOCK_ROWS):
            rows = self._blocks[start // BLOCK_ROWS][: self._count - start]
            rows_file.write(np.ascontiguousarray(rows).data)

    def read(self, ids_file: BinaryIO, rows_file: BinaryIO) -> None:
        """Take in what ``write`` wrote. Raises ValueError where the two do not belong together."""
        ids = np.frombuffer(ids_file.read(), np.int64)
        for start in range(0, len(ids), BLOCK_ROWS):
            part = ids[start : start + BLOCK_ROWS]
            stored: Stored = np.frombuffer(
                rows_file.read(len(part) * self.dimension * self._dtype.itemsize), self._dtype
            )
            self._store(part, stored.reshape(-1, self.dimension))

    def _as_float(self, stored: Stored) -> Vectors:
        if self._compact:
            return np.multiply(stored, np.float32(1 / FIXED_POINT), dtype=np.float32)
        return stored

    def _rows_of(self, ids: Ids) -> NDArray[np.int32]:
        """The row of each id, −1 where it is not here."""
        if not len(self._where):
            return np.full(len(ids), -1, np.int32)
        inside = (ids >= 0) & (ids < len(self._where))
        return np.where(inside, self._where[np.where(inside, ids, 0)], np.int32(-1))

    def _reserve(self, rows: int, table: int) -> None:
        """Make room for ``rows`` rows and ids below ``table``."""
        while len(self._blocks) * BLOCK_ROWS < rows:
            self._blocks.append(np.empty((BLOCK_ROWS, self.dimension), self._dtype))
        if rows > len(self._ids):
            self._ids = np.concatenate((self._ids, np.empty(rows + rows // 4 - len(self._ids), np.int64)))
        if table > len(self._where):
            longer = np.full(table + table // 4 - len(self._where), -1, np.int32)
            self._where = np.concatenate((self._where, longer))


def _check(ids: Ids, vectors: Stored, dimension: int) -> None:
    """Refuse what would spoil the table."""
    if vectors.shape != (len(ids), dimension):
        raise ValueError(f"{len(ids)} ids and vectors of shape {vectors.shape} do not make {dimension}-d rows")
    if len(ids) and not 0 <= ids.min() <= ids.max() < LARGEST_ID:
        raise ValueError(f"ids must lie between 0 and {LARGEST_ID}")
    if len(np.unique(ids)) != len(ids):
        raise ValueError("an id comes twice")


def _by_block(rows: NDArray[np.int32]) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.int32]]]:
    """Sort row numbers by block: the block, the places in ``rows`` that fall into it, the rows inside it."""
    block = rows // BLOCK_ROWS
    for number in np.unique(block).tolist():
        here = np.flatnonzero(block == number)
        yield number, here, rows[here] % BLOCK_ROWS
