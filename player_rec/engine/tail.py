"""The queue behind the song playing: which entries are the listener's own, and which the radio put there.

A pick is written down before the player is told, without the entry's name, and named afterwards. So whatever
moment a crash chooses, an entry of the radio is known as one: by its name or, failing that, by its file.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from player_rec.domain.track import ContentId
from player_rec.players.base import CanDrop, PlayerAdapter, QueueItem
from player_rec.store.radio import Fate, PickNote, Radio

_UNNAMED = ""
_JUMPED = 50

_BESIDE = "beside "
"""The name of a pick that is being taken out, followed by how many own entries of the same file wait."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A pick that is to be queued: the sound, its file, whether it is a try, and why it is there."""

    content: ContentId
    file: Path
    trying: bool
    why: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits after the current track, in order, each entry with what was written down of it if it is a pick."""

    entries: tuple[tuple[QueueItem, PickNote | None], ...]

    @property
    def own(self) -> tuple[QueueItem, ...]:
        """The listener's own entries."""
        return tuple(item for item, note in self.entries if note is None)

    @property
    def picks(self) -> tuple[tuple[QueueItem, PickNote], ...]:
        """The radio's entries."""
        return tuple((item, note) for item, note in self.entries if note is not None)

    @property
    def own_first(self) -> bool:
        """Whether no own entry waits behind a pick."""
        kinds = [note is not None for _, note in self.entries]
        return kinds == sorted(kinds)


class Tail:
    """Reads and changes one player's queue. Belongs to the engine's thread."""

    def __init__(self, player: PlayerAdapter, store: Radio, now: Callable[[], datetime]) -> None:
        self._player, self._store, self._now = player, store, now
        self._waiting = {note.id: note for note in store.waiting(player.name)}
        self._jumped: dict[str, PickNote] = {}
        """Picks that left the queue unheard, by the player's names: the news that one plays may still be on its way."""
        self._own: Counter[Path] = Counter()
        self._owed: list[tuple[int, Fate]] = []
        """What became of picks and is not written down yet."""

    @property
    def can_drop(self) -> bool:
        """Whether entries can be taken out again."""
        return isinstance(self._player, CanDrop)

    def reopened(self, current: QueueItem | None) -> None:
        """Find the picks again in a player that may call its entries by new names, and forget those that are gone."""
        upcoming = list(self._player.upcoming())
        keys = {item.key for item in upcoming} | ({current.key} if current else set())
        homeless = [item for item in upcoming if item.key not in {note.item for note in self._waiting.values()}]
        arrived = self._arrived([item.path for item in homeless], current)
        for note in list(self._waiting.values()):
            if note.item in keys:
                continue
            if note.item == _UNNAMED and not arrived:
                self._settle(note, "dropped")
                continue
            there = [item for item in homeless if item.path == note.file]
            beside = int(note.item.removeprefix(_BESIDE)) if note.item.startswith(_BESIDE) else 0
            if len(there) > beside:
                homeless.remove(there[0])
                self._name(note, there[0].key)
            elif current and current.path == note.file and not beside:
                self._name(note, current.key)  # it began meanwhile
            else:
                self._settle(note, "dropped")

    def _arrived(self, homeless: Sequence[Path], current: QueueItem | None) -> bool:
        """Whether the picks without a name reached the player before the crash.

        They went out together, so one with a name, or most of those that have not begun, speak for all; a lesser
        part may be what the listener has queued since.
        """
        unnamed = [note for note in self._waiting.values() if note.item == _UNNAMED]
        if {note.at for note in unnamed} & {note.at for note in self._waiting.values() if note.item != _UNNAMED}:
            return True
        files = [note.file for note in unnamed]
        begun = files.index(current.path) + 1 if current and current.path in files else 0
        there = Counter(homeless) & Counter(files[begun:])
        return 0 < begun == len(files) or 2 * there.total() > len(files) - begun

    def read(self) -> Queue:
        """Look at the queue. Picks that the listener took out, or jumped over, are noted as dropped."""
        self.write()
        upcoming = self._player.upcoming()
        by_key = {note.item: note for note in self._waiting.values() if note.item != _UNNAMED}
        queue = Queue(tuple((item, by_key.get(item.key)) for item in upcoming))
        self._own = Counter(item.path for item in queue.own)
        self._sweep({item.key for item in upcoming})
        return queue

    def started(self, item: QueueItem) -> PickNote | None:
        """A track began: the pick it was, None for one of the listener's own. Written down by ``write``."""
        note = next((note for note in self._waiting.values() if note.item == item.key), None)
        if note is None:
            note = next((n for n in self._waiting.values() if n.item == _UNNAMED and n.file == item.path), None)
        if note:
            del self._waiting[note.id]
        else:
            note = self._jumped.pop(item.key, None)
        if note:
            self._owed.append((note.id, "played"))
        return note

    def write(self) -> None:
        """Write down what became of picks. Raises StoreUnavailable, and does it the next time."""
        while self._owed:
            pick, fate = self._owed[0]
            self._store.settle([pick], fate)
            del self._owed[0]

    def put(self, picks: Sequence[Prepared]) -> list[Prepared]:
        """Queue picks. Returns those the player cannot play. Raises PlayerGone."""
        at = self._now()
        notes = [PickNote(0, at, self._player.name, _UNNAMED, p.content, p.file, p.trying, p.why) for p in picks]
        for number, note in zip(self._store.put(notes), notes, strict=True):
            self._waiting[number] = replace(note, id=number)
        written = list(self._waiting.values())[len(self._waiting) - len(notes) :]
        refused = []
        items = self._player.enqueue([pick.file for pick in picks])
        for pick, note, item in zip(picks, written, items, strict=True):
            if item is None:
                self._settle(note, "dropped")
                refused.append(pick)
            else:
                self._name(note, item.key)
        return refused

    def drop(self, picks: Sequence[tuple[QueueItem, PickNote]]) -> None:
        """Take picks out of the queue. Raises PlayerGone.

        Where the listener has queued the very song, a crash in the middle of it must not cost the own entry.
        """
        if picks and isinstance(self._player, CanDrop):
            for item, note in picks:
                if self._own[item.path]:
                    self._name(note, f"{_BESIDE}{self._own[item.path]}")
            self._player.drop([item for item, _ in picks])
            for _, note in picks:
                self._settle(note, "dropped")

    def keep(self, note: PickNote) -> None:
        """A pick becomes the listener's own."""
        self._settle(note, "kept")

    def forget(self) -> None:
        """No pick waits any more."""
        for note in list(self._waiting.values()):
            self._settle(note, "dropped")

    def _sweep(self, keys: set[str]) -> None:
        """Picks that do not wait any more, though they never started, were jumped over or taken out."""
        gone = [note for note in self._waiting.values() if note.item not in keys]
        if gone and isinstance(self._player, CanDrop):
            self._player.drop([QueueItem(note.file, note.item) for note in gone if note.item != _UNNAMED])
        for note in gone:
            self._settle(note, "dropped")
        self._jumped |= {note.item: note for note in gone if note.item != _UNNAMED}
        while len(self._jumped) > _JUMPED:
            del self._jumped[next(iter(self._jumped))]

    def _name(self, note: PickNote, key: str) -> None:
        self._store.rename(note.id, key)
        self._waiting[note.id] = replace(note, item=key)

    def _settle(self, note: PickNote, fate: Fate) -> None:
        del self._waiting[note.id]
        self._owed.append((note.id, fate))
        self.write()
