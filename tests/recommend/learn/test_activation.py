"""Memory: what was met often and lately comes to mind."""

import numpy as np
import pytest

from player_rec.domain.listening import DAY_S, Outcome
from player_rec.recommend.learn.activation import DECAY, EXACT, YOUNGEST_DAYS, base_level, retrieval
from player_rec.recommend.learn.history import History

NOW_S = 1_700_000_000.0


def heard(*ages_days: float, track: int = 1) -> History:
    history = History()
    for age in sorted(ages_days, reverse=True):
        history.append(track, NOW_S - age * DAY_S, 200_000, Outcome.FINISH)
    return history


def slowly(ages_days: list[float]) -> float:
    return float(np.log(sum(max(age, YOUNGEST_DAYS) ** -DECAY for age in ages_days)))


def test_few_plays_are_summed_exactly() -> None:
    ages = [0.01, 1.0, 3.5, 40.0, 400.0]
    found = base_level(heard(*ages), np.array([0], np.int32), NOW_S)
    assert found == pytest.approx([slowly(ages)])


def test_many_plays_are_summed_closely() -> None:
    chance = np.random.default_rng(3)
    for count in (EXACT + 1, 100, 2000):
        ages = chance.uniform(0.5, 900, count).tolist()
        found = base_level(heard(*ages), np.array([0], np.int32), NOW_S)
        assert found[0] == pytest.approx(slowly(ages), abs=0.1)


def test_many_plays_at_one_moment_are_no_trouble() -> None:
    found = base_level(heard(*[5.0] * 40), np.array([0], np.int32), NOW_S)
    assert found == pytest.approx([slowly([5.0] * 40)])


def test_what_was_never_heard_never_comes_to_mind() -> None:
    history = heard(1.0)
    history.append(2, NOW_S, 3_000, Outcome.EARLY_SKIP)
    assert retrieval(history, np.array([2, 3]), NOW_S).tolist() == [0, 0]
    assert retrieval(History(), np.array([3]), NOW_S).tolist() == [0]


def test_once_a_month_ago_comes_to_mind_half_the_time() -> None:
    assert retrieval(heard(30.0), np.array([1]), NOW_S)[0] == pytest.approx(0.5)


def test_memory_fades_and_is_refreshed() -> None:
    history = heard(10.0)
    then = [float(retrieval(history, np.array([1]), NOW_S + days * DAY_S)[0]) for days in (0, 1, 10, 100, 1000)]
    assert then == sorted(then, reverse=True)
    history.append(1, NOW_S, 200_000, Outcome.FINISH)
    assert retrieval(history, np.array([1]), NOW_S)[0] > then[0]


def test_a_play_that_seems_to_lie_ahead_counts_as_new() -> None:
    assert 0.9 < retrieval(heard(-3.0), np.array([1]), NOW_S)[0] < 1
