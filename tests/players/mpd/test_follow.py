"""What is made of glances at MPD that a real one gives rarely, or only under load."""

from pathlib import Path

import pytest

from player_rec.domain.listening import Ending
from player_rec.players.base import Ended, Heard, PlayerEvent, QueueChanged, QueueItem, Started
from player_rec.players.mpd.follow import Follower, Glance

A, B = QueueItem(Path("/a.flac"), "1"), QueueItem(Path("/b.flac"), "2")
LONG_MS = 200_000


def glance(
    at_s: float,
    item: QueueItem | None,
    elapsed_ms: float = 0,
    state: str = "play",
    *,
    error: str = "",
    again: bool = False,
) -> Glance:
    return Glance(at_s, state, item, elapsed_ms, LONG_MS, error=error, again=again)


def follow(*glances: Glance, changed: str = "player") -> list[PlayerEvent]:
    follower = Follower(glances[0])
    events = follower.begin()
    for one in glances[1:]:
        events += follower.look(one, {changed} - {""})
    return [event for event in events if not isinstance(event, QueueChanged)]


def last(*glances: Glance) -> Ended:
    return next(event for event in reversed(follow(*glances)) if isinstance(event, Ended))


def test_what_played_before_the_player_was_opened_counts_as_heard() -> None:
    first, ended, started = follow(glance(0, A, 50_000), glance(5, B))
    assert first == Started(A, LONG_MS, 50_000)
    assert ended == Ended(A, 55_000, Ending.SKIPPED)
    assert started == Started(B, LONG_MS)


@pytest.mark.parametrize(("left_ms", "ending"), [(0, "finished"), (1_900, "finished"), (2_500, "skipped")])
def test_a_song_that_gave_way_near_its_end_reached_it(left_ms: int, ending: str) -> None:
    ended = last(glance(0, A), glance(1, A, 1_000), glance((LONG_MS - left_ms) / 1000, B))
    assert ended.ending == ending
    assert ended.heard_ms == LONG_MS - (0 if ending == "finished" else left_ms)


def test_the_time_the_next_song_has_played_unseen_is_not_given_to_the_one_before() -> None:
    ended = last(glance(0, A), glance(11, B, 1_000))
    assert ended == Ended(A, 10_000, Ending.SKIPPED)


def test_a_name_that_comes_later_than_the_position_does_not_make_a_skip() -> None:
    between = glance(200.01, A, 10)
    events = follow(glance(0, A), glance(190, A, 190_000), between, glance(200.02, B, 20))
    assert [type(event) for event in events] == [Started, Heard, Ended, Started]
    assert events[2] == Ended(A, LONG_MS, Ending.FINISHED)


def test_a_song_on_repeat_that_was_sought_back_to_its_start_goes_on() -> None:
    events = follow(glance(0, A, again=True), glance(100, A, 100_000, again=True), glance(101, A, again=True))
    assert [type(event) for event in events] == [Started, Heard, Heard]
    assert events[-1] == Heard(A, 101_000, 0)


def test_a_song_on_repeat_that_came_to_its_end_starts_again() -> None:
    events = follow(glance(0, A, again=True), glance(199, A, 199_000, again=True), glance(201, A, 1_000, again=True))
    assert events[2:] == [Ended(A, LONG_MS, Ending.FINISHED), Started(A, LONG_MS)]


def test_a_device_that_stalls_is_not_heard_meanwhile_but_a_jump_back_is_heard() -> None:
    stalled = follow(glance(0, A, 0), glance(10, A, 4_000), changed="")
    assert isinstance(stalled[-1], Heard)
    assert stalled[-1].heard_ms == 4_000
    jumped = follow(glance(0, A, 0), glance(10, A, 4_000))
    assert isinstance(jumped[-1], Heard)
    assert jumped[-1].heard_ms == 10_000


def test_a_song_begun_in_its_middle_was_not_heard_up_to_there() -> None:
    events = follow(glance(0, None, state="stop"), glance(1, A, 60_000), glance(11, B))
    assert events[:2] == [Started(A, LONG_MS, 60_000), Ended(A, 10_000, Ending.SKIPPED)]


def test_an_error_about_the_next_song_is_not_the_fault_of_this_one() -> None:
    at_next = glance(10, A, state="stop", error="Failed to decode b.flac")
    assert last(glance(0, A), at_next).ending is Ending.SKIPPED
    at_this = glance(10, A, state="stop", error="Failed to decode a.flac")
    assert last(glance(0, A), at_this).ending is Ending.FAILED


def test_a_song_of_unknown_length_that_gives_way_is_skipped_for_nobody_knows_better() -> None:
    events = follow(Glance(0, "play", A), Glance(300, "play", B))
    assert Ended(A, 300_000, Ending.SKIPPED) in events
