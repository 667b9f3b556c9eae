"""Sound space of one library under one model: an index that follows the store, and the questions it answers."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from player_rec.domain.sound import Vector
from player_rec.domain.track import TrackId
from player_rec.engine.seeds import Seed
from player_rec.recommend.space import index_file
from player_rec.recommend.space.hubness import Hubness
from player_rec.recommend.space.index import Index, catch_up, fitted, make_index, recall
from player_rec.recommend.space.limits import Limits
from player_rec.recommend.space.path import path
from player_rec.recommend.space.rows import Ids, Vectors
from player_rec.recommend.space.similar import Neighbour, Wish, similar
from player_rec.store.library import Library

log = logging.getLogger(__name__)

_SAMPLE = 50
"""Queries on which the index is held against the exact answer."""

_QUICK_SAMPLE, _LEAST_RECALL = 8, 0.9
"""Queries for the same check whenever a graph is opened, and the share below which it is built anew."""

_LOOKS_BEFORE_ANSWERING = 2_000
"""Tracks whose surroundings are looked at anew, at most, before a question is answered."""

_KEPT_AT_ONCE = 1_000
"""So many tracks that were not in the index on disk are not to be added again at the next start."""


@dataclass(frozen=True, slots=True)
class Step:
    """One track of a path, and its cosine to the one before."""

    track: TrackId
    similarity: float


class SoundSpace:
    """The tracks that are here and heard. The store is the truth; the index is a copy that is thrown away if stale.

    The index for ``model`` that is kept in ``folder`` is loaded and brought up to date, or built anew, when it is
    first needed: who only keeps a library that does not grow never needs it.
    """

    def __init__(self, library: Library, folder: Path, model: str) -> None:
        self._library = library
        self.model = model
        self._file = folder / "neighbours"
        self._changed = False
        self._hubness = Hubness()
        self._index: Index | None = None

    def __len__(self) -> int:
        return len(self.index) if self.index else 0

    @property
    def kind(self) -> str:
        """How neighbours are looked for: ``exact`` or ``hnsw``."""
        return self.index.kind if self.index else "empty"

    @property
    def index(self) -> Index | None:
        """The neighbours themselves, to look at; None while nothing was heard."""
        self.open()
        return self._index

    def open(self) -> None:
        """Have the index at hand, however long that takes, before a transaction in which it is needed."""
        if self._index is None:
            self._index = self._opened()

    def refresh(self) -> None:
        """Take in tracks that came or went in the store since, by the hand of another process."""
        if self._index is None:
            self.open()
        else:
            wanted = self._wanted()
            self._index = fitted(self._index, len(wanted))
            self._changed |= any(catch_up(self._index, wanted, self._fetch))

    def look_around(self, budget: int) -> int:
        """Look at the surroundings of up to ``budget`` tracks, where the index is at hand; how many are still due."""
        if self._index is None or not self._changed:
            return 0
        return self._hubness.refresh(self._index, budget)

    def rest(self) -> None:
        """Keep the index on disk if it has changed, and let go of the memory it takes until it is needed again."""
        self.save()
        self._index = None

    def add(self, track: TrackId, vector: Vector) -> None:
        """Let a track that was just heard be found from now on."""
        index = fitted(self.index or make_index(len(vector), 0), len(self) + 1)
        index.add(np.array([track], np.int64), vector[np.newaxis])
        self._index, self._changed = index, True

    def near(self, vector: Vector, k: int, least: float) -> list[TrackId]:
        """Up to ``k`` tracks at least so similar (cosine) to a vector, nearest first."""
        index = self.index
        if index is None:
            return []
        found = index.nearest(vector, k)
        return [TrackId(int(track)) for track in found.ids[found.similarities >= least]]

    def similar(self, seeds: Sequence[Seed], against: Sequence[Seed], k: int) -> list[Neighbour]:
        """The ``k`` tracks most like the seeds and least like those ``against``, one of each recording."""
        index = self.index
        if index is None:
            return []
        self._hubness.refresh(index, _LOOKS_BEFORE_ANSWERING)
        wish = Wish([seed.vector for seed in seeds], [seed.vector for seed in against])
        return similar(index, self._hubness, wish, k, self._limits([*seeds, *against]))

    def path(self, start: Seed, goal: Seed, count: int) -> list[Step]:
        """``count`` tracks that lead from one sound to another."""
        index = self.index
        if index is None:
            return []
        tracks = path(index, (start.vector, goal.vector), count, self._limits([start, goal]))
        vectors = index.vectors(np.array(tracks, np.int64))
        before = np.vstack([start.vector[np.newaxis], vectors[:-1]])
        return [Step(track, float(a @ b)) for track, a, b in zip(tracks, before, vectors, strict=True)]

    def recall(self, k: int = 20) -> float:
        """The share of the true ``k`` nearest that the index finds, on a sample of its own tracks."""
        return _recall(self.index, k, _SAMPLE) if self.index else 1.0

    def save(self) -> None:
        """Keep the index on disk if it has changed; the next start is then quicker. Failing costs only that."""
        if self._index is not None and self._changed:
            self._save(self._index)

    def _save(self, index: Index) -> None:
        try:
            index_file.save(index_file.Saved(index, self._hubness), self._file, self.model)
            self._changed = False
        except OSError as error:
            log.warning("the neighbour index cannot be kept: %s", error)

    def _limits(self, named: Sequence[Seed]) -> Limits:
        recordings = self._library.tracks.recordings()
        return Limits(
            exclude={seed.track for seed in named if seed.track is not None},
            recording_of=recordings.get,
        )

    def _opened(self) -> Index | None:
        wanted = self._wanted()
        if not len(wanted):
            return None
        begun = time.monotonic()
        dimension = self._fetch(wanted[:1]).shape[1]
        kept = index_file.load(self._file, self.model, dimension)
        if kept:
            self._hubness = kept.hubness
        index = fitted(kept.index if kept else make_index(dimension, len(wanted)), len(wanted))
        added, removed = catch_up(index, wanted, self._fetch)
        self._changed = kept is None or bool(added or removed)
        if kept and index.kind == "hnsw" and (share := _recall(index, 20, _QUICK_SAMPLE)) < _LEAST_RECALL:
            log.warning("the index finds only %.0f %% of the true neighbours: built anew", 100 * share)
            index, self._changed = make_index(dimension, len(wanted)), True
            catch_up(index, wanted, self._fetch)
        log.info("index of %s: %d tracks, %s, %d added, %d removed, %.2f s",
                 self.model, len(index), index.kind, added, removed, time.monotonic() - begun)  # fmt: skip
        if self._changed and added >= _KEPT_AT_ONCE:
            self._save(index)
        return index

    def _wanted(self) -> Ids:
        return np.array(sorted(self._library.vectors.ids(self.model) & self._library.tracks.here()), np.int64)

    def _fetch(self, ids: Ids) -> Vectors:
        found = self._library.vectors.get(self.model, [TrackId(int(track)) for track in ids])
        return np.array([found[TrackId(int(track))] for track in ids], np.float32)


def _recall(index: Index, k: int, queries: int) -> float:
    ids = index.ids()
    return recall(index, ids[:: max(1, len(ids) // queries)][:queries], k)


def serving_model(library: Library, newest: str) -> str:
    """The model to answer with: the newest once it has heard what there is, until then the one that has heard most."""
    heard = library.vectors.models()
    if not heard or newest not in heard or library.tracks.waiting(newest):
        return max(heard, key=lambda model: (heard[model], model == newest), default=newest)
    return newest
