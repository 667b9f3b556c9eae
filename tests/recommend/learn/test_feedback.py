"""What became of a song and its artist before."""

import numpy as np
import pytest
from hypothesis import given, settings

from player_rec.domain.listening import Outcome
from player_rec.recommend.learn.feedback import ARTIST_DOUBT, OUTSET, OUTSET_PLAYS, TRACK_DOUBT, acceptance
from tests.recommend.libraries import DAY_S, Recipe, entry, history_of, likeness_of, recipes

FINISH, LATE, EARLY, NOTHING = Outcome.FINISH, Outcome.LATE_SKIP, Outcome.EARLY_SKIP, Outcome.NOTHING
KNOWN = likeness_of([entry(1, "a"), entry(2, "a"), entry(3, "b"), entry(4)]).catalogue


def expected(*plays: tuple[int, Outcome], later_days: float = 0.0) -> list[float]:
    history = history_of(*((track, 0.0, outcome) for track, outcome in plays))
    found: list[float] = acceptance(history, KNOWN, np.arange(4), later_days * DAY_S).tolist()
    return found


def shrunk(kept: float, plays: float, towards: float, doubt: float) -> float:
    return (kept + doubt * towards) / (plays + doubt)


def test_of_somebody_who_has_played_nothing_the_usual_is_expected() -> None:
    assert expected() == pytest.approx([OUTSET] * 4)
    assert expected((1, NOTHING), (9, NOTHING)) == pytest.approx([OUTSET] * 4)


def test_a_track_is_judged_by_itself_then_by_its_artist_then_by_the_listener() -> None:
    usual = shrunk(1, 2, OUTSET, OUTSET_PLAYS)
    artist = shrunk(1, 2, usual, ARTIST_DOUBT)
    own = shrunk(1, 2, artist, TRACK_DOUBT)
    assert expected((1, FINISH), (1, EARLY)) == pytest.approx([own, artist, usual, usual])


def test_one_skip_says_little_and_many_say_all() -> None:
    once, often = expected((1, EARLY)), expected(*[(1, EARLY)] * 200)
    assert 0.4 < once[0] < once[1] < once[2] < OUTSET
    assert often[0] < 0.01


def test_a_play_counts_half_after_sixty_days_and_hardly_after_a_year() -> None:
    usual = shrunk(0, 0.5, OUTSET, OUTSET_PLAYS)
    own = shrunk(0, 0.5, shrunk(0, 0.5, usual, ARTIST_DOUBT), TRACK_DOUBT)
    assert expected((1, EARLY), later_days=60)[0] == pytest.approx(own)
    for outcome in (EARLY, FINISH):
        assert expected((1, outcome), later_days=365) == pytest.approx([OUTSET] * 4, abs=0.005)


def test_a_play_that_is_yet_to_come_by_a_clock_put_back_counts_as_one_of_now() -> None:
    assert expected((1, EARLY), later_days=-9) == expected((1, EARLY))


def test_a_late_skip_was_accepted() -> None:
    assert expected((1, LATE)) == expected((1, FINISH))


def test_an_unknown_artist_is_nobody_in_particular() -> None:
    told = expected((4, EARLY), (4, EARLY))
    assert told[3] < told[0] == told[2]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(recipes())
def test_it_is_a_probability_whatever_was_played(recipe: Recipe) -> None:
    catalogue = recipe.likeness().catalogue
    chances = acceptance(recipe.situation().history, catalogue, np.arange(len(catalogue)), recipe.situation().now_s)
    assert chances.shape == (len(catalogue),)
    assert ((chances > 0) & (chances < 1)).all()
