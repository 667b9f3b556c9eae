"""How long the work will go on, from how long it took so far."""

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Literal

Kind = Literal["read", "hear"]


class Pace:
    """Seconds a worker needs for each kind of work, over the last items of that kind."""

    def __init__(self, workers: int, remembered: int = 200) -> None:
        self._workers = workers
        self._seconds: defaultdict[Kind, deque[float]] = defaultdict(lambda: deque(maxlen=remembered))

    def note(self, kind: Kind, seconds: float) -> None:
        """One item took a worker ``seconds``."""
        self._seconds[kind].append(seconds)

    def left_s(self, left: Mapping[Kind, int]) -> float | None:
        """Seconds until ``left`` items are done; None while too little is known to say so honestly."""
        total = 0.0
        for kind, items in left.items():
            if items:
                known = self._seconds[kind]
                if len(known) < min(items, 5):
                    return None
                total += items * sum(known) / len(known)
        return total / self._workers
