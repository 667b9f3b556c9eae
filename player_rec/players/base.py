"""What a player is to the radio: a queue to add to and events to follow. Abilities beyond that are their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from player_rec.domain.listening import Ending


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One entry of a player's queue.

    Attributes:
        path: the file, absolute; for what is no file here (a stream), whatever the player calls it.
        key: names this very entry for as long as the player knows it; a file queued twice has two keys.
    """

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Started:
    """A track plays from now on; or was found playing, ``position_ms`` into it, when the player was opened."""

    item: QueueItem
    duration_ms: int  # 0 where the player does not know
    position_ms: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """So much of the current track was heard so far. Comes on every pause and now and then in between."""

    item: QueueItem
    heard_ms: int  # pauses and jumps left out; what was heard before the player was opened counts as position_ms
    position_ms: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The track plays no more. Always comes before the ``Started`` of the next one."""

    item: QueueItem
    heard_ms: int
    ending: Ending


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """What waits after the current track may be another than before, whoever changed it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The player cannot be reached any more. Nothing else comes until it is opened again."""

    why: str


PlayerEvent = Started | Heard | Ended | QueueChanged | Gone
Emit = Callable[[PlayerEvent], None]


class PlayerAdapter(Protocol):
    """Anything that plays. Methods are called by one thread; events may come from another."""

    name: str

    def open(self, emit: Emit) -> None:
        """Connect and report from now on, beginning with what plays. Raises PlayerGone; may be tried again."""

    def close(self) -> None:
        """Let go of the player and leave it as it is. Twice is fine."""

    def upcoming(self) -> Sequence[QueueItem]:
        """What waits after the current track, in playing order. Raises PlayerGone."""
        ...

    def enqueue(self, files: Sequence[Path]) -> Sequence[QueueItem | None]:
        """Put files at the end of the queue; for each its entry, or None where the player cannot play it.

        Raises:
            PlayerGone: the player went away in between; what it took before stays.
        """
        ...


@runtime_checkable
class CanDrop(Protocol):
    """A player whose waiting entries can be taken out again."""

    def drop(self, items: Sequence[QueueItem]) -> None:
        """Take entries out; those no longer there, and the one playing, are passed over. Raises PlayerGone."""


@runtime_checkable
class CanMove(Protocol):
    """A player whose waiting entries can change places."""

    def move(self, item: QueueItem, at: int) -> None:
        """Make an entry number ``at``, from 0, of those that wait; one that does not wait stays. Raises PlayerGone."""


@runtime_checkable
class CanKeepOrder(Protocol):
    """A player with modes (shuffle, repeat, single) under which a queue is not played in order."""

    def order_modes(self) -> str:
        """Those that are on, as ``restore_order`` needs them. Raises PlayerGone."""
        ...

    def keep_order(self) -> None:
        """Switch such modes off. Raises PlayerGone."""

    def restore_order(self, modes: str) -> None:
        """Bring back what ``order_modes`` told, unless the listener has set it since. Raises PlayerGone."""


@runtime_checkable
class CanTell(Protocol):
    """A player that may be able to play files from some folders only."""

    def reach(self) -> Callable[[Path], bool] | None:
        """Tells of a folder whether files in it can be played; None where those of any can. Asked once it is open."""
        ...


@runtime_checkable
class CanExplain(Protocol):
    """A player that can do less than the radio wants, and says so."""

    def shortcomings(self) -> Sequence[str]:
        """What this player, as it is set up, cannot do; a sentence each."""
        ...
