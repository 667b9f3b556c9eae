"""A place on a finished map for a track that came later: between those it sounds like, without moving anybody."""

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.map.graph import Floats, probabilities

BY = 10
"""So many of the nearest say where."""

_COUNT = 3.0
"""Of these so many really count: a mean of many would lie in the void between groups."""


def placed(neighbours: NDArray[np.float32], similarities: Floats) -> NDArray[np.float32]:
    """The mean (n, 2) of the places (n, k, 2) of the nearest of each, by how near (cosine, (n, k)) they are."""
    weights = probabilities(similarities, min(_COUNT, similarities.shape[1] / 3))
    return np.asarray(np.einsum("nk,nkd->nd", weights, neighbours), np.float32)
