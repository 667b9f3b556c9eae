"""From one look at MPD to the next: what started, what ended and why, and how much of it was heard. No I/O.

MPD says what plays and how far it got, never why a song gave way to another. That is inferred here: from how far it
must have got, by the clock, when it ended.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from player_rec.domain.listening import Ending
from player_rec.players.base import Ended, Heard, PlayerEvent, QueueChanged, QueueItem, Started

END_MS, END_SHARE = 2_000, 1 / 4
"""A song that gave way so shortly before its end, but not in the last part of a very short one, reached it."""

START_MS: Final = 2_000
"""A song first seen farther in than this did not begin at its beginning."""

JUMP_MS: Final = 1_000
"""Where position and clock differ by more than this, somebody sought; less is the player's own unevenness."""

UNHEARD_MS: Final = 100
"""A song that gave way within this time, still at its very beginning, could not be decoded; nobody skips so fast."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What MPD said at one moment.

    Attributes:
        at_s: when, by the clock that was passed in.
        state: ``play``, ``pause`` or ``stop``.
        item: the current song; MPD may name one while it is stopped.
        elapsed_ms: how far into it.
        duration_ms: how long it is; 0 where MPD does not know.
        error: what MPD last failed at; it forgets that when it goes on playing.
        crossfade_ms: how long before its end a song gives way to the next.
        again: whether the same song follows upon itself.
        version: of the queue; every change makes a new one.
        order: the modes under which the queue is played, and the song that will be next.
    """

    at_s: float
    state: str
    item: QueueItem | None = None
    elapsed_ms: float = 0
    duration_ms: int = 0
    error: str = ""
    crossfade_ms: int = 0
    again: bool = False
    version: str = ""
    order: tuple[str, ...] = ()

    @property
    def current(self) -> QueueItem | None:
        """The song that plays or is paused."""
        return None if self.state == "stop" else self.item

    @property
    def slack_ms(self) -> float:
        """How long before its end the current song counts as having reached it."""
        return min(END_MS, END_SHARE * self.duration_ms) + min(self.crossfade_ms, END_SHARE * self.duration_ms)


class Follower:
    """Follows one player from the first glance on.

    Attributes:
        unsettled: whether MPD was seen in between two songs, and should be looked at again soon.
    """

    def __init__(self, first: Glance) -> None:
        self.unsettled = False
        self._last = first
        self._heard_ms = first.elapsed_ms

    @property
    def playing(self) -> bool:
        """Whether music was playing at the last glance."""
        return self._last.state == "play"

    def begin(self) -> list[PlayerEvent]:
        """What to report at first: the song that was found playing."""
        first = self._last
        if first.current is None:
            return []
        return [Started(first.current, first.duration_ms, round(first.elapsed_ms))]

    def look(self, now: Glance, changed: Collection[str]) -> list[PlayerEvent]:
        """Take in another glance.

        Args:
            now: the glance.
            changed: the subsystems that gave rise to it; none if only time passed.
        """
        before = self._last
        if before.current is None or before.current != now.current:
            events = [*self._end(before, now), *self._start(before, now)]
        elif not _began_again(before, now):
            events = self._go_on(before, now, changed)
        elif now.again:
            events = [*self._end(before, now), *self._start(before, now)]
        else:
            self.unsettled = True  # the position is that of the next song already, the name not yet
            return []
        self.unsettled = False
        self._last = now
        same_song = before.current == now.current
        if before.version != now.version or (same_song and before.order != now.order):
            events.append(QueueChanged())
        return events

    def _go_on(self, before: Glance, now: Glance, changed: Collection[str]) -> list[PlayerEvent]:
        if before.current is None:
            return []
        self._heard_ms += _heard_between(before, now, told="player" in changed)
        if changed and "player" not in changed:
            return []
        return [Heard(before.current, round(self._heard_ms), round(now.elapsed_ms))]

    def _end(self, before: Glance, now: Glance) -> list[PlayerEvent]:
        if before.current is None:
            return []
        ran_ms = _ran_ms(before, now)
        ending = _ending(before, now, ran_ms, unheard=self._heard_ms == 0)
        left_ms = max(0.0, before.duration_ms - before.elapsed_ms)
        if ending is Ending.FINISHED or (before.duration_ms and ran_ms > left_ms):
            ran_ms = left_ms
        return [Ended(before.current, round(self._heard_ms + ran_ms), ending)]

    def _start(self, before: Glance, now: Glance) -> list[PlayerEvent]:
        if now.current is not None:
            jumped = _jumped_in(now)
            self._heard_ms = 0 if jumped else now.elapsed_ms
            return [Started(now.current, now.duration_ms, round(now.elapsed_ms) if jumped else 0)]
        if (
            now.item is not None
            and now.item != before.current
            and _failed_anew(before, now)
            and _is_about(now.item, now)
        ):
            return [Started(now.item, now.duration_ms), Ended(now.item, 0, Ending.FAILED)]
        return []


def _heard_between(before: Glance, now: Glance, *, told: bool) -> float:
    """How much of the same song was heard between two glances, in ms.

    Args:
        before: the earlier.
        now: the later.
        told: whether MPD had said that it was played, paused or sought in.
    """
    if before.state != "play":
        return 0
    passed_ms = _passed_ms(before, now)
    moved_ms = now.elapsed_ms - before.elapsed_ms
    sought = abs(moved_ms - passed_ms) > JUMP_MS
    stalled = 0 <= moved_ms < passed_ms and not (told and now.state == "play")
    return passed_ms if moved_ms < 0 or (sought and not stalled) else moved_ms


def _ran_ms(before: Glance, now: Glance) -> float:
    """How much longer a song played after the glance before it ended."""
    if before.state != "play":
        return 0
    began_ms = 0 if now.current is None or _jumped_in(now) else now.elapsed_ms
    return max(0.0, _passed_ms(before, now) - began_ms)


def _ending(before: Glance, now: Glance, ran_ms: float, *, unheard: bool) -> Ending:
    """Why the song of the glance before ended.

    Args:
        before: the last glance at it.
        now: the first without it.
        ran_ms: how much longer it played after ``before``.
        unheard: whether nothing of it was heard by then.
    """
    if before.duration_ms and before.elapsed_ms + ran_ms >= before.duration_ms - before.slack_ms:
        return Ending.FINISHED
    if now.current is not None:
        failed = unheard and before.state == "play" and _passed_ms(before, now) < UNHEARD_MS
        return Ending.FAILED if failed else Ending.SKIPPED
    if now.error:
        return Ending.FAILED if before.item is not None and _is_about(before.item, now) else Ending.SKIPPED
    # "next" on the last song leaves no current one; "stop" keeps it, and "clear" or "delete" change the queue
    return Ending.SKIPPED if now.item is None and before.version == now.version else Ending.STOPPED


def _began_again(before: Glance, now: Glance) -> bool:
    """Whether the song came to its end and then to its beginning, by itself."""
    if before.state != "play" or now.state != "play" or not before.duration_ms:
        return False
    past_end_ms = before.elapsed_ms + _passed_ms(before, now) - before.duration_ms
    near = now.elapsed_ms < min(before.elapsed_ms + 1, START_MS + before.crossfade_ms)
    return near and past_end_ms >= -before.slack_ms and abs(past_end_ms - now.elapsed_ms) <= before.slack_ms


def _jumped_in(now: Glance) -> bool:
    return now.elapsed_ms > START_MS + now.crossfade_ms


def _failed_anew(before: Glance, now: Glance) -> bool:
    return bool(now.error) and (now.error, now.item) != (before.error, before.item)


def _is_about(item: QueueItem, now: Glance) -> bool:
    """Whether an error concerns a song. MPD may name the song before as the current one when it fails at the next."""
    return not now.error.startswith("Failed to decode") or item.path.name in now.error


def _passed_ms(before: Glance, now: Glance) -> float:
    return max(0.0, (now.at_s - before.at_s) * 1000)
