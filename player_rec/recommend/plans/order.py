"""A sequence for the whole tail, chosen together: a good song now is no use if it leaves a bad one for later.

Beam search: the best few beginnings are kept and each is continued in its best few ways. What a song brings is
its score, how smoothly it follows, how much it differs from those already chosen (maximal marginal relevance,
Carbonell and Goldstein, 1998), and whether it is of the kind the place asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.catalogue import NOBODY, Catalogue, Mask
from player_rec.recommend.likeness import Floats, Rows
from player_rec.recommend.plans.rules import LADDER, Rules
from player_rec.recommend.plans.spacing import Since

Kinds = NDArray[np.integer]

BEAMS, WAYS = 6, 6
STEP_DOWN = 10.0
"""What a step down the ladder of rules costs: more than any score can bring."""


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """What a sequence is chosen by, for a pool of m candidates.

    Attributes:
        scores: (m,) what each brings wherever it stands.
        places: (count, m) what each brings in each place, beyond that.
        first: (m,) what each brings by following what is queued before.
        follow: (m, m) what each (column) brings by following another (row).
        alike: (m, m) what it costs to have two in one sequence, at most.
    """

    scores: Floats
    places: Floats
    first: Floats
    follow: Floats
    alike: Floats


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate (by its place in the pool) with the rules that had to give way for it."""

    place: int
    gave_way: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Beam:
    """A beginning: what it brought so far, and what holds for the place after it."""

    value: float
    placed: tuple[Placed, ...]
    rules: Rules
    alike: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A beginning and one more candidate."""

    value: float
    beam: _Beam
    next: int

    @property
    def order(self) -> tuple[float, list[int]]:
        return -self.value, [*(one.place for one in self.beam.placed), self.next]


def sequence(
    wishes: Wishes, rows: Rows, catalogue: Catalogue, rules: Rules, cold: Mask, count: int
) -> Sequence[Placed]:
    """Up to ``count`` candidates in playing order, none twice; fewer only where no more may come.

    What is ``cold`` (m,) comes only where the rules, kept as far as they can be, leave nothing else.
    """
    kinds = catalogue.artist[rows], catalogue.album[rows], catalogue.recording[rows]
    beams = [_Beam(0.0, (), rules, np.zeros(len(rows), np.float32))]
    for slot in range(min(count, len(rows))):
        ways = sorted((way for beam in beams for way in _ways(beam, slot, wishes, cold)), key=lambda way: way.order)
        beams = [_gone(way, wishes, kinds) for way in ways[:BEAMS]]
    return beams[0].placed


def _ways(beam: _Beam, slot: int, wishes: Wishes, cold: Mask) -> list[_Way]:
    """The best few candidates to go on with."""
    free = np.ones(len(wishes.scores), np.bool_)
    free[[one.place for one in beam.placed]] = False
    step, allowed = _strictest(beam.rules, free)
    if (warmer := allowed & ~cold).any():
        allowed = warmer
    follow = wishes.follow[beam.placed[-1].place] if beam.placed else wishes.first
    gain = np.where(allowed, wishes.scores + wishes.places[slot] + follow - beam.alike, -np.inf)
    best = np.lexsort((np.arange(len(gain)), -gain))[: min(WAYS, int(allowed.sum()))]
    value = beam.value - STEP_DOWN * step
    return [_Way(value + float(gain[place]), beam, place) for place in best.tolist()]


def _gone(way: _Way, wishes: Wishes, kinds: tuple[Kinds, ...]) -> _Beam:
    """The beginning once that way was gone."""
    place = way.next
    return _Beam(
        way.value,
        (*way.beam.placed, Placed(place, way.beam.rules.broken_by(place))),
        _moved_on(way.beam.rules, kinds, place),
        np.maximum(way.beam.alike, wishes.alike[place]),
    )


def _strictest(rules: Rules, free: Mask) -> tuple[int, Mask]:
    """The first step of the ladder on which something may come; on the last one everything may."""
    for step, keep in enumerate(LADDER):
        allowed = rules.allow(keep) & free
        if allowed.any():
            return step, allowed
    raise AssertionError("the last step lets everything through")


def _moved_on(rules: Rules, kinds: tuple[Kinds, ...], place: int) -> Rules:
    """The rules for the next place, once ``place`` has been filled."""
    artist, album, recording = kinds
    since = rules.since
    same = recording == recording[place]
    return replace(
        rules,
        since=Since(
            artist=np.where((artist == artist[place]) & (artist != NOBODY), 1, since.artist + 1),
            album=np.where((album == album[place]) & (album != NOBODY), 1, since.album + 1),
            recording=np.where(same, 1, since.recording + 1),
            hours=np.where(same, np.float32(0), since.hours),
        ),
    )
