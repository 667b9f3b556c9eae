"""How long ago everything came: for every row of the catalogue the places since its artist, album and recording."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.catalogue import NOBODY, Catalogue
from player_rec.recommend.plans.situation import Situation

Counts = NDArray[np.int32]
Places = NDArray[np.integer]
ALL = slice(None)
NEVER = 1_000_000
"""Places since something that has not come at all."""

LOOKED_BACK = 100
"""Plays after which nothing is too soon."""


@dataclass(frozen=True, slots=True, eq=False)
class Since:
    """Places from the last of the same kind to the one being filled; 1 is right before it.

    Attributes:
        artist: (n,); a song of an unknown artist is nobody's second.
        album: (n,).
        recording: (n,).
        hours: (n,) since the recording was last heard, by the clock.
    """

    artist: Counts
    album: Counts
    recording: Counts
    hours: NDArray[np.float32]

    @classmethod
    def at(cls, catalogue: Catalogue, situation: Situation, rows: Places | slice = ALL) -> Self:
        """As it stands where the plan begins, for all rows or for some."""
        history, known = situation.history, catalogue
        before = catalogue.rows(np.array(situation.before, np.int64))
        played = catalogue.rows(history.tracks[-LOOKED_BACK:])
        order = np.concatenate((played, before))
        far = len(order) - np.arange(len(order), dtype=np.int32)
        order, far = order[order >= 0], far[order >= 0]
        return cls(
            artist=_last(known.artist[rows], known.artist[order], far, len(known.artists)),
            album=_last(known.album[rows], known.album[order], far, len(known.albums)),
            recording=_last(known.recording[rows], known.recording[order], far, known.recordings),
            hours=_hours(catalogue, situation, rows),
        )

    def of(self, rows: Places) -> "Since":
        """The same for some rows (m,)."""
        return Since(self.artist[rows], self.album[rows], self.recording[rows], self.hours[rows])


def _last(kinds: NDArray[np.integer], came: NDArray[np.integer], far: Counts, count: int) -> Counts:
    """For each row the distance to the last of its kind."""
    last = np.full(count + 1, NEVER, np.int32)  # one more, for nobody
    last[came] = far  # later ones overwrite earlier ones
    last[NOBODY] = NEVER
    return np.asarray(last[kinds])


def _hours(catalogue: Catalogue, situation: Situation, wanted: Places | slice) -> NDArray[np.float32]:
    times, now_s, recording = situation.history.times, situation.now_s, catalogue.recording
    # Not a search for where the hours begin: a clock that was put back leaves times out of order.
    recent = np.flatnonzero(times >= now_s - 3600 * situation.repeat_hours)
    rows = catalogue.rows(situation.history.tracks[recent])
    hours = (np.maximum(now_s - times[recent], 0) / 3600).astype(np.float32)
    last = np.full(catalogue.recordings, np.inf, np.float32)
    np.minimum.at(last, recording[rows[rows >= 0]], hours[rows >= 0])
    ahead = catalogue.rows(np.array(situation.before, np.int64))
    last[recording[ahead[ahead >= 0]]] = 0
    return np.asarray(last[recording[wanted]])
