"""What the deck reports to whoever chooses the songs."""

from dataclasses import dataclass

from player_rec.players.builtin.buffer import Play


@dataclass(frozen=True, slots=True)
class Began:
    """The first sample of a play was handed out."""

    play: Play


@dataclass(frozen=True, slots=True)
class Over:
    """The last sample of a play was handed out; of the one that follows, if any, the first one too."""

    play: Play


@dataclass(frozen=True, slots=True)
class Unplayable:
    """Nothing of a play can be decoded."""

    play: Play
    why: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """There is no device to be heard on. Everything stands still until ``go_on``."""

    why: str


Report = Began | Over | Unplayable | Silenced
