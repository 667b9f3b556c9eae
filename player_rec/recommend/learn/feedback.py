"""What became of a song, and of its artist, when they were played before: accepted or skipped early.

Counts are smoothed step by step (empirical Bayes by shrinkage): a song never met is judged by its artist, an
artist never met by how this listener skips at all.
"""

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import DAY_S, Outcome
from player_rec.recommend.catalogue import NOBODY, Catalogue, Numbers
from player_rec.recommend.learn.history import History
from player_rec.recommend.likeness import Floats, Rows

Floats64 = NDArray[np.float64]

REMEMBERED = 20_000
"""Plays that are looked at, the latest."""

HALF_LIFE_DAYS = 60.0
"""After so long a play counts half."""

ARTIST_DOUBT, TRACK_DOUBT = 8.0, 5.0
"""Plays after which an artist's, and a track's, own record counts as much as what was thought before."""

OUTSET = 0.7
"""Acceptance that is expected of somebody who has played nothing yet, with the weight of this many plays:"""

OUTSET_PLAYS = 10.0


def acceptance(history: History, catalogue: Catalogue, rows: Rows, now_s: float) -> Floats:
    """How likely each of ``rows`` (m,) is to be accepted, 0 to 1, judged by what was said of it and its artist."""
    outcomes = history.outcomes[-REMEMBERED:]
    told = outcomes != Outcome.NOTHING
    met = catalogue.rows(history.known)[history.codes[-REMEMBERED:][told]]
    age_s = np.maximum(now_s - history.times[-REMEMBERED:][told], 0)
    counts = np.exp2(-age_s / (HALF_LIFE_DAYS * DAY_S))
    kept = counts * (outcomes[told] != Outcome.EARLY_SKIP)
    usual = (kept.sum() + OUTSET * OUTSET_PLAYS) / (counts.sum() + OUTSET_PLAYS)
    here = met >= 0
    met, kept, counts = met[here], kept[here], counts[here]
    artist = catalogue.artist[met]
    named = artist != NOBODY
    artists = _shrunk(artist[named], kept[named], counts[named], len(catalogue.artists), usual)
    expected = np.where(catalogue.artist[rows] == NOBODY, usual, np.append(artists, usual)[catalogue.artist[rows]])
    plays = np.bincount(met, counts, len(catalogue))[rows]
    accepted = np.bincount(met, kept, len(catalogue))[rows]
    return np.asarray((accepted + TRACK_DOUBT * expected) / (plays + TRACK_DOUBT), np.float32)


def _shrunk(groups: Numbers, kept: Floats64, counts: Floats64, many: int, usual: float) -> Floats64:
    plays, accepted = np.bincount(groups, counts, many), np.bincount(groups, kept, many)
    return np.asarray((accepted + ARTIST_DOUBT * usual) / (plays + ARTIST_DOUBT))
