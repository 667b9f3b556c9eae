"""Which tracks may be an answer."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from player_rec.domain.track import RecordingId, TrackId
from player_rec.recommend.space.rows import Allowed, Ids, as_ids

RecordingOf = Callable[[TrackId], RecordingId | None]
"""Says which recording a track is; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer must keep to.

    Attributes:
        exclude: tracks to leave out. Where seeds are tracks, they belong in here.
        allowed: the only tracks that may come, or None for all.
        recording_of: where given, no recording comes twice, nor one that a track in ``exclude`` belongs to.
    """

    exclude: AbstractSet[TrackId] = frozenset()
    allowed: Allowed | None = None
    recording_of: RecordingOf | None = None

    def most(self, count: int) -> int:
        """How many of ``count`` tracks there can be at most in an answer."""
        return count if self.allowed is None else min(count, len(self.allowed))

    def without_excluded(self, ids: Ids) -> Ids:
        """Those of ``ids`` (n,) that are not excluded, in the same order."""
        return ids[~np.isin(ids, as_ids(self.exclude))]

    def one_per_recording(self, ids: Ids) -> Ids:
        """The first of each recording among ``ids`` (n,), in the same order."""
        if self.recording_of is None:
            return ids
        taken = {self.recording_of(one) for one in self.exclude}
        kept = []
        for one in ids.tolist():
            recording = self.recording_of(TrackId(one))
            if recording is None or recording not in taken:
                kept.append(one)
                taken.add(recording)
        return np.array(kept, np.int64)


ANY = Limits()
