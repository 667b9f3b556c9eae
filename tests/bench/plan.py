"""How long a plan takes, by the size of the library: ``python -m tests.bench.plan [TRACKS …]``.

Each library is made of clusters in 200 dimensions, by artists and on albums of realistic sizes; its listener has
50 000 plays and 500 hearts behind him. One re-plan is all that heart mode does after a skip: sum up taste and
session, gather, score, order. Beside it, in the same run: one nearest-neighbour query, and the vectors compared
one by one with a matrix product, the least that any plan from the whole library would cost.
"""

import sys
import time
from collections.abc import Callable
from statistics import quantiles

import numpy as np

from player_rec.domain.listening import Outcome
from player_rec.domain.track import ContentId, Entry, RecordingId, TrackId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.learn.history import History
from player_rec.recommend.likeness import Likeness
from player_rec.recommend.plans.plan import plan
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.stay import still_right
from player_rec.recommend.space.index import Index, make_index
from player_rec.recommend.space.rows import Vectors

DIMENSION, CLUSTERS, PLAYS, HEARTS, REPLANS, AHEAD = 200, 300, 50_000, 500, 200, 5
NOW_S = 1_790_000_000.0


def library(count: int) -> tuple[Catalogue, Vectors]:
    """A library of ``count`` tracks."""
    rng = np.random.default_rng(count)
    centres = rng.normal(size=(CLUSTERS, DIMENSION))
    homes = rng.integers(CLUSTERS, size=count)
    vectors = centres[homes] + rng.normal(0, 1.1, (count, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    artists = np.minimum(rng.zipf(1.3, count), count // 10)
    measures = rng.random((count, 3))
    entries = [
        Entry(
            *(TrackId(n + 1), ContentId(str(n)), RecordingId(n), f"artist {artists[n]}"),
            *(f"album {artists[n]}/{n // 12}", f"genre {homes[n] % 20}", 1960 + n % 60, 120_000 + n % 240_000),
            *(-14 + 4 * measures[n, 0], 80 + 90 * measures[n, 1], 0.7, n % 24, 0.6, measures[n, 2]),
        )
        for n in range(count)
    ]
    return Catalogue.of(entries), vectors.astype(np.float32)


def listener(count: int) -> History:
    """Two years of listening, mostly to favourites."""
    rng = np.random.default_rng(5)
    history = History()
    favourites = rng.choice(count, min(count, 3000), replace=False) + 1
    tracks = np.where(rng.random(PLAYS) < 0.85, rng.choice(favourites, PLAYS), rng.integers(1, count + 1, PLAYS))
    outcomes = rng.choice([Outcome.EARLY_SKIP, Outcome.LATE_SKIP, Outcome.FINISH], PLAYS, p=[0.3, 0.1, 0.6])
    at = NOW_S - np.cumsum(rng.exponential(1200, PLAYS))[::-1]
    for track, outcome, started in zip(tracks.tolist(), outcomes.tolist(), at.tolist(), strict=True):
        history.append(track, started, 10_000 if outcome == Outcome.EARLY_SKIP else 180_000, Outcome(outcome))
    return history


def timed(calls: list[Callable[[], object]]) -> tuple[float, float, float, float]:
    """p50 and p99 in ms, by the clock and of this thread on a processor: apart on a machine busy with other work."""
    by_clock, at_work = [], []
    for call in calls:
        begun = time.perf_counter(), time.thread_time()
        call()
        by_clock.append(1000 * (time.perf_counter() - begun[0]))
        at_work.append(1000 * (time.thread_time() - begun[1]))
    cuts = [quantiles(times, n=100) for times in (by_clock, at_work)]
    return cuts[0][49], cuts[0][98], cuts[1][49], cuts[1][98]


def measure(count: int) -> None:
    """Print the row of one library."""
    catalogue, vectors = library(count)
    index: Index = make_index(DIMENSION, count, threads=2)
    for start in range(0, count, 4096):
        index.add(catalogue.tracks[start : start + 4096], vectors[start : start + 4096])
    likeness = Likeness(catalogue, index)
    history = listener(count)
    rng = np.random.default_rng(9)
    hearts = {TrackId(int(track)): NOW_S - 86_400.0 * n for n, track in enumerate(history.tracks[:HEARTS])}
    avoided = np.zeros(count, np.bool_)

    def replan(current: int) -> None:
        history.append(current, history.quiet_since + 5, 5000, Outcome.EARLY_SKIP)
        situation = Situation(
            now_s=history.quiet_since + 1, history=history, hearts=hearts, avoided=avoided,
            current=TrackId(int(rng.integers(1, count + 1))), anchor=TrackId(current),
        )  # fmt: skip
        first = plan(situation, likeness, AHEAD)
        still_right([pick.track for pick in first.picks[:2]], situation, likeness)

    queries = rng.integers(count, size=REPLANS)
    replan(1)
    whole = timed([lambda n=int(n) + 1: replan(n) for n in queries])  # type: ignore[misc]  # n is bound per call
    near = timed([lambda n=int(n): index.nearest(vectors[n], 150) for n in queries])  # type: ignore[misc]
    every = timed([lambda n=int(n): vectors @ vectors[n] for n in queries])  # type: ignore[misc]
    columns = [f"{one[0]:6.2f} / {one[1]:6.2f}" for one in (whole, whole[2:], near, every)]
    print(f"{count:>8}  {index.kind:5}", *columns, sep="  ", flush=True)


if __name__ == "__main__":
    print("  tracks  index  re-plan ms p50/p99  on a processor  150 neighbours p50/p99  one product p50/p99")
    for wanted in map(int, sys.argv[1:] or ("10000", "100000")):
        measure(wanted)
