"""The recipe, top to bottom: a situation goes in, a plan comes out."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.plan import Pick, QueuePlan
from player_rec.domain.track import TrackId
from player_rec.recommend.likeness import Floats, Likeness
from player_rec.recommend.plans.arc import arc
from player_rec.recommend.plans.candidates import copies_last, reserve
from player_rec.recommend.plans.kinds import Kind, kinds
from player_rec.recommend.plans.order import Placed, Wishes, sequence
from player_rec.recommend.plans.reason import Evidence, reason
from player_rec.recommend.plans.rules import Rules, let_through
from player_rec.recommend.plans.score import WEIGHTS, Pool, parts, total
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.stay import ASTRAY, CLEAR
from player_rec.recommend.plans.transition import smoothness
from player_rec.recommend.plans.weigh import Bearings, bearings, weighed, worth_a_look

IN_ORDER = 150
"""Candidates, best first, out of which the sequence is made."""

SAMENESS = 0.8
"""What two songs as alike as neighbours cost each other in one sequence, while the dial rests."""

ENOUGH_KNOWN = 1000
"""Known songs, or half the library where that is less, with which the share of fresh ones is as the listener set it."""

CURIOSITY = 0.1
"""How far chance may lift a song in a place that is for learning."""


def plan(
    situation: Situation,
    likeness: Likeness,
    count: int,
    weights: Mapping[str, float] = WEIGHTS,
) -> QueuePlan:
    """The next ``count`` tracks, or as many as may come.

    Args:
        situation: the moment.
        likeness: of the library as it is now.
        count: how many.
        weights: of the parts; one that is missing is switched off.
    """
    catalogue = likeness.catalogue
    if not len(catalogue) or count < 1:
        return QueuePlan(())
    found = bearings(situation, likeness)
    rows = worth_a_look(situation, likeness, found, count)
    if not len(rows):
        return QueuePlan(())
    pool = weighed(rows, situation, likeness, found)
    valued = parts(pool, situation, found.lasting, found.session, likeness)
    scores = total(valued, weights)
    rules = _rules(pool, situation, found)
    course = arc(situation, catalogue, pool.places.rows, count)
    promise = scores + np.float32(weights.get("energy", 0)) * course.mean(axis=0)
    best = _shortlist(pool, promise, rules, found, likeness, situation.seed)
    pool, valued, scores = pool.only(best), {name: part[best] for name, part in valued.items()}, scores[best]
    rules = rules.of(best)
    places = kinds(situation, count, found.session.skips, _fresh(situation, found))
    course = course[:, best]
    wishes = _wishes(pool, scores, situation, likeness, _places(pool, situation, places, course, weights), weights)
    cold = valued["session"] <= ASTRAY + CLEAR
    placed = sequence(wishes, pool.places.rows, catalogue, rules, cold, count)
    evidence = Evidence(situation, likeness, found.lasting, found.session, pool, valued, weights)
    picks = tuple(_picked(placed, evidence, wishes, places, course))
    return QueuePlan(picks, by_tags=not likeness.heard.any())


def _fresh(situation: Situation, found: Bearings) -> float:
    """The share of fresh songs, higher than asked for while the listener knows too few songs to mix them with."""
    enough = min(ENOUGH_KNOWN, len(found.known) / 2)
    return 1 - (1 - situation.dials.fresh) * min(1.0, float(found.known.sum()) / max(enough, 1.0))


def _shortlist(
    pool: Pool, scores: Floats, rules: Rules, found: Bearings, likeness: Likeness, seed: int
) -> NDArray[np.intp]:
    """Places of the best candidates, and of some of every artist and album so that the windows can be kept.

    The best copy of every recording comes before any second one, and what no rule keeps out however little it
    brings, or rules would give way for want of candidates.
    """
    if len(pool) <= IN_ORDER:
        return np.arange(len(pool))
    rows, steps = pool.places.rows, rules.beyond_windows()
    order = np.lexsort((rows, -scores, steps))
    copies = copies_last(likeness.catalogue, rows[order])
    best = order[np.lexsort((steps[order], copies))][:IN_ORDER]
    mask = np.zeros(len(likeness.catalogue), np.bool_)
    mask[rows[steps <= steps[best].max()]] = True
    spare = reserve(likeness.catalogue, found.since, mask, seed)
    return np.union1d(best, np.searchsorted(rows, spare))


def _rules(pool: Pool, situation: Situation, found: Bearings) -> Rules:
    rows = pool.places.rows
    nearest = pool.likeness.max(axis=1) if pool.likeness.shape[1] else np.full(len(rows), 0.5, np.float32)
    through = let_through(situation.dials, pool.known, pool.away_days, nearest)
    return Rules(found.since.of(rows), through, found.length[rows], situation.repeat_hours)


def _wishes(
    pool: Pool,
    scores: Floats,
    situation: Situation,
    likeness: Likeness,
    places: Floats,
    weights: Mapping[str, float],
) -> Wishes:
    catalogue, rows = likeness.catalogue, pool.places.rows
    follow = np.float32(weights.get("transition", 0)) * smoothness(catalogue, rows, rows, situation.dials.energy)
    last = catalogue.rows(np.array(situation.before[-1:], np.int64))
    last = last[last >= 0]
    first = smoothness(catalogue, last, rows, situation.dials.energy) if len(last) else np.zeros((1, len(rows)))
    alike = np.maximum(likeness.between(pool.places, pool.places), 0) ** 2
    breadth = SAMENESS * (1 + 0.5 * situation.dials.close_far)
    return Wishes(
        scores,
        places,
        np.asarray(np.float32(weights.get("transition", 0)) * first[0], np.float32),
        follow,
        np.asarray(breadth * alike, np.float32),
    )


def _places(
    pool: Pool, situation: Situation, places: Sequence[Kind], course: Floats, weights: Mapping[str, float]
) -> Floats:
    """(count, m): a place for something new wants something new; in a place for learning chance has a say."""
    chance = np.random.default_rng([situation.seed, len(situation.history), 3])
    wanted = np.float32(weights.get("energy", 0)) * course
    for slot, kind in enumerate(places):
        if pool.known.any():
            wanted[slot] += np.float32(weights.get("novelty", 0)) * np.where(pool.known != kind.fresh, 1, -1)
        if kind.trying:
            wanted[slot] += np.where(pool.known, 0, CURIOSITY * chance.gumbel(size=len(pool)))
    return np.asarray(wanted, np.float32)


def _picked(
    placed: Sequence[Placed], evidence: Evidence, wishes: Wishes, places: Sequence[Kind], course: Floats
) -> Iterator[Pick]:
    catalogue, pool, weights = evidence.likeness.catalogue, evidence.pool, evidence.weights
    before: int | None = None
    for slot, (one, kind) in enumerate(zip(placed, places, strict=False)):
        at = one.place
        follow = wishes.first[at] if before is None else wishes.follow[before, at]
        shown = {name: round(float(part[at]), 4) for name, part in evidence.parts.items()}
        shown["novelty"] = float(pool.known[at] != kind.fresh) * 2 - 1 if pool.known.any() else 0.0
        shown["transition"] = round(float(follow / weights["transition"]), 4) if weights.get("transition") else 0.0
        shown["energy"] = round(float(course[slot, at]), 4)
        yield Pick(
            track=TrackId(int(catalogue.tracks[pool.places.rows[at]])),
            score=round(float(wishes.scores[at] + wishes.places[slot, at] + follow), 4),
            parts=shown,
            reason=reason(evidence, at, trying=kind.trying and not bool(pool.known[at]), gave_way=one.gave_way),
        )
        before = at
