"""What sounds like some tracks and unlike others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player_rec.domain.track import RecordingId, TrackId
from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.hubness import Hubness
from player_rec.recommend.space.index import Index
from player_rec.recommend.space.limits import Limits
from player_rec.recommend.space.rows import Vectors
from player_rec.recommend.space.similar import Wish, similar
from tests.recommend.sounds import clustered

VECTORS = clustered(2000)


def known(vectors: Vectors, kind: type[ExactIndex] | type[HnswIndex] = ExactIndex) -> tuple[Index, Hubness]:
    index, hubness = kind(vectors.shape[1]), Hubness()
    index.add(np.arange(len(vectors)), vectors)
    while hubness.refresh(index, 5000):
        pass
    return index, hubness


@pytest.fixture(scope="module", params=[ExactIndex, HnswIndex])
def library(request: pytest.FixtureRequest) -> tuple[Index, Hubness]:
    return known(VECTORS, request.param)


def without(*tracks: int) -> Limits:
    return Limits(exclude=frozenset(map(TrackId, tracks)))


def test_one_seed_gives_its_neighbourhood_best_first(library: tuple[Index, Hubness]) -> None:
    answer = similar(*library, Wish([VECTORS[7]]), 20, without(7))
    scores = [one.score for one in answer]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    nearest = set(np.argsort(-(VECTORS @ VECTORS[7]))[1:41].tolist())
    assert len(nearest & {one.id for one in answer}) >= 16
    for one in answer:
        assert one.similarity == pytest.approx(float(VECTORS[one.id] @ VECTORS[7]), abs=1e-3)


def test_without_measured_hubs_the_order_is_that_of_similarity() -> None:
    index, _ = known(VECTORS)
    answer = similar(index, Hubness(), Wish([VECTORS[7]]), 30, without(7))
    assert [one.id for one in answer] == np.argsort(-(VECTORS @ VECTORS[7]))[1:31].tolist()


def apart() -> tuple[int, int]:
    """Two tracks as unlike as any."""
    similarities = VECTORS @ VECTORS.T
    first, second = np.unravel_index(similarities.argmin(), similarities.shape)
    return int(first), int(second)


def test_two_seeds_give_both_neighbourhoods_and_not_the_middle(library: tuple[Index, Hubness]) -> None:
    first, second = apart()
    answer = similar(*library, Wish([VECTORS[first], VECTORS[second]]), 20, without(first, second))
    of_first = sum(one.seed == 0 for one in answer)
    assert 6 <= of_first <= 14
    alone = [similar(*library, Wish([VECTORS[seed]]), 20, without(first, second)) for seed in (first, second)]
    assert {one.id for one in answer} <= {one.id for part in alone for one in part}


def test_of_two_as_near_to_a_seed_the_one_nearer_to_the_other_seed_leads() -> None:
    angles = np.radians([-10, 10, 30, 80, -60, 0, 20])
    tracks = np.stack((np.cos(angles), np.sin(angles)), axis=1).astype(np.float32)
    index, _ = known(tracks)
    answer = similar(index, Hubness(), Wish([tracks[5], tracks[6]]), 3, without(5, 6))
    assert answer[0].id == 1
    assert {one.id for one in answer[1:]} == {0, 2}


def test_fifty_seeds_do_not_vote_in_a_track_that_is_near_to_none(library: tuple[Index, Hubness]) -> None:
    seeds = np.random.default_rng(1).choice(2000, 50, replace=False)
    answer = similar(*library, Wish(list(VECTORS[seeds])), 20, without(*seeds.tolist()))
    nearest = np.sort(VECTORS @ VECTORS[seeds].T, axis=0)[-30, :]
    for one in answer:
        assert one.similarity >= nearest[one.seed]


def test_something_to_stay_away_from_pushes_its_own_kind_down_and_leaves_the_rest() -> None:
    first, second = apart()
    library, limits = known(VECTORS), without(*apart())
    plain = similar(*library, Wish([VECTORS[first]]), 20, limits)
    unmoved = similar(*library, Wish([VECTORS[first]], [VECTORS[second]]), 20, limits)
    assert [one.id for one in unmoved] == [one.id for one in plain]
    disliked = plain[0].id
    moved = similar(*library, Wish([VECTORS[first]], [VECTORS[disliked]]), 20, limits)
    assert disliked not in {one.id for one in moved[:5]}
    towards = [float(np.mean([VECTORS[one.id] @ VECTORS[disliked] for one in part])) for part in (plain, moved)]
    assert towards[1] < towards[0]


def test_excluded_tracks_never_come_however_many_they_are(library: tuple[Index, Hubness]) -> None:
    near = np.argsort(-(VECTORS @ VECTORS[3]))[:1000]
    answer = similar(*library, Wish([VECTORS[3]]), 10, without(*near.tolist()))
    assert len(answer) == 10
    assert not {one.id for one in answer} & set(near.tolist())


def test_only_allowed_tracks_come(library: tuple[Index, Hubness]) -> None:
    allowed = frozenset(map(TrackId, range(0, 2000, 40)))
    answer = similar(*library, Wish([VECTORS[3]]), 20, Limits(exclude=frozenset({TrackId(40)}), allowed=allowed))
    assert {one.id for one in answer} <= allowed - {40}
    assert len(answer) == 20
    best = max(allowed - {40}, key=lambda one: float(VECTORS[one] @ VECTORS[3]))
    assert best in {one.id for one in answer[:5]}


def test_no_recording_comes_twice_nor_one_that_was_excluded() -> None:
    tracks = np.repeat(VECTORS[:500], 3, axis=0)

    def recording_of(track: TrackId) -> RecordingId:
        return RecordingId(track // 3)

    limits = Limits(frozenset({TrackId(0)}), None, recording_of)
    answer = similar(*known(tracks), Wish([tracks[0]]), 100, limits)
    recordings = [recording_of(one.id) for one in answer]
    assert len(set(recordings)) == len(recordings) == 100
    assert 0 not in recordings


def test_tracks_of_no_known_recording_all_come() -> None:
    limits = Limits(recording_of=lambda _: None)
    assert len(similar(*known(VECTORS[:30]), Wish([VECTORS[0]]), 30, limits)) == 30


def test_equals_come_in_the_order_of_their_ids() -> None:
    tracks = np.repeat(VECTORS[:1], 5, axis=0)
    assert [one.id for one in similar(*known(tracks), Wish([VECTORS[0]]), 4)] == [0, 1, 2, 3]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_the_smallest_libraries_answer_with_what_they_have(count: int) -> None:
    answer = similar(*known(VECTORS[:count]), Wish([VECTORS[100]], [VECTORS[200]]), 10)
    assert sorted(one.id for one in answer) == list(range(count))


def test_no_seeds_or_nothing_asked_gives_nothing() -> None:
    library = known(VECTORS[:10])
    assert similar(*library, Wish([]), 5) == []
    assert similar(*library, Wish([VECTORS[0]]), 0) == []
    assert similar(*library, Wish([VECTORS[0]]), 5, without(*range(10))) == []


SMALL = known(VECTORS[:60])


@settings(max_examples=50, deadline=None)
@given(
    seeds=st.lists(st.integers(0, 1999), min_size=1, max_size=4),
    against=st.lists(st.integers(0, 1999), max_size=2),
    excluded=st.sets(st.integers(0, 59)),
    k=st.integers(1, 70),
)
def test_any_wish_is_answered_in_full_and_twice_the_same(
    seeds: list[int], against: list[int], excluded: set[int], k: int
) -> None:
    wish = Wish(list(VECTORS[seeds]), list(VECTORS[against]))
    answer = similar(*SMALL, wish, k, without(*excluded))
    assert len(answer) == len({one.id for one in answer}) == min(k, 60 - len(excluded))
    assert all(np.isfinite(one.score) for one in answer)
    assert similar(*SMALL, wish, k, without(*excluded)) == answer
