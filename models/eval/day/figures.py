"""What a day of listening amounts to, in the figures by which radios are compared."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.eval.day.day import Day, Heard
from models.eval.listeners.clusters import nearest
from models.eval.listeners.library import Catalogue
from models.eval.listeners.personas import corners

SPREAD_OVER = 20
QUIET = 5
"""A corner is gone once so many songs in a row lie elsewhere."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one day.

    Attributes:
        early: share of picks that were skipped within 30 s.
        first, last: the same for the first and the last third of the day.
        appeal: how much the picks appeal to the person, as only the simulation knows: about −4 to 2, 0 for all songs.
        until_gone: early skips in one corner and session until it was gone, on average over such corners.
        cools: by how much the mean cosine between a song and the picks waiting changes when it is skipped early.
        warms: the same when it is heard out.
        repeats_100: recordings that came again, for each hundred picks.
        repeats_hour: the same for each hour heard.
        artists_20: distinct artists in 20 songs in a row, on average.
        reached: share of the library that was played.
        anchor: mean cosine of picks to the first song of their session.
        jump: cosine distance between neighbours that were both picks, the largest.
        plan_ms: p50 and p99 of a re-plan, player included.
        likes: hearts given.
    """

    early: float
    first: float
    last: float
    appeal: float
    until_gone: float
    cools: float
    warms: float
    repeats_100: float
    repeats_hour: float
    artists_20: float
    reached: float
    anchor: float
    jump: float
    plan_ms: tuple[float, float]
    likes: int


def figures(day: Day, catalogue: Catalogue) -> Figures:
    """Work them out."""
    rows = catalogue.rows([one.track for one in day.heard])
    picks = np.array([one.pick for one in day.heard])
    skipped = np.array([one.skipped for one in day.heard])
    third = max(1, len(rows) // 3)
    recordings = catalogue.recording[rows]
    repeats = sum(recording in recordings[:place] for place, recording in enumerate(recordings) if picks[place])
    hours = sum(one.heard_ms for one in day.heard) / 3_600_000
    vectors = catalogue.vectors[rows]
    firsts = np.maximum.accumulate(np.where(picks, -1, np.arange(len(rows))))
    both = picks[1:] & picks[:-1]
    return Figures(
        early=float(skipped[picks].mean()),
        first=float(skipped[:third][picks[:third]].mean()),
        last=float(skipped[-third:][picks[-third:]].mean()),
        appeal=float(np.mean([one.appeal for one in day.heard if one.pick])),
        until_gone=_until_gone(day.heard, nearest(vectors, corners(catalogue))),
        cools=_turned(day.heard, catalogue, skipped=True),
        warms=_turned(day.heard, catalogue, skipped=False),
        repeats_100=100 * repeats / max(1, int(picks.sum())),
        repeats_hour=repeats / hours,
        artists_20=_spread(catalogue.artist[rows]),
        reached=len(set(rows.tolist())) / len(catalogue),
        anchor=float((vectors * vectors[firsts]).sum(axis=1)[picks].mean()),
        jump=float(1 - (vectors[1:] * vectors[:-1]).sum(axis=1)[both].min()),
        plan_ms=(float(np.percentile(day.plans_ms, 50)), float(np.percentile(day.plans_ms, 99))),
        likes=day.likes,
    )


def _until_gone(heard: list[Heard], corner: NDArray[np.integer]) -> float:
    """Early skips of picks in a corner until none comes from it for a while, over all corners that met with a skip."""
    counts = []
    for session in {one.session for one in heard}:
        places = [place for place, one in enumerate(heard) if one.session == session and one.pick]
        for which in {int(corner[place]) for place in places if heard[place].skipped}:
            skips, quiet = 0, 0
            for place in places:
                if corner[place] == which:
                    skips, quiet = skips + heard[place].skipped, 0
                elif skips:
                    quiet += 1
                if quiet >= QUIET:
                    break
            counts.append(skips)
    return float(np.mean(counts)) if counts else 0.0


def _turned(heard: list[Heard], catalogue: Catalogue, *, skipped: bool) -> float:
    """How the picks waiting turned towards a song after it was heard, or away from it."""
    turns = []
    for one, then in pairwise(heard):
        if one.skipped == skipped and one.session == then.session and one.ahead and then.ahead:
            song, before, after = (
                catalogue.vectors[catalogue.rows(tracks)] for tracks in ([one.track], one.ahead, then.ahead)
            )
            turns.append(float((song @ after.T).mean() - (song @ before.T).mean()))
    return float(np.mean(turns)) if turns else 0.0


def _spread(artists: NDArray[np.int64]) -> float:
    runs = range(max(1, len(artists) - SPREAD_OVER + 1))
    return float(np.mean([len(set(artists[start : start + SPREAD_OVER].tolist())) for start in runs]))
