"""How the radio takes an early skip: what it thinks of the corner the skipped song came from, before and after.

The corner of a song are its ten nearest in sound or, without vectors, the songs of its artist, of those heard before.
"""

from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from models.eval.replay.by_sound import Vectors
from models.eval.replay.format import Ints, Person
from models.eval.replay.protocol import DEPTH, JUDGED_SHARE, Moment, Outcomes, Ranker, append, known_time
from player_rec.domain.listening import EARLY_MS, SESSION_GAP_S, Outcome
from player_rec.recommend.learn.history import History

ALL = 1000
CORNER = 10
PROBES = 10
PATIENCE = 12
"""Skips after which a probe gives up."""

SKIP_MS = 5_000


@dataclass(frozen=True, slots=True)
class Reaction:
    """What early skips did, on average over one person's; nan where there was nothing to see.

    Attributes:
        before: place of the corner in the order before the skip, 0 (first) to 1 (last, or not in it).
        after: the same at the next choice.
        shown_before: corner songs among the first twenty before the skip.
        shown_after: the same at the next choice.
        skips: early skips of the best song of a corner until none of it is among the first twenty.
    """

    before: float
    after: float
    shown_before: float
    shown_after: float
    skips: float


class Corners:
    """What lies around a song."""

    def __init__(self, artists: Ints, vectors: Vectors | None) -> None:
        self._artists, self._vectors = artists, vectors

    def of(self, track: int, known: Ints) -> Ints:
        """The corner of ``track`` among ``known``, itself left out."""
        others = known[known != track]
        if self._vectors is None:
            return np.asarray(others[self._artists[others] == self._artists[track]], np.int64)
        near = self._vectors[others] @ self._vectors[track]
        return np.asarray(others[np.argsort(-near, kind="stable")[:CORNER]], np.int64)


def react(person: Person, ranker: Ranker, corners: Corners, durations_ms: Ints, most: int) -> Reaction:
    """Watch up to ``most`` early skips of the last fifth of one person's plays, and try some more out."""
    begin = int((1 - JUDGED_SHARE) * len(person))
    skipped = np.flatnonzero(person.heard_ms[begin:] < EARLY_MS) + begin
    watched = skipped[np.unique(np.linspace(0, len(skipped) - 1, min(most, len(skipped))).round().astype(int))]
    probes = set(watched[:: max(1, len(watched) // PROBES)].tolist())
    everything, outcomes = History(), Outcomes(durations_ms)
    seen: list[tuple[float, float, float, float]] = []
    skips: list[int] = []
    done = 0
    for play in watched.tolist():
        _append(everything, person, range(done, play), outcomes)
        done = play + 1
        before = _moment(known_time(person, play, everything), everything)
        order = ranker.rank(before, ALL)
        if play in probes:
            skips.append(patience(before, ranker, corners))
        _append(everything, person, range(play, done), outcomes)
        if before.now_s - everything.times[-1] > SESSION_GAP_S:
            continue
        corner = corners.of(int(person.tracks[play]), everything.known[everything.heard_counts > 0])
        if len(corner):
            later = ranker.rank(_moment(everything.quiet_since, everything), ALL)
            seen.append((_place(corner, order), _place(corner, later), _shown(corner, order), _shown(corner, later)))
    figures = np.array(seen) if seen else np.full((1, 4), np.nan)
    before, after, shown_before, shown_after = figures.mean(axis=0).tolist()
    return Reaction(before, after, shown_before, shown_after, float(np.mean(skips)) if skips else float("nan"))


def patience(moment: Moment, ranker: Ranker, corners: Corners) -> int:
    """How many early skips of the first song's corner it takes until none of it is among the first twenty."""
    history = deepcopy(moment.everything)
    now_s = moment.now_s
    order = ranker.rank(moment, DEPTH)
    if not len(order):
        return 0
    corner = np.append(corners.of(int(order[0]), history.known), order[0])
    for done in range(PATIENCE):
        left = order[np.isin(order, corner)]
        if not len(left):
            return done
        history.append(int(left[0]), now_s, SKIP_MS, Outcome.EARLY_SKIP)
        now_s = history.quiet_since
        order = ranker.rank(replace(moment, now_s=now_s, everything=history), DEPTH)
    return PATIENCE


def _moment(now_s: float, everything: History) -> Moment:
    return Moment(now_s, everything, everything, np.empty(0, np.int64))


def _append(history: History, person: Person, plays: range, outcomes: Outcomes) -> None:
    for play in plays:
        append(history, person, play, outcomes)


def _place(corner: Ints, order: Ints) -> float:
    """Mean place of the corner in the order, as a share of it."""
    where = np.full(len(corner), len(order))
    found, at, mine = np.intersect1d(order, corner, return_indices=True)
    where[mine] = at[: len(found)]
    return float(where.mean() / max(1, len(order)))


def _shown(corner: Ints, order: Ints) -> float:
    return float(np.isin(order[:DEPTH], corner).sum())
