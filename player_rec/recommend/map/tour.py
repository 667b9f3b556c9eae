"""An order in which to hear the songs of a stretch of the map: always on to the nearest that is left."""

import numpy as np
from numpy.typing import NDArray

_MOST = 3000
"""Of more songs, those nearest the middle are toured and the rest follow outwards."""


def middle(places: NDArray[np.float32]) -> int:
    """Which of the places (n, 2), n > 0, lies nearest the middle of them all."""
    return int(_apart(places, np.median(places, axis=0)).argmin())


def tour(places: NDArray[np.float32]) -> list[int]:
    """All rows of ``places`` (n, 2), beginning with the one in the middle."""
    if not len(places):
        return []
    outwards = np.argsort(_apart(places, places[middle(places)]), kind="stable")
    near, far = outwards[:_MOST], outwards[_MOST:]
    left, at = places[near].astype(np.float32), 0
    order: list[int] = []
    for _ in near:
        order.append(int(near[at]))
        here = left[at].copy()
        left[at] = np.inf
        at = int(_apart(left, here).argmin())
    return [*order, *map(int, far)]


def _apart(places: NDArray[np.float32], one: NDArray[np.float32]) -> NDArray[np.float32]:
    away = places - one
    return np.asarray(away[:, 0] ** 2 + away[:, 1] ** 2)
