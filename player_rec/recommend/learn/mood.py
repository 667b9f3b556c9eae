"""What this session has shown: which corners of sound space are warm and which are cold right now.

Moves at once and is gone with the session. After Pampalk, Pohle and Widmer (2005), what was skipped counts
against its surroundings as what was accepted counts for them; here by kernels, so that one skip cools a
corner and a finish elsewhere does not warm it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import SESSION_GAP_S, Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.learn.history import History
from player_rec.recommend.likeness import Floats, Likeness, Places

SAYS = np.array([0.0, -1.0, -0.1, 0.35])
"""How much a play says, by ``Outcome``, when nobody could expect it: an early skip much, a late one little."""

USUAL = 0.31
"""Share of songs that people skip early at all."""

AFTER_SKIPS = np.array([USUAL, 0.675, 0.756, 0.795, 0.818, 0.834])
AFTER_LISTENS = np.array([USUAL, 0.22, 0.155, 0.109, 0.077, 0.054])
"""How often people skip after so many skips, or listens, in a row: who hunts goes on hunting, whatever is played.

Measured on ten people for skips and for five listens; between the usual share and the latter by equal ratios.
"""

HEART = 1.0
HALF_LIFE_PLAYS = 10.0
"""After so many plays an event of the session says half as much."""

NARROW = 2.0
"""How narrow a corner is: the power of likeness with which an event reaches out."""

LOOKED_AT = 40
"""Events of the session that are looked at, the latest."""


@dataclass(frozen=True, slots=True, eq=False)
class Mood:
    """The session so far.

    Attributes:
        events: the tracks that something was shown about, oldest first.
        weights: (m,) how much, below 0 for dislike.
        skips: early skips in a row up to now.
        plays: plays of the session.
    """

    events: Places
    weights: Floats
    skips: int
    plays: int

    @property
    def warm(self) -> Places:
        """What was finished or liked, latest first."""
        return self.events.only(np.flatnonzero(self.weights > 0)[::-1])

    def of(self, some: Places, likeness: Likeness) -> Floats:
        """How warm (above 0) or cold (below 0) it is where ``some`` (n,) are, −1 to 1."""
        reach = np.maximum(likeness.between(some, self.events), 0.0) ** NARROW
        # not a matrix product: for such small ones BLAS may raise a warning of its own making
        return np.asarray(np.tanh((reach * self.weights).sum(axis=1)), np.float32)


def mood(
    history: History, hearts: Mapping[TrackId, float], likeness: Likeness, now_s: float, since_s: float | None = None
) -> Mood:
    """Sum up the session that is going on at ``now_s``; an empty one where the last play is too long ago.

    ``since_s`` is when the song playing now began, where one plays.
    """
    since_s = now_s if since_s is None else since_s
    start = history.session_start if since_s - history.quiet_since <= SESSION_GAP_S else len(history)
    tracks, outcomes = history.tracks[start:], history.outcomes[start:]
    begun_s = float(history.times[start]) if start < len(history) else since_s - SESSION_GAP_S
    age = np.arange(len(tracks), 0, -1) - 1.0
    says = SAYS[outcomes] * surprise(outcomes) * np.exp2(-age / HALF_LIFE_PLAYS)
    new = sorted((since, track) for track, since in hearts.items() if begun_s <= since <= now_s)
    after = [len(tracks) - int(np.searchsorted(history.times[start:], since)) for since, _ in new]
    liked = np.fromiter((track for _, track in new), np.int64, len(new))
    events = np.concatenate((tracks, liked))
    weights = np.concatenate((says, HEART * np.exp2(-np.array(after, np.float64) / HALF_LIFE_PLAYS)))
    rows = likeness.catalogue.rows(events)
    told = np.flatnonzero((rows >= 0) & (weights != 0))[-LOOKED_AT:]
    skipped = outcomes == Outcome.EARLY_SKIP
    last_kept = np.flatnonzero(~skipped)
    in_a_row = len(skipped) - 1 - int(last_kept[-1]) if len(last_kept) else len(skipped)
    return Mood(likeness.places(rows[told]), weights[told].astype(np.float32), in_a_row, len(tracks))


def surprise(outcomes: NDArray[np.int8]) -> NDArray[np.float64]:
    """How little each outcome of a session (m,) was to be expected from those before it; 1 for a first skip.

    A skip after five listens says much of the song, one in a row of skips says that somebody is hunting; for what
    is listened to it is the other way round. So a lesson weighs what the outcome and the expectation differ by,
    as in logistic regression, and one bad quarter of an hour does not turn a whole library cold.
    """
    expected = np.empty(len(outcomes))
    skips = listens = 0
    for place, outcome in enumerate(outcomes.tolist()):
        expected[place] = AFTER_SKIPS[min(skips, 5)] if skips else AFTER_LISTENS[min(listens, 5)]
        if outcome == Outcome.EARLY_SKIP:
            skips, listens = skips + 1, 0
        elif outcome != Outcome.NOTHING:
            skips, listens = 0, listens + 1
    skipped = outcomes == Outcome.EARLY_SKIP
    return np.where(skipped, (1 - expected) / (1 - USUAL), 0.5 + 0.5 * expected / USUAL)
