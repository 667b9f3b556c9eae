"""Which tracks are one recording: a copy, a re-encode, the same song on a best-of."""

from player_rec.analysis.fingerprint import same_recording
from player_rec.domain.sound import Analysis
from player_rec.domain.track import TrackId
from player_rec.engine.space import SoundSpace
from player_rec.store.library import Library

_NEIGHBOURS = 24
_SIMILAR = 0.5  # far below any true copy: the fingerprint decides, this only spares it work
_LENGTH_SHARE, _LENGTH_MS = 0.03, 4_000


def twins(track: TrackId, found: Analysis, library: Library, space: SoundSpace) -> list[TrackId]:
    """Tracks that are the same recording as ``track``: near it in sound space, as long, and alike bit for bit."""
    near = [other for other in space.near(found.vector, _NEIGHBOURS, _SIMILAR) if other != track]
    lengths = library.tracks.durations(near)
    allowed = max(_LENGTH_MS, _LENGTH_SHARE * found.duration_ms)
    near = [other for other in near if abs(lengths[other] - found.duration_ms) <= allowed]
    prints = library.vectors.fingerprints(near)
    return [other for other, seen in prints.items() if same_recording(found.fingerprint, seen)]
