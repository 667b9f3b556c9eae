"""A player without sound: a queue, a clock that is turned by hand, and a person at the controls.

Made for judging the radio over simulated months, and for tests. No threads: events come on the calling thread.
"""

import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from random import Random
from typing import Final

from player_rec.domain.errors import PlayerGone
from player_rec.domain.listening import Ending
from player_rec.players.base import Emit, Ended, Gone, Heard, PlayerEvent, QueueChanged, QueueItem, Started

MODES: Final = ("random", "repeat", "single")
"""The modes under which a queue is not played in order and to its end."""

HEARD_EVERY_MS: Final = 10_000
"""So often it is told how much was heard while a song plays."""


class SimulatedPlayer:
    """A player that takes time only when it is told to.

    ``open`` to ``restore_order`` are what the radio uses; the other methods are the person at the player, and work
    whether anybody listens or not.

    Attributes:
        name: what this player is called.
        now: seconds on its clock; ``lambda: player.now`` is a clock for others.
        modes: those of ``MODES`` that are on. Under ``random`` no song counts as played, so it comes to no end.
        unplayable: files that it cannot play.

    Args:
        duration_of: how long a file is, in ms, above 0.
        unplayable: files that it cannot play; more may be put there later.
        seed: of the chance by which ``random`` draws.
    """

    def __init__(
        self,
        duration_of: Callable[[Path], int],
        unplayable: Collection[Path] = (),
        seed: int = 0,
        name: str = "simulated",
    ) -> None:
        self.name = name
        self.now = 0.0
        self.modes: set[str] = set()
        self.unplayable = set(unplayable)
        self.folder: Path | None = None
        """The only one it plays from, if there is one."""
        self._duration_of = duration_of
        self._chance = Random(seed)  # noqa: S311 - a shuffle, no secret
        self._emit: Emit | None = None
        self._running = True
        self._queue: list[QueueItem] = []
        self._drawn = ""  # the key that comes next under random
        self._numbers = 0
        self._current: QueueItem | None = None  # plays, is paused, or is where a stopped player would begin
        self._state = "stop"
        self._position_ms = self._heard_ms = self._untold_ms = 0

    def open(self, emit: Emit) -> None:
        """Report from now on, beginning with what plays. Raises PlayerGone; may be tried again."""
        if not self._running:
            raise PlayerGone("the simulated player is not running")
        self._emit = emit
        if self._current is not None and self._state != "stop":
            self._heard_ms, self._untold_ms = self._position_ms, 0
            self._tell(Started(self._current, self._duration_of(self._current.path), self._position_ms))

    def close(self) -> None:
        """Report no more, play on. Twice is fine."""
        self._emit = None

    def upcoming(self) -> Sequence[QueueItem]:
        """What waits after the current track, in playing order. Raises PlayerGone."""
        self._check()
        return self._waiting()

    def enqueue(self, files: Sequence[Path]) -> Sequence[QueueItem | None]:
        """Put files at the end of the queue; None for those it cannot play. Raises PlayerGone."""
        self._check()
        tells = self.reach() or (lambda _: True)
        items = [self._item(f) if f not in self.unplayable and tells(f.parent) else None for f in files]
        self._queue += [item for item in items if item is not None]
        self._queue_changed()
        return items

    def drop(self, items: Sequence[QueueItem]) -> None:
        """Take entries out; those no longer there, and the one playing, are passed over. Raises PlayerGone."""
        self._check()
        unwanted = {item.key for item in items}
        if self._state != "stop" and self._current is not None:
            unwanted.discard(self._current.key)
        if self._current is not None and self._current.key in unwanted:
            self._current = next((item for item in self._waiting() if item.key not in unwanted), None)
        self._queue = [item for item in self._queue if item.key not in unwanted]
        self._queue_changed()

    def reach(self) -> Callable[[Path], bool] | None:
        """Tells of a folder whether files in it can be played; None where those of any can."""
        only = self.folder
        return None if only is None else lambda folder: folder.is_relative_to(only)

    def order_modes(self) -> str:
        """The modes that are on, as ``restore_order`` needs them. Raises PlayerGone."""
        self._check()
        return json.dumps(sorted(self.modes))

    def keep_order(self) -> None:
        """Switch all modes off. Raises PlayerGone."""
        self._check()
        self.modes.clear()
        self._queue_changed()

    def restore_order(self, modes: str) -> None:
        """Bring back what ``order_modes`` told. Raises PlayerGone."""
        self._check()
        self.modes |= set(json.loads(modes))
        self._queue_changed()

    def add(self, file: Path, at: int | None = None) -> QueueItem:
        """Put a file into the queue: as number ``at`` of those that wait, else at the end. Playable or not."""
        item = self._item(file)
        self._insert(item, at)
        self._queue_changed()
        return item

    def remove(self, item: QueueItem) -> None:
        """Take an entry out; if it plays, the next one follows. Raises ValueError where it is not there."""
        if self._current == item and self._state != "stop":
            self._go_to(self._following(by_hand=True), Ending.SKIPPED)
        if self._current == item:
            self._current = next((other for other in self._waiting() if other != item), None)
        self._queue.remove(item)
        self._queue_changed()

    def move(self, item: QueueItem, at: int) -> None:
        """Make an entry number ``at`` of those that wait; one that does not wait stays. Raises PlayerGone."""
        self._check()
        if item not in self._waiting():
            return
        self._queue.remove(item)
        self._insert(item, at)
        self._queue_changed()

    def play(self, file: Path) -> None:
        """Play a file at once: the next entry of it, else any, else a new one at the end."""
        entries = [item for item in (*self._waiting(), *self._queue) if item.path == file]
        self._go_to(entries[0] if entries else self.add(file), Ending.SKIPPED)

    def skip(self) -> None:
        """Go on to the next song; after the last one, stop."""
        if self._state != "stop":
            self._go_to(self._following(by_hand=True), Ending.SKIPPED)

    def stop(self) -> None:
        """Stop, to begin the same song anew later."""
        if self._state != "stop":
            stopped = self._current
            self._go_to(None, Ending.STOPPED)
            self._current = stopped

    def pause(self) -> None:
        """Pause what plays."""
        if self._state == "play":
            self._state = "pause"
            self._tell_heard()

    def resume(self) -> None:
        """Go on after a pause, or begin after a stop."""
        if self._state == "pause":
            self._state = "play"
            self._tell_heard()
        elif self._state == "stop":
            self._go_to(self._current or next(iter(self._queue), None), Ending.SKIPPED)

    def seek(self, position_ms: int) -> None:
        """Jump to another place in the current song."""
        if self._state != "stop" and self._current is not None:
            self._position_ms = min(max(0, position_ms), self._duration_of(self._current.path))
            self._tell_heard()

    def advance(self, seconds: float) -> None:
        """Let time pass; songs end, and the next ones start, when they do."""
        end_s = self.now + seconds
        while self._running and self._state == "play" and self._current is not None:
            left_ms = self._duration_of(self._current.path) - self._position_ms
            step_ms = min(left_ms, HEARD_EVERY_MS - self._untold_ms, round((end_s - self.now) * 1000))
            self.now += step_ms / 1000
            self._position_ms += step_ms
            self._heard_ms += step_ms
            self._untold_ms += step_ms
            if step_ms == left_ms:
                self._go_to(self._following(), Ending.FINISHED)
            elif self._untold_ms == HEARD_EVERY_MS:
                self._tell_heard()
            else:
                break
        self.now = max(self.now, end_s)

    def crash(self) -> None:
        """Be gone, as when the program is killed, until ``restart``. Its clock goes on, its music does not."""
        if self._running:
            self._running = False
            self._tell(Gone("the simulated player crashed"))
            self._emit = None

    def restart(self) -> None:
        """Run again, with the same queue in other numbers, as players do that write down what they played."""
        self._running = True
        place = None if self._current is None else self._queue.index(self._current)
        self._queue = [self._item(item.path) for item in self._queue]
        self._current = None if place is None else self._queue[place]

    def _check(self) -> None:
        if not self._running or self._emit is None:
            raise PlayerGone("the simulated player is not connected")

    def _item(self, file: Path) -> QueueItem:
        self._numbers += 1
        return QueueItem(file, str(self._numbers))

    def _waiting(self) -> list[QueueItem]:
        if self._current is None or self._current not in self._queue:
            after = list(self._queue)
        else:
            after = self._queue[self._queue.index(self._current) + (self._state != "stop") :]
        if "random" not in self.modes:
            return after
        others = [item for item in self._queue if item != self._current]
        if others and self._drawn not in {item.key for item in others}:
            self._drawn = self._chance.choice(others).key
        return sorted(others, key=lambda item: item.key != self._drawn)

    def _following(self, *, by_hand: bool = False) -> QueueItem | None:
        """What comes after the current song. ``single`` holds where a song ends by itself."""
        if "single" in self.modes and not by_hand:
            return self._current if "repeat" in self.modes else None
        if waiting := self._waiting():
            return waiting[0]
        return self._queue[0] if "repeat" in self.modes and self._queue else None

    def _insert(self, item: QueueItem, at: int | None) -> None:
        waiting = self._waiting()
        if at is None or at >= len(waiting):
            self._queue.append(item)
        else:
            self._queue.insert(self._queue.index(waiting[at]), item)

    def _go_to(self, item: QueueItem | None, ending: Ending) -> None:
        """End the current song, if one plays, and begin another, passing over those that cannot be played."""
        if self._state != "stop" and self._current is not None:
            self._tell(Ended(self._current, self._heard_ms, ending))
        self._current, self._state = None, "stop"
        for _ in range(len(self._queue) + 1):
            if item is None:
                break
            self._current, self._state = item, "play"
            self._position_ms = self._heard_ms = self._untold_ms = 0
            self._tell(Started(item, self._duration_of(item.path)))
            if item.path not in self.unplayable:
                return
            self._tell(Ended(item, 0, Ending.FAILED))
            item = self._following(by_hand=True)
        self._current, self._state = None, "stop"

    def _tell_heard(self) -> None:
        if self._current is not None:
            self._untold_ms = 0
            self._tell(Heard(self._current, self._heard_ms, self._position_ms))

    def _queue_changed(self) -> None:
        self._tell(QueueChanged())

    def _tell(self, event: PlayerEvent) -> None:
        if self._emit is not None:
            self._emit(event)
