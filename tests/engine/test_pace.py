"""The time left is honest: unknown at first, then what the work so far says."""

from player_rec.engine.pace import Pace


def test_nothing_is_promised_before_anything_is_known() -> None:
    pace = Pace(workers=2)
    assert pace.left_s({"read": 10, "hear": 10}) is None
    for _ in range(5):
        pace.note("read", 0.01)
    assert pace.left_s({"read": 10, "hear": 10}) is None
    assert pace.left_s({"read": 10, "hear": 0}) == 0.05
    assert pace.left_s({"read": 0, "hear": 0}) == 0


def test_the_last_songs_count_and_workers_share_the_work() -> None:
    pace = Pace(workers=2, remembered=4)
    for seconds in (9.0, 9.0, 1.0, 1.0, 1.0, 1.0):
        pace.note("hear", seconds)
    assert pace.left_s({"hear": 3}) == 1.5
    assert pace.left_s({"hear": 100}) is None  # four songs say little about a hundred
