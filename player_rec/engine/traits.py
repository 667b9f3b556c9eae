"""What the points of a map can be coloured by."""

from collections import Counter
from datetime import datetime

import numpy as np

from player_rec.domain.track import Entry, TrackId
from player_rec.engine.chart import GENRES, OTHER, UNKNOWN, Ids, Shares, Traits
from player_rec.recommend.learn.activation import retrieval
from player_rec.recommend.learn.history import History
from player_rec.store.library import Library
from player_rec.store.listener import Listener

_PULSE = 0.1
"""Less confidence than that in a tempo is none."""

_ODD = 2.0
"""Percent at either end of a scale that do not stretch it."""

_NARROWEST = 1e-6

_NO_GENRES = frozenset({"", "(none)", "none", "other", "unknown", "genre"})
"""What programs write where nobody has said anything."""


def traits(library: Library, listener: Listener, ids: Ids, now: datetime) -> Traits:
    """The columns for tracks (n,), as library and listener are now."""
    entries = {entry.track: entry for entry in library.tracks.entries()}
    listed = [entries.get(TrackId(int(track))) for track in ids]
    genres = [one.genre if one and one.genre not in _NO_GENRES else "" for one in listed]
    common = Counter(genre for genre in genres if genre).most_common(GENRES)
    number = {genre: place for place, (genre, _) in enumerate(common)}
    tempo = np.array([_tempo(one) for one in listed], np.float32)
    even, ends = _stretched(np.log(tempo))
    energy, _ = _stretched(np.array([one.energy if one else np.nan for one in listed], np.float32))
    return Traits(
        genre=np.array([number.get(genre, OTHER) if genre else UNKNOWN for genre in genres], np.uint8),
        genres=tuple(_spelt(library, listed, genre) for genre in number),
        tempo=even,
        tempo_bpm=(float(np.exp(ends[0])), float(np.exp(ends[1]))),
        energy=energy,
        familiar=familiar(library, listener, ids, now),
    )


def _tempo(one: Entry | None) -> float:
    sure = one is not None and one.tempo_bpm > 0 and one.tempo_confidence >= _PULSE
    return one.tempo_bpm if one and sure else np.nan


def _stretched(values: Shares) -> tuple[Shares, tuple[float, float]]:
    """Values (n,) put between 0 and 1, but for the odd ones at the ends; nan stays. What 0 and 1 stand for."""
    known = values[np.isfinite(values)]
    if not len(known):
        return np.full(len(values), np.nan, np.float32), (0.0, 0.0)
    low, high = np.percentile(known, (_ODD, 100 - _ODD))
    shares = np.clip((values - low) / max(high - low, _NARROWEST), 0, 1)
    return shares.astype(np.float32), (float(low), float(high))


def _spelt(library: Library, listed: list[Entry | None], genre: str) -> str:
    """A genre as the tags of one of its songs spell it."""
    one = next(one for one in listed if one and one.genre == genre)
    track = library.tracks.one(one.track)
    return track.tags.genres[0] if track and track.tags.genres else genre


def familiar(library: Library, listener: Listener, ids: Ids, now: datetime) -> Shares:
    """How readily each track (n,) comes to mind now, 0 to 1."""
    history, contents = History(), library.tracks.contents()
    for noted in listener.plays.all():
        play = noted.play
        track = contents.get(play.content) if play.content else library.tracks.at(play.file)
        if track is not None and noted.counts:
            history.append(track, play.started.timestamp(), play.heard_ms, play.outcome, play.source)
    return retrieval(history, ids, now.timestamp()) if history.known.size else np.zeros(len(ids), np.float32)
