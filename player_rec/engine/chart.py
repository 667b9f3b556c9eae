"""The map of a library as a window shows it: one value that never changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Places = NDArray[np.float32]
Shares = NDArray[np.float32]

GENRES = 8
"""So many genres have a colour of their own."""

OTHER, UNKNOWN = GENRES, GENRES + 1


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What points are coloured by; every column is (n,) and goes with the ids of one chart.

    Attributes:
        genre: 0 to ``GENRES`` − 1 as in ``genres``, ``OTHER`` or ``UNKNOWN``.
        genres: the names of the most common, the most common first.
        tempo: 0 (slow) to 1 (fast) on a logarithmic scale, nan where there is no pulse.
        tempo_bpm: what 0 and 1 stand for.
        energy: 0 (calm) to 1 (fierce), as spread out as this library has it.
        familiar: 0 (never heard) to 1 (comes to mind at once).
    """

    genre: NDArray[np.uint8]
    genres: tuple[str, ...]
    tempo: Shares
    tempo_bpm: tuple[float, float]
    energy: Shares
    familiar: Shares


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Where every track lies.

    Attributes:
        ids: (n,) ascending.
        places: (n, 2) in units of the layout.
        traits: what to colour them by.
        heard: how many tracks could be on the map; with too few of them there is none.
        done: share of a layout that is under way, None when none is.
        rests: why it does not go on, in words; empty while it does.
    """

    ids: Ids
    places: Places
    traits: Traits
    heard: int
    done: float | None = None
    rests: str = ""

    def rows(self, ids: Ids) -> NDArray[np.int64]:
        """The row of each id, −1 where it is not on the map."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == ids, rows, -1).astype(np.int64)
