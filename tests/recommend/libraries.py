"""Small libraries, histories and moments of listening, for tests of the planner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from player_rec.domain.listening import Dials, Outcome, Source
from player_rec.domain.track import ContentId, Entry, RecordingId, TrackId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.learn.history import SOURCES, History
from player_rec.recommend.likeness import Likeness, Scale
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.rows import Vectors
from tests.recommend.sounds import clustered

NOW_S = 1_780_000_000.0
"""A day in May 2026."""

HOUR_S, DAY_S = 3600.0, 86_400.0
PLAIN = Scale(0.0, 1.0)
"""Likeness is the cosine itself."""

Played = tuple[int, float, int, Outcome, Source]
"""A play as ``History.append`` takes it."""


def entry(track: int, artist: str = "", album: str = "", *, minutes: float = 4.0, **more: Any) -> Entry:
    """A track, a recording of its own unless told otherwise."""
    plain = Entry(TrackId(track), ContentId(f"{track:04x}"), RecordingId(track), artist, album)
    return plain._replace(duration_ms=round(minutes * 60_000), **more)


def likeness_of(entries: Iterable[Entry], vectors: Vectors | None = None, scale: Scale | None = PLAIN) -> Likeness:
    """A library whose tracks lie where ``vectors`` say, in the order of ``entries``."""
    listed = list(entries)
    if vectors is None:
        return Likeness(Catalogue.of(listed), None, scale)
    index = ExactIndex(vectors.shape[1])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    index.add(np.array([one.track for one in listed], np.int64), unit.astype(np.float32))
    return Likeness(Catalogue.of(listed), index, scale)


def at_angles(*degrees: float) -> Vectors:
    """Places on a circle, so that likeness can be worked out by hand."""
    angles = np.radians(degrees)
    return np.stack((np.cos(angles), np.sin(angles)), axis=1).astype(np.float32)


def history_of(*plays: tuple[int, float, Outcome]) -> History:
    """Plays given as track, start, outcome; as much heard as the outcome asks for."""
    history = History()
    for track, started_s, outcome in plays:
        history.append(track, started_s, HEARD_MS[outcome], outcome)
    return history


HEARD_MS = {Outcome.NOTHING: 0, Outcome.EARLY_SKIP: 5_000, Outcome.LATE_SKIP: 120_000, Outcome.FINISH: 240_000}


def moment(likeness: Likeness, history: History | None = None, **more: Any) -> Situation:
    """A situation in which nothing is avoided."""
    plain = Situation(NOW_S, history or History(), {}, np.zeros(len(likeness.catalogue), np.bool_))
    return replace(plain, **more)


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that makes a library and a moment, as plain values: made twice, both are equal and share nothing.

    Attributes:
        entries: the tracks.
        heard: which of them were analysed; empty where nothing was.
        vector_seed: of the vectors.
        plays: the history.
        hearts, avoided, current, anchor, ahead, dials, repeat_hours, seed, current_since_s: as in ``Situation``.
    """

    entries: tuple[Entry, ...] = ()
    heard: tuple[bool, ...] = ()
    vector_seed: int = 0
    plays: tuple[Played, ...] = ()
    hearts: tuple[tuple[TrackId, float], ...] = ()
    avoided: tuple[bool, ...] = ()
    current: TrackId | None = None
    anchor: TrackId | None = None
    ahead: tuple[TrackId, ...] = ()
    dials: Dials = field(default_factory=Dials)
    repeat_hours: float = 12.0
    seed: int = 0
    current_since_s: float | None = None

    def likeness(self) -> Likeness:
        """The library."""
        catalogue = Catalogue.of(self.entries)
        if not self.heard:
            return Likeness(catalogue, None)
        index = ExactIndex(8)
        kept = np.array(self.heard, np.bool_)
        vectors = clustered(len(kept), 8, self.vector_seed)
        index.add(catalogue.tracks[kept], vectors[kept])
        return Likeness(catalogue, index)

    def situation(self) -> Situation:
        """The moment."""
        history = History()
        for play in self.plays:
            history.append(*play)
        return Situation(
            NOW_S,
            history,
            dict(self.hearts),
            np.array(self.avoided, np.bool_),
            self.current,
            self.anchor,
            self.ahead,
            self.dials,
            self.repeat_hours,
            self.seed,
            self.current_since_s,
        )


_EXTREMES = st.sampled_from([-1.0, -0.75, -0.3, 0.0, 0.4, 0.8, 1.0])
DIALS = st.builds(Dials, _EXTREMES, _EXTREMES, _EXTREMES, st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]))
MANY = 10_000
"""More artists, albums or recordings than there can be tracks: each has its own."""

LENGTHS_MS = (0, 1_000, 44_000, 45_000, 200_000, 240_000, 300_000, 1_200_000, 1_300_000, 7_200_000)


@st.composite
def recipes(draw: st.DrawFn, most: int = 60, least: int = 0) -> Recipe:
    """Any library and any moment. What is many is drawn from a seed, so that an example is made quickly."""
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    size = draw(st.integers(least, most) if least else st.one_of(st.integers(0, 4), st.integers(0, most)))
    kinds = [draw(st.sampled_from([1, 3, 12, MANY])) for _ in range(3)]
    entries = tuple(_any_entry(rng, place, kinds) for place in range(size))
    strangers = [TrackId(10**12 + number) for number in range(3)]
    anybody = [one.track for one in entries] + strangers
    analysed = draw(st.sampled_from(["all", "some", "none", "no index"]))
    share = {"all": 1.0, "some": 0.6, "none": 0.0, "no index": 0.0}[analysed]
    return Recipe(
        entries=entries,
        heard=() if analysed == "no index" else tuple((rng.random(size) < share).tolist()),
        vector_seed=int(rng.integers(100)),
        plays=tuple(_any_plays(rng, anybody, draw(st.sampled_from([0, 1, 5, 40, 250])), draw(st.booleans()))),
        hearts=tuple(
            (track, NOW_S - float(rng.exponential(100)) * DAY_S)
            for track in _some(rng, anybody, draw(st.sampled_from([0, 1, 8])))
        ),
        avoided=tuple((rng.random(size) < draw(st.sampled_from([0.0, 0.2, 0.95, 1.0]))).tolist()),
        current=draw(st.sampled_from([None, *anybody])),
        anchor=draw(st.sampled_from([None, *anybody])),
        ahead=tuple(_some(rng, anybody, draw(st.sampled_from([0, 1, 2, 6])))),
        dials=draw(DIALS),
        repeat_hours=draw(st.sampled_from([0.0, 1.0, 12.0, 240.0])),
        seed=draw(st.integers(0, 1000)),
        current_since_s=draw(st.sampled_from([None, NOW_S - 60, NOW_S - HOUR_S])),
    )


def _any_entry(rng: np.random.Generator, place: int, kinds: Sequence[int]) -> Entry:
    artists, albums, recordings = kinds
    artist = "" if rng.random() < 0.1 else f"artist {place if artists == MANY else rng.integers(artists)}"
    album = "" if rng.random() < 0.1 else f"album {place if albums == MANY else rng.integers(albums)}"
    recording = place if recordings == MANY else int(rng.integers(8 * recordings))
    plain = Entry(TrackId(3 * place + 1), ContentId(f"{place:04x}"), RecordingId(recording), artist, album)
    plain = plain._replace(
        genre=str(rng.choice(["", "jazz", "rock"])),
        year=int(rng.choice([0, 1970, 1973, 2020])),
        duration_ms=int(rng.choice(LENGTHS_MS)),
    )
    if rng.random() < 0.3:
        return plain
    return plain._replace(
        loudness_lufs=float(rng.uniform(-40, -3)),
        tempo_bpm=float(rng.choice([0.0, np.nan, 60.0, 120.0, 171.3])),
        tempo_confidence=float(rng.random()),
        key=int(rng.integers(-1, 24)),
        key_confidence=float(rng.random()),
        energy=float(rng.choice([np.nan, 0.0, 1.0, rng.random()])),
    )


def _any_plays(rng: np.random.Generator, tracks: Sequence[TrackId], count: int, steady: bool) -> Iterable[Played]:
    """Plays up to now; unless ``steady``, the clock was put back and forth on the way."""
    ages = np.cumsum(rng.choice([200.0, 240.0, 4_000.0, 3 * DAY_S], count, p=[0.5, 0.3, 0.15, 0.05]))[::-1]
    if not steady and count:
        ages = ages + rng.choice([0.0, -400 * DAY_S, 500 * DAY_S], count, p=[0.9, 0.05, 0.05])
    for age in ages.tolist():
        outcome = Outcome(int(rng.integers(4)))
        heard_ms = int(HEARD_MS[outcome] * rng.random())
        source = SOURCES[int(rng.integers(len(SOURCES)))]
        yield int(tracks[int(rng.integers(len(tracks)))]), NOW_S - age, heard_ms, outcome, source


def _some(rng: np.random.Generator, tracks: Sequence[TrackId], count: int) -> list[TrackId]:
    return [tracks[place] for place in rng.permutation(len(tracks))[:count].tolist()]
