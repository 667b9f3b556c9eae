"""What plays show, taken from the replay's columns alone, so that any listener's export can be measured alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.eval.listeners.library import Catalogue, Ints
from models.eval.listeners.parameters import HAZARD_KNOTS, NEVER, PLACE_KNOTS, SINCE_EDGES_S, SKIP_KNOTS
from models.eval.listeners.plays import Plays
from models.eval.listeners.targets import SINCE_NAMES
from player_rec.domain.listening import EARLY_MS, FINISH_SHARE, SESSION_GAP_S

LAST_SHARE = 0.2
"""The part of each listener's plays, at the end, in which it is counted whether a completed track was known."""

LISTENS = 5

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """A figure, and how many cases it rests on; for a figure of each person, the number of persons."""

    value: float
    cases: int


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What was so before each play (n,), and what came of it. Streaks and places begin anew with each session."""

    user: Ints
    skip: Mask
    place: Ints
    skips: Ints
    listens: Ints
    since: Ints
    same_artist: Mask
    ends: Mask
    known: Mask
    completed: Mask
    late_in_life: Mask
    session: Ints


def measure(plays: Plays, catalogue: Catalogue) -> dict[tuple[str, str], Found]:
    """Every figure that has a target, by group and bucket. Figures without a single case are left out."""
    seen = features(plays, catalogue)
    found = dict(_shares(seen))
    found |= {("skip30 by person", name): figure for name, figure in _persons(by_person(seen, seen.skip)).items()}
    lengths = np.array(list(session_medians(seen).values()))
    found["median session, plays", "shortest"] = Found(float(lengths.min()), len(lengths))
    found["median session, plays", "longest"] = Found(float(lengths.max()), len(lengths))
    known = np.array(list(by_person(seen, seen.known, seen.completed & seen.late_in_life).values()))
    if len(known):
        found["next completed track heard before", "least"] = Found(float(known.min()), len(known))
        found["next completed track heard before", "most"] = Found(float(known.max()), len(known))
    return found


def by_person(seen: Features, what: Mask, among: Mask | None = None) -> dict[int, float]:
    """The share of each person's plays of which ``what`` holds, counting those ``among``."""
    counted = np.ones(len(what), bool) if among is None else among
    users = np.unique(seen.user[counted]).tolist()
    return {user: float(what[counted & (seen.user == user)].mean()) for user in users}


def session_medians(seen: Features) -> dict[int, float]:
    """Plays in the median session of each person."""
    medians = {}
    for user in np.unique(seen.user).tolist():
        medians[user] = float(np.median(np.unique(seen.session[seen.user == user], return_counts=True)[1]))
    return medians


def features(plays: Plays, catalogue: Catalogue) -> Features:
    """Read the plays once from the first to the last."""
    new_user = np.r_[True, np.diff(plays.user) != 0]
    end_s = plays.end_minute.astype(np.float64) * 60
    gap_s = np.r_[np.inf, (end_s - plays.ms / 1000)[1:] - end_s[:-1]]
    begins = new_user | (gap_s > SESSION_GAP_S)
    skip = plays.ms < EARLY_MS
    place, skips, listens = _runs(begins, skip)
    since_s = _since(plays.user, plays.track, end_s, plays.ms)
    lengths = dict(zip(catalogue.ids.tolist(), catalogue.duration_ms.tolist(), strict=True))
    length_ms = np.array([lengths[track] for track in plays.track.tolist()])
    since = np.searchsorted(np.array(SINCE_EDGES_S), since_s, side="right")
    since[np.isinf(since_s)] = NEVER
    order = np.arange(len(skip)) - np.maximum.accumulate(np.where(new_user, np.arange(len(skip)), 0))
    total = np.bincount(plays.user, minlength=int(plays.user.max()) + 1)[plays.user]
    return Features(
        user=plays.user,
        skip=skip,
        place=place,
        skips=skips,
        listens=listens,
        since=since.astype(np.int64),
        same_artist=~begins & np.r_[False, plays.artist[1:] == plays.artist[:-1]],
        ends=np.r_[begins[1:], False],
        known=np.isfinite(since_s),
        completed=plays.ms >= FINISH_SHARE * length_ms,
        late_in_life=order >= (1 - LAST_SHARE) * total,
        session=np.cumsum(begins),
    )


def _shares(seen: Features) -> Iterator[tuple[tuple[str, str], Found]]:
    """Figures that are a share of some plays."""
    last = np.r_[seen.user[1:] != seen.user[:-1], True]  # whether a session ended there is not known
    streak = np.where(seen.skip, seen.skips + 1, 0)
    masks: list[tuple[str, Mapping[str, Mask], Mask]] = [
        ("skip30 after skips in a row", {str(k): seen.skips == k for k in SKIP_KNOTS}, seen.skip),
        ("skip30 after listens in a row", {str(LISTENS): seen.listens == LISTENS}, seen.skip),
        ("skip30 by place in session", {str(k): seen.place == k for k in PLACE_KNOTS}, seen.skip),
        ("skip30 by time since last play", {n: seen.since == k for k, n in enumerate(SINCE_NAMES)}, seen.skip),
        ("transitions to the same artist", {"share": seen.place > 0}, seen.same_artist),
        ("skip30 by artist before", {"same": seen.same_artist, "other": ~seen.same_artist}, seen.skip),
        ("session ends at streak", {str(k): (streak == k) & ~last for k in HAZARD_KNOTS}, seen.ends),
    ]
    for group, buckets, what in masks:
        for bucket, mask in buckets.items():
            if mask.any():
                yield (group, bucket), Found(float(what[mask].mean()), int(mask.sum()))


def _persons(rates: Mapping[int, float]) -> dict[str, Found]:
    values = np.array(list(rates.values()))
    summary = {"min": values.min(), "median": np.median(values), "max": values.max()}
    return {name: Found(float(value), len(values)) for name, value in summary.items()}


def _runs(begins: Mask, skip: Mask) -> tuple[Ints, Ints, Ints]:
    """Before each play: its place in the session, and the skips and the listens in a row."""
    rows = np.zeros((3, len(skip)), np.int64)
    place = skips = listens = 0
    for n, (new, skipped) in enumerate(zip(begins.tolist(), skip.tolist(), strict=True)):
        if new:
            place = skips = listens = 0
        rows[:, n] = place, skips, listens
        place += 1
        skips, listens = (skips + 1, 0) if skipped else (0, listens + 1)
    return rows[0], rows[1], rows[2]


def _since(user: Ints, track: Ints, end_s: NDArray[np.float64], ms: Ints) -> NDArray[np.float64]:
    """Seconds from the end of a user's last play of the track to the start of this one; infinite for the first."""
    ended: dict[tuple[int, int], float] = {}
    since = np.full(len(track), np.inf)
    start_s = end_s - ms / 1000
    for n, key in enumerate(zip(user.tolist(), track.tolist(), strict=True)):
        if key in ended:
            since[n] = max(0.0, start_s[n] - ended[key])
        ended[key] = end_s[n]
    return since
