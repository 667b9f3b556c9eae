"""Who pulls whom on the map, and how strongly: the joint probabilities of t-SNE over nearest neighbours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Positions = NDArray[np.int32]

NEIGHBOURS = 30
"""Each track is pulled by so many; t-SNE wants about three times the perplexity."""

_HALVINGS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A symmetric table of n rows, of which only what is not 0 is kept, row by row.

    Attributes:
        starts: (n,) where each row begins in the other two; no row is empty.
        others: (m,) the columns.
        weights: (m,) the probabilities; all together they make 1.
    """

    starts: NDArray[np.int64]
    others: Positions
    weights: Floats

    def __len__(self) -> int:
        return len(self.starts)


def graph(neighbours: Positions, similarities: Floats) -> Graph:
    """The graph of n tracks, from the nearest of each.

    Args:
        neighbours: (n, k) rows of the nearest, not counting the track itself; −1 stands for none.
        similarities: (n, k) cosine to each.
    """
    count, k = neighbours.shape
    there = neighbours >= 0
    probable = np.where(there, probabilities(np.where(there, similarities, -np.inf), k / 3), 0).ravel()
    rows = np.repeat(np.arange(count, dtype=np.int64), k)[there.ravel()]
    columns, probable = neighbours.ravel()[there.ravel()].astype(np.int64), probable[there.ravel()]
    keys = np.concatenate((rows * count + columns, columns * count + rows))
    keys, place = np.unique(keys, return_inverse=True)
    weights = np.bincount(place, np.concatenate((probable, probable)), len(keys))
    starts = np.searchsorted(keys, np.arange(count, dtype=np.int64) * count)
    return Graph(starts, (keys % count).astype(np.int32), (weights / weights.sum()).astype(np.float32))


def probabilities(similarities: Floats, perplexity: float) -> Floats:
    """How each row (n, k) divides its attention: Gaussians over distance, wide enough for so many neighbours to count.

    The squared distance of unit vectors is 2 − 2 cosine. Similarities of −inf get nothing.
    """
    wanted = np.log(max(1.0, perplexity))
    nearer = similarities.max(axis=1, keepdims=True)
    away = np.where(np.isfinite(similarities), 2 * (nearer - similarities), np.inf).astype(np.float64)
    low, high = np.full((len(away), 1), -8.0), np.full((len(away), 1), 16.0)  # of the logarithm of the precision
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        share = _shares(away, np.exp(middle))
        spread = -np.sum(share * np.log(np.maximum(share, 1e-300)), axis=1, keepdims=True)
        low, high = np.where(spread > wanted, middle, low), np.where(spread > wanted, high, middle)
    return _shares(away, np.exp((low + high) / 2)).astype(np.float32)


def _shares(away: NDArray[np.float64], precision: NDArray[np.float64]) -> NDArray[np.float64]:
    raw = np.exp(-away * precision)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))
