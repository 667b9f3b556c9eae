"""The built-in player: what every player can do for the radio, and the controls for the person in front of it."""

import atexit
import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from player_rec.domain.errors import PlayerGone
from player_rec.domain.listening import Ending
from player_rec.players.base import Emit, PlayerEvent, QueueChanged, QueueItem
from player_rec.players.builtin.deck import Deck
from player_rec.players.builtin.gain import GainSettings, Levels, LevelsOf
from player_rec.players.builtin.news import News, Now, NowChanged, Snapshot, Transport
from player_rec.players.builtin.output import OpenOutput, open_output
from player_rec.players.builtin.programme import Programme
from player_rec.players.builtin.queue import Queue
from player_rec.players.builtin.ramp import loudness_factor


def unknown_levels(_: Path) -> Levels:
    """Nothing is known of any file's loudness."""
    return Levels()


class BuiltinPlayer:
    """A gapless player. Methods may be called from any thread; none waits for a file or the device but ``enqueue``.

    ``open`` to ``restore_order`` are what the radio uses; the other methods are the person at the player, and work
    whether the radio listens or not. ``close`` is the radio letting go; ``quit`` ends the music.

    Args:
        open_output: opens the sound device; the system's unless told otherwise.
        levels: what is known of a file's loudness; called on the player's own thread.
        clock: seconds that never go back, for the sleep timer.
        chance: what shuffle draws by.
        name: what this player is called.
    """

    def __init__(
        self,
        open_output: OpenOutput = open_output,
        levels: LevelsOf = unknown_levels,
        clock: Callable[[], float] = time.monotonic,
        chance: Random | None = None,
        name: str = "builtin",
    ) -> None:
        self.name = name
        self._lock = threading.RLock()
        self._clock = clock
        self._emit: Emit | None = None
        self._listener: Callable[[News], None] | None = None
        self._volume = 1.0
        self._queue = Queue(chance or Random())  # noqa: S311 - a shuffle, no secret
        self._programme = Programme(self._queue, self._tell, self._say)
        self._deck = Deck(self._lock, open_output, levels, self._programme.take, self._due)
        self._programme.deck = self._deck
        atexit.register(self.quit)

    def open(self, emit: Emit) -> None:
        """Report from now on, beginning with what plays. ``emit`` must not wait, nor call back."""
        with self._lock:
            self._emit = emit
            self._programme.tell_anew()

    def close(self) -> None:
        """Report no more, play on. Twice is fine."""
        with self._lock:
            self._emit = None

    def upcoming(self) -> Sequence[QueueItem]:
        """What waits after the current track, in playing order. Raises PlayerGone."""
        with self._lock:
            self._check()
            self._deck.settle()
            return self._queue.waiting()

    def enqueue(self, files: Sequence[Path]) -> Sequence[QueueItem | None]:
        """Put files at the end of the queue; None for those it cannot play. Raises PlayerGone."""
        from player_rec.players.builtin.stream import playable  # with FFmpeg's libraries

        self._check()
        good = [playable(file) for file in files]
        with self._lock:
            items = [self._queue.new(file) if fine else None for file, fine in zip(files, good, strict=True)]
            self._queue.append(item for item in items if item is not None)
            self._edited()
            return items

    def drop(self, items: Sequence[QueueItem]) -> None:
        """Take entries out; those no longer there, and the one playing, are passed over. Raises PlayerGone."""
        with self._lock:
            self._check()
            self.remove(items)

    def order_modes(self) -> str:
        """The modes that are on, as ``restore_order`` needs them. Raises PlayerGone."""
        with self._lock:
            self._check()
            return json.dumps(sorted(self._queue.modes))

    def keep_order(self) -> None:
        """Switch all modes off. Raises PlayerGone."""
        with self._lock:
            self._check()
            self.set_modes(frozenset())

    def restore_order(self, modes: str) -> None:
        """Bring back what ``order_modes`` told. Raises PlayerGone."""
        with self._lock:
            self._check()
            self.set_modes(self._queue.modes | set(json.loads(modes)))

    def listen(self, listener: Callable[[News], None] | None) -> None:
        """Tell what goes on to a window, from any thread; it must not wait, nor call back."""
        with self._lock:
            self._listener = listener

    def now(self) -> Now:
        """All there is to show."""
        with self._lock:
            self._deck.settle()
            head, programme = self._deck.head, self._programme
            unheard_s = self._deck.latency_s if programme.transport is Transport.PLAYING else 0.0
            left_s = None if programme.sleep.at_s is None else max(0.0, programme.sleep.at_s - self._clock())
            return Now(
                transport=programme.transport,
                item=self._queue.current if head is None else head.item,
                position_ms=0 if head is None else round(1000 * max(0.0, head.position_s - unheard_s)),
                duration_ms=0 if head is None else round(1000 * head.duration_s),
                volume=self._volume,
                device=self._deck.wanted_device,
                modes=self._queue.modes,
                sleep_left_s=left_s,
                sleep_after_song=programme.sleep.after_song,
                trouble=programme.trouble,
            )

    @property
    def underruns(self) -> int:
        """How often the device wanted sound that was not decoded yet."""
        return self._deck.buffer.underruns

    @property
    def decoded_ahead_s(self) -> float:
        """How much is decoded and not yet handed out."""
        return self._deck.buffer.filled_s

    def queue(self) -> Sequence[QueueItem]:
        """All entries in playing order, those that were played too."""
        with self._lock:
            return self._queue.items

    def play_item(self, item: QueueItem) -> None:
        """Play an entry of the queue at once. One that is no longer there is put back in."""
        with self._lock:
            self._programme.begin(item)

    def pause(self) -> None:
        """Pause what plays."""
        with self._lock:
            self._programme.pause()

    def play(self) -> None:
        """Go on after a pause or a trouble, or begin."""
        with self._lock:
            self._programme.resume()

    def stop(self) -> None:
        """Stop, to begin the same song anew later."""
        with self._lock:
            self._programme.leave(Ending.STOPPED)

    def next(self) -> None:
        """Go on to the next song; after the last one, stop."""
        with self._lock:
            self._programme.next()

    def previous(self) -> None:
        """Go to the start of the song, or within its first three seconds to the song before."""
        with self._lock:
            self._programme.previous()

    def seek(self, position_ms: int) -> None:
        """Jump to another place in the song."""
        with self._lock:
            self._programme.seek(position_ms / 1000)
            self._changed()

    def insert_next(self, files: Sequence[Path]) -> Sequence[QueueItem]:
        """Put files before all that waits, playable or not."""
        with self._lock:
            items = [self._queue.new(file) for file in files]
            self._queue.insert(items)
            self._edited()
            return items

    def play_now(self, files: Sequence[Path]) -> Sequence[QueueItem]:
        """Play files at once, one after the other; what waits goes on waiting behind them."""
        with self._lock:
            items = self.insert_next(files)
            if items:
                self._programme.begin(items[0])
            return items

    def append(self, files: Sequence[Path]) -> Sequence[QueueItem]:
        """Put files at the end, playable or not."""
        with self._lock:
            items = [self._queue.new(file) for file in files]
            self._queue.append(items)
            self._edited()
            return items

    def move(self, item: QueueItem, at: int) -> None:
        """Make an entry number ``at`` of those that wait; one that does not wait stays."""
        with self._lock:
            self._queue.move(item, at)
            self._edited()

    def remove(self, items: Sequence[QueueItem]) -> None:
        """Take entries out, but not the one that plays."""
        with self._lock:
            self._queue.drop({item.key for item in items})
            self._edited()

    def clear(self) -> None:
        """Take all entries out but the one that plays."""
        with self._lock:
            self._queue.clear()
            self._edited()

    def set_modes(self, modes: frozenset[str]) -> None:
        """Switch random, repeat and single on or off."""
        with self._lock:
            self._queue.set_modes(modes)
            self._edited()

    def set_volume(self, volume: float) -> None:
        """Be so loud, from 0 to 1."""
        with self._lock:
            self._volume = min(1.0, max(0.0, volume))
            self._programme.sleep.fading = False
            self._deck.buffer.set_volume(loudness_factor(self._volume))
            self._changed()

    def set_gain(self, settings: GainSettings) -> None:
        """Hold to another ReplayGain, from this moment on."""
        with self._lock:
            if settings != self._deck.gain:
                self._deck.settle()
                self._deck.gain = settings
                self._deck.refeed()

    def use_device(self, name: str) -> None:
        """Be heard on the device of that name, empty for the default one."""
        with self._lock:
            self._deck.use_device(name)
            self._changed()

    def sleep_in(self, seconds: float | None) -> None:
        """Grow soft and pause after so long; None: do not."""
        with self._lock:
            self._programme.sleep.set(None if seconds is None else self._clock() + seconds)
            self._deck.buffer.set_volume(loudness_factor(self._volume))
            self._changed()

    def sleep_after_song(self, *, so: bool) -> None:
        """Stop at the end of the song that plays, or do not."""
        with self._lock:
            self._programme.sleep.after_song = so
            self._programme.follow()
            self._changed()

    def snapshot(self) -> Snapshot:
        """Where the player is, to go on from there another day."""
        with self._lock:
            now = self.now()
            return Snapshot(self._queue.state(), now.position_ms, now.duration_ms, self._volume)

    def restore(self, snapshot: Snapshot) -> None:
        """Be where the player was then, paused."""
        with self._lock:
            self._programme.leave(Ending.STOPPED)
            self._queue.restore(snapshot.queue)
            self.set_volume(snapshot.volume)
            current = self._queue.current
            if current is not None and snapshot.position_ms:
                self._programme.load(current, snapshot.position_ms / 1000, snapshot.duration_ms / 1000)
            self._edited()

    def quit(self) -> None:
        """Stop, and let go of files and device. For ever."""
        atexit.unregister(self.quit)
        self.stop()
        self._deck.quit()

    def _check(self) -> None:
        if self._emit is None:
            raise PlayerGone("the built-in player is not open")

    def _edited(self) -> None:
        self._deck.settle()
        self._programme.follow()
        self._tell(QueueChanged())
        self._changed()

    def _changed(self) -> None:
        self._say(NowChanged())
        self._deck.wake()

    def _due(self) -> float | None:
        now_s = self._clock()
        fade_s = self._programme.sleep.fade_s(now_s)
        if fade_s is not None:
            self._deck.buffer.fade_away(fade_s)
        return self._programme.due(now_s)

    def _tell(self, event: PlayerEvent) -> None:
        if self._emit is not None:
            self._emit(event)

    def _say(self, news: News) -> None:
        if self._listener is not None:
            self._listener(news)
