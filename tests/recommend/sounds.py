"""Vectors that lie as those of real music do, for tests and measurements of the index."""

import numpy as np

from player_rec.recommend.space.rows import Vectors

GENRES = 60
TRACKS_PER_ARTIST = 12
OF_GENRE, OF_ARTIST, OF_TRACK = 0.33, 0.27, 0.4
"""Shares of the variance."""

DECAY = 0.6
"""The deviation of dimension j falls as j to the power of minus this."""

_PART = 65_536


def clustered(count: int, dimension: int = 200, seed: int = 1) -> Vectors:
    """Unit vectors (count, dimension): tracks around artists around genres, all Gaussian.

    The numbers were chosen to fit MSD_musicnn embeddings of 487 pieces of game music. At that size (there,
    here): largest four eigenvalues of the second moment .22 .13 .10 .07, .21 .12 .07 .06; effective dimension
    (one over the sum of their squares) 11, 13; intrinsic dimension by the nearest 20 after Levina and Bickel
    (2004) 9.0, 8.4; cosine to the nearest .80, .75, to the tenth .63, .57.
    """
    rng = np.random.default_rng(seed)

    def normal(rows: int, variance: float) -> Vectors:
        return rng.standard_normal((rows, dimension), np.float32) * np.float32(variance**0.5)

    genres = normal(GENRES, OF_GENRE)
    artists = normal(count // TRACKS_PER_ARTIST + 1, OF_ARTIST)
    artists += genres[rng.integers(0, GENRES, len(artists))]
    vectors = artists[rng.integers(0, len(artists), count)]
    spread = np.arange(1, dimension + 1, dtype=np.float32) ** -np.float32(DECAY)
    for start in range(0, count, _PART):
        part = vectors[start : start + _PART]
        part += normal(len(part), OF_TRACK)
        part *= spread
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return vectors
