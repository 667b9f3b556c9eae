"""What came after, near, and in sessions like this one: evidence for every track a listener has met.

The parts of the habit that are sums over past plays, each by code of the track and between 0 and 1. Successors of the
song at hand, weighted by how much of the way there was the same (longest context matching, as in prediction by
partial matching: Cleary and Witten, 1984); what lies within five plays (the
spreading of ACT-R: Reiter-Haas et al., 2021); past sessions like this one, where both sessions weigh their songs by
order and age (session kNN: Ludewig and Jannach, 2018; Garg et al., 2019); what sessions begin with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import DAY_S, SESSION_GAP_S, Outcome
from player_rec.recommend.learn.history import History, Positions

Sums = NDArray[np.float64]
"""By code of the track."""

OCCURRENCES = 256
"""The latest plays of the song at hand that are looked at."""

REACH = 8
"""A song heard no more than so many plays after another counts as its successor, if the plays between were skipped."""

CONTEXT, CONTEXT_GAIN = 5, 4.0
"""So many songs before the one at hand are compared; each that agrees makes an occurrence count so many times more."""

WINDOW, WINDOW_CONTEXT, WINDOW_OCCURRENCES = 5, 5, 100
LAG = 0.85
"""Of the songs of a session, how much each counts beside the one after it."""

ALIKE_SESSIONS, SESSION_SONGS, SESSION_OCCURRENCES, SESSION_REACH = 100, 20, 100, 40
SHORT = 5
"""Sessions of fewer songs do not count more for being short."""

SESSION_NEAR, BACKWARD = 25.0, 0.7
"""In songs: how quickly what is far from a shared song counts less; what lies before it, beside what lies after."""

HALF_LIFE_DAYS = 60.0
LONG_AGO = 0.1
"""What the oldest evidence still counts."""

UNSURE = 0.5
"""Evidence of this weight is missing to every estimate: what was seen once, long ago, is no certainty."""

OPENINGS = 300


@dataclass(frozen=True, slots=True, eq=False)
class Now:
    """The moment before the next song, read off the history once.

    Attributes:
        history: all plays so far.
        now_s: Unix seconds.
        opening: whether a new session is about to begin.
        sequence: (h,) codes of the heard plays.
        trail: (t,) those of this session.
        end: how many heard plays there were before the latest play.
        last: code of the latest play, heard or not.
    """

    history: History
    now_s: float
    opening: bool
    sequence: Positions
    trail: Positions
    end: int
    last: int

    def tally(self, codes: Positions, weights: Sums) -> Sums:
        """The sum of the weights of each track."""
        return np.asarray(np.bincount(codes, weights, len(self.history.known)), np.float64)

    def fade(self, positions: Positions) -> Sums:
        """What evidence of the age of these plays still counts: 1 for new, ``LONG_AGO`` at least."""
        age_days = np.maximum(self.now_s - self.history.times[positions], 0) / DAY_S
        return np.asarray(LONG_AGO + (1 - LONG_AGO) * np.exp2(-age_days / HALF_LIFE_DAYS), np.float64)


def at(history: History, now_s: float) -> Now:
    """The moment ``now_s`` (Unix seconds) after a history with at least one heard play."""
    sequence = history.heard_codes
    latest = len(history) - 1
    opening = now_s - history.quiet_since > SESSION_GAP_S
    start = history.session_start
    began = int(history.heard_until[start - 1]) if start else 0
    trail = sequence[len(sequence) if opening else began :]
    return Now(history, now_s, opening, sequence, trail, _before(history, latest), int(history.codes[latest]))


def _before(history: History, position: int) -> int:
    return int(history.heard_until[position - 1]) if position else 0


def successors(now: Now) -> tuple[Sums, Sums, Sums, Sums]:
    """What came after earlier plays of the latest song.

    What was heard, in all and where more of the way was the same; what began, heard or not; and how often what began
    was skipped early.
    """
    history = now.history
    nothing = np.zeros(len(history.known))
    places = history.places_of_code(now.last)[:-1][-OCCURRENCES:]
    if not len(places):
        return nothing, nothing, nothing, nothing
    fade = now.fade(places)
    until = history.heard_until
    following = until[places]
    there = following < len(now.sequence)
    target = history.heard[np.where(there, following, 0)]
    there &= (history.sessions[target] == history.sessions[places]) & (target - places <= REACH)
    codes, weights = now.sequence[following[there]], (fade / np.sqrt(np.maximum(target - places, 1)))[there]
    same = _agreeing(now, np.where(places > 0, until[np.maximum(places - 1, 0)], 0)[there])
    gained = np.where(same > 0, weights * CONTEXT_GAIN**same, 0)
    follows = now.tally(codes, weights) / (fade.sum() + UNSURE)
    context = now.tally(codes, gained) / (gained.sum() + UNSURE * CONTEXT_GAIN)
    return follows, context, *_refused(now, places, fade)


def _agreeing(now: Now, ends: Positions) -> NDArray[np.intp]:
    """How many songs before each of ``ends`` (places in the sequence) are those before the latest play, unbroken."""
    back = np.arange(1, min(CONTEXT, now.end) + 1)
    then = ends[:, None] - back
    equal = (then >= 0) & (now.sequence[np.maximum(then, 0)] == now.sequence[now.end - back])
    return np.asarray(np.logical_and.accumulate(equal, axis=1).sum(axis=1), np.intp)


def _refused(now: Now, places: Positions, fade: Sums) -> tuple[Sums, Sums]:
    """How usual it is that a song begins right after the latest, and in which share of times it is then skipped."""
    offered = places + 1
    within = now.history.sessions[offered] == now.history.sessions[places]
    codes, weights = now.history.codes[offered[within]], fade[within]
    begun = now.tally(codes, weights)
    skipped = now.tally(codes, weights * (now.history.outcomes[offered[within]] == Outcome.EARLY_SKIP))
    return begun / (fade.sum() + UNSURE), skipped / (begun + UNSURE)


def _ahead(now: Now, places: Positions, steps: NDArray[np.intp]) -> tuple[Positions, Positions, NDArray[np.intp]]:
    """Pairs of a heard play in ``places`` and the one so many heard plays on in its session: both, and the step."""
    history = now.history
    until = history.heard_until[places]
    places = places[history.heard[np.minimum(until - 1, len(now.sequence) - 1)] == places]
    following = (history.heard_until[places] - 1)[:, None] + steps
    inside = (following >= 0) & (following < len(now.sequence))
    target = history.heard[np.where(inside, following, 0)]
    inside &= history.sessions[target] == history.sessions[places][:, None]
    which, step = np.nonzero(inside)
    return places[which], following[inside].astype(np.int32), steps[step]


def nearby(now: Now) -> Sums:
    """What was heard within five songs of earlier plays of the latest five."""
    total = np.zeros(len(now.history.known))
    steps = np.concatenate((np.arange(-WINDOW, 0), np.arange(1, WINDOW + 1)))
    seen: set[int] = set()
    mass = 0.0
    for lag, code in enumerate(now.sequence[: -WINDOW_CONTEXT - 1 : -1].tolist()):
        if code in seen:
            continue
        seen.add(code)
        places, following, step = _ahead(now, now.history.places_of_code(code)[-WINDOW_OCCURRENCES:], steps)
        # Pairs inside the session at hand say only what was just heard.
        old = places < now.history.session_start
        places, following, step = places[old], following[old], step[old]
        fade = now.fade(places)
        # A play is seen at most once from each of the steps around it: this is how many plays there were.
        met = fade.sum() / len(steps)
        total += LAG**lag * now.tally(now.sequence[following], fade / np.sqrt(np.abs(step))) / (met + UNSURE)
        mass += LAG**lag
    return total / max(mass, 1e-9)


def alike_sessions(now: Now) -> Sums:
    """What was heard in the past sessions most like this one, close to the latest song that each shares with it."""
    history = now.history
    sessions, anchors, likeness = _alike(now)
    reach = np.concatenate((np.arange(-SESSION_REACH, 0), np.arange(1, SESSION_REACH + 1)))
    around = (history.heard_until[anchors] - 1)[:, None] + reach
    inside = (around >= 0) & (around < len(now.sequence))
    around = np.where(inside, around, 0)
    inside &= history.sessions[history.heard[around]] == sessions[:, None]
    near = np.where(reach > 0, 1.0, BACKWARD) * np.exp2(-np.abs(reach) / SESSION_NEAR)
    found = now.tally(now.sequence[around[inside]], (likeness[:, None] * near)[inside])
    return np.asarray(found / (likeness.sum() + UNSURE / 10), np.float64)


def _alike(now: Now) -> tuple[Positions, Positions, Sums]:
    """The past sessions most like this one: their numbers, the latest song of this one in each, and how alike they are.

    Each shared song counts by how lately this session had it, and the sum by how long ago that session was and how
    much else it held.
    """
    history = now.history
    trail = list(dict.fromkeys(now.trail[::-1].tolist()))[:SESSION_SONGS]
    places = [history.places_of_code(code)[-SESSION_OCCURRENCES:] for code in trail]
    lags = np.repeat(np.arange(len(trail)), [len(some) for some in places])
    at = np.concatenate([np.empty(0, np.int32), *places])
    old = at < history.session_start
    at, lags = at[old], lags[old]
    sessions, which = np.unique(history.sessions[at], return_inverse=True)
    starts, until = history.session_starts, history.heard_until
    begins = starts[sessions]
    ends = np.append(starts[1:], len(history))[sessions]
    sizes = until[ends - 1] - np.where(begins > 0, until[begins - 1], 0)
    likeness = np.bincount(which, LAG**lags, len(sessions)) * now.fade(begins) / np.sqrt(np.maximum(sizes, SHORT))
    latest = np.lexsort((-at, lags, which))
    anchors = at[latest[np.unique(which[latest], return_index=True)[1]]]
    best = np.argsort(-likeness, kind="stable")[:ALIKE_SESSIONS]
    return sessions[best], anchors[best], likeness[best]


def opens(now: Now) -> Sums:
    """What sessions begin with; nothing unless one is about to begin."""
    if not now.opening:
        return np.zeros(len(now.history.known))
    starts = now.history.session_starts[-OPENINGS:]
    first = np.where(starts > 0, now.history.heard_until[np.maximum(starts - 1, 0)], 0)
    starts, first = starts[first < len(now.sequence)], first[first < len(now.sequence)]
    weights = now.fade(starts)
    return np.asarray(now.tally(now.sequence[first], weights) / (weights.sum() + UNSURE), np.float64)
