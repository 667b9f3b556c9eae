"""How much louder or softer a file is played, so that songs are equally loud: ReplayGain, or what was measured."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from player_rec.domain.track import ReplayGain

TARGET_LUFS: Final = -18.0
"""What ReplayGain 2.0 aims at."""

_MOST_DB: Final = 24.0


@dataclass(frozen=True, slots=True)
class Levels:
    """What is known of a file's loudness.

    Attributes:
        tags: gains and peaks from its tags.
        measured_lufs: programme loudness after EBU R128; None where nobody measured it.
    """

    tags: ReplayGain = field(default_factory=ReplayGain)
    measured_lufs: float | None = None


LevelsOf = Callable[[Path], Levels]
"""Asked on the player's own thread when a file is opened; must not raise."""


class GainMode(StrEnum):
    """Which gain holds."""

    OFF = "off"
    TRACK = "track"
    ALBUM = "album"


@dataclass(frozen=True, slots=True)
class GainSettings:
    """What the listener wants.

    Attributes:
        mode: which gain; where a file has only the other one, that.
        pre_amp_db: on top of every gain.
        prevent_clipping: never louder than the peak allows; a peak nobody knows counts as full scale.
    """

    mode: GainMode = GainMode.ALBUM
    pre_amp_db: float = 0.0
    prevent_clipping: bool = True


def factor(levels: Levels, settings: GainSettings) -> float:
    """What samples are multiplied with; 1 where the mode is off or nothing is known."""
    if settings.mode is GainMode.OFF:
        return 1.0
    tags = levels.tags
    known = [(tags.track_db, tags.track_peak), (tags.album_db, tags.album_peak)]
    if settings.mode is GainMode.ALBUM:
        known.reverse()
    gain_db, peak = next(((db, peak) for db, peak in known if db is not None), (None, None))
    if gain_db is None:
        if levels.measured_lufs is None:
            return 1.0
        gain_db, peak = TARGET_LUFS - levels.measured_lufs, tags.track_peak
    wanted = 10.0 ** (min(_MOST_DB, max(-_MOST_DB, gain_db + settings.pre_amp_db)) / 20.0)
    return float(min(wanted, 1.0 / max(peak or 1.0, 1e-3)) if settings.prevent_clipping else wanted)
