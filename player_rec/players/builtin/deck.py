"""The thread between files and the device: opens, decodes ahead, joins song to song, and looks after the device."""

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

from player_rec.domain.errors import UnreadableTrack
from player_rec.players.builtin.buffer import AHEAD_S, LOW_S, Buffer, Play
from player_rec.players.builtin.device import PATIENCE_S, Device
from player_rec.players.builtin.feed import Feed
from player_rec.players.builtin.gain import GainSettings, LevelsOf
from player_rec.players.builtin.output import NoSound, OpenOutput
from player_rec.players.builtin.report import Began, Over, Report, Silenced, Unplayable

IDLE_S: Final = 5.0
"""A device that has nothing to play is let go after so long."""

_READY_S: Final = 0.2
"""So much is decoded before the device is started."""


class Deck:
    """Plays what it is told, and one after it without a gap.

    Its methods are called with ``lock`` held, but ``quit``; so are ``report`` and ``due``, from the deck's thread or
    from within a method.

    Args:
        lock: of whoever owns the deck.
        open_output: opens the device.
        levels: what is known of a file's loudness; called without the lock.
        report: takes reports; may call back.
        due: asked whenever something happened; says after how many seconds it wants to be asked again, None for never.

    Attributes:
        head: what plays, is paused, or is about to begin.
        after: what follows it.
        going: whether it plays, rather than being paused.
        gain: which ReplayGain holds; ``refeed`` makes a change heard.
        wanted_device: name of the device wanted, empty for the default.
    """

    def __init__(
        self,
        lock: threading.RLock,
        open_output: OpenOutput,
        levels: LevelsOf,
        report: Callable[[Report], None],
        due: Callable[[], float | None],
    ) -> None:
        self.head: Play | None = None
        self.after: Play | None = None
        self.going = False
        self.gain = GainSettings()
        self.wanted_device = ""
        self._lock, self._report, self._due = lock, report, due
        self._news: SimpleQueue[str] = SimpleQueue()
        self.buffer = Buffer(self.wake)
        self._feeding: Play | None = None
        self._from_s: float | None = None  # where to go on in what is fed, unless where it stands
        self._turn = 0  # what was decoded in an earlier one is of no use any more
        self._filling = True
        self._idle_since = 0.0
        self._thread: threading.Thread | None = None
        # These belong to the thread:
        self._feed = Feed(levels)
        self._device = Device(open_output, self.buffer, self.wake)

    @property
    def latency_s(self) -> float:
        """How much of what was handed out is not heard yet."""
        return self._device.latency_s

    def start(self, play: Play) -> None:
        """Play from ``play.position_s`` on, at once."""
        self.head, self.after = play, None
        self._cut_to(play)
        self.going = True
        self.buffer.let_out_at_once()
        self.wake()

    def seek(self, to_s: float) -> None:
        """Go on elsewhere in what plays."""
        if self.head is not None:
            self.buffer.cut()  # first, for as long as the device takes samples the position moves
            self._go_to(self.head, to_s)

    def refeed(self) -> None:
        """Decode anew what is not yet heard."""
        if self.head is not None:
            self.buffer.cut()
            self._go_to(self.head, self.head.position_s)

    def load(self, play: Play) -> None:
        """Be paused where ``play.position_s`` says."""
        self.head, self.after = play, None
        self._cut_to(play)
        self.pause()

    def follow(self, play: Play | None) -> None:
        """Play that after the one that plays, without a gap; None: nothing."""
        if self.after is not None and self.head is not None and self.head.fed and not self.buffer.drop(self.after):
            return  # it has begun this moment: ``settle`` is about to say so
        self.after = play
        if self.head is not None and self.head.fed:
            self._feed_next()

    def pause(self) -> None:
        """Fall silent and stand still."""
        self.going = False
        self._idle_since = time.monotonic()
        self.buffer.let_out(out=False)
        self.wake()

    def go_on(self) -> None:
        """End a pause."""
        self.going = True
        self.buffer.let_out(out=True)
        self.wake()

    def halt(self) -> None:
        """Play nothing any more."""
        self.head = self.after = self._feeding = None
        self._turn += 1
        self.buffer.cut()
        self.pause()

    def use_device(self, name: str) -> None:
        """Be heard on that device from now on; empty for the default."""
        self.wanted_device = name
        self._tell_thread("device")

    def settle(self) -> None:
        """Take in what was handed to the device by now, and report it."""
        sounding = self.buffer.sounding
        if self.after is not None and sounding is self.after:
            over, self.head, self.after = self.head, self.after, None
            if over is not None:
                self._report(Over(over))
            self._begun(sounding)
        elif self.head is not None and sounding is self.head:
            self._begun(sounding)
        head = self.head
        if head is not None and head.fed and self.after is None and self.buffer.run_out:
            self._begun(head)
            if self.head is head and self.after is None:
                self.head = None
                self.pause()
                self._report(Over(head))

    def wake(self) -> None:
        """Let the thread have a look; never waits."""
        self._tell_thread("")

    def quit(self) -> None:
        """End the thread and let go of the device. Without the lock held; for ever."""
        thread = self._thread
        self._news.put("quit")
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _tell_thread(self, word: str) -> None:
        self._news.put(word)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="builtin player", daemon=True)
            self._thread.start()

    def _begun(self, play: Play) -> None:
        if not play.began:
            play.began = True
            self._report(Began(play))

    def _go_to(self, head: Play, to_s: float) -> None:
        head.position_s, head.fed = to_s, False
        self.after = None if self.after is None else Play(self.after.item)
        self._feed_from(head, to_s)
        self.wake()

    def _cut_to(self, play: Play) -> None:
        self.buffer.cut()
        self._feed_from(play, play.position_s)

    def _feed_from(self, play: Play, from_s: float) -> None:
        self._feeding, self._from_s = play, from_s
        self._turn += 1
        self._filling = True
        self.buffer.whole(is_so=False)

    def _feed_next(self) -> None:
        """The head is decoded to its end: go on with what follows."""
        if self.after is not None and not self.after.fed:
            self._feed_from(self.after, 0.0)
            self.wake()
        else:
            self._feeding = None
            self._turn += 1
            self.buffer.whole(is_so=self.after is None)

    def _run(self) -> None:
        while True:
            with self._lock:
                self.settle()
                wait_s = self._due()
                job = self._job()
            if job is not None:
                job()
                if self._news.empty():
                    continue
            try:
                word = self._news.get(block=job is None, timeout=self._patience_s(wait_s))
            except Empty:
                word = ""
            if word == "quit":
                break
            self._look_after_device(other_wanted=word == "device")
        self._feed.close()
        self._device.close()

    def _job(self) -> Callable[[], None] | None:
        """What is to be done next; None: nothing."""
        device, filled_s = self._device, self.buffer.filled_s
        if self.going and self.head is not None:
            if not device.is_open:
                return self._open_device
            enough = filled_s >= _READY_S or (self._feeding is None and filled_s)
            if not device.running and enough:
                return self._start_device
        elif device.is_open and time.monotonic() - self._idle_since >= IDLE_S:
            return device.close
        if filled_s < LOW_S:
            self._filling = True
        elif filled_s >= AHEAD_S:
            self._filling = False
        return self._decode if device.is_open and self._feeding is not None and self._filling else None

    def _patience_s(self, wait_s: float | None) -> float | None:
        waits = [] if wait_s is None else [wait_s]
        if self.going and self._device.running:
            waits.append(PATIENCE_S)
        elif not self.going and self._device.is_open:
            waits.append(IDLE_S - (time.monotonic() - self._idle_since))
        return max(0.0, min(waits)) if waits else None

    def _decode(self) -> None:
        with self._lock:
            play, from_s, turn, gain = self._feeding, self._from_s, self._turn, self.gain
        if play is None:
            return
        why = ""
        frame, sound = 0, None
        try:
            frame, sound = self._feed.some(play, from_s, self.buffer.rate_hz, gain)
        except UnreadableTrack as error:
            why = error.why
        with self._lock:
            if turn != self._turn:
                return
            self._from_s = None
            if sound is not None:
                play.decoded = True
                self.buffer.put(play, frame, sound)
            elif why and not play.decoded:
                self._give_up(play, why)
            else:
                play.fed, play.broken = True, why
                if play is self.head:
                    self._feed_next()
                else:
                    self._feeding = None

    def _give_up(self, play: Play, why: str) -> None:
        self._feeding = None
        if play is self.after:
            self.after = None
            self._feed_next()
        self._report(Unplayable(play, why))

    def _open_device(self) -> None:
        try:
            rate_hz = self._device.open(self.wanted_device)
        except NoSound as error:
            self._silence(str(error))
            return
        with self._lock:
            if rate_hz != self.buffer.rate_hz:
                self.buffer.reset(rate_hz)
                self.refeed()

    def _start_device(self) -> None:
        try:
            self._device.start()
        except NoSound as error:
            self._device.close()
            self._silence(str(error))

    def _look_after_device(self, *, other_wanted: bool) -> None:
        """See whether the device is still what is wanted; one that is closed while music plays is opened anew."""
        device = self._device
        if other_wanted:
            device.close()
        elif device.gone or (device.dead() and not device.may_revive()):
            device.close()
            self._silence("the sound device is gone")
        elif device.dead():
            device.close()

    def _silence(self, why: str) -> None:
        with self._lock:
            if self.going:
                self.pause()
                self._report(Silenced(why))
