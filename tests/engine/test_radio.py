"""Heart mode, sentence by sentence of its contract."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from player_rec.domain.errors import NoSuchTrack, NothingToPlay, PlayerGone
from player_rec.domain.listening import Avoidance, Dials, Scope, Source
from player_rec.domain.track import ContentId, Identity, Stamp, Tags
from player_rec.players.base import PlayerAdapter, QueueItem
from player_rec.players.simulated import SimulatedPlayer
from tests.engine.room import LENGTH_MS, Room, corner, number, opened, song


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with opened(tmp_path) as made:
        yield made


def test_switching_on_leaves_the_song_alone_and_fills_the_queue_from_its_corner(room: Room) -> None:
    room.listen(song(3), 30)
    position = room.player._position_ms
    room.heart(on=True)
    assert room.playing == song(3)
    assert room.player._position_ms == position
    assert len(room.queue) == 5
    assert sum(corner(path) == 0 for path in room.queue) >= 4  # one in ten picks may be a try


def test_switching_off_leaves_nothing_behind_and_brings_the_former_queue_back(room: Room) -> None:
    for n in (3, 50, 51, 52):
        room.player.add(song(n))
    room.player.modes |= {"random"}
    room.player.play(song(3))
    room.settle()
    room.heart(on=True)
    assert not {song(50), song(51), song(52)} & set(room.queue) - set(room.picks)
    room.player.add(song(99))
    room.passes(1)
    room.heart(on=False)
    assert room.playing == song(3)
    assert room.player.modes == {"random"}
    room.player.modes.clear()
    assert room.queue == [song(99), song(50), song(51), song(52)]
    assert room.listener.radio.waiting("simulated") == []


def test_off_means_off(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    room.heart(on=False)
    room.finish()
    room.listen(song(5))
    room.finish()
    assert set(room.queue) <= {song(3), song(5)}
    assert not room.follower.following().heart


def test_switching_on_twice_and_off_twice_is_once(room: Room) -> None:
    room.listen(song(3))
    room.player.add(song(50))
    room.heart(on=True)
    queue = room.queue
    room.heart(on=True)
    assert room.queue == queue
    room.heart(on=False)
    room.heart(on=False)
    assert room.queue == [song(50)]


def test_the_queue_is_kept_long_while_songs_end(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    for _ in range(8):
        first, second, *_ = room.queue
        room.finish()
        assert room.playing == first
        assert room.queue[0] == second  # what was next stays next
        assert len(room.queue) == 5
    sources = [noted.play.source for noted in room.plays]
    assert sources == [Source.OWN, *[Source.PICK] * 7]


def test_own_items_always_go_first(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    picks = room.queue
    room.player.add(song(110))
    room.passes(1)
    assert room.queue[0] == song(110)
    assert room.queue[1:3] == picks[:2]
    room.player.add(song(111), at=3)
    room.passes(1)
    assert room.queue[:2] == [song(110), song(111)]
    assert len(room.picks) == 5


def test_early_skips_cool_a_corner_at_once_and_finishes_warm_another(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    skips = 0
    while corner(room.playing or song(0)) == 0 and skips < 10:
        room.skip(5)
        skips += 1
    assert skips <= 4
    liked = corner(room.playing or song(0))
    room.finish()
    assert corner(room.playing or song(0)) != 0
    assert sum(corner(path) == 0 for path in room.queue) <= 1
    assert liked != 0


def test_a_like_draws_the_radio_near(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    before = sum(corner(path) == 4 for path in room.queue)
    for n in (80, 81, 82):
        number_of = room.library.tracks.at(song(n))
        assert number_of is not None
        room.listener.hearts.give(room.library.tracks.get([number_of])[number_of], room.now())
    room.follower.memory.said_changed()
    room.skip(5)
    room.skip(5)
    assert sum(corner(path) == 4 for path in room.queue) > before


def test_a_ban_takes_effect_in_the_queue_at_once(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    first = room.queue[0]
    room.listener.avoidances.add(Avoidance(Scope.ARTIST, f"artist {number(first)}", room.now(), None, ""))
    room.follower.memory.said_changed()
    room.follower.replan()
    assert first not in room.queue
    assert len(room.queue) == 5


def test_a_snoozed_song_played_by_hand_is_snoozed_no_more(room: Room) -> None:
    until = room.now() + timedelta(days=30)
    room.listener.avoidances.add(Avoidance(Scope.RECORDING, "sound-7", room.now(), until, ""))
    room.listener.avoidances.add(Avoidance(Scope.RECORDING, "sound-8", room.now(), None, ""))
    room.follower.memory.said_changed()
    room.listen(song(7))
    room.listen(song(8))
    assert [kept.avoidance.subject for kept in room.listener.avoidances.holding(room.now())] == ["sound-8"]


def test_a_snoozed_song_that_comes_by_itself_stays_snoozed(room: Room) -> None:
    for n in (3, 7, 9):
        room.player.add(song(n))
    room.player.play(song(3))
    room.settle()
    until = room.now() + timedelta(days=30)
    room.listener.avoidances.add(Avoidance(Scope.RECORDING, "sound-7", room.now(), until, ""))
    room.follower.memory.said_changed()
    room.follower.look()
    room.skip(5)
    assert room.playing == song(7)
    assert len(room.listener.avoidances.holding(room.now())) == 1
    room.listen(song(9))
    room.listen(song(7))
    assert room.listener.avoidances.holding(room.now()) == []


def test_a_pick_can_be_kept_and_taken_out(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    first, second = room.queue[:2]
    room.wishes.keep(room.follower.picks()[0][0].key)
    room.wishes.refuse(room.follower.picks()[0][0].key)
    assert room.queue[0] == first
    assert second not in room.queue
    assert len(room.picks) == 5
    room.heart(on=False)
    assert room.queue == [first]
    with pytest.raises(NoSuchTrack):
        room.wishes.keep("gone")


def test_what_waits_changes_places_and_a_pick_that_is_moved_is_the_listeners_own(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    third, fourth = room.follower.picks()[2][0], room.follower.picks()[3][0]
    room.wishes.move(third.key, 0)
    assert room.queue[0] == third.path
    assert len(room.picks) == 5
    room.wishes.move(fourth.key, 4)
    assert room.queue[:2] == [third.path, fourth.path]
    assert room.queue[2:] == room.picks
    room.wishes.move(fourth.key, 0)
    assert room.queue[:2] == [fourth.path, third.path]
    room.heart(on=False)
    assert room.queue == [fourth.path, third.path]
    room.wishes.move(fourth.key, 1)
    assert room.queue == [third.path, fourth.path]
    with pytest.raises(NoSuchTrack):
        room.wishes.move("gone", 0)


def test_the_dials_are_obeyed_by_the_next_plan(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    room.listener.radio.turn(Dials(close_far=1), room.now())
    room.follower.replan()
    assert sum(corner(path) != 0 for path in room.queue) >= 3


def test_a_queue_edited_by_hand_stays_as_edited(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    gone = room.queue[0]
    room.player.remove(room.item(gone))
    room.passes(1)
    assert len(room.queue) == 5
    room.player.move(room.item(room.queue[3]), 0)
    moved = room.queue[0]
    room.passes(1)
    assert room.queue[0] == moved


def test_a_song_the_player_cannot_play_is_not_offered_again(room: Room) -> None:
    room.player.unplayable = {song(n) for n in range(20) if n not in (3, 4, 5)}
    room.listen(song(3))
    room.heart(on=True)
    assert len(room.queue) == 5
    assert not set(room.queue) & room.player.unplayable


def test_a_player_that_comes_back_is_found_again_with_its_picks(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    queue = room.queue
    room.player.crash()
    room.settle()
    with pytest.raises(PlayerGone):
        room.follower.heart(on=True)
    room.player.restart()
    room.passes(40)
    assert room.queue == room.picks
    assert room.picks[:2] == queue[:2]
    room.heart(on=False)
    assert room.queue == []


def test_off_while_the_player_is_away_is_off_when_it_is_back(room: Room) -> None:
    room.player.add(song(60))
    room.listen(song(3))
    room.player.add(song(61))
    room.heart(on=True)
    room.player.crash()
    room.settle()
    room.follower.heart(on=False)
    room.player.restart()
    room.passes(40)
    assert not room.follower.following().heart
    assert room.queue == [song(61)]


def test_fast_skips_do_not_make_picks_the_listeners_own(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    room.player.skip()
    room.player.skip()
    room.follower.replan()  # before the news of either has come
    room.settle()
    room.skip(5)
    assert [noted.play.source for noted in room.plays] == [Source.OWN, Source.PICK, Source.PICK]


def test_what_cannot_come_back_is_not_put_aside(room: Room) -> None:
    odd = [Path("http:/radio/stream"), Path("/music/caf\udce9.mp3")]
    room.listen(song(3))
    for file in (odd[0], song(60), odd[1]):
        room.player.add(file)
    room.heart(on=True)
    assert room.queue[:2] == odd
    room.heart(on=False)
    assert room.queue == [*odd, song(60)]


def test_a_crash_of_the_radio_leaves_a_queue_it_knows_again(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.player.add(song(3))
        room.player.add(song(60))
        room.player.play(song(3))
        room.settle()
        room.heart(on=True)
        queue, player = room.queue, room.player
    with opened(tmp_path, player=player) as room:  # nothing was closed properly
        assert room.follower.following().heart
        assert room.queue == room.picks
        assert room.picks[:2] == queue[:2]
        room.heart(on=False)
        assert room.queue == [song(60)]


def test_following_that_ends_leaves_heart_mode(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.listen(song(3))
        room.heart(on=True)
        room.follower.close()
        player = room.player
    with opened(tmp_path, player=player) as room:
        assert not room.follower.following().heart
        assert room.queue == []


def test_without_analysis_it_goes_by_tags_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path, heard=False) as room:
        room.listen(song(3))
        room.heart(on=True)
        assert room.follower.radio.by_tags
        assert sum(corner(path) == 0 for path in room.queue) >= 4
        notes = [note for _, note in room.follower.picks()]
        assert "by its tags" in notes[0].why["en"]


def test_with_nothing_playing_it_fills_the_queue_and_does_not_start(room: Room) -> None:
    room.heart(on=True)
    assert room.playing is None
    assert len(room.queue) == 5


class OnlyQueue:
    """A player that can do no more than it must."""

    def __init__(self, player: SimulatedPlayer) -> None:
        self._player, self.name = player, player.name
        self.open, self.close, self.upcoming = player.open, player.close, player.upcoming

    def enqueue(self, files: list[Path]) -> list[QueueItem | None]:
        """Put files at the end."""
        return list(self._player.enqueue(files))


def test_a_player_that_cannot_drop_is_only_added_to(tmp_path: Path) -> None:
    def only(player: SimulatedPlayer) -> PlayerAdapter:
        return OnlyQueue(player)  # type: ignore[return-value]  # bound methods stand for its own

    with opened(tmp_path, only=only) as room:
        room.listen(song(3))
        room.player.add(song(60))
        room.heart(on=True)
        assert room.queue[0] == song(60)
        assert len(room.queue) == 6
        room.finish()
        assert len(room.picks) == 5
        room.heart(on=False)


def test_every_pick_has_a_reason_in_words_and_numbers(room: Room) -> None:
    room.listen(song(3))
    room.heart(on=True)
    for _, note in room.follower.picks():
        assert note.why["en"]
        assert note.why["zh"]
        assert {"sound", "session", "taste", "transition"} <= note.why["parts"].keys()


def test_songs_beyond_the_reach_of_the_player_are_not_offered(room: Room) -> None:
    known = "/music/elsewhere"
    with room.library.transaction():
        for n in range(0, 120, 8):
            identity = Identity(ContentId(f"sound-{n}"), LENGTH_MS, "mp3")
            room.library.files.put(f"{known}/{n:03}.mp3", "/music", Stamp(1, 1), identity, Tags(f"Song {n}"), ())
    room.player.folder = Path(known)
    room.player.crash()
    room.settle()
    room.player.restart()
    room.passes(5)
    room.player.play(Path(known) / "008.mp3")
    room.settle()
    room.heart(on=True)
    assert len(room.picks) == 5
    assert all(str(path.parent) == known for path in room.picks), "the file that can be played, of the two it has"
    assert not room.follower.radio._unplayable, "nothing had to be tried in vain"


def test_where_nothing_can_be_played_heart_mode_stays_off_and_the_queue_as_it_was(room: Room) -> None:
    for n in (3, 50, 51):
        room.player.add(song(n))
    room.player.modes |= {"random"}
    room.player.play(song(3))
    room.settle()
    room.player.unplayable = {song(n) for n in range(120)} - {song(3), song(50), song(51)}
    room.library.files.mark("gone", [str(song(n)) for n in (3, 50, 51)])
    room.follower.look()
    with pytest.raises(NothingToPlay):
        room.heart(on=True)
    room.player.modes.clear()
    assert room.queue == [song(50), song(51)]
    assert room.follower.radio.state is None


def test_on_again_before_off_could_be_tidied_up_is_on(room: Room) -> None:
    room.listen(song(3))
    room.player.add(song(50))
    room.heart(on=True)
    room.player.crash()
    room.settle()
    room.follower.heart(on=False)
    room.player.restart()
    room.player.resume()
    room.follower.heart_when_there()
    room.passes(5)
    assert room.follower.radio.state is not None
    assert len(room.picks) == 5
    room.heart(on=False)
    assert room.queue == [song(50)]


def test_what_was_put_aside_comes_back_beside_the_same_song_queued_since(room: Room) -> None:
    for n in (3, 50, 51):
        room.player.add(song(n))
    room.player.play(song(3))
    room.settle()
    room.heart(on=True)
    room.player.add(song(50), 0)
    room.settle()
    room.player.crash()
    room.settle()
    room.follower.heart(on=False)
    room.player.restart()
    room.player.resume()
    room.passes(5)
    assert room.queue == [song(50), song(50), song(51)]


@pytest.mark.parametrize("on", [True, False])
def test_a_song_that_ends_while_heart_mode_is_switched_goes_over_into_the_next(
    room: Room, monkeypatch: pytest.MonkeyPatch, on: bool
) -> None:
    for n in (3, 50, 51):
        room.player.add(song(n))
    room.player.play(song(3))
    room.settle()
    if not on:
        room.heart(on=True)
    drop = room.player.drop

    def ends_meanwhile(items: Sequence[QueueItem]) -> None:
        room.player.advance(LENGTH_MS / 1000 + 0.1)
        drop(items)
        room.player.advance(1)

    with monkeypatch.context() as moment:
        moment.setattr(room.player, "drop", ends_meanwhile)
        room.follower.heart(on=on)
    room.settle()
    assert room.playing is not None
    assert room.playing != song(3)


@pytest.mark.parametrize("when", ["enqueue", "drop"])
def test_a_song_of_the_former_queue_that_plays_after_all_does_not_come_back(
    room: Room, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    for n in (3, 50, 51):
        room.player.add(song(n))
    room.player.play(song(3))
    room.settle()
    act = getattr(room.player, when)

    def ends_meanwhile(what: Sequence[Any]) -> Any:
        room.player.advance(LENGTH_MS / 1000 + 0.1)
        return act(what)

    with monkeypatch.context() as moment:
        moment.setattr(room.player, when, ends_meanwhile)
        room.follower.heart(on=True)
    room.settle()
    assert room.playing == song(50)
    assert room.queue == room.picks
    room.heart(on=False)
    assert room.queue == [song(51)]
