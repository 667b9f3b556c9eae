"""What comes next, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from player_rec.domain.track import TrackId


class Because(StrEnum):
    """The main reason for a pick."""

    CURRENT = "current"  # it sounds like the song playing now
    ANCHOR = "anchor"  # it sounds like the song the radio began with
    FAR = "far"  # it is a step away from a seed, as the dial asks
    SESSION = "session"  # it sounds like what was enjoyed just now
    TASTE = "taste"  # it sounds like what the listener likes
    LIKED = "liked"  # it has a heart itself
    HABIT = "habit"  # the listener often plays it about here
    FORGOTTEN = "forgotten"  # it was enjoyed once and not heard for long
    FAMILIAR = "familiar"  # it is heard often
    LEFT = "left"  # nothing speaks for it but that it may be played


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a track was picked, in facts that can be put into words.

    Attributes:
        because: the main reason.
        about: the other track it speaks of, where there is one.
        last_heard_s: when the track itself was last heard, Unix seconds; None for never.
        plays: how often it was heard.
        liked: whether it has a heart.
        trying: whether it is there to learn something: the radio does not know, it asks.
        gave_way: rules that had to give way for it, in the order in which they do.
        by_tags: whether likeness was judged by tags, because the sound was not analysed yet.
    """

    because: Because
    about: TrackId | None = None
    last_heard_s: float | None = None
    plays: int = 0
    liked: bool = False
    trying: bool = False
    gave_way: tuple[str, ...] = ()
    by_tags: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A track the radio wants to play next.

    Attributes:
        track: which.
        score: the weighted sum of the parts.
        parts: each part before it is weighted, −1 to 1; transition falls below for a clash.
        reason: the same for people.
    """

    track: TrackId
    score: float
    parts: Mapping[str, float]
    reason: Reason


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """Picks in playing order. ``by_tags`` says that no sound was analysed to go by."""

    picks: tuple[Pick, ...]
    by_tags: bool = False
