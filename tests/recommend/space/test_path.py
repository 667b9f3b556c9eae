"""Tracks that lead smoothly from one sound to another."""

import numpy as np
import pytest

from player_rec.domain.sound import Vector
from player_rec.domain.track import RecordingId, TrackId
from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.index import Index
from player_rec.recommend.space.limits import Limits
from player_rec.recommend.space.path import path
from player_rec.recommend.space.rows import Vectors
from tests.recommend.sounds import clustered

VECTORS = clustered(2000)


def indexed(vectors: Vectors, kind: type[ExactIndex] | type[HnswIndex] = ExactIndex) -> Index:
    index = kind(vectors.shape[1])
    index.add(np.arange(len(vectors)), vectors)
    return index


@pytest.fixture(scope="module", params=[ExactIndex, HnswIndex])
def library(request: pytest.FixtureRequest) -> Index:
    return indexed(VECTORS, request.param)


PAIRS = np.random.default_rng(0).choice(2000, (20, 2), replace=False).tolist()


def between(start: int, goal: int) -> Limits:
    return Limits(exclude=frozenset({TrackId(start), TrackId(goal)}))


def steps(start: int, tracks: list[TrackId], goal: int) -> Vector:
    """The angles from track to track."""
    way = VECTORS[[start, *tracks, goal]]
    cosines: Vector = (way[1:] * way[:-1]).sum(axis=1)
    return np.asarray(np.arccos(cosines.clip(-1, 1)))


@pytest.mark.parametrize(("start", "goal"), PAIRS)
def test_it_is_as_long_as_asked_and_every_track_is_another(library: Index, start: int, goal: int) -> None:
    tracks = path(library, (VECTORS[start], VECTORS[goal]), 8, between(start, goal))
    assert len(set(tracks)) == len(tracks) == 8
    assert not {start, goal} & set(tracks)


def test_it_moves_from_the_start_to_the_goal(library: Index) -> None:
    for start, goal in PAIRS:
        tracks = path(library, (VECTORS[start], VECTORS[goal]), 8, between(start, goal))
        lead = VECTORS[tracks] @ VECTORS[goal] - VECTORS[tracks] @ VECTORS[start]
        assert lead[:3].mean() < lead[-3:].mean()


def nearest_to_each_waypoint(start: int, goal: int) -> list[TrackId]:
    """The plain way: for each point in between, the nearest track not taken yet."""
    taken = [start, goal]
    for share in np.arange(1, 9) / 9:
        point = (1 - share) * VECTORS[start] + share * VECTORS[goal]
        taken.append(next(one for one in np.argsort(-(VECTORS @ point)).tolist() if one not in taken))
    return [TrackId(one) for one in taken[2:]]


def test_its_steps_are_smaller_than_those_of_the_plain_way(library: Index) -> None:
    largest, plain = [], []
    for start, goal in PAIRS:
        tracks = path(library, (VECTORS[start], VECTORS[goal]), 8, between(start, goal))
        largest.append(steps(start, tracks, goal).max())
        plain.append(steps(start, nearest_to_each_waypoint(start, goal), goal).max())
    assert np.mean(largest) < 0.95 * np.mean(plain)


def on_an_arc(degrees: list[float]) -> Vectors:
    angles = np.radians(degrees)
    return np.stack((np.cos(angles), np.sin(angles), np.zeros_like(angles)), axis=1).astype(np.float32)


def test_on_an_evenly_filled_arc_it_takes_even_steps() -> None:
    vectors = on_an_arc(list(range(91)))
    assert path(indexed(vectors), (vectors[0], vectors[90]), 8, between(0, 90)) == list(range(10, 90, 10))


def test_where_there_is_less_than_asked_all_come_in_order() -> None:
    vectors = on_an_arc([0, 70, 30, 90])
    assert path(indexed(vectors), (vectors[0], vectors[3]), 8, between(0, 3)) == [2, 1]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tiny_libraries(count: int) -> None:
    vectors = on_an_arc([10, 50])
    assert len(path(indexed(vectors[:count]), (vectors[0], vectors[1]), 3)) == count
    assert path(indexed(vectors), (vectors[0], vectors[1]), 0) == []


def ends(first: float, second: float) -> tuple[Vector, Vector]:
    start, goal = on_an_arc([first, second])
    return start, goal


@pytest.mark.parametrize("goal", [0, 1e-6, 180])
def test_ends_that_are_the_same_or_opposite_still_have_a_path(goal: float) -> None:
    around = np.random.default_rng(0).standard_normal((200, 3)).astype(np.float32)
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    tracks = path(indexed(around), ends(0, goal), 6)
    assert len(set(tracks)) == 6
    assert tracks == path(indexed(around), ends(0, goal), 6)


def test_no_recording_comes_twice_nor_one_that_was_excluded() -> None:
    vectors = np.repeat(on_an_arc(list(range(0, 91, 5))), 3, axis=0)

    def recording_of(track: TrackId) -> RecordingId:
        return RecordingId(track // 3)

    limits = Limits(frozenset({TrackId(0), TrackId(54)}), None, recording_of)
    tracks = path(indexed(vectors), (vectors[0], vectors[54]), 10, limits)
    recordings = [recording_of(one) for one in tracks]
    assert recordings == sorted(set(recordings))
    assert len(recordings) == 10
    assert not {0, 18} & set(recordings)


def test_only_allowed_tracks_come(library: Index) -> None:
    allowed = frozenset(map(TrackId, range(0, 2000, 25)))
    tracks = path(library, (VECTORS[1], VECTORS[2]), 10, Limits(allowed=allowed))
    assert len(set(tracks)) == 10
    assert set(tracks) <= allowed


def test_many_exclusions_do_not_make_it_shorter(library: Index) -> None:
    near = np.argsort(-np.maximum(VECTORS @ VECTORS[1], VECTORS @ VECTORS[2]))[:1500]
    limits = Limits(exclude=frozenset(map(TrackId, near.tolist())))
    tracks = path(library, (VECTORS[1], VECTORS[2]), 10, limits)
    assert len(tracks) == 10
    assert not set(tracks) & set(near.tolist())
