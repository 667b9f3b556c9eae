"""A map shows what sounds alike, and is the same every time."""

import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.recommend.map.graph import Graph, graph, probabilities
from player_rec.recommend.map.layout import State, advance, begin, go_on
from player_rec.recommend.map.place import placed
from player_rec.recommend.map.principal import directions
from player_rec.recommend.map.repulsion import exact, gridded
from player_rec.recommend.map.tour import middle, tour
from tests.recommend.sounds import clustered

COUNT, DIMENSION, NEAREST = 400, 24, 15


def nearest(vectors: NDArray[np.float32], k: int = NEAREST) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    table = vectors @ vectors.T - 9 * np.eye(len(vectors), dtype=np.float32)
    rows = np.argsort(-table, axis=1)[:, :k]
    return rows.astype(np.int32), np.take_along_axis(table, rows, axis=1)


def whole(made: Graph, state: State) -> State:
    return advance(made, state, 10_000)


def kept(vectors: NDArray[np.float32], places: NDArray[np.float32], k: int = 10) -> float:
    """The share of the nearest in sound that are among the nearest on the map."""
    apart = ((places[:, None] - places[None]) ** 2).sum(axis=2) + 1e12 * np.eye(len(places))
    near, seen = nearest(vectors, k)[0], np.argsort(apart, axis=1)[:, :k]
    return float(np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(near, seen, strict=True)]))


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return clustered(COUNT, DIMENSION)


@pytest.fixture(scope="module")
def laid(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return whole(graph(*nearest(vectors)), begin(vectors @ directions([vectors]))).places


def test_what_sounds_alike_lies_together(vectors: NDArray[np.float32], laid: NDArray[np.float32]) -> None:
    flat = vectors @ directions([vectors])
    assert laid.shape == (COUNT, 2)
    assert np.isfinite(laid).all()
    assert kept(vectors, laid) > kept(vectors, flat) + 0.2


def test_the_same_library_gives_the_same_map(vectors: NDArray[np.float32], laid: NDArray[np.float32]) -> None:
    again = whole(graph(*nearest(vectors)), begin(vectors @ directions([vectors]))).places
    np.testing.assert_array_equal(again, laid)


def test_slices_come_to_the_same_as_one_go(vectors: NDArray[np.float32], laid: NDArray[np.float32]) -> None:
    made, state = graph(*nearest(vectors)), begin(vectors @ directions([vectors]))
    while state.share < 1:
        state = advance(made, state, 37)
    np.testing.assert_allclose(state.places, laid, rtol=0, atol=1e-3)


def test_laid_out_anew_from_what_there_is_it_keeps_its_looks(
    vectors: NDArray[np.float32], laid: NDArray[np.float32]
) -> None:
    anew = whole(graph(*nearest(vectors)), go_on(laid)).places
    size = np.ptp(laid, axis=0).max()
    moved = np.median(np.hypot(*(anew - laid).T)) / size
    assert moved < 0.1
    assert kept(vectors, anew) > 0.95 * kept(vectors, laid)


def test_the_graph_is_symmetric_and_makes_one(vectors: NDArray[np.float32]) -> None:
    made = graph(*nearest(vectors))
    table = np.zeros((COUNT, COUNT))
    rows = np.repeat(np.arange(COUNT), np.diff(made.starts, append=len(made.others)))
    table[rows, made.others] = made.weights
    np.testing.assert_allclose(table, table.T)
    assert table.sum() == pytest.approx(1, abs=1e-4)
    assert (np.diagonal(table) == 0).all()


def test_missing_neighbours_pull_nobody() -> None:
    made = graph(np.array([[1, 2], [0, -1], [0, -1]], np.int32), np.array([[0.9, 0.5], [0.9, 0], [0.5, 0]], np.float32))
    assert len(made) == 3
    assert made.others.tolist() == [1, 2, 0, 0]


def test_attention_is_as_wide_as_was_asked_for() -> None:
    similarities = np.sort(np.random.default_rng(0).uniform(0, 1, (20, 30)).astype(np.float32), axis=1)[:, ::-1]
    share = probabilities(similarities, 10)
    perplexity = np.exp(-(share * np.log(np.maximum(share, 1e-30))).sum(axis=1))
    np.testing.assert_allclose(perplexity, 10, rtol=1e-3)
    assert (np.diff(share, axis=1) <= 0).all()


def test_copies_of_one_song_share_attention_evenly() -> None:
    np.testing.assert_allclose(probabilities(np.ones((1, 4), np.float32), 2), 0.25)


@pytest.mark.parametrize(("count", "size"), [(50, 1.0), (800, 15.0), (300, 4000.0)])
def test_the_grid_pushes_as_every_pair_does(count: int, size: float) -> None:
    places = (np.random.default_rng(count).normal(size=(count, 2)) * size).astype(np.float32)
    points = places.view(np.complex64).ravel()
    push, total = gridded(points)
    true, true_total = exact(points)
    assert total == pytest.approx(true_total, rel=0.05, abs=0.5)
    if size < 100:
        assert np.abs(push - true).max() < 0.15 * np.abs(true).max()
        assert np.corrcoef(push.real, true.real)[0, 1] > 0.99


def test_a_map_of_copies_stays_whole() -> None:
    same = np.tile(np.eye(1, DIMENSION, dtype=np.float32), (8, 1))
    places = whole(graph(*nearest(same, 5)), begin(same @ directions([same]))).places
    assert np.isfinite(places).all()


def test_a_newcomer_lies_among_those_it_sounds_like() -> None:
    around = np.array([[[0, 0], [1, 0], [100, 100]], [[5, 5], [5, 5], [5, 5]]], np.float32)
    places = placed(around, np.array([[0.99, 0.99, 0.1], [0.9, 0.8, 0.7]], np.float32))
    assert np.hypot(*(places[0] - (0.5, 0))) < 3
    np.testing.assert_allclose(places[1], (5, 5), rtol=1e-6)


def test_directions_do_not_depend_on_how_the_library_is_cut(vectors: NDArray[np.float32]) -> None:
    once, twice = directions([vectors]), directions([vectors[:100], vectors[100:]])
    np.testing.assert_allclose(once, twice, atol=1e-3)


def test_a_tour_visits_all_from_the_middle_outwards() -> None:
    line = np.array([[0, 0], [1, 0], [2, 0], [3, 0], [10, 0]], np.float32)
    assert middle(line) == 2
    assert sorted(tour(line)) == [0, 1, 2, 3, 4]
    assert tour(line)[0] == 2
    assert tour(np.empty((0, 2), np.float32)) == []
