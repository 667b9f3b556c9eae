"""What the radio knows of every track that can be played now, as columns: whole-library questions take a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.track import ContentId, Entry, TrackId
from player_rec.recommend.space.rows import Ids

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
NOBODY = -1
"""Stands for an artist, album or genre that the tags do not name."""


class Names:
    """Numbers for names, in the order in which they were first met; the empty name is ``NOBODY``."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": NOBODY}

    def __len__(self) -> int:
        return len(self._numbers) - 1

    def number(self, name: str) -> int:
        """The number of a name, a new one where it is new."""
        return self._numbers.setdefault(name, len(self._numbers) - 1)

    def find(self, name: str) -> int | None:
        """The number of a name, None where nobody has it."""
        return self._numbers.get(name) if name else None


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Columns of one length n, in ascending order of ``tracks``; see ``Entry`` for what they hold.

    Attributes:
        tracks: (n,) track ids.
        contents: the sound of each.
        by_content: the track that is this sound.
        recording: (n,) equal for tracks that sound the same, numbered from 0 to ``recordings`` − 1.
        artist, album, genre, year, duration_ms: (n,) whole numbers, ``NOBODY`` where not known.
        loudness_lufs, tempo_bpm, tempo_confidence, key_confidence, energy: (n,), nan where not heard.
        key: (n,), −1 where not heard.
        artists: numbers of the folded names.
        albums: numbers of the folded names.
        recordings: how many there are.
        row_of: (largest id + 1,) the row of every track, −1 for ids that are not here.
    """

    tracks: Ids
    contents: Sequence[ContentId]
    by_content: Mapping[ContentId, TrackId]
    recording: Numbers
    artist: Numbers
    album: Numbers
    genre: Numbers
    year: Numbers
    duration_ms: Numbers
    loudness_lufs: Floats
    tempo_bpm: Floats
    tempo_confidence: Floats
    key: Numbers
    key_confidence: Floats
    energy: Floats
    artists: Names
    albums: Names
    recordings: int
    row_of: Numbers

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Line up what the store tells."""
        listed = sorted(entries, key=lambda entry: entry.track)
        artists, albums, genres = Names(), Names(), Names()

        def column(kind: Any, values: Iterable[Any]) -> NDArray[Any]:
            return np.fromiter(values, kind, len(listed))

        recordings, recording = np.unique(column(np.int64, (e.recording for e in listed)), return_inverse=True)
        return cls(
            tracks=column(np.int64, (entry.track for entry in listed)),
            contents=[entry.content for entry in listed],
            by_content={entry.content: entry.track for entry in listed},
            recording=recording.astype(np.int32),
            artist=column(np.int32, (artists.number(entry.artist) for entry in listed)),
            album=column(np.int32, (albums.number(entry.album) for entry in listed)),
            genre=column(np.int32, (genres.number(entry.genre) for entry in listed)),
            year=column(np.int32, (entry.year for entry in listed)),
            duration_ms=column(np.int32, (min(entry.duration_ms, 2**31 - 1) for entry in listed)),
            loudness_lufs=column(np.float32, (entry.loudness_lufs for entry in listed)),
            tempo_bpm=column(np.float32, (entry.tempo_bpm for entry in listed)),
            tempo_confidence=column(np.float32, (entry.tempo_confidence for entry in listed)),
            key=column(np.int32, (entry.key for entry in listed)),
            key_confidence=column(np.float32, (entry.key_confidence for entry in listed)),
            energy=column(np.float32, (entry.energy for entry in listed)),
            artists=artists,
            albums=albums,
            recordings=len(recordings),
            row_of=_table(column(np.int64, (entry.track for entry in listed))),
        )

    def __len__(self) -> int:
        return len(self.tracks)

    def rows(self, tracks: Ids) -> NDArray[np.int64]:
        """The row of each of ``tracks`` (m,), −1 for those that are not here."""
        inside = (tracks >= 0) & (tracks < len(self.row_of))
        return np.where(inside, self.row_of[np.where(inside, tracks, 0)], -1).astype(np.int64)

    def row(self, track: TrackId | None) -> int:
        """The row of one track, −1 where it is not here."""
        return -1 if track is None else int(self.rows(np.array([track], np.int64))[0])

    def mask(self, tracks: Iterable[TrackId] | Ids) -> Mask:
        """(n,), true for those of ``tracks`` that are here."""
        mask = np.zeros(len(self), np.bool_)
        rows = self.rows(tracks if isinstance(tracks, np.ndarray) else np.fromiter(tracks, np.int64))
        mask[rows[rows >= 0]] = True
        return mask


def _table(tracks: Ids) -> Numbers:
    """A database hands out small numbers, so a table is short, and faster than any search."""
    table = np.full(int(tracks.max(initial=0)) + 1, -1, np.int32)
    table[tracks] = np.arange(len(tracks), dtype=np.int32)
    return table
