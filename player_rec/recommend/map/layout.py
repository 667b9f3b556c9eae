"""t-SNE on a plane, some iterations at a time (van der Maaten and Hinton, 2008).

The schedule is the usual one: the whole is first pulled together twelve times as strongly, so that what belongs
together finds together, and the learning rate grows with the number of points (Belkina et al., 2019).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.map.graph import Graph
from player_rec.recommend.map.repulsion import Plane, repulsion

TOGETHER, APART = 150, 300
"""Iterations pulled together, and after that. More only makes the map larger: its neighbourhoods stand by then."""

_EXAGGERATION = 12.0
_MOMENTUM = 0.8
_FIRST_SPREAD = 1e-4
_LONGEST_STEP = 5.0
_LEAST_GAIN = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where a layout stands.

    Attributes:
        points: (n,) the places so far.
        motion: (n,) the last step of each.
        gains: (2, n) how boldly each coordinate moves.
        done: iterations behind it, of ``TOGETHER`` + ``APART``.
    """

    points: Plane
    motion: Plane
    gains: NDArray[np.float32]
    done: int

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1."""
        return self.done / (TOGETHER + APART)

    @property
    def places(self) -> NDArray[np.float32]:
        """The places as (n, 2)."""
        return self.points.view(np.float32).reshape(-1, 2)


def begin(guess: NDArray[np.float32]) -> State:
    """A layout from nothing but a first guess (n, 2), such as the principal components."""
    spread = float(guess.std(axis=0).max(initial=0.0)) or 1.0
    return _state(guess / spread * _FIRST_SPREAD, 0)


def go_on(places: NDArray[np.float32]) -> State:
    """A layout from places (n, 2) that are right for the most part: it keeps its looks."""
    return _state(places, TOGETHER)


def _state(places: NDArray[np.float32], done: int) -> State:
    points = np.ascontiguousarray(places, np.float32).view(np.complex64).ravel()
    return State(points, np.zeros_like(points), np.ones((2, len(points)), np.float32), done)


def advance(graph: Graph, state: State, iterations: int) -> State:
    """The layout after so many iterations more, or after the last one."""
    points, motion, gains, done = state.points, state.motion, state.gains, state.done
    rows = np.repeat(np.arange(len(graph), dtype=np.int32), np.diff(graph.starts, append=len(graph.others)))
    for done in range(state.done + 1, min(state.done + iterations, TOGETHER + APART) + 1):
        exaggeration = _EXAGGERATION if done <= TOGETHER else 1.0
        slope = exaggeration * _attraction(graph, rows, points) - _push(points)
        gains = _bolder(gains, slope, motion)
        step = _MOMENTUM * motion - (len(points) / exaggeration) * (gains[0] * slope.real + 1j * gains[1] * slope.imag)
        motion = _held(step)
        points = points + motion
        points -= points.mean()
    return State(points, motion, gains, done)


def _attraction(graph: Graph, rows: NDArray[np.int32], points: Plane) -> Plane:
    away = points[rows] - points[graph.others]
    weights = graph.weights / (1 + away.real**2 + away.imag**2)
    return np.add.reduceat(weights * away, graph.starts)


def _push(points: Plane) -> Plane:
    push, total = repulsion(points)
    return push / np.float32(total)


def _bolder(gains: NDArray[np.float32], slope: Plane, motion: Plane) -> NDArray[np.float32]:
    """Bolder where the slope still points the way it went, more careful where it turned (Jacobs, 1988)."""
    turned = np.stack((slope.real * motion.real > 0, slope.imag * motion.imag > 0))
    return np.maximum(np.where(turned, gains * 0.8, gains + 0.2), _LEAST_GAIN).astype(np.float32)


def _held(step: Plane) -> Plane:
    length = np.abs(step)
    return (step * np.minimum(1, _LONGEST_STEP / np.maximum(length, 1e-12))).astype(np.complex64)
