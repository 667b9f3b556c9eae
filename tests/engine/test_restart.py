"""The radio comes back to a player that calls its entries by new names, and was left at the worst moment."""

from pathlib import Path

import pytest

from player_rec.domain.listening import Source
from player_rec.domain.track import ContentId
from player_rec.players.simulated import SimulatedPlayer
from player_rec.store.radio import PickNote
from tests.engine.room import BEGIN, Room, number, opened, song


def renamed(room: Room) -> SimulatedPlayer:
    """The player of a room that was left without a word; all its entries have new names."""
    room.player.crash()
    room.player.restart()
    return room.player


def test_a_question_that_comes_before_the_player_has_spoken_does_not_make_it_forget_its_picks(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(3))
        room.heart(on=True)
        renamed(room)
        room.settle()
        room.player.resume()
        room.player.advance(1.5)
        room.follower.step()
        assert room.follower.connected
        assert room.follower.picks() == []
        room.follower.look()
        room.settle()
        room.passes(4)
        assert len(room.picks) == 5
        assert room.queue == room.picks


def test_a_pick_that_began_while_nobody_followed_is_a_pick(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(3))
        room.heart(on=True)
        first = room.picks[0]
    player = renamed(room)
    player.resume()
    player.skip()
    with opened(tmp_path, player=player) as room:
        assert room.playing == first
        room.finish()
        assert [(n.play.file, n.play.source) for n in room.plays][-1] == (first, Source.PICK)


def test_what_the_listener_queued_is_not_taken_for_a_pick_that_never_arrived(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(3))
        room.heart(on=True)
        files = [song(n) for n in (40, 41, 42, 43)]
        notes = [PickNote(0, BEGIN, room.player.name, "", sound(file), file, trying=False, why={}) for file in files]
        room.listener.radio.put(notes)
    player = renamed(room)
    player.resume()
    player.add(song(42))
    with opened(tmp_path, player=player) as room:
        assert room.queue[0] == song(42)
        assert room.picks == room.queue[1:]
        room.heart(on=False)
        assert room.queue == [song(42)]


def test_picks_that_arrived_though_their_names_were_never_noted_are_picks(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(3))
        room.heart(on=True)
        for _, note in room.follower.picks():
            room.listener.radio.rename(note.id, "")
    player = renamed(room)
    player.resume()
    with opened(tmp_path, player=player) as room:
        assert room.queue == room.picks
        assert len(room.picks) == 5


class Killed(BaseException):
    """The program, at a chosen moment."""


@pytest.mark.parametrize("dropped", [False, True])
def test_what_the_listener_queued_outlives_a_crash_while_the_same_pick_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dropped: bool
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with opened(tmp_path) as room:
        room.listen(song(3))
        room.heart(on=True)
        chosen = room.picks[1]
        room.player.add(chosen)
        with monkeypatch.context() as crash:
            owner: object = room.listener.radio if dropped else room.player
            crash.setattr(owner, "settle" if dropped else "drop", killed)
            with pytest.raises(Killed):
                room.follower.replan()
        assert room.queue.count(chosen) == (1 if dropped else 2)
    player = renamed(room)
    player.resume()
    with opened(tmp_path, player=player) as room:
        assert room.queue[0] == chosen
        assert room.queue.count(chosen) == 1
        assert room.queue[1:] == room.picks
        room.heart(on=False)
        assert room.queue == [chosen]


def test_a_crash_between_noting_the_former_queue_and_taking_it_out_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with opened(tmp_path) as room:
        for n in (3, 50, 51):
            room.player.add(song(n))
        room.player.play(song(3))
        room.settle()
        with monkeypatch.context() as crash:
            crash.setattr(room.player, "drop", killed)
            with pytest.raises(Killed):
                room.follower.heart(on=True)
        assert room.queue[:2] == [song(50), song(51)]
    player = renamed(room)
    player.resume()
    with opened(tmp_path, player=player) as room:
        assert len(room.picks) == 5
        assert room.queue == room.picks
        room.heart(on=False)
        assert room.queue == [song(50), song(51)]


def test_what_was_heard_of_the_former_queue_after_a_crash_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with opened(tmp_path) as room:
        for n in (3, 50, 51, 52):
            room.player.add(song(n))
        room.player.play(song(3))
        room.settle()
        with monkeypatch.context() as crash:
            crash.setattr(room.player, "drop", killed)
            with pytest.raises(Killed):
                room.follower.heart(on=True)
    player = renamed(room)
    player.resume()
    player.skip()
    with opened(tmp_path, player=player) as room:
        assert room.playing == song(50)
        assert room.queue == room.picks
        room.heart(on=False)
        assert room.queue == [song(51), song(52)]


def test_a_crash_while_the_former_queue_comes_back_brings_it_back_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with opened(tmp_path) as room:
        for n in (3, 50, 51):
            room.player.add(song(n))
        room.player.play(song(3))
        room.settle()
        room.heart(on=True)
        with monkeypatch.context() as crash:
            crash.setattr(room.player, "drop", killed)
            with pytest.raises(Killed):
                room.follower.heart(on=False)
    player = renamed(room)
    player.resume()
    with opened(tmp_path, player=player) as room:
        assert room.queue == [song(50), song(51)]
        assert room.follower.radio.state is None


def sound(file: Path) -> ContentId:
    """The content of a song of the room."""
    return ContentId(f"sound-{number(file)}")


def test_modes_are_noted_before_they_are_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as room:
        keep_order = room.player.keep_order

        def killed_after() -> None:
            keep_order()
            raise Killed

        room.listen(song(3))
        room.player.modes |= {"random"}
        monkeypatch.setattr(room.player, "keep_order", killed_after)
        with pytest.raises(Killed):
            room.follower.heart(on=True)
        monkeypatch.undo()
    player = renamed(room)
    player.resume()
    with opened(tmp_path, player=player) as room:
        assert room.player.modes == set()
        room.heart(on=False)
        assert room.player.modes == {"random"}
