"""Which part of the map is seen, and how large."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

_MARGIN = 0.06
_OUT, _IN = 0.5, 400.0
"""How far one may go out and in, against all of it being seen."""


@dataclass(frozen=True, slots=True)
class Camera:
    """The place (x, y) in the middle of the view, and the pixels to one unit of the map."""

    x: float
    y: float
    scale: float

    def seen(self, places: NDArray[np.float32], width: float, height: float) -> NDArray[np.float32]:
        """Places (n, 2) as pixels (n, 2) of a view so large."""
        shift = np.array((width / 2 - self.x * self.scale, height / 2 - self.y * self.scale), np.float32)
        return places * np.float32(self.scale) + shift

    def meant(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """The place on the map that lies under a pixel."""
        return self.x + (x - width / 2) / self.scale, self.y + (y - height / 2) / self.scale

    def panned(self, dx: float, dy: float) -> "Camera":
        """The map pulled along by so many pixels."""
        return replace(self, x=self.x - dx / self.scale, y=self.y - dy / self.scale)

    def zoomed(self, factor: float, at: tuple[float, float], least: float) -> "Camera":
        """Nearer or farther, while the place ``at`` stays under its pixel; ``least`` is the scale that shows all."""
        scale = min(max(self.scale * factor, least * _OUT), least * _IN)
        still = self.scale / scale
        return Camera(at[0] + (self.x - at[0]) * still, at[1] + (self.y - at[1]) * still, scale)


Bounds = tuple[tuple[float, float], tuple[float, float]]


def bounds(places: NDArray[np.float32]) -> Bounds:
    """The least and the largest (x, y) of places (n, 2)."""
    if not len(places):
        return (0.0, 0.0), (0.0, 0.0)
    (left, right), (top, bottom) = ((float(one.min()), float(one.max())) for one in (places[:, 0], places[:, 1]))
    return (left, top), (right, bottom)


def fitting(within: Bounds, width: float, height: float) -> Camera:
    """All places within bounds in a view so large."""
    low, high = within
    room = 1 - 2 * _MARGIN
    scale = min(room * width / max(high[0] - low[0], 1e-6), room * height / max(high[1] - low[1], 1e-6))
    return Camera((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, max(scale, 1e-6))
