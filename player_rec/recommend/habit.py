"""What usually comes next, for this listener: candidates for the next song with named parts between 0 and 1.

Everything is read off the columns of the history when it is asked for; nothing is trained, so one play is enough to
have taught something. Only heard plays speak for a song, and early skips after the same song speak against it.

Successors of the song at hand, weighted by how much of the way there was the same (longest context matching, as in
prediction by partial matching: Cleary and Witten, 1984); successors across one changed song; what lies within five
plays (the spreading of ACT-R: Reiter-Haas et al., 2021); past sessions like this one, where both sessions weigh their
songs by order and age (session kNN: Ludewig and Jannach, 2018; Garg et al., 2019); base-level activation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import SESSION_GAP_S, Outcome
from player_rec.recommend.activation import DAY_S, base_level, retrieved
from player_rec.recommend.history import History, Positions

Floats = NDArray[np.float32]
Sums = NDArray[np.float64]
Ids = NDArray[np.int64]
GroupOf = Callable[[Ids], Ids]
"""The artist (or album) of each track, −1 where unknown."""

MOST = 1000
"""Candidates that are looked at closely."""

OCCURRENCES = 256
"""The latest plays of the song at hand that are looked at."""

REACH = 8
"""A song heard no more than so many plays after another counts as its successor, if the plays between were skipped."""

CONTEXT, CONTEXT_GAIN = 5, 4.0
"""So many songs before the one at hand are compared; each that agrees makes an occurrence count so many times more."""

WINDOW, WINDOW_CONTEXT, WINDOW_OCCURRENCES = 5, 5, 100
LAG = 0.8
"""Of the songs of a session, how much each counts beside the one after it."""

ALIKE_SESSIONS, SESSION_SONGS, SESSION_OCCURRENCES, SESSION_REACH = 100, 20, 100, 40
HALF_LIFE_DAYS = 60.0
LONG_AGO = 0.1
"""What the oldest evidence still counts."""

UNSURE = 0.5
"""Evidence of this weight is missing to every estimate: what was seen once, long ago, is no certainty."""

FINEST = 0.01
"""The probability around which parts stop telling differences."""

FREQUENT = RECENT = 200
OPENINGS = 300


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """Candidates for the next song, those met most recently in the history last.

    Attributes:
        tracks: (m,) the candidates.
        parts: name of each part to its values (m,), 0 to 1.
    """

    tracks: Ids
    parts: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class _Now:
    """The moment before the next song, read off the history once.

    ``sequence`` are the codes of heard plays, ``trail`` those of this session, and ``end`` is the number of
    heard plays before the latest play.
    """

    history: History
    now_s: float
    opening: bool
    sequence: Positions
    trail: Positions
    end: int
    last: int

    def tally(self, codes: Positions, weights: Sums) -> Sums:
        return np.bincount(codes, weights, len(self.history.known))

    def fade(self, positions: Positions) -> Sums:
        """What evidence of the age of these plays still counts: 1 for new, ``LONG_AGO`` at least."""
        age_days = np.maximum(self.now_s - self.history.times[positions], 0) / DAY_S
        return np.asarray(LONG_AGO + (1 - LONG_AGO) * np.exp2(-age_days / HALF_LIFE_DAYS), np.float64)


def habit(
    history: History, now_s: float, artist_of: GroupOf | None = None, album_of: GroupOf | None = None, most: int = MOST
) -> Habit:
    """Say what may come next.

    Args:
        history: all plays so far; the latest session is the current one unless it has ended by ``now_s``.
        now_s: Unix seconds.
        artist_of: the artist of each track, where known.
        album_of: the album of each track, where known.
        most: how many candidates at most.
    """
    if not len(history.heard):
        return Habit(np.empty(0, np.int64), {name: np.empty(0, np.float32) for name in PARTS})
    now = _now(history, now_s)
    follows, context, refused = _successors(now)
    sums = {
        "follows": follows,
        "context": context,
        "across": _across(now),
        "nearby": _nearby(now),
        "session": _alike_sessions(now),
        "opens": _opens(now),
    }
    codes = _candidates(now, sums, most)
    parts = {name: _compressed(values[codes]) for name, values in sums.items()}
    parts |= {"refused": refused[codes].astype(np.float32)} | _memory(now, codes) | _already(now, codes)
    tracks = history.known[codes]
    parts |= {"artist": _same(now, artist_of, tracks), "album": _same(now, album_of, tracks)}
    return Habit(tracks, parts)


PARTS = (
    "follows", "context", "across", "nearby", "session", "opens",
    "refused", "activation", "frequent", "today", "unwelcome", "again", "repeat", "skipped",
    "artist", "album",
)  # fmt: skip
"""Names of the parts."""


def _now(history: History, now_s: float) -> _Now:
    sequence = history.codes[history.heard]
    latest = len(history) - 1
    opening = now_s - history.quiet_since > SESSION_GAP_S
    start = history.session_start
    began = int(history.heard_until[start - 1]) if start else 0
    trail = sequence[len(sequence) if opening else began :]
    return _Now(history, now_s, opening, sequence, trail, _before(history, latest), int(history.codes[latest]))


def _before(history: History, position: int) -> int:
    return int(history.heard_until[position - 1]) if position else 0


def _successors(now: _Now) -> tuple[Sums, Sums, Sums]:
    """What was heard after earlier plays of the latest song: in all, where more of the way was the same; and refusals.

    A refusal is the share of times a song was offered right after it and skipped early.
    """
    history = now.history
    nothing = np.zeros(len(history.known))
    places = history.places_of_code(now.last)[:-1][-OCCURRENCES:]
    if not len(places):
        return nothing, nothing, nothing
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
    return follows, context, _refused(now, places, fade)


def _agreeing(now: _Now, ends: Positions) -> NDArray[np.intp]:
    """How many songs before each of ``ends`` (places in the sequence) are those before the latest play, unbroken."""
    back = np.arange(1, min(CONTEXT, now.end) + 1)
    then = ends[:, None] - back
    equal = (then >= 0) & (now.sequence[np.maximum(then, 0)] == now.sequence[now.end - back])
    return np.logical_and.accumulate(equal, axis=1).sum(axis=1)


def _refused(now: _Now, places: Positions, fade: Sums) -> Sums:
    offered = places + 1
    within = now.history.sessions[offered] == now.history.sessions[places]
    codes, weights = now.history.codes[offered[within]], fade[within]
    skipped = now.history.outcomes[offered[within]] == Outcome.EARLY_SKIP
    return now.tally(codes, weights * skipped) / (now.tally(codes, weights) + UNSURE)


def _across(now: _Now) -> Sums:
    """What came two songs after the one before the latest, whatever came between."""
    total = np.zeros(len(now.history.known))
    if not now.end:
        return total
    earlier = int(now.sequence[now.end - 1])
    places = now.history.places_of_code(earlier)[-OCCURRENCES:]
    ahead = _ahead(now, places, np.array([1, 2]))
    places, following, step = ahead
    codes = now.sequence[following]
    weights = now.fade(places) * np.where(step == 2, 1.0, 0.5) * (codes != now.last)
    return now.tally(codes, weights) / (weights.sum() + UNSURE)


def _ahead(now: _Now, places: Positions, steps: NDArray[np.intp]) -> tuple[Positions, Positions, NDArray[np.intp]]:
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


def _nearby(now: _Now) -> Sums:
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
        weights = now.fade(places) / np.sqrt(np.abs(step))
        total += LAG**lag * now.tally(now.sequence[following], weights) / (weights.sum() / 3 + UNSURE)
        mass += LAG**lag
    return total / max(mass, 1e-9)


def _alike_sessions(now: _Now) -> Sums:
    """What was heard in the past sessions that have most of this one, close to the latest song they share."""
    history = now.history
    total = np.zeros(len(history.known))
    trail = list(dict.fromkeys(now.trail[::-1].tolist()))[:SESSION_SONGS]
    if not trail or not history.session_start:
        return total
    places = [history.places_of_code(code)[-SESSION_OCCURRENCES:] for code in trail]
    lags = np.repeat(np.arange(len(trail)), [len(some) for some in places])
    at = np.concatenate(places)
    old = at < history.session_start
    at, lags = at[old], lags[old]
    if not len(at):
        return total
    sessions, which = np.unique(history.sessions[at], return_inverse=True)
    likeness = np.bincount(which, LAG**lags)
    starts = history.session_starts
    ends = np.append(starts[1:], len(history))[sessions]
    size = history.heard_until[ends - 1] - np.where(starts[sessions] > 0, history.heard_until[starts[sessions] - 1], 0)
    likeness *= now.fade(starts[sessions]) / np.sqrt(np.maximum(size, 5))
    latest = np.lexsort((at, lags, which))
    anchor = at[latest[np.unique(which[latest], return_index=True)[1]]]
    best = np.argsort(-likeness, kind="stable")[:ALIKE_SESSIONS]
    reach = np.concatenate((np.arange(-SESSION_REACH, 0), np.arange(1, SESSION_REACH + 1)))
    centre = history.heard_until[anchor[best]] - 1
    around = centre[:, None] + reach
    inside = (around >= 0) & (around < len(now.sequence))
    around = np.where(inside, around, 0)
    inside &= history.sessions[history.heard[around]] == sessions[best][:, None]
    nearness = np.where(reach > 0, 1.0, 0.7) * np.exp2(-np.abs(reach) / 10)
    weights = (likeness[best][:, None] * nearness)[inside]
    return now.tally(now.sequence[around[inside]], weights) / (likeness[best].sum() + UNSURE / 10)


def _opens(now: _Now) -> Sums:
    """What sessions begin with; nothing unless one is about to begin."""
    if not now.opening:
        return np.zeros(len(now.history.known))
    starts = now.history.session_starts[-OPENINGS:]
    first = np.where(starts > 0, now.history.heard_until[np.maximum(starts - 1, 0)], 0)
    starts, first = starts[first < len(now.sequence)], first[first < len(now.sequence)]
    weights = now.fade(starts)
    return now.tally(now.sequence[first], weights) / (weights.sum() + UNSURE)


def _candidates(now: _Now, sums: Mapping[str, Sums], most: int) -> NDArray[np.intp]:
    """Codes of whatever some part speaks for, was heard lately or is heard often: the ``most`` likely of them."""
    rough = np.sum(list(sums.values()), axis=0)
    rough[now.sequence[-RECENT:]] += 1e-4
    counts = now.history.heard_counts
    often = np.argpartition(-counts, min(FREQUENT, len(counts) - 1))[:FREQUENT]
    rough[often[counts[often] > 0]] += 1e-4
    found = np.flatnonzero(rough > 0)
    if len(found) > most:
        found = np.sort(found[np.argsort(-rough[found], kind="stable")[:most]])
    return found


def _memory(now: _Now, codes: NDArray[np.intp]) -> dict[str, Floats]:
    history = now.history
    latest = history.latest_heard[codes]
    away_days = np.where(latest >= 0, now.now_s - history.times[np.maximum(latest, 0)], np.inf) / DAY_S
    counts = history.heard_counts[codes]
    prior = 4.0
    rate = history.early_skips.sum() / len(history)
    unwelcome = (history.early_skips[codes] + prior * rate) / (history.played_counts[codes] + prior)
    return {
        "activation": retrieved(base_level(history, codes.astype(np.int32), now.now_s)),
        "frequent": (np.log1p(counts) / np.log1p(max(1, history.heard_counts.max()))).astype(np.float32),
        "today": np.exp2(-np.maximum(away_days, 0) / 0.5).astype(np.float32),
        "unwelcome": unwelcome.astype(np.float32),
    }


def _already(now: _Now, codes: NDArray[np.intp]) -> dict[str, Floats]:
    """What this session has had: 1 for what was heard in it, for the very last song, for what was skipped early."""
    again, skipped, repeat = (np.zeros(len(now.history.known), np.float32) for _ in range(3))
    if not now.opening:
        again[now.trail] = 1
        since = slice(now.history.session_start, None)
        skipped[now.history.codes[since][now.history.outcomes[since] == Outcome.EARLY_SKIP]] = 1
    if len(now.trail):
        repeat[now.trail[-1]] = 1
    return {"again": again[codes], "repeat": repeat[codes], "skipped": skipped[codes]}


def _same(now: _Now, group_of: GroupOf | None, tracks: Ids) -> Floats:
    """How usual it has been in this session to stay with an artist (or album), for what would do so."""
    if group_of is None or not len(now.trail):
        return np.zeros(len(tracks), np.float32)
    trail = group_of(now.history.known[now.trail[-10:]])
    stayed = np.sum((trail[1:] == trail[:-1]) & (trail[1:] >= 0))
    staying = (stayed + 0.15 * 2) / (len(trail) - 1 + 2)
    return np.asarray(np.where((group_of(tracks) == trail[-1]) & (trail[-1] >= 0), staying, 0), np.float32)


def _compressed(probability: Sums) -> Floats:
    """Probabilities on a scale where a tenth is told from a hundredth: 0 to 1."""
    return (np.log1p(np.minimum(probability, 1) / FINEST) / np.log1p(1 / FINEST)).astype(np.float32)
