"""Which tracks may be an answer."""

import numpy as np

from player_rec.domain.track import RecordingId, TrackId
from player_rec.recommend.space.limits import ANY, Limits

IDS = np.array([5, 3, 9, 4, 8])


def recording_of(track: TrackId) -> RecordingId | None:
    """Even tracks are one recording, nine is unknown, the others stand alone."""
    return None if track == 9 else RecordingId(0 if track % 2 == 0 else track)


def test_without_limits_everything_may_come() -> None:
    assert ANY.without_excluded(IDS).tolist() == ANY.one_per_recording(IDS).tolist() == IDS.tolist()
    assert ANY.most(7) == 7


def test_order_is_kept() -> None:
    limits = Limits(exclude=frozenset({TrackId(3), TrackId(77)}))
    assert limits.without_excluded(IDS).tolist() == [5, 9, 4, 8]


def test_the_first_of_a_recording_stands_for_it() -> None:
    assert Limits(recording_of=recording_of).one_per_recording(IDS).tolist() == [5, 3, 9, 4]


def test_an_excluded_track_takes_its_recording_with_it() -> None:
    limits = Limits(frozenset({TrackId(2), TrackId(9)}), None, recording_of)
    assert limits.one_per_recording(IDS).tolist() == [5, 3, 9]


def test_there_are_no_more_answers_than_allowed_tracks() -> None:
    assert Limits(allowed=np.array([1, 2])).most(7) == 2
    assert Limits(allowed=frozenset(map(TrackId, range(9)))).most(7) == 7
