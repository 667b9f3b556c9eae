"""Next song, replayed: every method sees what had been heard until then and orders what may follow.

After Reiter-Haas et al. (2021): plays of at least 30 s, one after another; judged on the last 20 % of each person's,
at up to 600 evenly spread places. A next song that was never heard before is a miss for everybody. What a method is
told of the moment is what a player knows when the song before has ended: never when the next one ends or how long it
is heard. Where a session begins the time is known to the half hour only, since it has to be taken from the end of
the next play.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.eval.replay.format import Ints, Person
from player_rec.domain.listening import EARLY_MS, FINISH_SHARE, SESSION_GAP_S, Outcome
from player_rec.recommend.learn.history import History

JUDGED_SHARE = 0.2
DEPTH = 20
HALF_HOUR_S = 1800.0


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What is known before a song begins.

    Attributes:
        now_s: Unix seconds.
        heard: plays of at least 30 s, and nothing else.
        everything: all plays, with the short ones.
        trail: tracks heard so far in this session, oldest first.
    """

    now_s: float
    heard: History
    everything: History
    trail: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Future:
    """What a moment is judged by.

    Attributes:
        track: the next one heard.
        rest: all tracks heard from it to the end of the session, each once.
    """

    track: int
    rest: Ints


class Ranker(Protocol):
    """A method on trial, for one person."""

    @property
    def name(self) -> str:
        """As it stands in the table."""

    def rank(self, moment: Moment, depth: int) -> Ints:
        """What may come next, best first: up to ``depth`` tracks, each once."""

    def observe(self, moment: Moment, track: int) -> None:
        """Learn that ``track`` came next. What was heard is in the next moment's histories anyway."""


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """How one method did for one person, by judged moment.

    Attributes:
        ranks: (p,) place of the next song in the order, 1 for the first; 0 where it is not among the first 20.
        precision: (p,) R-precision of the rest of the session.
    """

    ranks: Ints
    precision: NDArray[np.float64]

    @property
    def reciprocal(self) -> NDArray[np.float64]:
        """(p,) reciprocal rank, 0 beyond 20."""
        return np.where(self.ranks > 0, 1 / np.maximum(self.ranks, 1), 0.0)

    def within(self, depth: int) -> float:
        """Share of moments whose next song is among the first ``depth``."""
        return float(((self.ranks > 0) & (self.ranks <= depth)).mean()) if len(self.ranks) else 0.0


def replay(person: Person, rankers: Sequence[Ranker], positions: int, lessons: int, durations_ms: Ints) -> list[Hits]:
    """Play one person's history past every ranker.

    Args:
        person: whose history.
        rankers: fresh ones; they are given the same moments.
        positions: how many moments to judge at most.
        lessons: at how many moments before those judged the rankers may learn.
        durations_ms: by track, 0 where unknown.

    Returns:
        How each ranker did.
    """
    ranks: list[list[int]] = [[] for _ in rankers]
    precision: list[list[float]] = [[] for _ in rankers]
    for moment, future, judged in moments(person, positions, lessons, durations_ms):
        for number, ranker in enumerate(rankers):
            if judged:
                order = ranker.rank(moment, max(DEPTH, len(future.rest)))
                ranks[number].append(rank_of(future.track, order[:DEPTH]))
                precision[number].append(r_precision(future.rest, order))
            ranker.observe(moment, future.track)
    return [Hits(np.array(one, np.int64), np.array(other)) for one, other in zip(ranks, precision, strict=True)]


def moments(person: Person, positions: int, lessons: int, durations_ms: Ints) -> Iterator[tuple[Moment, Future, bool]]:
    """The moments to learn at and to judge, in order of time, each with what came next and whether it is judged."""
    sequence = np.flatnonzero(person.heard_ms >= EARLY_MS)
    judged, taught = chosen(len(sequence), positions, lessons)
    sessions = session_numbers(person.ends_s[sequence], person.heard_ms[sequence])
    everything, heard = History(), History()
    outcomes = Outcomes(durations_ms)
    done = 0
    for number in np.union1d(judged, taught).tolist():
        for play in range(done, int(sequence[number])):
            append(everything, person, play, outcomes)
            if person.heard_ms[play] >= EARLY_MS:
                append(heard, person, play, outcomes)
        done = int(sequence[number])
        first, last = np.searchsorted(sessions, [sessions[number], sessions[number] + 1]).tolist()
        trail = person.tracks[sequence[first:number]]
        rest = person.tracks[sequence[number:last]]
        now_s = known_time(person, done, everything)
        yield (
            Moment(now_s, heard, everything, trail),
            Future(int(rest[0]), np.unique(rest)),
            bool(number >= judged[0]) and number in judged,
        )


def chosen(count: int, positions: int, lessons: int) -> tuple[Ints, Ints]:
    """Which of ``count`` heard plays are judged, and which of those before them are learned from."""
    begin = int(np.ceil((1 - JUDGED_SHARE) * count))
    return _spread(max(begin, 1), count, positions), _spread(1, begin, lessons)


def _spread(begin: int, end: int, most: int) -> Ints:
    if begin >= end or most <= 0:
        return np.empty(0, np.int64)
    return np.unique(np.linspace(begin, end - 1, min(most, end - begin)).round().astype(np.int64))


def session_numbers(ends_s: NDArray[np.float64], heard_ms: Ints) -> Ints:
    """The session of each play: a new one after 30 minutes without a play."""
    starts_s = ends_s - heard_ms / 1000
    gaps = starts_s[1:] - ends_s[:-1] > SESSION_GAP_S
    return np.concatenate(([0], np.cumsum(gaps))).astype(np.int64)[: len(ends_s)]


def known_time(person: Person, play: int, everything: History) -> float:
    """When ``play`` is about to begin, as far as it can be known without knowing how long it will be heard."""
    quiet_s = everything.quiet_since
    if person.ends_s[play] - person.heard_ms[play] / 1000 - quiet_s <= SESSION_GAP_S:
        return quiet_s
    return max(quiet_s + SESSION_GAP_S + 1, float(person.ends_s[play] // HALF_HOUR_S * HALF_HOUR_S))


class Outcomes:
    """What each play says of its track; where a length is unknown, the longest play so far stands for it.

    A play under 30 s is an early skip unless the track is known to be no longer than that.
    """

    def __init__(self, durations_ms: Ints) -> None:
        self._durations_ms = durations_ms
        self._longest_ms = durations_ms.copy()

    def of(self, track: int, heard_ms: int) -> Outcome:
        """The outcome of a play, and a lesson about the length of its track."""
        duration_ms = int(self._durations_ms[track])
        longest_ms = self._longest_ms[track] = max(heard_ms, int(self._longest_ms[track]))
        if heard_ms < EARLY_MS and not (duration_ms and heard_ms >= FINISH_SHARE * duration_ms):
            return Outcome.EARLY_SKIP
        return Outcome.FINISH if heard_ms >= FINISH_SHARE * longest_ms else Outcome.LATE_SKIP


def append(history: History, person: Person, play: int, outcomes: Outcomes) -> None:
    """Let ``history`` have one play of ``person``."""
    heard_ms = int(person.heard_ms[play])
    track = int(person.tracks[play])
    started_s = float(person.ends_s[play]) - heard_ms / 1000
    if len(history):
        # Ends are known to the minute only: a start may seem to lie before the end of the play before.
        started_s = max(started_s, float(history.times[-1]))
    history.append(track, started_s, heard_ms, outcomes.of(track, heard_ms))


def rank_of(track: int, order: Ints) -> int:
    """The place of ``track`` in ``order``, 1 for the first; 0 where it is missing."""
    found = np.flatnonzero(order == track)
    return int(found[0]) + 1 if len(found) else 0


def r_precision(rest: Ints, order: Ints) -> float:
    """Share of the first R of ``order`` that are among the R tracks of ``rest``."""
    return float(np.isin(order[: len(rest)], rest).sum() / len(rest))
