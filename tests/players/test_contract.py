"""What every player promises. Times are real where the player is: they are compared with what passed here."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from player_rec.domain.errors import PlayerGone
from player_rec.domain.listening import Ending
from player_rec.players.base import Ended, Heard, QueueChanged, Started
from player_rec.players.mpd.player import MpdPlayer
from player_rec.players.simulated import SimulatedPlayer
from tests.players.log import EventLog
from tests.players.people import AtBuiltin, AtMpd, AtSimulated, Person, at_simulated

ROUGHLY_MS = 400
"""MPD counts what went to the speaker in pieces, and takes a moment to begin."""


@pytest.fixture(params=["simulated", "builtin", "mpd"])
def person(request: pytest.FixtureRequest, events: EventLog, music: Path) -> Iterator[Person]:
    """A person at an open player with an empty queue."""
    who: AtMpd | AtSimulated | AtBuiltin
    if request.param == "mpd":
        server = request.getfixturevalue("mpd")
        who = AtMpd(server, MpdPlayer(str(server.socket)))
    elif request.param == "builtin":
        who = AtBuiltin(music)
    else:
        who = at_simulated(music)
    who.player.open(events)
    yield who
    who.player.close()
    if isinstance(who, AtBuiltin):
        who.player.quit()


class Timer:
    """How long something took, by the player's clock or by ours."""

    def __init__(self, person: Person) -> None:
        self._player = person.player
        self._began_s = self._now_s()

    def _now_s(self) -> float:
        return self._player.now if isinstance(self._player, SimulatedPlayer) else time.monotonic()

    def passed_ms(self) -> float:
        """Since this was made."""
        return 1000 * (self._now_s() - self._began_s)


def names(person: Person) -> list[str]:
    return [item.path.name for item in person.player.upcoming()]


def fill(person: Person, *songs: str) -> None:
    for song in songs:
        person.add(song)


def test_a_start_is_reported_with_file_and_length(person: Person, events: EventLog) -> None:
    fill(person, "a.flac")
    person.play()
    started = events.started("a.flac")
    assert started.item.path == person.music / "a.flac"
    assert (started.duration_ms, started.position_ms) == (4000, 0)


def test_a_skip_is_reported_with_what_was_heard_before_the_next_start(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac")
    timer = Timer(person)
    person.play()
    events.started("a.flac")
    person.listen(1.2)
    person.skip()
    least_ms, ended = 1200 - ROUGHLY_MS, events.ended("a.flac")
    events.started("b.flac")
    assert events.story() == ["start a", "end a skipped", "start b"]
    assert least_ms <= ended.heard_ms <= timer.passed_ms()


def test_a_song_that_ends_by_itself_is_finished_and_heard_to_the_end(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac")
    person.play()
    person.listen(4)
    events.started("b.flac")
    assert events.story() == ["start a", "end a finished", "start b"]
    assert 4000 - ROUGHLY_MS <= events.ended("a.flac").heard_ms <= 4000


def test_the_last_song_that_ends_by_itself_is_finished_though_the_music_stops(person: Person, events: EventLog) -> None:
    fill(person, "a.flac")
    person.play()
    events.started("a.flac")
    person.seek(2)
    person.listen(2)
    assert events.ended("a.flac").ending is Ending.FINISHED


def test_the_last_song_skipped_is_skipped(person: Person, events: EventLog) -> None:
    fill(person, "a.flac")
    person.play()
    events.started("a.flac")
    person.listen(0.5)
    person.skip()
    assert events.ended("a.flac").ending is Ending.SKIPPED


def test_a_stop_before_the_end_is_a_stop(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac")
    person.play()
    events.started("a.flac")
    person.listen(0.5)
    person.stop()
    assert events.ended("a.flac").ending is Ending.STOPPED
    assert names(person) == ["a.flac", "b.flac"], "the player would begin with the song it stopped in"


def test_a_pause_is_not_heard(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac")
    person.play()
    events.started("a.flac")
    person.listen(0.6)
    known = len(events.all)
    person.pause()
    paused = events.next(Heard, lambda heard: heard.heard_ms >= 600 - ROUGHLY_MS, after=known)
    person.listen(1.5)
    known = len(events.all)
    timer = Timer(person)
    person.resume()
    events.next(Heard, after=known)
    person.skip()
    assert paused.heard_ms >= 600 - ROUGHLY_MS
    assert events.ended("a.flac").heard_ms <= paused.heard_ms + timer.passed_ms() + 100


def test_what_was_jumped_over_is_not_heard(person: Person, events: EventLog) -> None:
    fill(person, "long.flac", "b.flac")
    timer = Timer(person)
    person.play()
    events.started("long.flac")
    person.listen(0.3)
    person.seek(3)
    sought = events.next(Heard, lambda heard: heard.position_ms >= 2900)
    person.listen(0.3)
    person.skip()
    assert sought.heard_ms < 2900
    assert 600 - ROUGHLY_MS <= events.ended("long.flac").heard_ms <= timer.passed_ms()


def test_a_jump_back_to_the_start_is_no_new_start(person: Person, events: EventLog) -> None:
    fill(person, "long.flac", "b.flac")
    person.play()
    events.started("long.flac")
    person.seek(3)
    events.next(Heard, lambda heard: heard.position_ms >= 2900)
    known = len(events.all)
    person.seek(0)
    events.next(Heard, lambda heard: heard.position_ms < 2900, after=known)
    person.skip()
    events.started("b.flac")
    assert events.story() == ["start long", "end long skipped", "start b"]


def test_files_are_put_at_the_end_and_wait_in_order(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac")
    person.play()
    events.started("a.flac")
    added = person.player.enqueue([person.music / "c.flac", person.music / "album" / "e.flac", person.music / "c.flac"])
    assert names(person) == ["b.flac", "c.flac", "e.flac", "c.flac"]
    assert list(person.player.upcoming()[1:]) == list(added)
    assert len({item.key for item in person.player.upcoming()}) == 4
    events.next(QueueChanged)


def test_the_entry_that_starts_is_the_one_that_waited(person: Person, events: EventLog) -> None:
    fill(person, "a.flac")
    person.play()
    (entry,) = person.player.enqueue([person.music / "b.flac"])
    person.skip()
    assert events.started("b.flac").item == entry


def test_a_file_that_cannot_be_played_is_answered_and_the_others_are_taken(person: Person) -> None:
    files = [person.music / name for name in ("a.flac", "unknown.flac", "b.flac")]
    answers = person.player.enqueue(files)
    assert [answer and answer.path.name for answer in answers] == ["a.flac", None, "b.flac"]
    assert names(person) == ["a.flac", "b.flac"]


def test_entries_are_dropped_but_not_the_one_playing_nor_any_gone(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac", "c.flac", "d.flac")
    person.play()
    current = events.started("a.flac").item
    first, second, _ = person.player.upcoming()
    person.delete(1)
    person.player.drop([current, first, second])
    assert names(person) == ["d.flac"]
    person.player.drop([first])
    assert names(person) == ["d.flac"]
    assert events.story() == ["start a"]


def test_entries_change_places_but_not_the_one_playing_nor_any_gone(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac", "c.flac", "d.flac")
    person.play()
    current = events.started("a.flac").item
    second, third, fourth = person.player.upcoming()
    person.player.move(fourth, 0)
    assert names(person) == ["d.flac", "b.flac", "c.flac"]
    person.player.move(second, 99)
    assert names(person) == ["d.flac", "c.flac", "b.flac"]
    person.player.move(third, 1)
    assert names(person) == ["d.flac", "c.flac", "b.flac"]
    person.player.move(current, 2)
    assert names(person) == ["d.flac", "c.flac", "b.flac"]
    assert [item.key for item in person.player.upcoming()] == [fourth.key, third.key, second.key]
    person.player.drop([fourth])
    person.player.move(fourth, 0)
    assert names(person) == ["c.flac", "b.flac"]
    assert events.story() == ["start a"]


def test_entries_of_a_player_that_rests_change_places(person: Person) -> None:
    fill(person, "a.flac", "b.flac", "c.flac")
    first, *_, last = person.player.upcoming()
    person.player.move(last, 0)
    assert names(person) == ["c.flac", "a.flac", "b.flac"]
    person.player.move(first, 2)
    assert names(person) == ["c.flac", "b.flac", "a.flac"]


def test_edits_by_hand_in_between_are_followed(person: Person, events: EventLog) -> None:
    fill(person, "a.flac")
    person.play()
    events.started("a.flac")
    picks = person.player.enqueue([person.music / "b.flac", person.music / "c.flac"])
    known = len(events.all)
    person.add("d.flac")
    events.next(QueueChanged, after=known)
    assert names(person) == ["b.flac", "c.flac", "d.flac"]
    person.player.drop([pick for pick in picks if pick is not None])
    assert names(person) == ["d.flac"]


def test_modes_are_switched_off_and_brought_back(person: Person) -> None:
    fill(person, "a.flac", "b.flac", "c.flac")
    person.shuffle()
    kept = person.player.order_modes()
    person.player.keep_order()
    assert person.modes() == set()
    person.play()
    assert names(person) == ["b.flac", "c.flac"]
    person.player.restore_order(kept)
    assert person.modes() == {"random", "repeat"}


def test_shuffled_the_song_that_waits_first_is_the_one_that_starts(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac", "c.flac", "d.flac")
    person.shuffle()
    person.play()
    events.next(Started)
    first, *others = person.player.upcoming()
    assert len(others) == 2
    known = len(events.all)
    person.skip()
    assert events.next(Started, after=known).item == first


def test_a_closed_player_tells_nothing_and_takes_nothing(person: Person, events: EventLog) -> None:
    fill(person, "a.flac", "b.flac")
    person.play()
    events.started("a.flac")
    person.player.close()
    person.player.close()
    known = len(events.all)
    person.skip()
    with pytest.raises(PlayerGone):
        person.player.upcoming()
    with pytest.raises(PlayerGone):
        person.player.enqueue([person.music / "a.flac"])
    assert len(events.all) == known


def test_opened_again_it_reports_what_plays_and_how_far_it_is(person: Person, events: EventLog) -> None:
    fill(person, "long.flac", "b.flac")
    person.play()
    events.started("long.flac")
    person.player.close()
    person.listen(1)
    person.seek(3)
    person.pause()
    known = len(events.all)
    person.player.open(events)
    started = events.started("long.flac", after=known)
    assert 2900 <= started.position_ms < 4000
    person.resume()
    person.skip()
    assert started.position_ms <= events.next(Ended, after=known).heard_ms < started.position_ms + 5000
