"""Which places of a plan are for songs never heard, and which are there to learn something.

Spread evenly over all plays, not drawn by chance: a share of a quarter means one in four, not luck.
"""

from dataclasses import dataclass

from player_rec.recommend.situation import Situation

LEARNING = 0.1
"""Share of all picks with which the radio asks instead of knowing: without them it would only ever confirm itself."""

OFFSET = 0.45
"""Keeps the two kinds of places from starting together."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a place asks for: a song never heard, and whether chance may choose it."""

    fresh: bool
    trying: bool


def kinds(situation: Situation, count: int) -> list[Kind]:
    """The kinds of the next ``count`` places. The n-th play of a life has its kind whenever it is planned."""
    first = len(situation.history) + len(situation.before) + situation.seed % 97
    fresh = situation.dials.fresh
    return [
        Kind(_falls(place, fresh, 0.0), fresh > 0 and _falls(place, LEARNING, OFFSET))
        for place in range(first, first + count)
    ]


def _falls(place: int, share: float, offset: float) -> bool:
    """Whether an even spread of ``share`` has one in this place."""
    return int((place + 1) * share + offset) > int(place * share + offset)
