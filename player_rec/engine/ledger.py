"""What was learned of a listener, as people can read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from player_rec.domain.track import TrackId
from player_rec.engine.memory import Memory

_LIKED_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lasting taste.

    Attributes:
        interests: the songs in the middle of what is liked, each with its share of taste, largest first.
        liked_most: the songs with the highest affinity above 0.
    """

    interests: tuple[tuple[TrackId, float], ...]
    liked_most: tuple[tuple[TrackId, float], ...]


def ledger(memory: Memory, now: datetime) -> Ledger:
    """How taste stands now."""
    lasting = memory.taste(now)
    best = np.lexsort((lasting.tracks, -lasting.affinity))[:_LIKED_MOST]
    return Ledger(
        tuple((TrackId(int(one)), float(share)) for one, share in zip(lasting.emblems, lasting.shares, strict=True)),
        tuple(
            (TrackId(int(lasting.tracks[at])), float(lasting.affinity[at])) for at in best if lasting.affinity[at] > 0
        ),
    )
