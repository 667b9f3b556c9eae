"""What this session has shown."""

import numpy as np
import pytest

from player_rec.domain.listening import Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.likeness import Floats
from player_rec.recommend.mood import HALF_LIFE_PLAYS, Mood, mood
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
