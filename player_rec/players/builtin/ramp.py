"""A factor that never jumps: volume, pause and the edges of a cut, without clicks."""

import numpy as np
from numpy.typing import NDArray

Factors = NDArray[np.float32]
"""(n, 1), one for each sample of both sides."""


class Ramp:
    """A factor that moves to where it was last told to go, in a straight line.

    Attributes:
        level: what it is now.
        goal: where it goes.
    """

    def __init__(self, level: float) -> None:
        self.level = self.goal = level
        self._step = 0.0

    @property
    def left(self) -> int:
        """Samples until it is there."""
        return 0 if self.level == self.goal else max(1, round(abs(self.goal - self.level) / self._step))

    def go(self, goal: float, samples: int) -> None:
        """Be there after so many samples."""
        self.goal = goal
        self._step = abs(goal - self.level) / max(1, samples)

    def jump(self, level: float) -> None:
        """Be there at once: for when nothing sounds."""
        self.level = self.goal = level

    def over(self, samples: int) -> Factors | float:
        """The factors for the next samples; one number where they are all the same."""
        if self.level == self.goal or not samples:
            return self.level
        sign = 1.0 if self.goal > self.level else -1.0
        line = self.level + sign * self._step * np.arange(1, samples + 1)
        line = np.minimum(line, self.goal) if sign > 0 else np.maximum(line, self.goal)
        # Summed steps may miss the goal by a rounding error.
        self.level = self.goal if samples >= self.left else float(line[-1])
        factors: Factors = line.astype(np.float32)[:, np.newaxis]
        return factors


def loudness_factor(volume: float) -> float:
    """The factor of a volume from 0 to 1: its cube, for half a volume then sounds about half as loud."""
    return float(min(1.0, max(0.0, volume)) ** 3)
