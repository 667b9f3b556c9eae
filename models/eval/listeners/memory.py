"""What one listener remembers: when each track was last heard, what followed what, and the session so far."""

from collections import defaultdict

import numpy as np

from models.eval.listeners.parameters import NEVER, SINCE_EDGES_S
from player_rec.domain.listening import SESSION_GAP_S

_EDGES_S = np.array(SINCE_EDGES_S, np.float64)


class Memory:
    """Grows with every play. Tracks are rows of a catalogue; times are seconds since the epoch.

    Attributes:
        heard_s: (n,) when each track was last heard; minus infinity for never.
        heard: tracks ever heard, in the order of first hearing.
        accepted: one entry for each play of 30 seconds or more, oldest first.
        follows: for each track, those that came after it and were not skipped.
        liked: tracks that were given a heart.
        place, skips, listens: plays in this session, and how many before now were skipped, or not, in a row.
        last: the track before, −1 at the beginning of a session.
        mood: which loved corner this session asks for.
        restless, tired: what this session adds to the logit of skipping, and to the logarithm of the hazard of its end.
    """

    def __init__(self, tracks: int) -> None:
        self.heard_s = np.full(tracks, -np.inf)
        self.heard: list[int] = []
        self.accepted: list[int] = []
        self.follows: defaultdict[int, list[int]] = defaultdict(list)
        self.liked: set[int] = set()
        self.ended_s = -np.inf
        self.begin(mood=0, restless=0.0, tired=0.0)

    def begin(self, mood: int, restless: float, tired: float) -> None:
        """A new session."""
        self.place = self.skips = self.listens = 0
        self.last = -1
        self.mood, self.restless, self.tired = mood, restless, tired

    def over(self, now_s: float) -> bool:
        """Whether the session that was has ended by now."""
        return now_s - self.ended_s > SESSION_GAP_S

    def end(self) -> None:
        """The listener left: what comes next is a new session, however soon."""
        self.ended_s = -np.inf

    def bucket(self, row: int, now_s: float) -> int:
        """Which bucket of time since it was last heard a track falls in."""
        last_s = self.heard_s[row]
        return NEVER if last_s == -np.inf else int(_EDGES_S.searchsorted(now_s - last_s, side="right"))

    def note(self, row: int, ended_s: float, *, skipped: bool) -> None:
        """A play ended."""
        if self.heard_s[row] == -np.inf:
            self.heard.append(row)
        self.heard_s[row] = self.ended_s = ended_s
        if skipped:
            self.skips, self.listens = self.skips + 1, 0
        else:
            self.skips, self.listens = 0, self.listens + 1
            self.accepted.append(row)
            if self.last >= 0:
                self.follows[self.last].append(row)
        self.last, self.place = row, self.place + 1
