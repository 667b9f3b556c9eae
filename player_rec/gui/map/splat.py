"""A hundred thousand dots on a picture, in milliseconds: each pixel of a dot is put down for all dots at once.

Pixels are put down from the rim of the dots to their middle, so where dots overlap a pixel goes to the dot whose
middle is nearer: crowds look like cells, and no dot hides another.
"""

from collections.abc import Iterator
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

Colours = NDArray[np.uint32]
"""0xffrrggbb."""

_ODD, _EVEN, _OPAQUE = np.uint32(0x00FF00FF), np.uint32(0x0000FF00), np.uint32(0xFF000000)
_FINE = 150_000
"""Up to so many pixels in all, dots stand at fractions of a pixel; beyond, at whole ones."""


def splat(size: tuple[int, int], at: NDArray[np.float32], colours: Colours, radius: float, ground: int) -> QImage:
    """Dots on a ground of one colour.

    Args:
        size: width and height in pixels.
        at: (n, 2) the middles of the dots in pixels; those outside are left out.
        colours: (n,) of each.
        radius: in pixels.
        ground: the colour between them.
    """
    width, height = size
    edge = ceil(radius) + 1
    inside = (at[:, 0] > -edge) & (at[:, 0] < width + edge) & (at[:, 1] > -edge) & (at[:, 1] < height + edge)
    x, y, colours = at[inside, 0] + 2 * edge, at[inside, 1] + 2 * edge, colours[inside]
    stride = width + 4 * edge
    picture = np.full((height + 4 * edge) * stride, ground, np.uint32)
    column, row = x.astype(np.intp), y.astype(np.intp)
    middle = row * stride + column
    fine = len(colours) * (2 * radius + 1) ** 2 <= _FINE
    across, down = (x - column - 0.5, y - row - 0.5) if fine else (0.0, 0.0)
    for dx, dy in _stamp(radius, edge, fine=fine):
        covered = np.clip(radius + 0.5 - np.hypot(dx - across, dy - down), 0, 1)
        here = middle + (dy * stride + dx)
        whole = not fine and covered == 1
        picture[here] = colours if whole else mixed(picture.take(here), colours, covered)
    cut = np.ascontiguousarray(picture.reshape(-1, stride)[2 * edge : 2 * edge + height, 2 * edge : 2 * edge + width])
    return QImage(cut.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def mixed(below: Colours, above: Colours, share: NDArray[np.floating] | float) -> Colours:
    """Each colour (n,) above laid over the one below, so far as ``share`` of it is there: 0 to 1.

    Red and blue are mixed in one go, and green: 8 bits of share leave room for 8 bits of colour in every 16.
    """
    part = np.asarray(share * 256).astype(np.uint32)
    rest = np.uint32(256) - part
    odd = ((below & _ODD) * rest + (above & _ODD) * part >> np.uint32(8)) & _ODD
    even = ((below & _EVEN) >> np.uint32(8)) * rest + ((above & _EVEN) >> np.uint32(8)) * part & _EVEN
    return np.asarray(odd | even | _OPAQUE, np.uint32)


def _stamp(radius: float, edge: int, *, fine: bool) -> Iterator[tuple[int, int]]:
    """The pixels a dot touches, from its rim inwards; one that stands between pixels may touch some more."""
    reach = radius + (1.2 if fine else 0.5)
    around = range(-edge, edge + 1)
    touched = [(dx, dy) for dy in around for dx in around if np.hypot(dx, dy) < reach]
    return iter(sorted(touched, key=lambda pixel: -(pixel[0] ** 2 + pixel[1] ** 2)))
