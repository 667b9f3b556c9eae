"""What the simulated player does beyond the contract: its clock, and the person at it."""

from pathlib import Path

import pytest

from player_rec.domain.errors import PlayerGone
from player_rec.domain.listening import Ending
from player_rec.players.base import Ended, Gone, Heard, Started
from player_rec.players.simulated import SimulatedPlayer
from tests.players.log import EventLog

A, B, C = Path("/a"), Path("/b"), Path("/c")


@pytest.fixture
def sim(events: EventLog) -> SimulatedPlayer:
    """An open player with three songs of half a minute in its queue."""
    player = SimulatedPlayer(lambda _: 30_000)
    player.open(events)
    player.enqueue([A, B, C])
    return player


def paths(sim: SimulatedPlayer) -> list[Path]:
    return [item.path for item in sim.upcoming()]


def test_songs_end_and_start_when_they_do(sim: SimulatedPlayer, events: EventLog) -> None:
    times = []
    sim.open(lambda event: times.append((sim.now, type(event))))
    sim.resume()
    sim.advance(200)
    assert [at for at, kind in times if kind is Ended] == [30, 60, 90]
    assert [at for at, kind in times if kind is Started] == [0, 30, 60]
    assert [at for at, kind in times if kind is Heard] == [10, 20, 40, 50, 70, 80]
    assert sim.now == 200


def test_the_same_time_in_small_steps_tells_the_same(events: EventLog) -> None:
    logs = EventLog(), EventLog()
    for log, steps in zip(logs, (1, 1000), strict=True):
        player = SimulatedPlayer(lambda _: 30_000)
        player.open(log)
        player.enqueue([A, B, C])
        player.resume()
        for _ in range(steps):
            player.advance(100 / steps)
    assert logs[0].all == logs[1].all


def test_files_that_cannot_be_played_fail_and_are_passed_over(sim: SimulatedPlayer, events: EventLog) -> None:
    sim.unplayable |= {A, B}
    sim.resume()
    assert events.story() == ["start a", "end a failed", "start b", "end b failed", "start c"]
    sim.modes = {"repeat"}
    sim.unplayable.add(C)
    sim.skip()
    assert sim.upcoming(), "a queue of broken files on repeat comes to rest"


def test_the_person_adds_moves_and_removes(sim: SimulatedPlayer, events: EventLog) -> None:
    sim.play(A)
    new = sim.add(Path("/new"), at=0)
    assert paths(sim) == [Path("/new"), B, C]
    sim.move(new, 2)
    assert paths(sim) == [B, C, Path("/new")]
    sim.remove(sim.upcoming()[0])
    assert paths(sim) == [C, Path("/new")]
    sim.remove(events.started("a").item)
    assert events.story() == ["start a", "end a skipped", "start c"]


def test_a_crash_is_told_once_and_the_queue_is_there_after_a_restart(sim: SimulatedPlayer, events: EventLog) -> None:
    sim.resume()
    sim.advance(12)
    keys = {item.key for item in sim.upcoming()}
    sim.crash()
    sim.crash()
    sim.advance(100)
    for use in (sim.upcoming, sim.keep_order, lambda: sim.open(events), lambda: sim.enqueue([A])):
        with pytest.raises(PlayerGone):
            use()
    assert sum(isinstance(event, Gone) for event in events.all) == 1
    sim.restart()
    known = len(events.all)
    sim.open(events)
    assert events.started("a", after=known).position_ms == 12_000
    assert paths(sim) == [B, C]
    assert not keys & {item.key for item in sim.upcoming()}
    sim.advance(18)
    assert events.ended("a").heard_ms == 30_000


def test_repeat_and_single_play_one_song_for_ever(sim: SimulatedPlayer, events: EventLog) -> None:
    sim.modes = {"repeat", "single"}
    sim.resume()
    sim.advance(60)
    assert events.story() == ["start a", "end a finished", "start a", "end a finished", "start a"]
    sim.modes = {"single"}
    sim.advance(60)
    assert events.ended("a").ending is Ending.FINISHED
    assert len(events.story()) == 6
