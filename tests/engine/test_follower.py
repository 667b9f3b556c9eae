"""What a player plays becomes history, whatever happens to the player or to us."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from player_rec.domain.listening import Ending, Outcome, Source
from tests.engine.room import LENGTH_MS, Room, opened, song
from tests.store.holder import held


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with opened(tmp_path) as made:
        yield made


def test_plays_are_kept_with_how_they_ended_also_with_heart_mode_off(room: Room) -> None:
    room.player.add(song(1))
    room.player.add(song(2))
    room.player.play(song(1))
    room.settle()
    room.finish()
    room.skip(9)
    room.listen(song(3), 100)
    room.player.stop()
    room.settle()
    kept = [(n.play.content, n.play.ending, n.play.outcome) for n in room.plays]
    assert kept == [
        ("sound-1", Ending.FINISHED, Outcome.FINISH),
        ("sound-2", Ending.SKIPPED, Outcome.EARLY_SKIP),
        ("sound-3", Ending.STOPPED, Outcome.NOTHING),
    ]
    assert [n.play.heard_ms // 1000 for n in room.plays] == [200, 9, 100]
    assert room.plays[0].play.title == "Song 1"


def test_pauses_and_jumps_are_not_heard(room: Room) -> None:
    room.listen(song(1), 10)
    room.player.pause()
    room.passes(300)
    room.player.resume()
    room.player.seek(150_000)
    room.skip(5)
    assert room.plays[0].play.heard_ms == pytest.approx(15_000, abs=1500)


def test_a_file_that_cannot_be_played_teaches_nothing(room: Room) -> None:
    room.player.unplayable = {song(1)}
    room.listen(song(1), 1)
    assert [n.play.outcome for n in room.plays] == [Outcome.NOTHING]
    assert len(room.follower.memory.history) == 1


def test_a_file_outside_the_library_is_history_too_and_counts_once_it_is_known(room: Room) -> None:
    room.listen(Path("/elsewhere/tape.mp3"), 40)
    room.skip(0)
    assert [n.play.file for n in room.plays] == [Path("/elsewhere/tape.mp3")]
    assert room.plays[0].play.content == ""


def test_an_album_that_goes_on_by_itself_is_told_from_a_choice(tmp_path: Path) -> None:
    from player_rec.domain.track import ContentId, Identity, Stamp, Tags

    with opened(tmp_path) as room:
        for n in (500, 501, 502):
            identity = Identity(ContentId(f"sound-{n}"), 200_000, "mp3")
            room.library.files.put(str(song(n)), "/music", Stamp(1, 1), identity, Tags(f"{n}", ("A",), "One Album"), ())
            room.player.add(song(n))
        room.player.play(song(500))
        room.settle()
        room.finish()
        room.finish()
        room.skip(0)
        assert [n.play.source for n in room.plays] == [Source.OWN, Source.ALBUM, Source.ALBUM]


def test_a_kill_in_the_middle_of_a_song_loses_no_more_than_its_end(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(1), 95)
        player = room.player
    player.skip()  # while nobody was there
    player.advance(1)
    with opened(tmp_path, player=player) as room:
        assert [(n.play.content, n.play.ending) for n in room.plays] == [("sound-1", Ending.LOST)]
        assert room.plays[0].play.heard_ms >= 85_000


def test_a_kill_and_a_quick_return_is_one_play(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(1), 95)
        player = room.player
    player.advance(5)
    with opened(tmp_path, player=player) as room:
        room.passes(120)
        assert [(n.play.content, n.play.ending) for n in room.plays] == [("sound-1", Ending.FINISHED)]
        assert room.plays[0].play.heard_ms == pytest.approx(200_000, abs=12_000)


def test_a_song_cut_off_for_good_is_kept_when_we_are_back(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(1), 50)
        player = room.player
    player.stop()
    with opened(tmp_path, player=player) as room:
        assert [(n.play.ending) for n in room.plays] == [Ending.LOST]


def test_a_player_crash_is_no_skip(room: Room) -> None:
    room.listen(song(1), 50)
    room.player.crash()
    room.settle()
    room.player._current = None
    room.player.restart()
    room.passes(60)
    assert [n.play.outcome for n in room.plays] == [Outcome.NOTHING]


def test_learning_can_be_paused(room: Room) -> None:
    room.listener.lessons.learn(room.now(), on=False)
    room.listen(song(1), 5)
    room.skip(0)
    room.listener.lessons.learn(room.now(), on=True)
    room.listen(song(2), 5)
    room.skip(0)
    assert [n.counts for n in room.plays] == [False, True]
    assert list(room.follower.memory.history.outcomes) == [Outcome.NOTHING, Outcome.EARLY_SKIP]


def test_what_another_process_says_is_taken_in(room: Room, tmp_path: Path) -> None:
    from contextlib import closing

    from player_rec.store.db import open_db
    from player_rec.store.listener import Listener

    room.listen(song(1), 5)
    room.heart(on=True)
    with closing(open_db(tmp_path / "listening.db", "listening")) as db:
        number = room.library.tracks.at(song(9))
        assert number is not None
        Listener(db).hearts.give(room.library.tracks.get([number])[number], room.now())
    room.follower.look()
    assert number in room.follower.memory.hearts


def test_a_lesson_taken_back_is_unlearned_at_once(room: Room) -> None:
    room.listen(song(1), 5)
    room.skip(0)
    room.listener.lessons.unlearn([room.plays[0].id], room.now())
    room.follower.memory.refresh()
    assert list(room.follower.memory.history.outcomes) == [Outcome.NOTHING]


def test_a_clock_that_is_put_back_holds_nothing_up(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    room.player.crash()
    room.settle()
    room.wall.set_by_s = -7200
    room.player.restart()
    room.player.resume()
    room.passes(40)
    assert room.follower.connected
    room.player.add(song(70))
    room.passes(2)
    assert room.queue[0] == song(70)


@pytest.mark.parametrize("heart", [False, True])
def test_a_database_held_by_another_program_costs_no_play_and_none_comes_twice(tmp_path: Path, heart: bool) -> None:
    with opened(tmp_path) as room:
        room.listener.db.execute("PRAGMA busy_timeout = 20")
        room.listen(song(3))
        room.player.enqueue([song(40), song(41)])
        if heart:
            room.heart(on=True)
        with held(tmp_path / "listening.db"):
            room.passes(450)
            assert room.plays == []
        room.passes(10)
        kept = [(noted.play.file, noted.play.heard_ms, noted.play.ending) for noted in room.plays]
        assert len(kept) == 2
        assert kept[0] == (song(3), LENGTH_MS, Ending.FINISHED)
        assert kept[1][1:] == (LENGTH_MS, Ending.FINISHED)
        assert [noted.play.source for noted in room.plays][1] is (Source.PICK if heart else Source.OWN)
        if heart:
            assert len(room.picks) == 5
