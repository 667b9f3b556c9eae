"""Weights that learn: towards what is taken, never far, never wild."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from player_rec.domain.listening import Outcome
from player_rec.recommend.learn.habit import PARTS, Floats
from player_rec.recommend.learn.history import History
from player_rec.recommend.learn.mixing import AGAINST, BOUND, DEFAULTS, Mixture, rehearse


def two_songs() -> dict[str, Floats]:
    """One candidate that usually follows, one that was heard a moment ago."""
    return {"follows": np.array([0.8, 0.1], np.float32), "again": np.array([0.0, 1.0], np.float32)}


def test_every_part_has_a_weight_to_begin_with() -> None:
    assert DEFAULTS.keys() == set(PARTS)


def test_without_a_lesson_the_weights_are_sensible() -> None:
    chances = Mixture().chances(two_songs())
    assert chances[0] > 0.9
    assert chances.sum() == pytest.approx(1)


def test_what_is_taken_again_and_again_becomes_likelier() -> None:
    mixture = Mixture()
    before = mixture.chances(two_songs())[1]
    for _ in range(50):
        mixture.learn(two_songs(), 1)
    assert mixture.chances(two_songs())[1] > max(before, 0.5)
    assert mixture.weights["again"] > DEFAULTS["again"]
    assert mixture.lessons == 50


def test_a_lesson_moves_towards_the_slope_of_the_likelihood() -> None:
    parts, mixture = two_songs(), Mixture()
    chances = mixture.chances(parts).astype(np.float64)
    slope = {name: float(part[1] - chances @ part) for name, part in parts.items()}
    mixture.learn(parts, 1)
    for name in parts:
        moved = mixture.weights[name] - DEFAULTS[name]
        assert np.sign(moved) == np.sign(slope[name])
        assert mixture.slopes[name] == pytest.approx(1 + slope[name] ** 2, rel=1e-4)


def test_no_candidates_have_no_chances() -> None:
    assert len(Mixture().chances({name: np.empty(0, np.float32) for name in PARTS})) == 0


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float32, (5, len(PARTS)), elements=st.floats(0, 1, width=32)),
    st.lists(st.integers(0, 4), max_size=60),
)
def test_weights_never_leave_their_bounds(values: Floats, lessons: list[int]) -> None:
    mixture = Mixture()
    parts = {name: values[:, column] for column, name in enumerate(PARTS)}
    for taken in lessons:
        mixture.learn(parts, taken)
    assert all(abs(weight) <= BOUND for weight in mixture.weights.values())
    assert np.isfinite(mixture.chances(parts)).all()


def test_what_speaks_against_a_song_never_comes_to_speak_for_it() -> None:
    mixture = Mixture()
    for _ in range(200):
        mixture.learn({name: np.array([0.0, 1.0], np.float32) for name in AGAINST}, 1)
    assert all(mixture.weights[name] == DEFAULTS[name] / 2 < 0 for name in AGAINST)


def test_weights_survive_being_written_down() -> None:
    mixture = Mixture()
    mixture.learn(two_songs(), 1)
    again = Mixture(dict(mixture.weights), dict(mixture.slopes), mixture.lessons)
    mixture.learn(two_songs(), 0)
    again.learn(two_songs(), 0)
    assert again == mixture


def one_song_on_repeat() -> History:
    history, now_s = History(), 1e9
    for number in range(300):
        history.append(number // 10, now_s, 200_000, Outcome.FINISH)
        now_s += 200
    return history


def test_a_rehearsal_teaches_what_the_history_holds() -> None:
    mixture = Mixture()
    left = list(rehearse(one_song_on_repeat(), mixture, lessons=100))
    assert left == list(range(99, -1, -1))
    assert mixture.weights["repeat"] > DEFAULTS["repeat"] + 0.5


def test_a_rehearsal_is_the_same_each_time() -> None:
    first, second = Mixture(), Mixture()
    for mixture in (first, second):
        for _ in rehearse(one_song_on_repeat(), mixture, lessons=30):
            pass
    assert first == second
    assert first.lessons > 0


def test_nothing_heard_is_nothing_to_rehearse() -> None:
    assert list(rehearse(History(), Mixture())) == []
