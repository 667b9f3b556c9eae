"""What the listener likes, lastingly."""

import numpy as np
import pytest

from player_rec.domain.listening import Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.learn.taste import REMEMBERED, Taste, taste
from player_rec.recommend.likeness import Likeness
from tests.recommend.libraries import DAY_S, NOW_S, at_angles, entry, history_of, likeness_of

FINISH, LATE, EARLY, NOTHING = Outcome.FINISH, Outcome.LATE_SKIP, Outcome.EARLY_SKIP, Outcome.NOTHING
CIRCLE = likeness_of([entry(track) for track in range(1, 9)], at_angles(0, 4, 8, 12, 90, 94, 98, 102))


def learned(
    *plays: tuple[int, Outcome], days_ago: float = 0.0, hearts: dict[int, float] | None = None, of: Likeness = CIRCLE
) -> Taste:
    history = history_of(*((track, NOW_S - days_ago * DAY_S, outcome) for track, outcome in plays))
    return taste(history, {TrackId(track): since for track, since in (hearts or {}).items()}, of, NOW_S)


def affinity(lasting: Taste, track: int = 1) -> float:
    return float(lasting.of(np.array([track]))[0])


def test_with_no_history_and_no_likes_there_is_no_taste() -> None:
    lasting = learned()
    assert not len(lasting.tracks)
    assert not len(lasting.centres)
    assert lasting.of(np.array([1, 2])).tolist() == [0, 0]


def shares_by_side(lasting: Taste) -> list[float]:
    """What the interests near 6 and near 96 degrees hold; nothing may lie anywhere else."""
    sides = lasting.centres @ at_angles(6, 96).T > np.cos(np.radians(7))
    assert (sides.sum(axis=1) == 1).all()
    return [float(lasting.shares[side].sum()) for side in sides.T]


def test_interests_are_several_and_none_lies_between_them() -> None:
    lasting = learned(hearts=dict.fromkeys(range(1, 9), NOW_S))
    assert shares_by_side(lasting) == pytest.approx([0.5, 0.5])
    assert np.linalg.norm(lasting.centres, axis=1) == pytest.approx(1)


def test_two_liked_songs_far_apart_are_two_interests() -> None:
    lasting = learned(hearts={2: NOW_S, 7: NOW_S})
    assert (lasting.centres @ at_angles(4, 98).T).max(axis=0) == pytest.approx(1, abs=1e-6)
    assert sorted(lasting.emblems.tolist()) == [2, 7]


def test_the_larger_interest_leads_and_each_has_a_loved_track_as_emblem() -> None:
    lasting = learned(*((track, FINISH) for track in (1, 2, 3, 5, 6, 7, 8)), hearts={5: NOW_S, 6: NOW_S})
    assert shares_by_side(lasting) == pytest.approx([3 / 15, 12 / 15])
    assert lasting.emblems[0] in (5, 6)
    assert lasting.shares.tolist() == sorted(lasting.shares.tolist(), reverse=True)
    rows = CIRCLE.catalogue.rows(lasting.emblems)
    own = (CIRCLE.places(rows).vectors * lasting.centres).sum(axis=1)
    assert (own > np.cos(np.radians(7))).all()


def test_a_heart_says_more_than_a_finish_and_that_more_than_a_late_skip() -> None:
    heart, finish, late = (
        affinity(learned(hearts={1: NOW_S})),
        affinity(learned((1, FINISH))),
        affinity(learned((1, LATE))),
    )
    assert heart == pytest.approx(np.tanh(4 / 4))
    assert finish == pytest.approx(np.tanh(1 / 4))
    assert late == pytest.approx(np.tanh(0.1 / 4))


def test_an_early_skip_says_less_in_the_long_run_than_a_finish() -> None:
    assert -affinity(learned((1, EARLY))) < affinity(learned((1, FINISH))) / 2
    assert affinity(learned((1, EARLY))) < 0
    assert affinity(learned((1, EARLY), (1, FINISH))) > 0


def test_what_says_nothing_counts_for_nothing() -> None:
    lasting = learned((1, NOTHING), (2, NOTHING), (2, FINISH))
    assert lasting.tracks.tolist() == [2]
    assert affinity(lasting, 2) == affinity(learned((2, FINISH)), 2)


@pytest.mark.parametrize(("outcome", "half_life_days"), [(FINISH, 180), (EARLY, 30), (LATE, 90)])
def test_lessons_fade_by_half(outcome: Outcome, half_life_days: float) -> None:
    weights = [
        np.arctanh(affinity(learned((1, outcome), days_ago=days))) for days in (0, half_life_days, 2 * half_life_days)
    ]
    assert weights[1] == pytest.approx(weights[0] / 2, rel=1e-3)
    assert weights[2] == pytest.approx(weights[0] / 4, rel=1e-3)


def test_a_heart_lasts_for_years() -> None:
    assert affinity(learned(hearts={1: NOW_S - 730 * DAY_S})) == pytest.approx(np.tanh(2 / 4))


def test_affinity_stays_below_1_however_often_a_track_is_heard() -> None:
    assert 0.99 < affinity(learned(*[(1, FINISH)] * 50)) <= 1


def test_the_most_loved_come_first_and_what_is_not_liked_is_not_among_them() -> None:
    lasting = learned((1, FINISH), (2, FINISH), (2, FINISH), (3, EARLY), (10**12, FINISH), hearts={4: NOW_S})
    assert CIRCLE.catalogue.tracks[lasting.loved.rows].tolist() == [4, 2, 1]
    assert affinity(lasting, 10**12) > 0  # a stranger to the library is remembered all the same


def test_what_was_not_analysed_is_loved_but_makes_no_interest() -> None:
    lasting = learned((1, FINISH), of=likeness_of([entry(1)]))
    assert len(lasting.loved) == 1
    assert not len(lasting.centres)
    assert not len(lasting.emblems)


def test_a_clock_that_was_put_back_makes_no_lesson_larger_than_today() -> None:
    assert affinity(learned((1, FINISH), days_ago=-500)) == pytest.approx(np.tanh(1 / 4))
    assert affinity(learned(hearts={1: NOW_S + 900 * DAY_S})) == pytest.approx(np.tanh(1))


def test_very_old_lessons_neither_fail_nor_matter() -> None:
    lasting = learned((1, LATE), (2, LATE), days_ago=20_000)
    assert abs(affinity(lasting)) < 1e-6
    assert np.isfinite(lasting.centres).all()


def test_the_latest_plays_are_what_counts_in_a_very_long_history() -> None:
    lasting = learned((1, FINISH), *[(2, FINISH)] * REMEMBERED)
    assert affinity(lasting, 1) == 0
