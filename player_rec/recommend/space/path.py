"""Tracks that lead smoothly from one sound to another.

Waypoints lie evenly on the great circle between the two, and the tracks near them are the candidates. Every
candidate has a place along the way: the angle of its projection onto the plane of that circle. Of the
candidates in the order of these places, dynamic programming picks the sequence whose steps and distances
from the waypoints have the smallest sum of squares: squares, because one leap is worse than two steps. As a
sequence only ever moves on along the way, no track comes twice.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.sound import Vector
from player_rec.domain.track import TrackId
from player_rec.recommend.space.index import Index
from player_rec.recommend.space.limits import ANY, Limits
from player_rec.recommend.space.rows import Ids, Vectors

NEAR_WAYPOINT = 24
"""Candidates gathered around each waypoint."""

PACE = 2.0
"""How much the distance of a track from its waypoint weighs beside the step from track to track."""

NO_ANGLE = 1e-3  # radians; closer than this, two sounds have no great circle of their own


@dataclass(frozen=True, slots=True)
class _Circle:
    """The great circle from one unit vector to another.

    Attributes:
        start: where it begins.
        onward: the unit vector at a right angle to ``start`` towards the goal.
        angle: from start to goal, in radians.
    """

    start: Vector
    onward: Vector
    angle: float

    def at(self, shares: NDArray[np.float64]) -> Vectors:
        """The points (n, dimension) at these shares of the way."""
        angles = self.angle * shares[:, None]
        return (np.cos(angles) * self.start + np.sin(angles) * self.onward).astype(np.float32)

    def place(self, vectors: Vectors) -> NDArray[np.float32]:
        """Where along the way each of the vectors (n, dimension) is, as an angle from the start."""
        if self.angle < NO_ANGLE:
            return -(vectors @ self.start)
        return np.asarray(np.arctan2(vectors @ self.onward, vectors @ self.start))


def path(index: Index, ends: tuple[Vector, Vector], count: int, limits: Limits = ANY) -> list[TrackId]:
    """Tracks that lead from the first of two unit vectors (dimension,) to the second, in playing order.

    Where the ends are tracks themselves they are not part of the path, and belong in ``limits.exclude``.

    Returns:
        ``count`` tracks, or as many as there are.
    """
    if count < 1 or not len(index):
        return []
    circle = _circle(*ends)
    waypoints = circle.at(np.arange(1, count + 1) / (count + 1))
    pool = _pool(index, waypoints, limits)
    vectors = index.vectors(pool)
    order = np.lexsort((pool, circle.place(vectors)))
    pool, vectors = pool[order], vectors[order]
    if len(pool) <= count:
        return [TrackId(one) for one in pool.tolist()]
    return [TrackId(one) for one in pool[_best_sequence(vectors, waypoints, *ends)].tolist()]


def _circle(start: Vector, goal: Vector) -> _Circle:
    """The shorter way round; between opposites any way is as short, so one is taken by rule."""
    towards = goal - (goal @ start) * start
    length = float(np.linalg.norm(towards))
    angle = float(np.arctan2(length, goal @ start))
    if length < NO_ANGLE:
        axis = np.zeros_like(start)
        axis[np.abs(start).argmin()] = 1
        towards = axis - (axis @ start) * start
        length = float(np.linalg.norm(towards))
    return _Circle(start, (towards / length).astype(np.float32), angle)


def _pool(index: Index, waypoints: Vectors, limits: Limits) -> Ids:
    """Candidates for all waypoints (n,), one of each recording: the one nearest to a waypoint."""
    reach = NEAR_WAYPOINT
    while True:
        found = [index.nearest(waypoint, reach, limits.allowed) for waypoint in waypoints]
        ids = np.concatenate([one.ids for one in found])
        nearest_first = np.lexsort((ids, -np.concatenate([one.similarities for one in found])))
        _, first = np.unique(ids[nearest_first], return_index=True)
        distinct = ids[nearest_first][np.sort(first)]
        pool = limits.one_per_recording(limits.without_excluded(distinct))
        if len(pool) >= max(NEAR_WAYPOINT, 2 * len(waypoints)) or reach >= limits.most(len(index)):
            return pool
        reach *= 4


def _best_sequence(vectors: Vectors, waypoints: Vectors, start: Vector, goal: Vector) -> NDArray[np.intp]:
    """Which rows of ``vectors``, in ascending order, make the path: one for each waypoint."""
    steps = 1 - vectors @ vectors.T  # half the squared distance
    steps[np.tril_indices(len(vectors))] = np.inf  # only onward
    stations = PACE * (1 - waypoints @ vectors.T)
    costs = stations[0] + (1 - vectors @ start)
    came_from = []
    for station in stations[1:]:
        through = costs[:, None] + steps
        came_from.append(through.argmin(axis=0))
        costs = through.min(axis=0) + station
    sequence = [int((costs + (1 - vectors @ goal)).argmin())]
    for previous in reversed(came_from):
        sequence.append(int(previous[sequence[-1]]))
    return np.array(sequence[::-1])
