"""What usually comes next, for this listener: candidates for the next song with named parts between 0 and 1.

Everything is read off the columns of the history when it is asked for; nothing is trained, so one play is enough to
have taught something. Heard plays speak for a song, early skips against it; what began after the song at hand and was
skipped still tells where the way was going.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import Outcome
from player_rec.recommend.learn.activation import base_level, retrieved
from player_rec.recommend.learn.history import History
from player_rec.recommend.learn.succession import Now, Sums, alike_sessions, at, nearby, opens, successors

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
GroupOf = Callable[[Ids], Ids]
"""The artist (or album) of each track, −1 where unknown."""

MOST = 1000
"""Candidates that are looked at closely."""

FINEST = 0.01
"""The probability around which parts stop telling differences."""

FREQUENT = RECENT = 200


@dataclass(frozen=True, slots=True, eq=False)
class Habit:
    """Candidates for the next song, in the order in which they were first met.

    Attributes:
        tracks: (m,) the candidates.
        parts: name of each part to its values (m,), 0 to 1.
    """

    tracks: Ids
    parts: Mapping[str, Floats]


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
    now = at(history, now_s)
    follows, context, offered, refused = successors(now)
    sums = {
        "follows": follows,
        "context": context,
        "offered": offered,
        "nearby": nearby(now),
        "session": alike_sessions(now),
        "opens": opens(now),
    }
    codes = _candidates(now, sums, most)
    parts = {name: _compressed(values[codes]) for name, values in sums.items()}
    parts |= {"refused": refused[codes].astype(np.float32)} | _memory(now, codes) | _already(now, codes)
    tracks = history.known[codes]
    parts |= {"artist": _same(now, artist_of, tracks), "album": _same(now, album_of, tracks)}
    parts["cooled"] = _cooled(now, artist_of, tracks)
    return Habit(tracks, parts)


PARTS = (
    "follows", "context", "offered", "nearby", "session", "opens",
    "refused", "activation", "frequent", "again", "repeat", "skipped",
    "artist", "album", "cooled",
)  # fmt: skip
"""Names of the parts."""


def _candidates(now: Now, sums: Mapping[str, Sums], most: int) -> NDArray[np.intp]:
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


def _memory(now: Now, codes: NDArray[np.intp]) -> dict[str, Floats]:
    history = now.history
    counts = history.heard_counts[codes]
    return {
        "activation": retrieved(base_level(history, codes.astype(np.int32), now.now_s)),
        "frequent": (np.log1p(counts) / np.log1p(max(1, history.heard_counts.max()))).astype(np.float32),
    }


def _already(now: Now, codes: NDArray[np.intp]) -> dict[str, Floats]:
    """What this session has had: 1 for what was heard in it, for the very last song, for what was skipped early."""
    again, skipped, repeat = (np.zeros(len(now.history.known), np.float32) for _ in range(3))
    if not now.opening:
        again[now.trail] = 1
        since = slice(now.history.session_start, None)
        skipped[now.history.codes[since][now.history.outcomes[since] == Outcome.EARLY_SKIP]] = 1
    if len(now.trail):
        repeat[now.trail[-1]] = 1
    return {"again": again[codes], "repeat": repeat[codes], "skipped": skipped[codes]}


def _same(now: Now, group_of: GroupOf | None, tracks: Ids) -> Floats:
    """How usual it has been in this session to stay with an artist (or album), for what would do so."""
    if group_of is None or not len(now.trail):
        return np.zeros(len(tracks), np.float32)
    trail = group_of(now.history.known[now.trail[-10:]])
    stayed = np.sum((trail[1:] == trail[:-1]) & (trail[1:] >= 0))
    staying = (stayed + 0.15 * 2) / (len(trail) - 1 + 2)
    return np.asarray(np.where((group_of(tracks) == trail[-1]) & (trail[-1] >= 0), staying, 0), np.float32)


def _cooled(now: Now, artist_of: GroupOf | None, tracks: Ids) -> Floats:
    """How much this session has skipped the artist early, net of what was heard of it: 0 to 1."""
    history = now.history
    session = slice(history.session_start, None)
    told = history.tracks[session]
    if artist_of is None or now.opening or not len(told):
        return np.zeros(len(tracks), np.float32)
    skips = np.where(history.outcomes[session] == Outcome.EARLY_SKIP, 1.0, -1.0)
    artists, which = np.unique(artist_of(told), return_inverse=True)
    net = np.where(artists >= 0, np.maximum(np.bincount(which, skips), 0), 0)
    mine = artist_of(tracks)
    places = np.minimum(np.searchsorted(artists, mine), len(artists) - 1)
    return np.asarray(np.where(artists[places] == mine, 1 - np.exp2(-net[places]), 0), np.float32)


def _compressed(probability: Sums) -> Floats:
    """Probabilities on a scale where a tenth is told from a hundredth: 0 to 1."""
    return np.asarray(np.log1p(np.minimum(probability, 1) / FINEST) / np.log1p(1 / FINEST), np.float32)
