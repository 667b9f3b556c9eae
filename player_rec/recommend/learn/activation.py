"""How present a track is to the listener's memory.

Base-level activation of ACT-R: every time something was met leaves a trace that fades as a power of its age, and
the traces add up (Anderson and Schooler, 1991). The latest plays are summed one by one; what lies before them is
taken as spread evenly since the first (the hybrid approximation of Petrov, 2006), so a track costs the same whether
it was heard ten times or ten thousand times.
"""

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import DAY_S
from player_rec.recommend.learn.history import History, Positions

DECAY = 0.5
EXACT = 12
"""So many of the latest plays of a track are summed exactly."""

YOUNGEST_DAYS = 60.0 / DAY_S
"""Traces younger than this count as this old, or the song that just ended would outweigh everything."""

THRESHOLD = float(np.log(30.0**-DECAY))
"""The activation of something heard once, thirty days ago: it comes to mind half the time."""

NOISE = 0.8
"""The larger, the slower retrieval falls off around the threshold."""


def base_level(history: History, codes: Positions, now_s: float) -> NDArray[np.float64]:
    """The activation of the tracks behind ``codes`` (k,), with ages in days: (k,), −inf for what was never heard.

    Args:
        history: of which heard plays count.
        codes: as in ``history.codes``; −1 for tracks never played.
        now_s: Unix seconds, no earlier than the latest play.
    """
    strength = np.zeros(len(codes))
    if len(history.known):
        known = np.flatnonzero(codes >= 0)
        strength[known] = _strength(history, codes[known], now_s)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(strength), np.float64)


def retrieval(history: History, tracks: NDArray[np.int64], now_s: float) -> NDArray[np.float32]:
    """How likely each of ``tracks`` (k,) is to come to the listener's mind: (k,), 0 (never heard) to 1."""
    return retrieved(base_level(history, history.codes_of(tracks), now_s))


def retrieved(activation: NDArray[np.float64]) -> NDArray[np.float32]:
    """The probability of retrieval at each activation."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp((THRESHOLD - activation) / NOISE)), np.float32)


def _strength(history: History, codes: Positions, now_s: float) -> NDArray[np.float64]:
    """The sum of traces; 0 where there is none."""
    times, before, counts = history.times, history.heard_before, history.heard_counts[codes]
    place = history.latest_heard[codes]
    total = np.zeros(len(codes))
    left = np.flatnonzero(place >= 0)
    oldest = np.zeros(len(codes))
    for _ in range(EXACT):
        if not len(left):
            break
        age = _days(now_s - times[place[left]])
        total[left] += age**-DECAY
        oldest[left] = age
        place[left] = before[place[left]]
        left = left[place[left] >= 0]
    if len(left):
        first = _days(now_s - history.first_heard[codes[left]])
        total[left] += (counts[left] - EXACT) * _mean_trace(oldest[left], first)
    return total


def _mean_trace(young: NDArray[np.float64], old: NDArray[np.float64]) -> NDArray[np.float64]:
    """The average of age**-DECAY over the ages between two."""
    power = 1 - DECAY
    span = old - young
    even = span > 1e-6
    between = (old**power - young**power) / (power * np.where(even, span, 1.0))
    return np.where(even, between, old**-DECAY)


def _days(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.maximum(seconds / DAY_S, YOUNGEST_DAYS), np.float64)
