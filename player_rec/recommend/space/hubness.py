"""Hubs: tracks that turn up near everything in high-dimensional space, and how to put them in their place.

Two corrections are here. Cross-domain similarity local scaling (Conneau et al., 2018) takes off what a track
gives to everybody around it. Mutual proximity with Gaussians (Schnitzer et al., 2012) asks how likely two
tracks are to be each other's neighbours; its Gaussians are fitted to the nearest tracks only, because fitted
to all of a large library they mend nothing. Recommendations use the first: it mends as much, and unlike
the second it stays sane far outside a neighbourhood.
"""

from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.sound import Vector
from player_rec.recommend.space.index import BATCH, Index
from player_rec.recommend.space.rows import Ids

Floats = NDArray[np.float32]
NEIGHBOURS = 50
"""Tracks that make a neighbourhood. Conneau et al. took 10; on music 30 to 50 leave fewer hubs."""

LEAST_DEVIATION = 0.02  # of similarity: copies of one recording must not make a neighbourhood of no width
STALE_AFTER = 0.25  # of the library came or went: then every neighbourhood is looked at again


_TAIL = (
    *(0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807),
    *(-0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223),
)
_ENTRY = np.dtype([("mean", "f4"), ("deviation", "f4"), ("came", "i4"), ("looked", "i4"), ("due", "?")])
_ABSENT = np.array((np.nan, np.nan, -1, -1, False), _ENTRY)


@dataclass(frozen=True, slots=True)
class Around:
    """How similar the nearest tracks are, for one track or many: mean and standard deviation."""

    mean: Floats
    deviation: Floats


def around(similarities: Floats) -> Around:
    """Sum up the similarities (…, k) of the ``k`` nearest."""
    deviation = similarities.std(axis=-1, dtype=np.float32)
    return Around(similarities.mean(axis=-1, dtype=np.float32), np.maximum(deviation, np.float32(LEAST_DEVIATION)))


def local_scaling(similarity: Floats, query: Around, item: Around) -> Floats:
    """Similarity less what each of the two has for everybody: 2s − r(query) − r(item)."""
    return 2 * similarity - query.mean - item.mean


def mutual_proximity(similarity: Floats, query: Around, item: Around) -> NDArray[np.float64]:
    """How likely it is, 0 to 1, that nobody near the one or the other is nearer than they are."""
    from_query = normal((similarity - query.mean) / query.deviation)
    from_item = normal((similarity - item.mean) / item.deviation)
    return from_query * from_item


def normal(deviations: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The distribution function of the normal distribution.

    Computed with the Chebyshev fit of the complementary error function in Press et al., Numerical Recipes
    (1992), section 6.2, which is right to a part in ten million even far out in the tails.
    """
    x = np.abs(deviations.astype(np.float64)) / np.sqrt(2)
    t = 1 / (1 + x / 2)
    tail = t * np.exp(-x * x + np.polyval(_TAIL, t)) / 2
    return np.asarray(np.where(deviations > 0, 1 - tail, tail))


def skewness(counts: NDArray[np.int64]) -> float:
    """Hubness after Radovanović et al. (2010): skewness of the numbers of occurrences. Over 1 is much."""
    from_mean = counts - counts.mean()
    deviation = from_mean.std()
    return float((from_mean**3).mean() / deviation**3) if deviation else 0.0


class Hubness:
    """What is around every track of an index, kept beside it and brought up to date in small portions.

    One entry for every id up to the largest: the values, the round in which the track came, the round in
    which it was last looked at, and whether somebody has come close since. One thread owns it.
    """

    def __init__(self) -> None:
        self._entries = np.empty(0, _ENTRY)
        self._round = self._changes = 0

    def around(self, ids: Ids) -> Around:
        """What is around each of ``ids`` (n,); nan for those nobody has looked at yet."""
        inside = ids < len(self._entries)
        entries = self._entries[ids[inside]]
        mean, deviation = np.full((2, len(ids)), np.nan, np.float32)
        mean[inside], deviation[inside] = entries["mean"], entries["deviation"]
        return Around(mean, deviation)

    def refresh(self, index: Index, budget: int) -> int:
        """Look at up to ``budget`` tracks: the newest of those never looked at, then those due again.

        A track is due again when a new one has come nearer than its average neighbour, and all are when a
        quarter of the library has come or gone.

        Returns:
            How many are still due.
        """
        ids = index.ids()
        self._take_note(ids)
        due = self._due(ids)[:budget]
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH]
            for one, vector in zip(batch.tolist(), index.vectors(batch), strict=True):
                self._look(index, one, vector)
        return len(self._due(ids))

    def _take_note(self, ids: Ids) -> None:
        """See who has come and who has gone."""
        self._round += 1
        size = int(ids.max(initial=-1)) + 1
        if size > len(self._entries):
            longer = np.full(size + size // 4 - len(self._entries), _ABSENT, _ENTRY)
            self._entries = np.concatenate((self._entries, longer))
        entries = self._entries
        held = np.zeros(len(entries), np.bool_)
        held[ids] = True
        left = ~held & (entries["came"] >= 0)
        came = held & (entries["came"] < 0)
        entries[left] = _ABSENT
        entries["came"][came] = self._round
        self._changes += int(np.count_nonzero(left | came))
        if self._changes > STALE_AFTER * len(ids):
            entries["due"][held] = True
            self._changes = 0

    def _due(self, ids: Ids) -> Ids:
        entries = self._entries[ids]
        never = entries["looked"] < 0
        return np.concatenate((ids[never][::-1], ids[entries["due"] & ~never]))

    def _look(self, index: Index, one: int, vector: Vector) -> None:
        """Measure what is around one track; on its first time, tell those it has come close to."""
        found = index.nearest(vector, NEIGHBOURS + 1)
        others = found.ids != one
        neighbours, similarities = found.ids[others][:NEIGHBOURS], found.similarities[others][:NEIGHBOURS]
        entries, came = self._entries, self._entries["came"][one]
        if entries["looked"][one] < 0:
            theirs = entries[neighbours]
            close = (theirs["looked"] < came) & ~(similarities <= theirs["mean"])
            entries["due"][neighbours[close]] = True
        alone = not len(similarities)
        mean, deviation = (np.nan, np.nan) if alone else astuple(around(similarities))
        entries[one] = (mean, deviation, came, self._round, False)

    def write(self, folder: Path) -> None:
        """Write the table as a file into a folder."""
        with (folder / "hubness").open("wb") as file:
            file.write(np.array([self._round, self._changes], np.int64).tobytes())
            file.write(self._entries.data)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Take in what ``write`` wrote. Raises OSError or ValueError where it cannot be read."""
        hubness = cls()
        with (folder / "hubness").open("rb") as file:
            hubness._round, hubness._changes = np.frombuffer(file.read(16), np.int64).tolist()
            hubness._entries = np.frombuffer(bytearray(file.read()), _ENTRY)
        return hubness
