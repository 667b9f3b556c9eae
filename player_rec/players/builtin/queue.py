"""The order of songs: what was played, what plays, what waits; under shuffle, repeat and single. Touches nothing."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from player_rec.players.base import QueueItem

MODES: Final = frozenset({"random", "repeat", "single"})
"""The modes under which a queue is not played in order and to its end."""

_PLAYED_KEPT, _FORGOTTEN_AT_ONCE = 1000, 100


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue as plain values.

    Attributes:
        entries: key and file of each, in playing order.
        listed: the keys in the order in which they were put in, which is another under shuffle.
        place: number of the entry that plays or is to play next; that of entries where none is.
        modes: those that are on.
    """

    entries: tuple[tuple[str, Path], ...] = ()
    listed: tuple[str, ...] = ()
    place: int = 0
    modes: tuple[str, ...] = ()


class Queue:
    """Entries in playing order, one of which plays, or is the one to begin with.

    Under ``random`` those that wait are drawn in advance, so that what is shown is what comes.

    Attributes:
        modes: those of ``MODES`` that are on.
        active: whether the current entry plays or is paused in its middle.
    """

    def __init__(self, chance: Random) -> None:
        self.modes: frozenset[str] = frozenset()
        self.active = False
        self._chance = chance
        self._order: list[QueueItem] = []
        self._listed: list[QueueItem] = []
        self._place = 0
        # Keys made by another run must never name an entry of this one.
        self._mark, self._made = secrets.token_hex(4), 0

    @property
    def current(self) -> QueueItem | None:
        """The entry that plays, or with which playing would begin."""
        return self._order[self._place] if self._place < len(self._order) else None

    @property
    def items(self) -> Sequence[QueueItem]:
        """All entries, played ones too, in playing order."""
        return tuple(self._order)

    def waiting(self) -> list[QueueItem]:
        """What waits after the current song, in playing order."""
        return self._order[self._first_waiting() :]

    def following(self, *, by_hand: bool) -> list[QueueItem]:
        """What comes after the current song, the most likely first; by hand also where ``single`` holds."""
        if "single" in self.modes and not by_hand:
            return [self._order[self._place]] if "repeat" in self.modes and self.current else []
        again = self._order[: self._first_waiting()] if "repeat" in self.modes else []
        return self.waiting() + again

    def before(self) -> QueueItem | None:
        """The entry before the current one."""
        return self._order[self._place - 1] if 0 < self._place <= len(self._order) else None

    def new(self, file: Path) -> QueueItem:
        """An entry for a file, not yet in the queue."""
        self._made += 1
        return QueueItem(file, f"{self._mark}-{self._made}")

    def append(self, items: Iterable[QueueItem]) -> None:
        """Put entries at the end; under shuffle anywhere among those that wait."""
        for item in items:
            self._listed.append(item)
            last = len(self._order)
            drawn = self._chance.randint(self._first_waiting(), last) if "random" in self.modes else last
            self._order.insert(drawn, item)

    def insert(self, items: Sequence[QueueItem], at: int = 0) -> None:
        """Put entries in, the first as number ``at`` of those that wait."""
        place = min(len(self._order), self._first_waiting() + max(0, at))
        before = self._order[place - 1] if place else None
        self._order[place:place] = items
        listed = 0 if before is None else 1 + _place(self._listed, before)
        self._listed[listed:listed] = items

    def move(self, item: QueueItem, at: int) -> bool:
        """Make a waiting entry number ``at`` of those that wait; False where it does not wait."""
        if _place(self._order, item) < self._first_waiting():
            return False
        self._remove({item.key})
        self.insert([item], at)
        return True

    def drop(self, keys: Collection[str]) -> None:
        """Take entries out, but not the one that plays."""
        stays = self.current.key if self.active and self.current is not None else ""
        self._remove({key for key in keys if key != stays})

    def clear(self) -> None:
        """Take all out but what plays."""
        self.drop({item.key for item in self._order})

    def begin(self, item: QueueItem) -> None:
        """An entry plays now. One that is no longer there is put back; under shuffle those not yet heard still wait."""
        place = _place(self._order, item)
        if place < 0:
            self.insert([item])
        elif "random" in self.modes and place >= self._first_waiting():
            self._order.insert(self._first_waiting(), self._order.pop(place))
        place = _place(self._order, item)
        if "random" in self.modes and place < self._place - 1:  # a new round, not a step back
            del self._order[place]
            self._chance.shuffle(self._order)
            self._order.insert(0, item)
            place = 0
        self._place, self.active = place, True
        self._forget()

    def rest(self) -> None:
        """Nothing plays any more; it would begin again with the current entry."""
        self.active = False

    def finish(self) -> None:
        """The current entry was the last: what is put in from now on comes next."""
        self._place, self.active = min(len(self._order), self._place + 1), False

    def rewind(self) -> None:
        """Begin with the first entry."""
        self._place, self.active = 0, False

    def set_modes(self, modes: Collection[str]) -> None:
        """Switch modes on and off. Shuffle draws what waits; without it the order is that of putting in."""
        modes = frozenset(modes) & MODES
        drawn, self.modes = "random" in self.modes, modes
        if "random" in modes and not drawn:
            waiting = self.waiting()
            self._chance.shuffle(waiting)
            self._order[self._first_waiting() :] = waiting
        elif drawn and "random" not in modes:
            current = self.current
            self._order = list(self._listed)
            self._place = len(self._order) if current is None else _place(self._order, current)

    def state(self) -> QueueState:
        """All of it as plain values."""
        return QueueState(
            tuple((item.key, item.path) for item in self._order),
            tuple(item.key for item in self._listed),
            self._place,
            tuple(sorted(self.modes)),
        )

    def restore(self, state: QueueState) -> None:
        """Be what ``state`` told; nothing plays."""
        self._order = [QueueItem(path, key) for key, path in state.entries]
        by_key = {item.key: item for item in self._order}
        listed = set(state.listed)
        self._listed = [by_key[key] for key in state.listed if key in by_key]
        self._listed += [item for item in self._order if item.key not in listed]
        self._place = min(max(0, state.place), len(self._order))
        self.modes, self.active = frozenset(state.modes) & MODES, False

    def _first_waiting(self) -> int:
        return min(len(self._order), self._place + self.active)

    def _remove(self, keys: Collection[str]) -> None:
        self._place -= sum(item.key in keys for item in self._order[: self._place])
        self._order = [item for item in self._order if item.key not in keys]
        self._listed = [item for item in self._listed if item.key not in keys]

    def _forget(self) -> None:
        """A radio plays for months: what was played long ago goes, unless it comes round again."""
        if "repeat" not in self.modes and self._place > _PLAYED_KEPT + _FORGOTTEN_AT_ONCE:
            self._remove({item.key for item in self._order[: self._place - _PLAYED_KEPT]})


def _place(items: Sequence[QueueItem], item: QueueItem) -> int:
    """Where an entry stands, by its key, for paths are slow to compare; −1 where it does not."""
    return next((place for place, other in enumerate(items) if other.key == item.key), -1)
