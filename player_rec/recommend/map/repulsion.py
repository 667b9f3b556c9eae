"""How all points of a map push each other away, in time linear in their number.

Points are spread over a grid, the push of one cell on another is a convolution, and a Fourier transform does that for
all cells at once (Linderman et al., 2019). The fields that are convolved are those of Pezzotti et al. (2020): one of
the similarity 1 / (1 + d²), and one of the push it makes, d / (1 + d²)². Between the knots of the grid both are
interpolated with cubic polynomials.
"""

from functools import lru_cache
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.complex64]
"""Points as x + iy."""

STEP = 0.5
"""Between two knots, in the units of the map, in which 1 is the width of the kernel."""

_FIRST, _KNOTS = -1, 4
_ROOM = 32
"""Sides of the grid are multiples of so many knots, so that the kernels serve many iterations."""

_LARGEST = 1536
"""Knots on a side; a map that outgrows them gets wider steps."""


_LEAST = 1e-9
_EXACT_UP_TO = 1000
"""Of so few points each is held against each: that is quicker than any grid."""


def repulsion(points: Plane) -> tuple[Plane, float]:
    """What pushes each of ``points`` (n,) away from the others (n,), and the sum of all similarities."""
    return exact(points) if len(points) <= _EXACT_UP_TO else gridded(points)


def exact(points: Plane) -> tuple[Plane, float]:
    """The same, pair by pair."""
    away = points[:, np.newaxis] - points[np.newaxis, :]
    similar = 1 / (1 + away.real**2 + away.imag**2)
    total = float(similar.sum(dtype=np.float64)) - len(points)
    return np.einsum("ij,ij->i", similar * similar, away), max(total, _LEAST)


def gridded(points: Plane) -> tuple[Plane, float]:
    """The same by way of the grid: the push is right to a tenth, the sum to a fiftieth, which no layout shows."""
    corner = complex(points.real.min(), points.imag.min())
    extent = max(float(np.ptp(points.real)), float(np.ptp(points.imag)))
    step = STEP * 2 ** max(0, ceil(log2(max(extent, STEP) / (STEP * (_LARGEST - _ROOM)))))
    side = ceil((extent / step + _KNOTS + 2) / _ROOM) * _ROOM
    knots, weights = _spread((points - corner) / step, side)
    density = np.bincount(knots.ravel(), weights.ravel(), side * side).reshape(side, side)
    similar, push = _fields(density.astype(np.float32), side, step)
    similarity = np.einsum("kn,kn->n", weights, similar.ravel()[knots])
    total = float(similarity.sum(dtype=np.float64)) - len(points)  # less what each has with itself
    return np.einsum("kn,kn->n", weights, push.ravel()[knots]), max(total, _LEAST)


def _spread(at: Plane, side: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The 16 knots (16, n) around each point, and its share in each (Lagrange)."""
    across, down = at.real + 1, at.imag + 1
    column, row = across.astype(np.int32), down.astype(np.int32)
    by_column, by_row = _cubic(across - column), _cubic(down - row)
    first = (row + _FIRST) * side + column + _FIRST
    offsets = (np.arange(_KNOTS, dtype=np.int32)[:, None] * side + np.arange(_KNOTS, dtype=np.int32)).ravel()
    weights = (by_row[:, None, :] * by_column[None, :, :]).reshape(_KNOTS * _KNOTS, -1)
    return np.asarray(first[None, :] + offsets[:, None], np.int32), weights


def _cubic(t: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights (4, n) of the knots at −1, 0, 1 and 2 for places t between 0 and 1."""
    before, after, beyond = t + 1, t - 1, t - 2
    return np.stack((-t * after * beyond / 6, before * after * beyond / 2,
                     -before * t * beyond / 2, before * t * after / 6)).astype(np.float32)  # fmt: skip


def _fields(density: NDArray[np.float32], side: int, step: float) -> tuple[NDArray[np.float32], Plane]:
    similar, push = _kernels(side, step)
    spectrum = np.fft.fft2(density, (2 * side, 2 * side))
    similarity = np.asarray(np.fft.ifft2(spectrum * similar)[:side, :side].real, np.float32)
    return similarity, np.asarray(np.fft.ifft2(spectrum * push)[:side, :side], np.complex64)


@lru_cache(maxsize=2)
def _kernels(side: int, step: float) -> tuple[Plane, Plane]:
    """Both kernels, transformed; distances wrap around at twice the side."""
    away = (np.arange(2 * side) + side) % (2 * side) - side
    across, down = away[None, :] * step, away[:, None] * step
    similar = 1 / (1 + across**2 + down**2)
    push = (across + 1j * down) * similar**2
    return np.fft.fft2(similar).astype(np.complex64), np.fft.fft2(push).astype(np.complex64)
