"""What the built-in player tells beyond the events of every player: to a window, or whoever shows it to people."""

from dataclasses import dataclass
from enum import StrEnum

from player_rec.players.base import QueueItem
from player_rec.players.builtin.queue import QueueState


class Transport(StrEnum):
    """What the player does."""

    STOPPED = "stopped"
    PLAYING = "playing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Now:
    """All there is to show.

    Attributes:
        transport: what the player does.
        item: the entry that plays, is paused, or with which playing would begin.
        position_ms: where in it the sound is that is heard now.
        duration_ms: 0 where nobody knows.
        volume: 0 to 1.
        device: the device wanted, empty for the default.
        modes: random, repeat, single, as far as they are on.
        sleep_left_s: until the music falls asleep; None where it does not.
        sleep_after_song: whether it does at the end of this song.
        trouble: why nothing is heard, a sentence; empty where nothing is wrong.
    """

    transport: Transport
    item: QueueItem | None
    position_ms: int
    duration_ms: int
    volume: float
    device: str
    modes: frozenset[str]
    sleep_left_s: float | None
    sleep_after_song: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where the player was, to go on from there another day."""

    queue: QueueState
    position_ms: int
    duration_ms: int
    volume: float


@dataclass(frozen=True, slots=True)
class NowChanged:
    """Something in ``Now`` other than the position changed of itself or by hand."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file could not be played, or broke off in its middle."""

    item: QueueItem
    why: str


@dataclass(frozen=True, slots=True)
class CannotSound:
    """There is no device to be heard on: paused, until it is asked to go on."""

    why: str


@dataclass(frozen=True, slots=True)
class FellAsleep:
    """The sleep timer ended the music."""


News = NowChanged | PassedOver | CannotSound | FellAsleep
