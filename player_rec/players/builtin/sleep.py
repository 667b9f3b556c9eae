"""The sleep timer: when the music grows soft, and when it stops. Touches nothing."""

from typing import Final

FADE_S: Final = 10.0
"""So long before the end it begins to grow softer."""


class Sleep:
    """At most one time to fall asleep at, on the clock of whoever asks.

    Attributes:
        at_s: when; None for never.
        after_song: whether at the end of the song that plays.
    """

    def __init__(self) -> None:
        self.at_s: float | None = None
        self.after_song = False
        self.fading = False

    def set(self, at_s: float | None) -> None:
        """Fall asleep then, or not at all."""
        self.at_s, self.fading = at_s, False

    def over(self, now_s: float) -> bool:
        """Whether it is time."""
        return self.at_s is not None and now_s >= self.at_s

    def fade_s(self, now_s: float) -> float | None:
        """How long growing softer is to take, told once, when it begins."""
        if self.at_s is None or self.fading or now_s < self.at_s - FADE_S:
            return None
        self.fading = True
        return self.at_s - now_s

    def wait_s(self, now_s: float) -> float | None:
        """How long nothing is to be done; None for ever."""
        if self.at_s is None:
            return None
        return max(0.0, self.at_s - (0.0 if self.fading else FADE_S) - now_s)
