"""Which point lies under the pointer: a grid that is sorted once and then answers in microseconds."""

import numpy as np
from numpy.typing import NDArray

_MOST_CELLS = 512


class Finder:
    """The points of one map, sorted into the cells of a square grid, row by row."""

    def __init__(self, places: NDArray[np.float32]) -> None:
        """Take the places (n, 2)."""
        self._side = int(np.clip(np.sqrt(len(places)), 1, _MOST_CELLS))
        self._low = places.min(axis=0, initial=np.inf) if len(places) else np.zeros(2, np.float32)
        extent = float(np.ptp(places, axis=0).max()) if len(places) else 0.0
        self._width = max(extent / self._side, 1e-9)
        cells = self._cell(places)
        numbers = cells[:, 1] * self._side + cells[:, 0]
        self._order = np.argsort(numbers, kind="stable")
        self._places = places[self._order]
        counts = np.bincount(numbers, minlength=self._side * self._side)
        self._starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """The row of the point nearest to a place, None where none is within reach."""
        at = np.array((x, y), np.float32)
        (left, top), (right, bottom) = self._cell(np.array([at - reach, at + reach], np.float32)).tolist()
        best, found = reach * reach, None
        for row in range(top, bottom + 1):
            first, last = self._starts[row * self._side + left], self._starts[row * self._side + right + 1]
            if first == last:
                continue
            away = self._places[first:last] - at
            apart = np.einsum("nd,nd->n", away, away)
            nearest = int(apart.argmin())
            if apart[nearest] <= best:
                best, found = float(apart[nearest]), int(self._order[first + nearest])
        return found

    def _cell(self, places: NDArray[np.float32]) -> NDArray[np.int64]:
        return np.clip((places - self._low) / self._width, 0, self._side - 1).astype(np.int64)
