"""The whole score of the radio on trial, as heart mode uses it, with each of its parts switched off in turn.

The song playing is the latest heard of the session, the anchor its first. What comes next is ranked among all that
this person has met, by every part that does not depend on neighbours in a queue.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from models.eval.replay.format import Ints, Tracks
from models.eval.replay.protocol import Moment
from player_rec.domain.track import ContentId, Entry, RecordingId, TrackId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.likeness import Floats, Likeness
from player_rec.recommend.plans.score import WEIGHTS, parts, total
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.weigh import Bearings, bearings, weighed
from player_rec.recommend.space.index import make_index

RADIO = "radio"
IN_QUEUE = ("novelty", "transition", "energy")
"""Parts that speak of a place in a queue; nobody is asked for one here."""

ALL_UP_TO = 5_000
"""Known tracks that are all looked at."""

AGAIN = 2.0
"""Taken off what was heard in this session already, in place of the rules that keep it out of a queue."""


class Library:
    """One person's tracks as the radio knows a library, and its parts at a moment, worked out once for all that ask."""

    def __init__(self, tracks: Tracks, artists: Ints) -> None:
        """Line the tracks up."""
        count = len(artists)
        catalogue = Catalogue.of(
            Entry(
                TrackId(n),
                ContentId(str(n)),
                RecordingId(n),
                f"{artists[n]}" if artists[n] >= 0 else "",
                f"{tracks.albums[n]}" if tracks.albums[n] >= 0 else "",
                duration_ms=int(tracks.durations_ms[n]),
            )
            for n in range(count)
        )
        index = None
        if tracks.vectors is not None:
            index = make_index(tracks.vectors.shape[1], count)
            index.add(np.arange(count, dtype=np.int64), tracks.vectors)
        self._likeness = Likeness(catalogue, index)
        self._moment: Moment | None = None
        self._known: Ints = np.empty(0, np.int64)
        self._parts: Mapping[str, Floats] = {}

    def at(self, moment: Moment) -> tuple[Ints, Mapping[str, Floats]]:
        """What is looked at (m,), ascending, with its parts."""
        if moment is not self._moment:
            self._moment = moment
            self._weigh(moment)
        return self._known, self._parts

    def _weigh(self, moment: Moment) -> None:
        trail = moment.trail
        situation = Situation(
            now_s=moment.now_s,
            history=moment.everything,
            hearts={},
            avoided=np.zeros(len(self._likeness.catalogue), np.bool_),
            anchor=TrackId(int(trail[0])) if len(trail) else None,
        )
        found = bearings(situation, self._likeness)
        self._known = _looked_at(moment, found)
        pool = weighed(self._known, situation, self._likeness, found)
        if len(trail):  # it has ended, so it seeds the sound without being played in the history once more
            places = self._likeness.of_tracks(np.array([trail[-1], trail[0]], np.int64))
            pool = replace(pool, likeness=self._likeness.between(pool.places, places))
        self._parts = parts(pool, situation, found.lasting, found.session, self._likeness)


def _looked_at(moment: Moment, found: Bearings) -> Ints:
    """Everything met so far; out of very much, what habit and lasting taste speak for, as in a real plan."""
    known = np.sort(moment.everything.known)
    if len(known) <= ALL_UP_TO:
        return known
    return np.intersect1d(known, np.union1d(found.usual.tracks, found.lasting.loved.rows))


class Radio:
    """The weighted sum of the radio's parts, or of all but one."""

    def __init__(self, library: Library, without: str = "") -> None:
        """Switch one part off, or none."""
        self.name = f"{RADIO}, without {without}" if without else RADIO
        self._library = library
        self._weights = {name: weight for name, weight in WEIGHTS.items() if name != without}

    def rank(self, moment: Moment, depth: int) -> Ints:
        """What may come next, best first."""
        known, found = self._library.at(moment)
        if not len(known):
            return known
        score = total(found, self._weights)
        score[np.isin(known, moment.trail)] -= AGAIN
        return known[np.argsort(-score, kind="stable")[:depth]]

    def observe(self, moment: Moment, track: int) -> None:
        """Its weights stand fixed; all it learns it reads off the history."""


def radios(tracks: Tracks, artists: Ints, *, ablation: bool) -> list[Radio]:
    """The radio, and where asked the radio without each of its parts."""
    library = Library(tracks, artists)
    switched = [name for name in WEIGHTS if name not in IN_QUEUE] if ablation else []
    return [Radio(library), *(Radio(library, name) for name in switched)]
