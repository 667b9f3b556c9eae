"""A sequence for the whole tail, chosen together."""

from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.domain.track import Entry, RecordingId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.plans.order import Placed, Wishes, sequence
from player_rec.recommend.plans.rules import Rules
from player_rec.recommend.plans.spacing import NEVER, Since
from tests.recommend.libraries import entry


def wishes(scores: Sequence[float], count: int, **more: NDArray[np.floating[Any]]) -> Wishes:
    size = len(scores)
    plain = {
        "places": np.zeros((count, size)),
        "first": np.zeros(size),
        "follow": np.zeros((size, size)),
        "alike": np.zeros((size, size)),
    }
    told = {name: np.asarray(value, np.float32) for name, value in (plain | more).items()}
    return Wishes(np.array(scores, np.float32), **told)


def ordered(entries: Sequence[Entry], wanted: Wishes, count: int, *, heard_lately: Sequence[int] = ()) -> list[Placed]:
    size = len(entries)
    never, hours = np.full(size, NEVER, np.int32), np.full(size, np.inf, np.float32)
    recording = never.copy()
    recording[list(heard_lately)] = 30
    rules = Rules(Since(never, never, recording, hours), np.ones(size, np.bool_), np.ones(size, np.bool_), 12.0)
    return list(sequence(wanted, np.arange(size), Catalogue.of(entries), rules, np.zeros(size, np.bool_), count))


def places(found: Sequence[Placed]) -> list[int]:
    return [one.place for one in found]


def strangers(count: int) -> list[Entry]:
    return [entry(track, f"artist {track}", f"album {track}") for track in range(count)]


def test_with_nothing_else_to_go_by_the_best_are_taken() -> None:
    assert set(places(ordered(strangers(5), wishes([1, 5, 3, 2, 4], 3), 3))) == {1, 4, 2}


def test_equals_stand_in_their_own_order() -> None:
    assert places(ordered(strangers(5), wishes([1] * 5, 5), 5)) == [0, 1, 2, 3, 4]


def test_no_more_come_than_there_are_and_none_twice() -> None:
    assert sorted(places(ordered(strangers(4), wishes([1, 2, 3, 4], 9), 9))) == [0, 1, 2, 3]
    assert ordered([], wishes([], 3), 3) == []


def test_what_follows_smoothly_comes_next() -> None:
    follow = np.zeros((3, 3))
    follow[0, 2] = 1
    assert places(ordered(strangers(3), wishes([3, 1, 0.5], 3, follow=follow), 2)) == [0, 2]


def test_what_is_queued_before_has_a_say_in_the_first() -> None:
    assert places(ordered(strangers(3), wishes([1, 1, 1], 1, first=np.array([0, 0, 1])), 1)) == [2]


def test_a_slightly_worse_first_is_taken_for_a_much_better_second() -> None:
    follow = np.zeros((3, 3))
    follow[1, 2] = 2
    assert places(ordered(strangers(3), wishes([1.0, 0.9, 0.8], 2, follow=follow), 2)) == [1, 2]


def test_two_alike_do_not_come_together_while_there_is_something_else() -> None:
    alike = np.array([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    assert places(ordered(strangers(3), wishes([1, 0.9, 0.5], 3, alike=alike), 2)) == [0, 2]


def test_a_place_gets_the_kind_it_asks_for() -> None:
    asked = np.array([[0, 0, 0], [0, 0, 2], [0, 0, 0]])
    assert places(ordered(strangers(3), wishes([3, 2, 0.5], 3, places=asked), 3)) == [0, 2, 1]


def test_one_artist_and_one_album_do_not_come_again_soon() -> None:
    entries = [entry(0, "a", "one"), entry(1, "a", "two"), entry(2, "b", "one"), entry(3, "c", "three")]
    found = ordered(entries, wishes([4, 3, 2, 1], 4), 2)
    assert places(found) == [0, 3]
    assert [one.gave_way for one in found] == [(), ()]


def test_the_album_gives_way_before_the_artist() -> None:
    entries = [entry(0, "a", "one"), entry(1, "a", "two"), entry(2, "b", "one")]
    two = ordered(entries[::2], wishes([4, 2], 2), 2)
    assert [one.gave_way for one in two] == [(), ("album",)]
    found = ordered(entries, wishes([4, 3, 2], 3), 3)
    assert places(found) == [1, 2, 0]  # the fewest steps down, though the best comes last
    assert [one.gave_way for one in found] == [(), (), ("album", "artist")]


def test_a_second_file_of_a_recording_waits_as_long_as_the_first() -> None:
    entries = strangers(3)
    entries[1] = entries[1]._replace(recording=RecordingId(0))
    found = ordered(entries, wishes([3, 2, 1], 3), 3)
    assert places(found)[1] == 2
    assert [one.gave_way for one in found] == [(), (), ("repeat",)]


def test_no_score_buys_a_step_down_the_ladder() -> None:
    found = ordered(strangers(2), wishes([-3, 3], 2), 2, heard_lately=[1])
    assert places(found) == [0, 1]
    assert [one.gave_way for one in found] == [(), ("repeat",)]


def test_two_artists_take_turns_even_where_everything_was_heard_lately() -> None:
    entries = [entry(track, "ab"[track // 3], f"album {track}") for track in range(6)]
    found = ordered(entries, wishes([9, 8, 7, 3, 2, 1], 6), 6, heard_lately=range(6))
    artists = [entries[place].artist for place in places(found)]
    assert all(one != other for one, other in pairwise(artists))
    assert [one.gave_way for one in found] == [("repeat",)] * 2 + [("artist", "repeat")] * 4


@pytest.mark.parametrize("seed", range(5))
def test_it_is_nearly_as_good_as_the_best_of_all_sequences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    alike = rng.random((6, 6)) ** 2
    wanted = wishes(
        rng.random(6).tolist(),
        4,
        follow=0.4 * rng.random((6, 6)),
        alike=0.8 * (alike + alike.T) / 2,
        places=0.6 * rng.choice([-1, 1], (4, 6)),
        first=0.4 * rng.random(6),
    )

    def value(order: Sequence[int]) -> float:
        gained = 0.0
        for slot, place in enumerate(order):
            gained += wanted.scores[place] + wanted.places[slot, place]
            gained += wanted.follow[order[slot - 1], place] if slot else wanted.first[place]
            gained -= max((wanted.alike[other, place] for other in order[:slot]), default=0.0)
        return float(gained)

    best = max(value(order) for order in permutations(range(6), 4))
    assert value(places(ordered(strangers(6), wanted, 4))) >= best - 0.15
