"""Nearest neighbours: what every index promises, and what only the graph has to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player_rec.domain.sound import Vector
from player_rec.domain.track import TrackId
from player_rec.recommend.space import hnsw
from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.index import EXACT_UP_TO, Index, catch_up, fitted, make_index, recall
from player_rec.recommend.space.rows import Ids, Vectors
from tests.recommend.sounds import clustered

Kind = type[ExactIndex] | type[HnswIndex]
KINDS: list[Kind] = [ExactIndex, HnswIndex]
VECTORS = clustered(3000, 64)


def true_nearest(vectors: Vectors, query: Vector, k: int, ids: Ids | None = None) -> Ids:
    ids = np.arange(len(vectors)) if ids is None else ids
    return ids[np.argsort(-(vectors[ids] @ query), kind="stable")[:k]]


@pytest.fixture(scope="module", params=KINDS)
def full(request: pytest.FixtureRequest) -> Index:
    """An index nobody changes."""
    index: Index = request.param(64)
    index.add(np.arange(3000), VECTORS)
    return index


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest) -> Index:
    empty: Index = request.param(64)
    return empty


def test_it_agrees_with_brute_force(full: Index) -> None:
    hits = sum(
        len(np.intersect1d(true_nearest(VECTORS, query, 20), full.nearest(query, 20).ids))
        for query in clustered(100, 64, seed=2)
    )
    assert hits / 2000 >= 0.98


def test_answers_are_sorted_and_their_similarities_are_cosines(full: Index) -> None:
    found = full.nearest(VECTORS[5], 30)
    assert found.ids[0] == 5
    assert (np.diff(found.similarities) <= 0).all()
    assert found.similarities == pytest.approx(VECTORS[found.ids] @ VECTORS[5], abs=1e-3)


@pytest.mark.parametrize("k", [3000, 10_000])
def test_asking_for_more_than_there_is_gives_all_there_is(full: Index, k: int) -> None:
    assert np.sort(full.nearest(VECTORS[0], k).ids).tolist() == list(range(3000))


@pytest.mark.parametrize("as_array", [False, True])
@pytest.mark.parametrize("share", [0.002, 0.05, 0.5, 1])
def test_only_what_is_allowed_comes(full: Index, share: float, as_array: bool) -> None:
    ids = np.sort(np.random.default_rng(3).choice(3000, int(3000 * share), replace=False))
    allowed = ids if as_array else frozenset(ids.tolist())
    hits = wanted = 0
    for query in clustered(20, 64, seed=4):
        found = full.nearest(query, 10, allowed).ids
        assert np.isin(found, ids).all()
        true = true_nearest(VECTORS, query, 10, ids)
        assert len(found) == len(true)
        hits, wanted = hits + len(np.intersect1d(found, true)), wanted + len(true)
    assert hits / wanted >= 0.98


def test_what_is_allowed_but_not_here_is_passed_over(full: Index) -> None:
    assert full.nearest(VECTORS[0], 5, frozenset(map(TrackId, (17, 5000, 2**40)))).ids.tolist() == [17]
    strangers = np.concatenate((np.arange(1000), np.arange(5000, 8000)))
    assert len(full.nearest(VECTORS[0], 50, strangers)) == 2
    assert len(full.nearest(VECTORS[0], 3000, frozenset(strangers.tolist())).ids) == 1000


def test_nothing_allowed_gives_nothing(full: Index) -> None:
    assert len(full.nearest(VECTORS[0], 5, frozenset()).ids) == 0
    assert len(full.nearest(VECTORS[0], 0).ids) == len(full.nearest(VECTORS[0], -1).ids) == 0


def test_an_empty_index_answers_with_nothing(index: Index) -> None:
    assert len(index.nearest(VECTORS[0], 5).ids) == 0
    index.add(np.empty(0, np.int64), np.empty((0, 64), np.float32))
    assert len(index) == 0


def test_removed_tracks_never_come_back_by_themselves(index: Index) -> None:
    index.add(np.arange(600), VECTORS[:600])
    index.remove(np.arange(0, 600, 2))
    index.remove(np.array([0, 4, 99_999]))
    assert index.ids().tolist() == list(range(1, 600, 2))
    assert (index.nearest(VECTORS[0], 50).ids % 2 == 1).all()
    index.remove(index.ids())
    assert len(index.nearest(VECTORS[0], 5).ids) == 0
    with pytest.raises(KeyError):
        index.vectors(np.array([1]))


def test_a_track_may_come_back_whether_or_not_its_place_was_taken(index: Index) -> None:
    index.add(np.arange(200), VECTORS[:200])
    index.remove(np.arange(100))
    index.add(np.arange(200, 250), VECTORS[200:250])
    index.add(np.arange(100), VECTORS[:100])
    assert index.ids().tolist() == list(range(250))
    assert [int(index.nearest(VECTORS[one], 1).ids[0]) for one in range(250)] == list(range(250))


def test_a_known_track_may_be_given_another_vector(index: Index) -> None:
    index.add(np.arange(100), VECTORS[:100])
    index.add(np.array([3]), VECTORS[500:501])
    assert len(index) == 100
    assert index.nearest(VECTORS[500], 1).ids.tolist() == [3]
    assert index.vectors(np.array([3]))[0] == pytest.approx(VECTORS[500], abs=1e-3)


def test_many_copies_of_one_sound_are_all_found(index: Index) -> None:
    index.add(np.arange(1000), np.repeat(VECTORS[:1], 1000, axis=0))
    found = index.nearest(VECTORS[0], 100)
    assert len(found.ids) == 100
    assert found.similarities == pytest.approx(1, abs=1e-3)


def test_the_same_library_gives_the_same_answers() -> None:
    first, second = HnswIndex(64), HnswIndex(64)
    for index in (first, second):
        for start in range(0, 1000, 100):
            index.add(np.arange(start, start + 100), VECTORS[start : start + 100])
    for query in clustered(50, 64, seed=5):
        a, b = first.nearest(query, 20), second.nearest(query, 20)
        assert a.ids.tolist() == b.ids.tolist()
        assert a.similarities.tolist() == b.similarities.tolist()


def test_coming_and_going_does_not_wear_the_graph_out() -> None:
    index = HnswIndex(64)
    index.add(np.arange(1000), VECTORS[:1000])
    rng = np.random.default_rng(6)
    for start in range(1000, 3000, 250):
        index.remove(rng.choice(index.ids(), 250, replace=False))
        index.add(np.arange(start, start + 250), VECTORS[start : start + 250])
    assert index.deleted == 0
    assert recall(index, index.ids()[::10]) >= 0.98


def test_threads_may_build() -> None:
    index = HnswIndex(64, expected=3000, threads=2)
    index.add(np.arange(3000), VECTORS)
    assert recall(index, np.arange(0, 3000, 60)) >= 0.98


@settings(max_examples=30, deadline=None)
@given(st.data(), st.sampled_from(KINDS))
def test_any_order_of_adding_and_removing_leaves_what_it_should(data: st.DataObject, kind: Kind) -> None:
    index: Index = kind(64)
    held: set[int] = set()
    some = st.sets(st.integers(0, 40), max_size=12)
    for _ in range(data.draw(st.integers(1, 8))):
        ids = np.array(sorted(data.draw(some)), np.int64)
        if data.draw(st.booleans()):
            index.add(ids, VECTORS[ids])
            held |= set(ids.tolist())
        else:
            index.remove(ids)
            held -= set(ids.tolist())
    assert index.ids().tolist() == sorted(held)
    for one in sorted(held):
        assert index.nearest(VECTORS[one], len(held)).ids[0] == one
    assert set(index.nearest(VECTORS[0], 100).ids.tolist()) == held


def test_the_kind_follows_the_size_of_the_library() -> None:
    assert make_index(8, EXACT_UP_TO).kind == "exact"
    assert make_index(8, EXACT_UP_TO + 1).kind == "hnsw"


def test_a_library_that_grows_moves_into_a_graph_and_keeps_everything() -> None:
    small = make_index(64, 3000)
    small.add(np.arange(3000), VECTORS)
    assert fitted(small, EXACT_UP_TO) is small
    large = fitted(small, EXACT_UP_TO + 1)
    assert large.kind == "hnsw"
    assert large.ids().tolist() == small.ids().tolist()
    assert recall(large, np.arange(0, 3000, 60)) >= 0.98
    assert fitted(large, 3000) is large


def test_a_graph_that_is_mostly_dead_weight_is_made_anew() -> None:
    index = HnswIndex(64)
    index.add(np.arange(1000), VECTORS[:1000])
    index.remove(np.arange(600))
    fresh = fitted(index, EXACT_UP_TO + 1)
    assert isinstance(fresh, HnswIndex)
    assert fresh.deleted == 0
    assert fresh.ids().tolist() == list(range(600, 1000))


def test_catching_up_fetches_only_what_is_missing(index: Index) -> None:
    index.add(np.arange(100), VECTORS[:100])
    asked: list[int] = []

    def fetch(ids: Ids) -> Vectors:
        asked.extend(ids.tolist())
        return VECTORS[ids]

    assert catch_up(index, np.arange(10, 130), fetch) == (30, 10)
    assert asked == list(range(100, 130))
    assert index.ids().tolist() == list(range(10, 130))
    assert catch_up(index, np.arange(10, 130), fetch) == (0, 0)


def test_recall_counts_what_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hnsw, "search_width", lambda _: 1)
    index = HnswIndex(64)
    index.add(np.arange(3000), VECTORS)
    sample = np.arange(0, 3000, 60)
    hits = sum(
        len(np.intersect1d(true_nearest(VECTORS, VECTORS[one], 5), index.nearest(VECTORS[one], 5).ids))
        for one in sample
    )
    assert hits < 5 * len(sample)
    assert recall(index, sample, k=5) == pytest.approx(hits / (5 * len(sample)), abs=0.01)


def test_looking_at_everything_misses_nothing() -> None:
    index = ExactIndex(64)
    index.add(np.arange(500), VECTORS[:500])
    assert recall(index, np.arange(0, 500, 25)) == 1
