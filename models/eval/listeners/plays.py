"""Plays as a replay reads them: one row each, in the order heard, and the file they are kept in."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.eval.listeners.library import Ints

COLUMNS = ("user", "end_minute", "artist_id", "track_id", "ms_played")


@dataclass(frozen=True, slots=True, eq=False)
class Plays:
    """Columns of (n,); the plays of a user stand together and in order.

    Attributes:
        user: number of the listener.
        end_minute: when the play ended, whole minutes since the epoch, UTC.
        artist: number of the artist.
        track: number of the track.
        ms: how much was heard.
    """

    user: Ints
    end_minute: Ints
    artist: Ints
    track: Ints
    ms: Ints

    def save(self, path: Path) -> None:
        """Write ``plays.csv`` in the replay format."""
        with path.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(COLUMNS)
            columns = (self.user, self.end_minute, self.artist, self.track, self.ms)
            lines.writerows(zip(*(column.tolist() for column in columns), strict=True))


def load(path: Path) -> Plays:
    """The plays that ``Plays.save`` wrote."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [[int(cell) for cell in line] for line in list(csv.reader(file))[1:]]
    return Plays(*np.array(rows, np.int64).reshape(-1, len(COLUMNS)).T)
