"""Hubs, and what keeps them down."""

from math import erfc, sqrt
from pathlib import Path

import numpy as np
import pytest

from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hubness import (
    LEAST_DEVIATION,
    NEIGHBOURS,
    Around,
    Hubness,
    around,
    local_scaling,
    mutual_proximity,
    normal,
    skewness,
)
from player_rec.recommend.space.index import Index
from player_rec.recommend.space.rows import Ids, Vectors
from tests.recommend.sounds import clustered

VECTORS = clustered(1500)


def indexed(vectors: Vectors, ids: Ids | None = None) -> ExactIndex:
    index = ExactIndex(vectors.shape[1])
    index.add(np.arange(len(vectors)) if ids is None else ids, vectors)
    return index


def true_around(vectors: Vectors) -> Around:
    """The slow way."""
    similarities = vectors @ vectors.T
    np.fill_diagonal(similarities, -np.inf)
    nearest = np.sort(similarities)[:, : -NEIGHBOURS - 1 : -1]
    return around(nearest[:, : len(vectors) - 1])


def settled(hubness: Hubness, index: Index) -> None:
    while hubness.refresh(index, 500):
        pass


def test_both_corrections_leave_fewer_hubs() -> None:
    # what is common to all sounds draws towards the middle, and the middle breeds hubs
    vectors = VECTORS + VECTORS.mean(axis=0) * 4
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    each = true_around(vectors)
    query, item = (Around(each.mean[at], each.deviation[at]) for at in (np.s_[:, None], np.s_[None, :]))
    similarities = vectors @ vectors.T
    plain, scaled, mutual = (
        tenfold_skewness(scores)
        for scores in (
            similarities,
            local_scaling(similarities, query, item),
            mutual_proximity(similarities, query, item),
        )
    )
    assert scaled < 0.6 * plain
    assert mutual < 0.6 * plain


def tenfold_skewness(scores: np.ndarray) -> float:
    scores = scores.copy()
    np.fill_diagonal(scores, -np.inf)
    nearest = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    return skewness(np.bincount(nearest.ravel(), minlength=len(scores)))


def test_skewness_is_that_of_the_textbook() -> None:
    assert skewness(np.array([3, 3, 3])) == 0
    assert skewness(np.array([0, 2])) == 0
    assert skewness(np.array([0, 0, 0, 4])) == pytest.approx(2 / sqrt(3))


def test_the_normal_distribution_is_right_far_into_the_tails() -> None:
    deviations = np.linspace(-30, 6, 500)
    true = [erfc(-one / sqrt(2)) / 2 for one in deviations]
    assert normal(deviations) == pytest.approx(true, rel=2e-7)


def test_mutual_proximity_is_a_share() -> None:
    here = Around(np.array([0.5], np.float32), np.array([0.1], np.float32))
    low, middle, high = (float(mutual_proximity(np.array([one], np.float32), here, here)[0]) for one in (-1, 0.5, 1))
    assert 0 <= low < 1e-9
    assert middle == pytest.approx(0.25)
    assert 0.999 < high <= 1


def test_refreshing_in_portions_comes_to_the_true_values() -> None:
    index, hubness = indexed(VECTORS), Hubness()
    left = [hubness.refresh(index, 400) for _ in range(4)]
    assert left == [1100, 700, 300, 0]
    true, kept = true_around(VECTORS), hubness.around(np.arange(1500))
    assert kept.mean == pytest.approx(true.mean, abs=1e-5)
    assert kept.deviation == pytest.approx(true.deviation, abs=1e-4)


def test_the_newest_come_first() -> None:
    index, hubness = indexed(VECTORS[:200]), Hubness()
    hubness.refresh(index, 100)
    index.add(np.array([900, 901]), VECTORS[900:902])
    hubness.refresh(index, 2)
    assert not np.isnan(hubness.around(np.array([900, 901])).mean).any()
    assert np.isnan(hubness.around(np.array([0])).mean).all()


def test_a_new_album_is_felt_by_those_around_it_and_by_few_others() -> None:
    index, hubness = indexed(VECTORS), Hubness()
    settled(hubness, index)
    assert hubness.refresh(index, 0) == 0
    copies = VECTORS[:10] + np.random.default_rng(0).standard_normal((10, 200), np.float32) * 0.005
    index.add(np.arange(2000, 2010), copies / np.linalg.norm(copies, axis=1, keepdims=True))
    due = hubness.refresh(index, 10)
    assert 10 <= due < 400
    settled(hubness, index)
    true = true_around(index.vectors(index.ids()))
    kept = hubness.around(index.ids())
    assert kept.mean[:10] == pytest.approx(true.mean[:10], abs=1e-5)
    assert kept.mean == pytest.approx(true.mean, abs=0.01)


def test_when_much_has_gone_everything_is_measured_again() -> None:
    index, hubness = indexed(VECTORS), Hubness()
    settled(hubness, index)
    index.remove(np.arange(0, 1500, 3))
    assert hubness.refresh(index, 0) == 1000
    settled(hubness, index)
    ids = index.ids()
    assert hubness.around(ids).mean == pytest.approx(true_around(VECTORS[ids]).mean, abs=1e-5)
    assert np.isnan(hubness.around(np.array([0, 3])).mean).all()


def test_a_lonely_track_has_nobody_around_it_until_another_comes() -> None:
    index, hubness = indexed(VECTORS[:1]), Hubness()
    assert hubness.refresh(index, 10) == 0
    assert np.isnan(hubness.around(np.array([0])).mean[0])
    index.add(np.array([1]), VECTORS[1:2])
    settled(hubness, index)
    both = hubness.around(np.array([0, 1]))
    assert both.mean == pytest.approx(VECTORS[0] @ VECTORS[1], abs=1e-6)
    assert both.deviation == pytest.approx(LEAST_DEVIATION)


def test_strangers_and_an_empty_index_are_no_trouble() -> None:
    hubness = Hubness()
    assert np.isnan(hubness.around(np.array([5, 10**6])).mean).all()
    assert hubness.refresh(ExactIndex(8), 10) == 0


def test_it_survives_being_written_and_read(tmp_path: Path) -> None:
    index, hubness = indexed(VECTORS), Hubness()
    hubness.refresh(index, 1000)
    hubness.write(tmp_path)
    again = Hubness.read(tmp_path)
    ids = np.arange(1500)
    assert np.array_equal(again.around(ids).mean, hubness.around(ids).mean, equal_nan=True)
    assert again.refresh(index, 1000) == 0
