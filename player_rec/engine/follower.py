"""Follow one player: write down what it plays, learn from it, and let the radio answer. The player may come and go.

One thread owns this. The player's events are posted to it; it is also asked now and then to go on by itself, for
what nobody tells it: a player that came back, a change another process made in the databases.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from player_rec.domain.errors import NothingToPlay, PlayerGone, StoreDamaged, StoreUnavailable
from player_rec.domain.listening import Ending, Play, Source
from player_rec.domain.track import Track
from player_rec.engine.diary import Diary
from player_rec.engine.memory import Memory, Tuning
from player_rec.engine.radio import Radio
from player_rec.players.base import (
    Ended,
    Gone,
    Heard,
    PlayerAdapter,
    PlayerEvent,
    QueueChanged,
    QueueItem,
    Started,
)
from player_rec.store.library import Library
from player_rec.store.listener import Listener
from player_rec.store.radio import PickNote

log = logging.getLogger(__name__)

_RETRY_S, _RETRY_AT_MOST_S = 1.0, 30.0
_LOOK_S = 15.0
"""How often it is looked, while something plays, whether another process has written to the databases."""

_SETTLE_S = 0.2
"""How long a song that ended, or a queue that changed, waits for what else the player has to say."""

_WRITE_S = 5.0
"""How soon it is tried again to write down what could not be."""

_FIRST_WORD_S = 3.0
"""A player just opened that has not said by then what it plays, plays nothing."""


@dataclass(frozen=True, slots=True)
class Following:
    """What is going on, for whoever asks."""

    player: str
    connected: bool
    why: str
    playing: QueueItem | None
    heart: bool
    since: datetime | None


class Follower:
    """One player, followed. Belongs to the engine's thread."""

    def __init__(
        self,
        player: PlayerAdapter,
        library: Library,
        listener: Listener,
        memory: Memory,
        post: Callable[[Callable[[], None]], None],
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        """``now`` is the time by the clock on the wall; ``clock`` counts seconds and is never put back."""
        self.player, self._library, self._listener, self.memory = player, library, listener, memory
        self._post, self._now, self._clock = post, now, clock
        self.radio = Radio(player, library, listener, memory, now)
        self._diary = Diary(listener, player.name, now, late=memory.refresh)
        self.current: QueueItem | None = None
        self.connected, self._why = False, "not opened yet"
        self._before: Play | None = None
        self._due: dict[str, float] = {"open": clock()}
        self._retry_s = _RETRY_S
        self._told = self._fresh = self._wanted = self._held_up = False
        self._next = ""

    def following(self) -> Following:
        """What is going on."""
        state = self.radio.state
        return Following(
            self.player.name, self.connected, self._why, self.current, state is not None, state.since if state else None
        )

    def step(self) -> float | None:
        """Do what is due. Returns seconds until something is due again, None where only an event can bring that."""
        now_s = self._clock()
        for what in [what for what, when_s in self._due.items() if when_s <= now_s]:
            del self._due[what]
            self._guarded(partial(self._do, what))
        if self._diary.behind:
            self._soon("write", _WRITE_S)
        return max(0.0, min(self._due.values()) - self._clock()) if self._due else None

    def take(self, event: PlayerEvent) -> None:
        """Take in what the player reported."""
        self._guarded(partial(self._take, event))
        if self._diary.behind:
            self._soon("write", _WRITE_S)

    def _take(self, event: PlayerEvent) -> None:
        match event:
            case Started():
                self._started(event)
            case Heard():
                self._diary.heard(event)
            case Ended():
                self._ended(event)
            case QueueChanged():
                self._soon("queue", _SETTLE_S)
            case Gone(why):
                self._gone(why)

    def heart(self, *, on: bool) -> None:
        """Switch heart mode. Raises PlayerGone, NothingToPlay."""
        if not self.connected:
            self._wanted = False
            if not on:
                self.radio.leave_later()
                return
            raise PlayerGone(f"{self.player.name} cannot be reached: {self._why}")
        self._understand()
        if on:
            self.memory.refresh()  # nobody looks while nothing plays
            self.radio.on(self.current)
        else:
            self.radio.off()

    def heart_when_there(self) -> None:
        """Switch heart mode on as soon as the player is there and has said what it plays."""
        self._wanted = True

    def entries(self) -> Sequence[tuple[QueueItem, PickNote | None]]:
        """What waits, in playing order; none while the queue cannot be understood yet. Raises PlayerGone."""
        return self.radio.tail.read().entries if self.connected and not self._fresh else ()

    def picks(self) -> list[tuple[QueueItem, PickNote]]:
        """The picks that wait, in playing order."""
        return [(item, note) for item, note in self.entries() if note is not None]

    def look(self) -> None:
        """Something was said or heard elsewhere: take it in and plan anew."""
        self.memory.refresh()
        self.replan()
        self._guarded(self._note_next)

    def tune(self, tuning: Tuning) -> None:
        """Follow other settings from now on."""
        self.memory.tuning = tuning
        self.replan()

    def replan(self) -> None:
        """Plan anew, if heart mode is on and the player is there and has said what it plays."""
        if self.connected and not self._fresh:
            self._guarded(lambda: self.radio.replan(self.current))

    def close(self) -> None:
        """Stop following: heart mode is left properly, and what plays is kept as heard so far."""
        self._wanted = False
        try:
            self._guarded(self._leave)
            if not self.connected:
                self._guarded(self.radio.leave_later)
            self._diary.write()
        finally:
            self.connected = False
            self.player.close()

    def _leave(self) -> None:
        if self.connected:
            self._understand()
            self.radio.off()

    def _do(self, what: str) -> None:
        match what:
            case "open":
                self._open()
            case "first word" if self.connected and self._fresh:
                if self.current is None:
                    self._learn(self._diary.abandon())
                self._find_way_back()
            case "queue" if self.connected and not self._fresh:
                self.radio.look(self.current)
                self._note_next()
            case "write":
                self._catch_up()
            case "ended":
                self.replan()
            case "look":
                if self.memory.refresh():
                    self.replan()
                if self.current is not None:
                    self._soon("look", _LOOK_S)

    def _open(self) -> None:
        try:
            self.player.open(lambda event: self._post(lambda: self.take(event)))
        except PlayerGone as error:
            self._gone(str(error))
            return
        self.connected, self._why, self._told = True, "", False
        self._retry_s = _RETRY_S
        log.info("following %s", self.player.name)
        self._fresh = True
        self._soon("first word", _FIRST_WORD_S)

    def _find_way_back(self) -> None:
        """The player has said what it plays: now its queue can be understood."""
        self._reopened(self.current)
        self.radio.replan(self.current)

    def _understand(self) -> None:
        """Somebody cannot wait until the player has said what it plays."""
        if self._fresh:
            self._reopened(self.current)

    def _reopened(self, current: QueueItem | None) -> None:
        self.radio.reopened(current)
        self._fresh = False
        if self._wanted:
            try:
                self.radio.on(current)
            except NothingToPlay as error:
                self._why = str(error)
            self._wanted = False

    def _gone(self, why: str) -> None:
        self.connected, self._why, self.current = False, why, None
        self.player.close()
        if not self._told:
            log.warning("%s: %s", self.player.name, why)
            self._told = True
        self._soon("open", self._retry_s)
        self._retry_s = min(2 * self._retry_s, _RETRY_AT_MOST_S)

    def _started(self, event: Started) -> None:
        self.current = event.item
        if self._fresh:
            self._guarded(partial(self._reopened, event.item))
        track = self._library.tracks.in_file(event.item.path)
        pick = self.radio.tail.started(event.item)
        source = Source.PICK if pick else self._source(track)
        self._learn(self._diary.started(event, source, track))  # before anything else is written: plays come first
        self.radio.tail.write()
        self.radio.started(event.item)
        if source is Source.OWN and track and not event.position_ms and event.item.key != self._next:
            self._lift_snoozes(track)
        self._note_next()
        self._due.pop("ended", None)
        self._soon("look", _LOOK_S)
        self.replan()

    def _ended(self, event: Ended) -> None:
        play = self._diary.ended(event)
        self._learn(play)
        self._before = play
        self.current = None
        self._soon("ended", _SETTLE_S)

    def _learn(self, play: Play | None) -> None:
        if play is not None:
            self.memory.add(play)

    def _source(self, track: Track | None) -> Source:
        """An album goes on by itself after a song of it was finished; all else the listener chose."""
        before = self._before
        if not track or not track.tags.album or not before or before.ending is not Ending.FINISHED:
            return Source.OWN
        earlier = self._library.tracks.in_file(before.file)
        goes_on = earlier and earlier.tags.album == track.tags.album and before.source is not Source.PICK
        return Source.ALBUM if goes_on else Source.OWN

    def _note_next(self) -> None:
        """Remember what would come by itself: a snoozed song that does was not played by hand."""
        if self.connected and self._listener.avoidances.holding(self._now()):
            upcoming = self.player.upcoming()
            self._next = upcoming[0].key if upcoming else ""

    def _lift_snoozes(self, track: Track) -> None:
        """A snoozed song that the listener plays by hand is not to be avoided any more."""
        row = self.memory.catalogue.row(track.id)
        now = self._now()
        for kept in self._listener.avoidances.holding(now):
            if kept.avoidance.until is not None and row >= 0 and self.memory.reach(kept.avoidance)[row]:
                self._listener.avoidances.lift(kept.id, now, "played")
                self.memory.said_changed()

    def _guarded(self, act: Callable[[], Any]) -> None:
        """What a player that goes, or a database that is locked, must not stop."""
        try:
            act()
        except PlayerGone as error:
            self._gone(str(error))
        except (StoreUnavailable, StoreDamaged) as error:
            if not self._held_up:
                log.warning("%s", error)
            self._held_up = True
            self._soon("write", _WRITE_S)

    def _catch_up(self) -> None:
        """Write down what could not be, and go on where that held the radio up."""
        if not self._diary.write():
            self._soon("write", _WRITE_S)
            return
        self.radio.tail.write()
        if self._held_up and self.connected:
            self._find_way_back()
        self._held_up = False

    def _soon(self, what: str, seconds: float) -> None:
        self._due.setdefault(what, self._clock() + seconds)
