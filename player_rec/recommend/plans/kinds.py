"""Which places of a plan are for songs never heard, and which are there to learn something.

Spread evenly over all plays, not drawn by chance: a share of a quarter means one in four, not luck. Places take
their turns along a circle by the golden section (Weyl, 1916), which leaves no stretch of plays without its share
whatever the share is, and keeps nearly every place as it is when the share changes a little from play to play.
"""

from dataclasses import dataclass

from player_rec.recommend.plans.situation import Situation

LEARNING = 0.1
"""Share of all picks with which the radio asks instead of knowing: without them it would only ever confirm itself."""

HUNTING = 2
"""Early skips in a row from which on only what is known to be liked is offered, as far as there is any."""

GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Kind:
    """What a place asks for: a song never heard, and whether chance may choose it."""

    fresh: bool
    trying: bool


def kinds(situation: Situation, count: int, skips: int, fresh: float) -> list[Kind]:
    """The kinds of the next ``count`` places. The n-th play of a life has its kind whenever it is planned.

    Args:
        situation: the moment.
        count: how many places.
        skips: early skips in a row; who skips ``HUNTING`` or more is looking for something: no time for questions.
        fresh: share of songs never heard.
    """
    if skips >= HUNTING:
        return [Kind(fresh=False, trying=False)] * count
    first = len(situation.history) + len(situation.before) + situation.seed % 97
    return [_kind(place, fresh) for place in range(first, first + count)]


def _kind(place: int, share: float) -> Kind:
    """Only a song never heard can teach anything, so chance gets its share out of the fresh places."""
    turn = place * GOLDEN % 1
    return Kind(turn < share, turn < min(share, LEARNING))
