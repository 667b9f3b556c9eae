"""Corners of sound space: spherical k-means (Dhillon and Modha, 2001), the same for the same vectors."""

import numpy as np
from numpy.typing import NDArray

from models.eval.listeners.library import Vectors, unit

ROUNDS, SAMPLE = 30, 5_000
"""Passes at most, and tracks that are looked at, at most."""


def spherical_k_means(vectors: Vectors, k: int, seed: int = 0) -> Vectors:
    """Centres (k or fewer, dimension) of unit length, the largest cluster first.

    Begins as k-means++ does (Arthur and Vassilvitskii, 2007), with one minus the cosine for the distance.
    """
    rng = np.random.default_rng(seed)
    points = vectors if len(vectors) <= SAMPLE else vectors[rng.choice(len(vectors), SAMPLE, replace=False)]
    centres = _spread(points, min(k, len(points)), rng)
    labels = nearest(points, centres)
    for _ in range(ROUNDS):
        kept = [points[labels == label].sum(axis=0) for label in range(len(centres)) if np.any(labels == label)]
        centres = unit(np.array(kept, np.float32))
        before, labels = labels, nearest(points, centres)
        if np.array_equal(before, labels):
            break
    sizes = np.bincount(labels, minlength=len(centres))
    return centres[np.argsort(-sizes, kind="stable")]


def nearest(vectors: Vectors, centres: Vectors) -> NDArray[np.int64]:
    """The centre (its row) each vector is most like."""
    return np.asarray(np.argmax(vectors @ centres.T, axis=1), np.int64)


def _spread(points: Vectors, k: int, rng: np.random.Generator) -> Vectors:
    chosen = [int(rng.integers(len(points)))]
    for _ in range(k - 1):
        away = np.clip(1 - (points @ points[chosen].T).max(axis=1), 0, None).astype(np.float64)
        away[chosen] = 0
        if away.sum() <= 0:
            break
        chosen.append(int(rng.choice(len(points), p=away / away.sum())))
    return points[chosen]
