"""Heart mode: keep a player's queue filled with what fits, and leave nothing behind when it ends.

Own items go first, then picks. The former queue is put aside while heart mode is on and comes back afterwards.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from player_rec.domain.errors import NothingToPlay
from player_rec.domain.plan import Pick
from player_rec.domain.track import ContentId, TrackId
from player_rec.engine.explain import explained
from player_rec.engine.memory import Memory
from player_rec.engine.reach import Reach
from player_rec.engine.tail import Prepared, Queue, Tail
from player_rec.players.base import CanDrop, CanKeepOrder, PlayerAdapter, QueueItem
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.space.rows import Ids, as_ids
from player_rec.store.library import Library
from player_rec.store.listener import Listener
from player_rec.store.radio import Phase, PickNote, RadioState

log = logging.getLogger(__name__)

_TRIES = 12
"""How often a plan is made anew because the player refuses songs of it."""


class Radio:
    """Heart mode on one player. Belongs to the engine's thread; the player must be open for all but ``state``."""

    def __init__(
        self,
        player: PlayerAdapter,
        library: Library,
        listener: Listener,
        memory: Memory,
        now: Callable[[], datetime],
    ) -> None:
        self._player, self._library, self._listener = player, library, listener
        self._memory, self._now = memory, now
        self.tail = Tail(player, listener.radio, now)
        self.state: RadioState | None = listener.radio.state(player.name)
        self.by_tags = False
        self._reach, self._reach_of = Reach(player, library), memory.catalogue
        self._unplayable: set[TrackId] = set()
        self._refused: set[TrackId] = set()
        self._left: tuple[tuple[str, ...], object] | None = None

    def reopened(self, current: QueueItem | None) -> None:
        """The player is there, perhaps after a crash of it or of this program: find the way back."""
        self._left = None
        self._unplayable.clear()
        self._reach.reopened()
        self.tail.reopened(current)
        if self.state is None:
            self.tail.drop(self.tail.read().picks)
        elif self.state.phase is Phase.ENTERING:
            self._put_aside(self.state, by_file=True)
        elif self.state.phase is not Phase.ON:
            self._leave(self.state)

    def on(self, current: QueueItem | None) -> None:
        """Switch on: put the queue aside and begin with the song playing now, which goes on.

        Raises:
            PlayerGone: it is on once the player is back.
            NothingToPlay: there is no song to go on with, and the queue is as it was.
        """
        if self.state is not None and self.state.phase is not Phase.ON:
            self._leave(self.state)
        if self.state is not None:
            if self._left is None:
                self.replan(current)
            return
        self._refused.clear()
        state = self._noted(current)
        self.replan(current)  # before the former queue goes: one that runs dry in between would stop the player
        if not self.tail.read().picks:
            self._leave(state)
            if not len(self._memory.catalogue):
                raise NothingToPlay("there are no songs yet: add a folder with music")
            raise NothingToPlay(f"{self._player.name} can play none of the songs that may be heard now")
        self._put_aside(state, by_file=False)
        self._left = self._seen(self.tail.read(), current)

    def _noted(self, current: QueueItem | None) -> RadioState:
        """Note how the player is found before anything of it is changed; its queue is read in order, not shuffled."""
        anchor = self._library.tracks.in_file(current.path) if current else None
        sound = anchor.identity.content if anchor else ContentId("")
        modes = self._player.order_modes() if isinstance(self._player, CanKeepOrder) else ""
        state = self._note(RadioState(self._player.name, self._now(), sound, (), modes, Phase.ENTERING))
        if isinstance(self._player, CanKeepOrder):
            self._player.keep_order()
        own = self.tail.read().own if self.tail.can_drop else ()
        aside = tuple((item.path, item.key) for item in own if _can_come_back(item.path))
        return self._note(replace(state, aside=aside))

    def _note(self, state: RadioState) -> RadioState:
        self._listener.radio.on(state)
        self.state = state
        return state

    def off(self) -> None:
        """Switch off: picks go, own items stay, former queue and modes come back. Raises PlayerGone."""
        if self.state is not None:
            self._leave(self.state)

    def started(self, item: QueueItem) -> None:
        """A track of the former queue that plays after all, because the player was quicker, does not come back."""
        if self.state is not None and item.key in {key for _, key in self.state.aside}:
            aside = tuple(entry for entry in self.state.aside if entry[1] != item.key)
            self._note(replace(self.state, aside=aside))

    def leave_later(self) -> None:
        """Off means off, also while the player is away: it is tidied up once it is back."""
        if self.state is not None:
            self._listener.radio.leave(self._player.name)
            self.state = self._listener.radio.state(self._player.name)

    def replan(self, current: QueueItem | None) -> None:
        """Make the queue what it should be now. Raises PlayerGone."""
        if self.state is None or self.state.phase not in (Phase.ON, Phase.ENTERING):
            return
        for _ in range(_TRIES):
            queue = self.tail.read()
            wanted = self._wanted(queue, current)
            refused = self._change(queue, wanted)
            if not refused:
                break
            self._unplayable.update(self._memory.number(pick.content) for pick in refused)
        self._left = self._seen(self.tail.read(), current)

    def look(self, current: QueueItem | None) -> None:
        """The queue may have been changed by hand: see, and plan anew if so. Raises PlayerGone."""
        if self.state is not None and self._seen(self.tail.read(), current) != self._left:
            self.replan(current)

    def keep(self, note: PickNote) -> None:
        """Make a pick an own item."""
        self.tail.keep(note)

    def refuse(self, item: QueueItem, note: PickNote) -> None:
        """Take a pick out, not to come back while heart mode is on. Raises PlayerGone."""
        self._refused.add(self._memory.number(note.content))
        self.tail.drop([(item, note)])

    def keep_out(self, files: Sequence[Path]) -> None:
        """Songs that the listener took out do not come back while heart mode is on."""
        tracks = (self._library.tracks.at(file) for file in files)
        self._refused.update(track for track in tracks if track is not None)

    def situation(self, current: QueueItem | None, ahead: Sequence[TrackId] = ()) -> Situation:
        """The moment, as plans are made from it."""
        playing = self._listener.plays.in_progress(self._player.name)
        return self._memory.situation(
            self._now(),
            current=self._known(current),
            current_since=playing.started if playing else None,
            anchor=self._memory.number(self.state.anchor) if self.state and self.state.anchor else None,
            ahead=ahead,
            out=np.concatenate([self._beyond_reach(), as_ids(self._unplayable | self._refused)]),
        )

    def _beyond_reach(self) -> Ids:
        if self._reach_of is not self._memory.catalogue:
            self._reach_of = self._memory.catalogue
            self._reach.library_changed()
        return self._reach.beyond

    def _wanted(self, queue: Queue, current: QueueItem | None) -> list[Prepared]:
        """The picks that should wait, in order: the first few stay if they can, the others are chosen anew."""
        going = {key for _, key in self.state.aside} if self.state and self.state.phase is Phase.ENTERING else ()
        stays = (item for item in queue.own if item.key not in going)
        own = [track for item in stays if (track := self._known(item)) is not None]
        stay = queue.picks if not self.tail.can_drop else queue.picks[: self._memory.tuning.steady]
        numbers = [self._memory.number(note.content) for _, note in stay]
        situation = self.situation(current, own)
        right = self._memory.still_right(numbers, situation) if self.tail.can_drop else [True] * len(stay)
        kept = [note for (_, note), fits in zip(stay, right, strict=True) if fits]
        ahead = [*own, *(self._memory.number(note.content) for note in kept)]
        plan = self._memory.plan(replace(situation, ahead=ahead), self._memory.tuning.ahead - len(kept))
        self.by_tags = plan.by_tags
        return [Prepared(n.content, n.file, n.trying, n.why) for n in kept] + self._prepared(plan.picks)

    def _prepared(self, picks: Sequence[Pick]) -> list[Prepared]:
        named = {pick.track for pick in picks} | {pick.reason.about for pick in picks if pick.reason.about is not None}
        tracks = self._library.tracks.get(named)
        now_s = self._now().timestamp()
        return [
            Prepared(
                tracks[pick.track].identity.content,
                self._reach.file(tracks[pick.track]),
                pick.reason.trying,
                explained(pick, tracks, now_s),
            )
            for pick in picks
            if pick.track in tracks
        ]

    def _change(self, queue: Queue, wanted: Sequence[Prepared]) -> list[Prepared]:
        """Go from what waits to what should; what is right already is not touched. Returns what cannot be played."""
        there = [note.file for _, note in queue.picks]
        same = 0
        if queue.own_first or not self.tail.can_drop:
            pairs = zip(there, (pick.file for pick in wanted), strict=False)
            same = next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(there), len(wanted)))
        refused = self.tail.put(wanted[same:]) if wanted[same:] else []
        self.tail.drop(queue.picks[same:])  # only now: a queue that runs dry in between would stop the player
        return refused

    def _leave(self, state: RadioState) -> None:
        """The way out, which may be gone twice: a crash in the middle of it leaves the rest to the next start."""
        queue = self.tail.read()
        if state.phase is not Phase.BACK:
            self._note(replace(state, phase=Phase.LEAVING))
            back = _missing(state, queue)
            log.info("heart mode off (%s): %d of %d come back", state.phase.name.lower(), len(back), len(state.aside))
            for path, item in zip(back, self._player.enqueue(back) if back else (), strict=True):
                if item is None:
                    log.warning("%s does not take %s back into its queue", self._player.name, path)
            self._note(replace(state, phase=Phase.BACK))
        self.tail.drop(queue.picks)  # only now: a queue that runs dry in between would stop the player
        if isinstance(self._player, CanKeepOrder) and state.modes:
            self._player.restore_order(state.modes)
        self.tail.forget()
        self._listener.radio.off(self._player.name)
        self.state = self._left = None

    def _put_aside(self, state: RadioState, *, by_file: bool) -> None:
        """Take the former queue out.

        After a crash in the middle of it a player may call its entries by new names, so they go by their files then,
        which is safe: the listener had no time to queue the same again, or to set a mode. What was heard meanwhile
        does not come back later.
        """
        if by_file and isinstance(self._player, CanKeepOrder):
            self._player.keep_order()
        if isinstance(self._player, CanDrop):
            queue = self.tail.read()
            keys = {key for _, key in state.aside}
            files = Counter(path for path, _ in state.aside) if by_file else Counter[Path]()
            former = []
            for item in queue.own:
                if item.key in keys or files[item.path] > 0:
                    files[item.path] -= 1
                    former.append(item)
            log.info("heart mode on: %d of %d put aside", len(former), len(state.aside))
            gone = ((path, "") for path in (_missing(state, queue) if by_file else ()))
            state = self._note(replace(state, aside=(*((item.path, item.key) for item in former), *gone)))
            if former:
                self._player.drop(former)
        self._note(replace(state, phase=Phase.ON))

    def _seen(self, queue: Queue, current: QueueItem | None) -> tuple[tuple[str, ...], object]:
        return tuple(item.key for item in (*queue.own, *(item for item, _ in queue.picks))), current

    def _known(self, item: QueueItem | None) -> TrackId | None:
        return self._library.tracks.at(item.path) if item else None


def _missing(state: RadioState, queue: Queue) -> list[Path]:
    """What of the former queue is not there.

    A crash while it went or came leaves most of it there or next to nothing, because a player is told of all at once.
    Where most is there, all was, and what is not has been heard or taken out since.
    """
    missing = Counter(path for path, _ in state.aside)
    if state.phase in (Phase.LEAVING, Phase.ENTERING):
        there = missing & Counter(item.path for item in queue.own)
        missing = Counter() if 2 * there.total() >= len(state.aside) else missing - there
    back = []
    for path, _ in state.aside:
        if missing[path] > 0:
            missing[path] -= 1
            back.append(path)
    return back


def _can_come_back(path: Path) -> bool:
    """Whether an entry of the queue can be put back: a stream, or a file whose name is no text, stays where it is."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return path.is_absolute()
