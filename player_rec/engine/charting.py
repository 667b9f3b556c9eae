"""Keeps the map in step with the library, a step at a time: all that takes long is done by a worker process."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np

from player_rec.analysis.pool import Pool
from player_rec.domain.errors import UnreadableTrack
from player_rec.engine import chart_file, chart_jobs
from player_rec.engine.chart import Chart, Ids, Places, Traits
from player_rec.engine.chart_file import NOTHING, Kept
from player_rec.engine.chart_jobs import Advanced, Done, Ground, Placed, Surveyed
from player_rec.engine.traits import familiar, traits
from player_rec.recommend.map.layout import State, begin, go_on
from player_rec.store.library import Library
from player_rec.store.listener import Listener

log = logging.getLogger(__name__)

LEAST: Final = 5
"""Fewer tracks make no map."""

_OUTGROWN, _ALIKE = 0.8, 0.5
"""Where less of the library than this was laid out, it is laid out anew; down to the second from what there is."""

_SLICE_S: Final = 1.5
_FIRST_SLICE: Final = 10
_SURVEY_SHARE: Final = 0.1
"""Of a first layout, what finding the neighbours is said to be."""

_REST_S: Final = 5.0
_TRIES: Final = 3


class Charting:
    """The map of one library under one model. Belongs to the thread that owns the database connections it was given.

    Args:
        library: whose tracks.
        listener: whose plays make a track familiar.
        ground: where the worker finds the library.
        pool: of one worker.
        paused: why nothing is to be worked out now, in words; empty while it may.
        tell: takes the map whenever it has changed.
        now: the clock.
    """

    def __init__(
        self,
        library: Library,
        listener: Listener,
        ground: Ground,
        pool: Pool[str, Done],
        *,
        paused: Callable[[], str],
        tell: Callable[[Chart], None],
        now: Callable[[], datetime],
    ) -> None:
        self._library, self._listener, self._ground, self._pool = library, listener, ground, pool
        self._paused, self._tell, self._now = paused, tell, now
        self._file = ground.index / "map"
        self._graph = ground.index / "map.graph"
        self._kept = chart_file.load(self._file, ground.model)
        self._wanted: Ids = np.empty(0, np.int64)
        self._forming: tuple[Ids, State] | None = None
        self._iterations = _FIRST_SLICE
        self._traits: Traits | None = None
        self._traits_for: Ids = NOTHING.ids
        self._seen: tuple[int, object] = (-1, None)
        self._surveying = self._due = False
        self._failed = 0
        self._rests = ""

    def look(self) -> None:
        """See what came, went or was played since, and tell the map."""
        self._due, self._failed = True, 0

    def step(self, timeout_s: float) -> float | None:
        """Hand out work, wait up to ``timeout_s`` for it, and take in what came back.

        Returns:
            Seconds after which another step is worth while, 0 for at once; None when all is done.
        """
        rests = self._paused() if self._due or self._forming else ""
        if self._due and not self._busy:
            self._rests = rests
            self._compare()
        for result in self._pool.results(timeout_s) if self._pool.pending else ():
            self._take(result.outcome)
        if rests != self._rests:
            self._rests = rests
            self._show()
        if rests and not self._pool.pending:
            return _REST_S
        if self._forming and not self._pool.pending:
            self._pool.submit("layout", chart_jobs.go_on, self._graph, self._forming[1], self._iterations)
        return 0.0 if self._pool.pending or self._due else None

    @property
    def _busy(self) -> bool:
        return self._forming is not None or self._pool.pending > 0

    def _compare(self) -> None:
        """Leave out what went, and find a place for what came unless work rests: then it stays to be done."""
        self._notice()
        here = self._library.vectors.ids(self._ground.model) & self._library.tracks.here()
        self._wanted = np.array(sorted(here), np.int64)
        self._kept = self._kept.only(self._wanted) if len(self._wanted) >= LEAST else NOTHING
        new = np.setdiff1d(self._wanted, self._kept.ids, assume_unique=True)
        idle = len(self._wanted) < LEAST or not (len(new) or self._outgrown())
        self._due = bool(self._rests) and not idle
        if not self._rests and not idle:
            self._work(new)
        self._show()

    def _notice(self) -> None:
        """What the points are coloured by is read anew where the library is another; plays change only one column."""
        library, plays = self._library.changes(), self._listener.plays.told()
        if library != self._seen[0]:
            self._traits = None
        elif plays != self._seen[1] and self._traits is not None:
            heard = familiar(self._library, self._listener, self._traits_for, self._now())
            self._traits = replace(self._traits, familiar=heard)
        self._seen = library, plays

    def _work(self, new: Ids) -> None:
        kept = self._kept
        if len(new) and self._alike():
            self._pool.submit("place", chart_jobs.place, self._ground.library, self._ground, kept.ids, kept.places, new)
        else:
            self._survey()

    def _alike(self) -> bool:
        """Whether the places there are say enough to go on from."""
        return int(self._kept.laid.sum()) >= _ALIKE * min(len(self._wanted), self._ground.most)

    def _outgrown(self) -> bool:
        return int(self._kept.laid.sum()) < _OUTGROWN * min(len(self._wanted), self._ground.most)

    def _survey(self) -> None:
        ids = self._wanted
        if len(ids) > self._ground.most:
            ids = np.sort(np.random.default_rng(0).permutation(ids)[: self._ground.most])
        self._surveying = True
        self._pool.submit("survey", chart_jobs.survey, self._graph, self._ground, ids)

    def _take(self, done: Done | UnreadableTrack) -> None:
        match done:
            case Surveyed(ids, guess):
                self._surveying = False
                self._forming = (ids, self._first(ids, guess))
                self._iterations = _FIRST_SLICE
            case Advanced(state, seconds) if self._forming:
                ids = self._forming[0]
                self._forming = (ids, state)
                self._iterations = max(1, round(self._iterations * min(2.0, _SLICE_S / max(seconds, 1e-3))))
                if state.share >= 1:
                    self._finish(Kept(ids, state.places, np.ones(len(ids), np.bool_)))
            case Placed(ids, places):
                self._finish(self._kept.joined(ids, places))
            case UnreadableTrack() as why:
                log.warning("the map: %s", why.why)
                self._surveying, self._forming = False, None
                self._failed += 1
                self._due = self._failed < _TRIES
        self._show()

    def _first(self, ids: Ids, guess: Places) -> State:
        """Where a layout begins: with the places there are, or with the principal components."""
        rows = np.minimum(np.searchsorted(self._kept.ids, ids), max(len(self._kept.ids) - 1, 0))
        if self._alike() and np.array_equal(self._kept.ids[rows], ids):
            return go_on(self._kept.places[rows])
        return begin(guess)

    def _finish(self, kept: Kept) -> None:
        self._kept, self._forming, self._failed = kept, None, 0
        self._due = True  # more may have come meanwhile, and what was placed may call for a new layout
        with suppress(FileNotFoundError):
            self._graph.unlink()
        try:
            chart_file.save(kept, self._file, self._ground.model)
        except OSError as error:
            log.warning("the map cannot be kept: %s", error)

    def _show(self) -> None:
        ids, places = self._kept.ids, self._kept.places
        done = _SURVEY_SHARE / 2 if self._surveying else 0.0 if self._rests and self._due else None
        if self._forming:
            state = self._forming[1]
            done = _SURVEY_SHARE + (1 - _SURVEY_SHARE) * state.share
            if not len(ids):
                ids, places = self._forming[0], state.places
        self._tell(Chart(ids, places, self._traits_of(ids), len(self._wanted), done, self._rests))

    def _traits_of(self, ids: Ids) -> Traits:
        """As they were at the last look: to read them anew takes a moment in a large library."""
        if self._traits is None or not np.array_equal(self._traits_for, ids):
            self._traits, self._traits_for = traits(self._library, self._listener, ids, self._now()), ids
        return self._traits
