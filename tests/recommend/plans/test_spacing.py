"""How long ago everything came."""

import numpy as np
from hypothesis import given, settings

from player_rec.domain.listening import Outcome
from player_rec.domain.track import RecordingId, TrackId
from player_rec.recommend.plans.spacing import LOOKED_BACK, NEVER, Since
from tests.recommend.libraries import HOUR_S, NOW_S, Recipe, entry, history_of, likeness_of, moment, recipes

FINISH = Outcome.FINISH
KNOWN = likeness_of(
    [
        entry(1, "a", "one"),
        entry(2, "a", "two"),
        entry(3, "b", "two"),
        entry(4, "b", "three")._replace(recording=RecordingId(1)),
        entry(5),
        entry(6),
    ]
)


def since(*plays: tuple[int, float], current: int | None = None, ahead: tuple[int, ...] = ()) -> Since:
    """After plays given as track and hours ago."""
    history = history_of(*((track, NOW_S - hours * HOUR_S, FINISH) for track, hours in plays))
    now = None if current is None else TrackId(current)
    situation = moment(KNOWN, history, current=now, ahead=[TrackId(one) for one in ahead], repeat_hours=24.0)
    return Since.at(KNOWN.catalogue, situation)


def test_with_no_play_everything_is_long_ago() -> None:
    clear = since()
    for places in (clear.artist, clear.album, clear.recording):
        assert places.tolist() == [NEVER] * 6
    assert clear.hours.tolist() == [np.inf] * 6


def test_places_are_counted_back_over_ahead_current_and_history() -> None:
    after = since((1, 2.0), (3, 1.0), current=5, ahead=(2,))
    assert after.artist.tolist() == [1, 1, 3, 3, NEVER, NEVER]
    assert after.album.tolist() == [4, 1, 1, NEVER, NEVER, NEVER]
    assert after.recording.tolist() == [4, 1, 3, 4, 2, NEVER]


def test_a_song_of_an_unknown_artist_or_album_is_nobodys_second() -> None:
    after = since((5, 1.0))
    assert after.artist.tolist() == [NEVER] * 6
    assert after.album.tolist() == [NEVER] * 6
    assert after.recording.tolist() == [NEVER] * 4 + [1, NEVER]


def test_songs_in_no_library_take_up_their_places() -> None:
    assert since((1, 2.0), (99, 1.0), (98, 0.5)).recording[0] == 3


def test_hours_are_those_since_any_track_of_the_recording_was_heard() -> None:
    after = since((1, 5.0), (3, 2.0), (2, 30.0))
    assert after.hours.tolist() == [5.0, np.inf, 2.0, 5.0, np.inf, np.inf]
    assert since((1, 5.0), (4, 3.0)).hours[0] == 3.0


def test_what_plays_now_or_waits_was_heard_no_hour_ago() -> None:
    after = since((1, 5.0), current=3, ahead=(4,))
    assert after.hours.tolist() == [0.0, np.inf, 0.0, 0.0, np.inf, np.inf]


def test_a_clock_put_back_makes_no_recent_play_look_old() -> None:
    assert since((2, 900.0), (1, 3.0), (3, 800.0), (5, 700.0)).hours[0] == 3.0
    assert since((1, 3.0), (1, 20.0)).hours[0] == 3.0
    assert since((1, -2.0)).hours[0] == 0.0


def test_beyond_a_hundred_plays_nothing_is_too_soon() -> None:
    others = [(99, 1.0)] * (LOOKED_BACK - 1)
    assert since((1, 2.0), *others).recording[0] == LOOKED_BACK
    assert since((1, 2.0), *others, (99, 1.0)).recording[0] == NEVER


def test_some_rows_are_the_same_rows() -> None:
    after = since((1, 2.0), (3, 1.0), current=5)
    some = after.of(np.array([3, 0]))
    assert some.recording.tolist() == after.recording[[3, 0]].tolist()
    assert some.hours.tolist() == after.hours[[3, 0]].tolist()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(recipes(30))
def test_places_agree_with_walking_back_one_by_one(recipe: Recipe) -> None:
    catalogue, situation = recipe.likeness().catalogue, recipe.situation()
    found = Since.at(catalogue, situation)
    by_track = {one.track: one for one in recipe.entries}
    order = [*(TrackId(play[0]) for play in recipe.plays[-LOOKED_BACK:]), *situation.before]
    for row, one in enumerate(recipe.entries):
        for name in ("artist", "album", "recording"):
            came = [track in by_track and getattr(by_track[track], name) == getattr(one, name) for track in order]
            expected = came[::-1].index(True) + 1 if any(came) and getattr(one, name) != "" else NEVER
            assert getattr(found, name)[row] == expected
