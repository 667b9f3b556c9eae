"""What may come, and in which order the rules give way where a library is too small for all of them.

A ban, a snooze, and a file that is not there never give way. Of the others the album window is the first to go,
then the artist window, then what the dials forbid, then the repeat window, each by halves so that it gives no
more than it must, and the windows are tried whole again under every step of what goes after them; last of all,
when nothing else is left to play, the length.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import DAY_S, Dials
from player_rec.recommend.catalogue import Catalogue, Mask
from player_rec.recommend.learn.history import History
from player_rec.recommend.likeness import Floats
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.spacing import Since
from player_rec.recommend.space.rows import Ids

ALBUM_WINDOW, ARTIST_WINDOW, REPEAT_WINDOW = 25, 15, 100
SHORTEST_MS, LONGEST_MS = 45_000, 20 * 60_000

GATE = 0.75
"""From here on a dial does not only lean, it forbids."""

CLOSE_LIKENESS, FAR_LIKENESS = 0.4, 0.6
FORGOTTEN_DAYS = 60.0


@dataclass(frozen=True, slots=True)
class Strictness:
    """How far each rule is kept.

    Attributes:
        album: places between two songs of one album, at least.
        artist: places between two songs of one artist, at least.
        dial: whether dials turned all the way forbid.
        repeat: the share of the repeat window, in plays and in hours, that is kept.
        length: whether intros, skits and mixes stay out.
    """

    album: int = ALBUM_WINDOW
    artist: int = ARTIST_WINDOW
    dial: bool = True
    repeat: float = 1.0
    length: bool = True


def _ladder() -> tuple[Strictness, ...]:
    windows = [Strictness(album) for album in (25, 12, 6, 3, 2, 0)] + [Strictness(0, artist) for artist in (7, 3, 2, 0)]
    no_dial = [replace(one, dial=False) for one in windows]
    shares = (0.5, 0.25, 0.12, 0.06, 0.03, 0.01, 0.0)
    repeats = [replace(one, repeat=share) for share in shares for one in no_dial]
    return (*windows, *no_dial, *repeats, *(replace(one, length=False) for one in (*no_dial, *repeats)))


LADDER = _ladder()
"""From all rules kept down to none but the ones that never give way."""

_WITHOUT_WINDOWS = tuple(keep for keep in LADDER if not keep.album and not keep.artist)


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules for some rows (m,), ready to be asked at any strictness.

    Attributes:
        since: places since artist, album and recording, for the place being filled.
        dial: (m,) what the dials let through.
        length: (m,) what is neither intro nor mix.
        repeat_hours: how long a recording stays away.
    """

    since: Since
    dial: Mask
    length: Mask
    repeat_hours: float

    def of(self, places: NDArray[np.integer]) -> "Rules":
        """The same for some of the rows (k,)."""
        return Rules(self.since.of(places), self.dial[places], self.length[places], self.repeat_hours)

    def broken_by(self, place: int) -> tuple[str, ...]:
        """The rules that had to give way for the row at ``place``, in the order in which they do."""
        since = self.since
        heard = since.recording[place] <= REPEAT_WINDOW or since.hours[place] < self.repeat_hours
        return tuple(
            name
            for name, broken in (
                ("album", since.album[place] < ALBUM_WINDOW),
                ("artist", since.artist[place] < ARTIST_WINDOW),
                ("dial", not self.dial[place]),
                ("repeat", heard),
                ("length", not self.length[place]),
            )
            if broken
        )

    def allow(self, keep: Strictness) -> Mask:
        """(m,) what may come in this place."""
        since = self.since
        allowed = (since.album >= keep.album) & (since.artist >= keep.artist)
        allowed &= since.recording > (keep.repeat * REPEAT_WINDOW if keep.repeat else 0)
        allowed &= since.hours >= keep.repeat * self.repeat_hours
        if keep.dial:
            allowed &= self.dial
        if keep.length:
            allowed &= self.length
        return np.asarray(allowed)

    def beyond_windows(self) -> NDArray[np.int32]:
        """(m,) how many steps the rules other than the windows must give way for each row; 0 for none."""
        steps = np.full(len(self.dial), len(_WITHOUT_WINDOWS), np.int32)
        for step in range(len(_WITHOUT_WINDOWS) - 1, -1, -1):
            steps[self.allow(_WITHOUT_WINDOWS[step])] = step
        return steps


def fitting_length(catalogue: Catalogue, situation: Situation) -> Mask:
    """(n,) rows that are a song by their length, as far as it is known.

    Where a seed is a skit or a mix itself, the listener has asked for such.
    """
    seeds = catalogue.duration_ms[catalogue.mask(situation.seeds)]
    shortest = 0 if ((seeds > 0) & (seeds < SHORTEST_MS)).any() else SHORTEST_MS
    fits = (catalogue.duration_ms >= shortest) | (catalogue.duration_ms == 0)
    if not (seeds > LONGEST_MS).any():
        fits &= catalogue.duration_ms <= LONGEST_MS
    return np.asarray(fits)


def let_through(dials: Dials, heard: Mask, away_days: Floats, likeness: Floats) -> Mask:
    """What the dials let through.

    Args:
        dials: where they stand.
        heard: (m,) whether the track was ever heard.
        away_days: (m,) days since it was last heard, inf where never.
        likeness: (m,) to the nearest seed.
    """
    through = np.ones(len(heard), np.bool_)
    if dials.familiar_forgotten <= -GATE:
        through &= heard
    elif dials.familiar_forgotten >= GATE:
        through &= heard & (away_days >= FORGOTTEN_DAYS)
    if dials.close_far <= -GATE:
        through &= likeness >= CLOSE_LIKENESS
    elif dials.close_far >= GATE:
        through &= likeness <= FAR_LIKENESS
    return through


def days_since(history: History, tracks: Ids, now_s: float) -> Floats:
    """(m,) days since each track was last heard, inf where never."""
    codes = history.codes_of(tracks)
    places = np.where(codes >= 0, history.latest_heard[codes], -1) if len(history) else codes
    last = np.where(places >= 0, history.times[places], -np.inf) if len(history) else np.full(len(codes), -np.inf)
    return np.asarray(np.maximum(now_s - last, 0) / DAY_S, np.float32)
