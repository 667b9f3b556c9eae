"""What the listener did: plays, and what each of them says."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import NewType

from player_rec.domain.track import ContentId

PlayId = NewType("PlayId", int)
"""Number of a play in the order in which plays ended."""

EARLY_MS, EARLY_SHARE = 30_000, 1 / 3
"""A skip is early before so much of a song was heard, in ms or as a share of it."""

FINISH_SHARE = 0.9
"""A song counts as finished from this share on."""

SESSION_GAP_S = 30 * 60
"""A pause between two plays longer than this begins a new session."""


DAY_S = 86_400.0


class Ending(StrEnum):
    """Why a play ended."""

    FINISHED = "finished"  # the end of the song was reached
    SKIPPED = "skipped"  # the listener went on to another
    STOPPED = "stopped"  # the listener stopped the music, or quit the player
    FAILED = "failed"  # the file could not be played, or the player broke down
    LOST = "lost"  # player_rec was gone meanwhile; heard until about there


class Source(StrEnum):
    """Where a play came from."""

    OWN = "own"  # the listener chose it
    PICK = "pick"  # the radio put it there
    ALBUM = "album"  # it came after another song of its album, untouched


class Outcome(IntEnum):
    """What a play says of the song."""

    NOTHING = 0
    EARLY_SKIP = 1
    LATE_SKIP = 2
    FINISH = 3


def outcome(heard_ms: int, duration_ms: int, ending: Ending) -> Outcome:
    """What a play says. A length of 0 is unknown: then only the ending and the 30 seconds speak."""
    if ending is Ending.FAILED:
        return Outcome.NOTHING
    if ending is Ending.FINISHED or (duration_ms and heard_ms >= FINISH_SHARE * duration_ms):
        return Outcome.FINISH
    if ending is not Ending.SKIPPED:
        return Outcome.NOTHING
    early = heard_ms < EARLY_MS or heard_ms < EARLY_SHARE * duration_ms
    return Outcome.EARLY_SKIP if early else Outcome.LATE_SKIP


@dataclass(frozen=True, slots=True)
class Play:
    """One sound, heard once, from start to whatever ended it. Never rewritten.

    Attributes:
        content: the sound, so that a play outlives a moved or retagged file; empty while it is not known.
        file: where it lay when it was heard.
        started: when it began, UTC.
        heard_ms: how much of it was heard, pauses and jumps left out.
        duration_ms: how long it is; 0 where nobody knew.
        ending: why it ended.
        source: who put it there.
        player: the name of the player.
        title: for people, as it was tagged then.
        artist: for people, as it was tagged then.
        learned: whether taste may draw on it; not while learning is paused.
    """

    content: ContentId
    file: Path
    started: datetime
    heard_ms: int
    duration_ms: int
    ending: Ending
    source: Source
    player: str
    title: str = ""
    artist: str = ""
    learned: bool = True

    @property
    def outcome(self) -> Outcome:
        """What it says of the song."""
        return outcome(self.heard_ms, self.duration_ms, self.ending)


class Scope(StrEnum):
    """How far a ban or a snooze reaches."""

    TRACK = "track"
    RECORDING = "recording"
    ARTIST = "artist"
    ALBUM = "album"


@dataclass(frozen=True, slots=True)
class Avoidance:
    """A ban (``until`` is None) or a snooze.

    Attributes:
        scope: how far it reaches.
        subject: the content of a track (for a track or a recording), or the folded name of an artist or album.
        since: when it was asked for, UTC.
        until: when it ends by itself, UTC; None for never.
        label: what it is, for people.
    """

    scope: Scope
    subject: str
    since: datetime
    until: datetime | None
    label: str

    def holds(self, now: datetime) -> bool:
        """Whether it still holds."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Dials:
    """What the listener asks of the radio. All dials rest at 0.

    Attributes:
        close_far: −1 stays close to the seeds, 1 goes far.
        familiar_forgotten: −1 plays what is heard often, 1 what was long not heard.
        energy: −1 winds down, 0 is steady, 1 rises.
        fresh: share of picks, 0 to 1, that were never heard before.
    """

    close_far: float = 0.0
    familiar_forgotten: float = 0.0
    energy: float = 0.0
    fresh: float = 0.25
