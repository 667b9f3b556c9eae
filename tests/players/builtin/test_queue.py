"""The order of songs."""

from pathlib import Path
from random import Random

import pytest

from player_rec.players.base import QueueItem
from player_rec.players.builtin.queue import Queue


@pytest.fixture
def queue() -> Queue:
    """Six songs, a to f, of which the first plays."""
    queue = Queue(Random(3))
    queue.append(queue.new(Path(name)) for name in "abcdef")
    queue.begin(queue.items[0])
    return queue


def names(items: object) -> str:
    assert isinstance(items, (list, tuple))
    return "".join(item.path.name for item in items)


def entry(queue: Queue, name: str) -> QueueItem:
    return next(item for item in queue.items if item.path.name == name)


def test_entries_are_put_in_moved_and_taken_out(queue: Queue) -> None:
    queue.insert([queue.new(Path("x")), queue.new(Path("y"))])
    assert names(queue.waiting()) == "xybcdef"
    assert queue.move(entry(queue, "y"), 99)
    assert queue.move(entry(queue, "f"), 0)
    assert names(queue.waiting()) == "fxbcdey"
    assert not queue.move(entry(queue, "a"), 2), "what plays is not moved"
    queue.drop({entry(queue, name).key for name in "axc"})
    assert names(queue.waiting()) == "fbdey"
    queue.clear()
    assert names(queue.items) == "a"


def test_what_is_put_in_after_the_end_comes_next(queue: Queue) -> None:
    queue.begin(entry(queue, "f"))
    queue.finish()
    assert queue.current is None
    queue.append([queue.new(Path("new"))])
    assert names(queue.waiting()) == "new"


def test_a_queue_at_rest_begins_with_its_current_song(queue: Queue) -> None:
    queue.begin(entry(queue, "c"))
    queue.rest()
    assert names(queue.waiting()) == "cdef"
    queue.drop({entry(queue, name).key for name in "ac"})
    assert names(queue.waiting()) == "def"
    assert queue.before() == entry(queue, "b")


def test_shuffle_draws_what_waits_and_comes_off_again(queue: Queue) -> None:
    queue.set_modes({"random"})
    drawn = names(queue.waiting())
    assert sorted(drawn) == list("bcdef")
    assert drawn != "bcdef"
    queue.begin(entry(queue, "e"))
    assert sorted(names(queue.waiting())) == list("bcdf"), "none is lost by a choice"
    queue.insert([queue.new(Path("x"))])
    assert names(queue.waiting())[0] == "x"
    queue.set_modes(set())
    assert names(queue.items) == "abcdexf"
    assert names(queue.waiting()) == "xf"


def test_shuffled_for_ever_each_round_plays_all(queue: Queue) -> None:
    queue.set_modes({"random", "repeat"})
    played = ["a"]
    for _ in range(17):
        queue.begin(queue.following(by_hand=False)[0])
        assert queue.current is not None
        played.append(queue.current.path.name)
    assert [sorted(played[first : first + 6]) for first in (0, 6, 12)] == [list("abcdef")] * 3


def test_single_holds_where_a_song_ends_by_itself(queue: Queue) -> None:
    queue.set_modes({"single"})
    assert queue.following(by_hand=False) == []
    assert names(queue.following(by_hand=True)) == "bcdef"
    queue.set_modes({"single", "repeat"})
    assert names(queue.following(by_hand=False)) == "a"


def test_a_queue_is_the_same_after_a_night(queue: Queue) -> None:
    queue.set_modes({"random", "repeat"})
    queue.begin(queue.following(by_hand=True)[0])
    other = Queue(Random(9))
    other.restore(queue.state())
    assert other.state() == queue.state()
    assert other.items == queue.items
    assert other.new(Path("z")).key not in {item.key for item in other.items}


def test_played_long_ago_is_forgotten() -> None:
    queue = Queue(Random(0))
    queue.append(queue.new(Path(str(number))) for number in range(1300))
    for item in queue.items:
        queue.begin(item)
    assert len(queue.items) <= 1200
    assert queue.current is not None
    assert queue.current.path == Path("1299")
