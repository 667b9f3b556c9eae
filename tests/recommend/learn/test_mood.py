"""What this session has shown."""

import numpy as np
import pytest

from player_rec.domain.listening import Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.learn.mood import HALF_LIFE_PLAYS, Mood, mood, surprise
from player_rec.recommend.likeness import Floats
from tests.recommend.libraries import HEARD_MS, NOW_S, at_angles, entry, history_of, likeness_of

FINISH, LATE, EARLY, NOTHING = Outcome.FINISH, Outcome.LATE_SKIP, Outcome.EARLY_SKIP, Outcome.NOTHING
ANGLES = (0, 10, 60, 90, 180)
CIRCLE = likeness_of([entry(track) for track in range(1, 6)], at_angles(*ANGLES))


def after(*plays: tuple[int, Outcome], hearts: dict[int, float] | None = None, later_s: float = 0.0) -> Mood:
    """The mood right after these plays, one after the other without a pause, or later."""
    at_s, told = NOW_S, []
    for track, outcome in reversed(plays):
        at_s -= HEARD_MS[outcome] / 1000
        told.append((track, at_s, outcome))
    given = {TrackId(track): since for track, since in (hearts or {}).items()}
    return mood(history_of(*reversed(told)), given, CIRCLE, NOW_S + later_s)


def warmth(session: Mood) -> Floats:
    return session.of(CIRCLE.places(np.arange(len(ANGLES))), CIRCLE)


def test_before_anything_was_played_it_is_neither_warm_nor_cold() -> None:
    assert warmth(after()).tolist() == [0] * 5
    assert len(after().warm) == 0


def test_an_early_skip_cools_its_corner_at_once_and_nothing_far_away() -> None:
    felt = warmth(after((1, EARLY)))
    assert felt[0] == pytest.approx(np.tanh(-1))
    assert felt[1] == pytest.approx(np.tanh(-(np.cos(np.radians(10)) ** 2)))
    assert felt[2] == pytest.approx(np.tanh(-0.25))
    assert felt[3] == pytest.approx(0, abs=1e-6)
    assert felt[4] == 0


def test_a_finish_elsewhere_does_not_warm_a_cold_corner_again() -> None:
    alone, together = warmth(after((1, EARLY))), warmth(after((1, EARLY), (4, FINISH)))
    assert together[0] == pytest.approx(np.tanh(-(2 ** (-1 / HALF_LIFE_PLAYS))))
    assert together[0] == pytest.approx(alone[0], abs=0.05)
    assert together[3] > 0


def test_a_like_warms_a_lot_a_finish_a_little_and_a_late_skip_says_little() -> None:
    like = float(warmth(after((2, NOTHING), hearts={1: NOW_S}))[0])
    finish = float(warmth(after((1, FINISH)))[0])
    late = float(warmth(after((1, LATE)))[0])
    early = float(warmth(after((1, EARLY)))[0])
    assert like > 2 * finish > 0
    assert finish == pytest.approx(np.tanh(0.35))
    assert -0.15 < late < 0
    assert early < 4 * late


def test_what_says_nothing_leaves_no_trace() -> None:
    session = after((1, NOTHING), (2, NOTHING))
    assert warmth(session).tolist() == [0] * 5
    assert session.plays == 2


def test_an_event_says_half_as_much_after_ten_plays() -> None:
    faded = warmth(after((1, EARLY), *[(4, NOTHING)] * 10))[0]
    assert faded == pytest.approx(np.tanh(-0.5))


def test_the_session_is_forgotten_after_half_an_hour_of_silence() -> None:
    assert warmth(after((1, EARLY), later_s=30 * 60))[0] < -0.7
    forgotten = after((1, EARLY), later_s=30 * 60 + 1)
    assert warmth(forgotten).tolist() == [0] * 5
    assert (forgotten.plays, forgotten.skips) == (0, 0)


def test_one_long_song_does_not_end_the_session() -> None:
    history = history_of((1, NOW_S - 5, EARLY))
    hour_s = 3600.0
    going_on = mood(history, {}, CIRCLE, NOW_S + 2 * hour_s, since_s=NOW_S + 10)
    assert (going_on.plays, going_on.skips) == (1, 1)
    assert warmth(going_on)[0] == pytest.approx(np.tanh(-1))
    assert mood(history, {}, CIRCLE, NOW_S + 2 * hour_s).plays == 0
    assert mood(history, {}, CIRCLE, NOW_S + 2 * hour_s, since_s=NOW_S + 1800).plays == 1
    assert mood(history, {}, CIRCLE, NOW_S + 2 * hour_s, since_s=NOW_S + 1801).plays == 0


def test_a_heart_given_early_in_a_long_song_that_opens_the_session_counts() -> None:
    given = {TrackId(1): NOW_S + 60}
    assert len(mood(history_of(), given, CIRCLE, NOW_S + 3600, since_s=NOW_S).warm) == 1
    assert len(mood(history_of(), given, CIRCLE, NOW_S + 3600).warm) == 0


def of(*outcomes: Outcome) -> list[float]:
    found: list[float] = surprise(np.array(outcomes, np.int8)).tolist()
    return found


def test_the_first_of_a_session_weighs_as_it_stands() -> None:
    for outcome in (EARLY, LATE, FINISH):
        assert of(outcome) == pytest.approx([1.0])
    assert of() == []


def test_a_skip_after_five_listens_weighs_most_and_in_a_row_of_skips_least() -> None:
    after_listens = of(*[FINISH] * 5, EARLY)[-1]
    assert after_listens == pytest.approx((1 - 0.054) / 0.69)  # people skip 54 of 1000 such songs, 310 in all
    in_a_row = of(*[EARLY] * 7)
    row = [1.0, 0.325 / 0.69, 0.244 / 0.69, 0.205 / 0.69, 0.182 / 0.69, 0.166 / 0.69, 0.166 / 0.69]
    assert in_a_row == pytest.approx(row)
    assert after_listens > in_a_row[0] > 2 * in_a_row[1] > 2 * in_a_row[-1]
    assert in_a_row == sorted(in_a_row, reverse=True)


def test_a_finish_after_skips_weighs_more_than_one_after_listens() -> None:
    assert of(*[EARLY] * 2, FINISH)[-1] == pytest.approx(0.5 + 0.5 * 0.756 / 0.31)
    assert of(*[EARLY] * 9, FINISH)[-1] == pytest.approx(0.5 + 0.5 * 0.834 / 0.31)
    assert of(*[FINISH] * 9, FINISH)[-1] == pytest.approx(0.5 + 0.5 * 0.054 / 0.31)


def test_a_listen_ends_a_row_of_skips_and_what_says_nothing_does_not() -> None:
    assert of(EARLY, EARLY, LATE, EARLY)[-1] == pytest.approx((1 - 0.22) / 0.69)
    assert of(EARLY, NOTHING, EARLY)[-1] == pytest.approx(0.325 / 0.69)


def test_a_row_of_skips_does_not_turn_a_whole_library_cold() -> None:
    afar = CIRCLE.places(np.array([2]))  # a quarter as near, by the power of likeness
    hunted = after(*[(1, EARLY)] * 10).of(afar, CIRCLE)[0]
    fading = np.exp2(-np.arange(9, -1, -1) / HALF_LIFE_PLAYS)
    assert hunted == pytest.approx(np.tanh(-0.25 * fading @ np.array(of(*[EARLY] * 10))), abs=1e-4)
    assert hunted > -0.6  # -0.95 if each weighed as much as the first


def test_only_the_session_that_is_going_on_counts() -> None:
    history = history_of((1, NOW_S - 7200, EARLY), (4, NOW_S - 240, FINISH))
    session = mood(history, {}, CIRCLE, NOW_S)
    assert session.plays == 1
    assert warmth(session)[0] == pytest.approx(0, abs=1e-6)


def test_hearts_count_from_this_session_only() -> None:
    plays = ((2, NOTHING), (3, FINISH))
    assert len(after(*plays, hearts={1: NOW_S - 10}).warm) == 2
    assert len(after(*plays, hearts={1: NOW_S - 86_400}).warm) == 1
    assert len(after(*plays, hearts={1: NOW_S + 10}).warm) == 1
    assert len(after(hearts={1: NOW_S - 60}).warm) == 1  # said before anything was heard to the end


def test_skips_in_a_row_are_counted_up_to_now() -> None:
    assert after((1, EARLY), (2, EARLY)).skips == 2
    assert after((1, EARLY), (2, FINISH), (3, EARLY)).skips == 1
    assert after((1, EARLY), (2, FINISH)).skips == 0


def test_the_latest_warm_track_leads() -> None:
    session = after((1, FINISH), (2, EARLY), (3, FINISH))
    assert CIRCLE.catalogue.tracks[session.warm.rows].tolist() == [3, 1]


def test_warmth_stays_within_bounds_however_much_was_skipped() -> None:
    felt = warmth(after(*[(1, EARLY), (2, EARLY)] * 50))
    assert (np.abs(felt) <= 1).all()
    assert felt[0] < -0.99


def test_strangers_to_the_library_leave_the_rest_as_it_is() -> None:
    assert warmth(after((1, EARLY), (77, FINISH)))[0] < -0.7
