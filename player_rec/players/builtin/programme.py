"""The songs as they come: which one follows, what is told of each, and what becomes of those that cannot be played."""

from collections.abc import Callable
from typing import Final

from player_rec.domain.listening import Ending
from player_rec.players.base import Ended, Heard, PlayerEvent, QueueItem, Started
from player_rec.players.builtin.buffer import Play
from player_rec.players.builtin.deck import Deck
from player_rec.players.builtin.news import CannotSound, FellAsleep, News, NowChanged, PassedOver, Transport
from player_rec.players.builtin.queue import Queue
from player_rec.players.builtin.report import Began, Over, Report, Silenced, Unplayable
from player_rec.players.builtin.sleep import Sleep

HEARD_EVERY_S: Final = 9.5
"""How often it is told how much was heard: mostly at every second time that the thread wakes up to decode."""

RESTART_S: Final = 3.0
"""Up to here "previous" goes to the song before, later to the start of this one."""

FAILURES_IN_A_ROW: Final = 5
"""So many songs are passed over, then the player stops: when a drive is away the queue is to wait for it."""


class Programme:
    """A queue played on a deck. All of it under the lock of whoever owns it.

    Args:
        queue: what is played.
        tell: takes the events of every player.
        news: takes what else there is to say.

    Attributes:
        deck: what it is played on; set once, for the deck reports here.
        transport: what is going on.
        trouble: why nothing is heard.
        sleep: the sleep timer.
    """

    deck: Deck

    def __init__(self, queue: Queue, tell: Callable[[PlayerEvent], None], news: Callable[[News], None]) -> None:
        self.queue, self._tell, self._news = queue, tell, news
        self.transport = Transport.STOPPED
        self.trouble = ""
        self.sleep = Sleep()
        self._told: Play | None = None  # it was told that this one started, and not yet that it ended
        self._told_heard_s = 0.0
        self._failed: dict[str, str] = {}  # what waits and cannot be played, and why
        self._failures = 0

    def begin(self, item: QueueItem) -> None:
        """Play an entry at once."""
        self.leave(Ending.SKIPPED)
        self._failed.pop(item.key, None)
        self.queue.begin(item)
        self.deck.start(Play(item))
        self._set(Transport.PLAYING)
        self.follow()

    def load(self, item: QueueItem, position_s: float, duration_s: float) -> None:
        """Be paused in the middle of an entry."""
        self.leave(Ending.STOPPED)
        self.queue.begin(item)
        self.deck.load(Play(item, duration_s, position_s, started_s=position_s, heard_s=position_s))
        self._set(Transport.PAUSED)

    def leave(self, ending: Ending) -> None:
        """End what plays."""
        self.deck.settle()
        if self.deck.head is not None:
            self._end(self.deck.head, ending)
            self.deck.halt()
        self.queue.rest()
        self._set(Transport.STOPPED)

    def next(self) -> None:
        """Go on to the next song; after the last one, stop."""
        self.deck.settle()
        if self.transport is Transport.STOPPED:
            return
        if following := self.queue.following(by_hand=True):
            self.begin(following[0])
        else:
            self.leave(Ending.SKIPPED)
            self.queue.finish()

    def previous(self) -> None:
        """Go to the start of the song, or from there to the song before."""
        self.deck.settle()
        head, before = self.deck.head, self.queue.before()
        if head is None:
            return
        if before is None or head.position_s > RESTART_S:
            self.seek(0.0)
        else:
            self.begin(before)

    def seek(self, to_s: float) -> None:
        """Jump to another place in the song."""
        self.deck.settle()
        head = self.deck.head
        if head is not None:
            self.deck.seek(max(0.0, min(to_s, head.duration_s or to_s)))
            self.tell_heard()

    def pause(self) -> None:
        """Pause what plays."""
        self.deck.settle()
        if self.transport is Transport.PLAYING:
            self.deck.pause()
            self._set(Transport.PAUSED)
            self.tell_heard()

    def resume(self) -> None:
        """Go on after a pause, or begin; after the last song anew."""
        self.deck.settle()
        if self.transport is Transport.PAUSED:
            self.deck.go_on()
            self._set(Transport.PLAYING)
            self.follow()
            self.tell_heard()
        elif self.transport is Transport.STOPPED:
            if self.queue.current is None:
                self.queue.rewind()
            if self.queue.current is not None:
                self.begin(self.queue.current)

    def follow(self) -> None:
        """Let the deck know what comes next, which may be another than before."""
        head, after = self.deck.head, self.deck.after
        if head is None:
            return
        coming = None if self.sleep.after_song else self._coming()
        if after is None or coming is None or after.item != coming:
            self.deck.follow(None if coming is None else Play(coming))

    def tell_anew(self) -> None:
        """Tell what plays to somebody who has not heard of it."""
        self.deck.settle()
        head = self.deck.head
        if head is not None and (head.began or self.transport is Transport.PAUSED):
            head.heard_s = head.started_s = head.position_s
            self._told = None
            self._start(head, head.position_s)

    def tell_heard(self) -> None:
        """Tell how much was heard so far."""
        if self._told is not None:
            self._told_heard_s = self._told.heard_s
            self._tell(Heard(self._told.item, _ms(self._sounded_s(self._told)), _ms(self._told.position_s)))

    def due(self, now_s: float) -> float | None:
        """Do what it is time for. Returns seconds until it is time again."""
        if self._told is not None and self._told.heard_s - self._told_heard_s >= HEARD_EVERY_S:
            self.tell_heard()
        if self.sleep.over(now_s):
            self.sleep.set(None)
            self.pause()
            self._news(FellAsleep())
        waits = [self.sleep.wait_s(now_s)]
        if self._told is not None and self.transport is Transport.PLAYING:
            waits.append(max(1.0, HEARD_EVERY_S - (self._told.heard_s - self._told_heard_s)))
        return min((wait_s for wait_s in waits if wait_s is not None), default=None)

    def take(self, report: Report) -> None:
        """Take in what the deck reports."""
        match report:
            case Began(play):
                self._began(play)
            case Over(play):
                self._over(play)
            case Unplayable(play, why):
                self._unplayable(play, why)
            case Silenced(why):
                self.trouble = why
                self._set(Transport.PAUSED, why)
                self.tell_heard()
                self._news(CannotSound(why))

    def _coming(self) -> QueueItem | None:
        following = self.queue.following(by_hand=False)[:FAILURES_IN_A_ROW]
        return next((item for item in following if item.key not in self._failed), None)

    def _began(self, play: Play) -> None:
        self._failures = 0
        self._pass_over_until(play.item)
        self._failed.clear()
        self.queue.begin(play.item)
        if self._told is not play:
            self._start(play, play.started_s)
        self.follow()

    def _over(self, play: Play) -> None:
        self._end(play, Ending.FAILED if play.broken else Ending.FINISHED)
        if play.broken:
            self._news(PassedOver(play.item, play.broken))
        if self.deck.head is not None:
            return
        asleep, self.sleep.after_song = self.sleep.after_song, False
        if not asleep:
            self._pass_over_until(None)
        self._failed.clear()
        self.queue.finish()
        self._set(Transport.STOPPED)
        if asleep:
            self._news(FellAsleep())

    def _unplayable(self, play: Play, why: str) -> None:
        if play is not self.deck.head:
            self._failed[play.item.key] = why
            self.follow()
            return
        self._failures += 1
        self._pass_over(play.item, why)
        following = self.queue.following(by_hand=True)
        if following and self._failures < FAILURES_IN_A_ROW and self.transport is Transport.PLAYING:
            self.begin(following[0])
            return
        self._failures = 0
        self.deck.halt()
        self.queue.finish()
        self._set(Transport.STOPPED, f"the last songs could not be played: {why}")

    def _pass_over_until(self, item: QueueItem | None) -> None:
        for failed in self.queue.following(by_hand=False)[:FAILURES_IN_A_ROW] if self._failed else ():
            if failed == item or failed.key not in self._failed:
                break
            self._pass_over(failed, self._failed[failed.key])

    def _pass_over(self, item: QueueItem, why: str) -> None:
        self.queue.begin(item)
        if self._told is None or self._told.item != item:
            self._tell(Started(item, 0))
        self._told = None
        self._tell(Ended(item, 0, Ending.FAILED))
        self._news(PassedOver(item, why))

    def _start(self, play: Play, position_s: float) -> None:
        self._told, self._told_heard_s = play, play.heard_s
        self._tell(Started(play.item, _ms(play.duration_s), _ms(position_s)))
        self._news(NowChanged())

    def _end(self, play: Play, ending: Ending) -> None:
        if self._told is play:
            self._told = None
            by_hand = ending in {Ending.SKIPPED, Ending.STOPPED}
            self._tell(Ended(play.item, _ms(self._sounded_s(play) if by_hand else play.heard_s), ending))

    def _sounded_s(self, play: Play) -> float:
        """How much was heard: what the device still holds was not, until the end of the song or a pause."""
        held_s = self.deck.latency_s if self.transport is Transport.PLAYING else 0.0
        return max(play.started_s, play.heard_s - held_s)

    def _set(self, transport: Transport, trouble: str = "") -> None:
        self.transport, self.trouble = transport, trouble
        self._news(NowChanged())


def _ms(seconds: float) -> int:
    return round(max(0.0, seconds) * 1000)
