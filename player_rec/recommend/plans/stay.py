"""Whether a pick that waits may stay: it is asked of what plans are made by, so that none is put out to be put back.

A pick is right as long as a plan could choose it in its place: the rules need not give way further for it than for
the best of the library, and its corner has not gone cold while others are warm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.track import TrackId
from player_rec.recommend.catalogue import Mask
from player_rec.recommend.learn.mood import Mood, mood
from player_rec.recommend.likeness import Likeness, Rows
from player_rec.recommend.plans.rules import GATE, LADDER, Rules, days_since, fitting_length, let_through
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.spacing import Since

ASTRAY = -0.6
"""From this mood on a corner is cold: a pick comes, or stays, there only where the rules leave nothing warmer."""

CLEAR = 0.01
"""By how much one is to be clearly warmer, as products of the same vectors differ a little from one to the next."""

GRACE_S = 60.0
"""What the clock alone let in since so lately puts no pick out."""

_BATCH = 1024


def still_right(tracks: Sequence[TrackId], situation: Situation, likeness: Likeness) -> list[bool]:
    """Which of the picks that are next may stay as they are.

    A ban, a snooze and a missing file are wrong at once; otherwise see above. What the dials let through is settled
    when a pick is chosen: the seeds move with every song, and a pick does not become wrong by that.

    Args:
        tracks: the picks in playing order.
        situation: the moment; its ``ahead`` is what comes before them.
        likeness: of the library.
    """
    session = mood(situation.history, situation.hearts, likeness, situation.now_s, situation.current_since_s)
    kept: list[TrackId] = []
    right = []
    for track, row in zip(tracks, likeness.catalogue.rows(np.array(tracks, np.int64)).tolist(), strict=True):
        stays = row >= 0 and track not in kept and not bool(situation.avoided[row])
        stays = stays and _could_be_chosen(row, replace(situation, ahead=[*situation.ahead, *kept]), likeness, session)
        right.append(stays)
        if stays:
            kept.append(track)
    return right


def _could_be_chosen(row: int, situation: Situation, likeness: Likeness, session: Mood) -> bool:
    """Looks at the rest of the library only where a rule is broken or the corner is cold, which is seldom."""
    catalogue, alone = likeness.catalogue, np.array([row])
    since = Since.at(catalogue, situation, alone)
    dial, length = np.ones(1, np.bool_), fitting_length(catalogue, situation)[alone]
    own = Rules(since, dial, length, situation.repeat_hours)
    need = next(step for step, keep in enumerate(LADDER) if own.allow(keep)[0])
    cold = float(session.of(likeness.places(alone), likeness)[0]) <= ASTRAY
    if not need and not cold:
        return True
    rules, others = _library(situation, likeness)
    if any((rules.allow(keep) & others).any() for keep in LADDER[:need]):
        return False
    return not (cold and _any_warmer(np.flatnonzero(rules.allow(LADDER[need]) & others), likeness, session))


def _library(situation: Situation, likeness: Likeness) -> tuple[Rules, Mask]:
    """The rules for every row as they were a moment ago, and (n,) the rows that could come instead."""
    catalogue, history = likeness.catalogue, situation.history
    earlier = replace(situation, now_s=situation.now_s - GRACE_S)
    told = np.bincount(history.codes, history.outcomes, len(history.known)) > 0
    away = days_since(history, catalogue.tracks, earlier.now_s)
    near = np.concatenate([*_nearness(situation, likeness), np.empty(0, np.float32)])
    dial = let_through(situation.dials, catalogue.mask(history.known[told]), away, near)
    length = fitting_length(catalogue, situation)
    others = ~situation.avoided & ~catalogue.mask(situation.before)
    return Rules(Since.at(catalogue, earlier), dial, length, situation.repeat_hours), others


def _nearness(situation: Situation, likeness: Likeness) -> Iterator[NDArray[np.float32]]:
    """(n,) likeness to the nearest seed, in portions; halfway where no dial asks for it."""
    seeds, count = likeness.of_tracks(np.array(situation.seeds, np.int64)), len(likeness.catalogue)
    if abs(situation.dials.close_far) < GATE or not len(seeds):
        yield np.full(count, 0.5, np.float32)
        return
    for rows in _batches(np.arange(count)):
        yield likeness.between(likeness.places(rows), seeds).max(axis=1)


def _any_warmer(rows: Rows, likeness: Likeness, session: Mood) -> bool:
    """Whether one of the rows is clearly not cold."""
    of = (session.of(likeness.places(some), likeness) for some in _batches(rows))
    return any(bool((mood > ASTRAY + 2 * CLEAR).any()) for mood in of)


def _batches(rows: Rows) -> Iterator[Rows]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
