"""The first guess at a map: the two directions in which a library differs most."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.space.rows import Vectors


def directions(chunks: Iterable[Vectors]) -> NDArray[np.float32]:
    """The first two principal axes (dimension, 2) of all vectors (n, dimension) in the chunks.

    The largest part of each is positive, so that the same library never comes out mirrored.
    """
    count, total, products = 0, np.zeros(1), np.zeros((1, 1))
    for chunk in chunks:
        count += len(chunk)
        total = total + chunk.sum(axis=0, dtype=np.float64)
        products = products + chunk.T @ chunk
    mean = total / max(count, 1)
    _, axes = np.linalg.eigh(products / max(count, 1) - np.outer(mean, mean))
    two = axes[:, :-3:-1]
    largest = np.take_along_axis(two, np.abs(two).argmax(axis=0)[np.newaxis], axis=0)
    return np.asarray(two * np.sign(largest), np.float32)
