"""How likely a song offered now is to be heard for half a minute, learned from every play as it ends.

A logistic model of few, named features with a fixed rate of learning, so that it follows a listener who changes.
Most of what can be known lies in the session so far: people hunt, and skips come in runs. Only the rest tells songs
apart, so the radio may leave the session out by asking for ``SONG`` features alone.

Every feature is known before the song begins, and none depends on how long it is or was to be heard.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import DAY_S, SESSION_GAP_S, Outcome
from player_rec.recommend.learn.activation import base_level, retrieved
from player_rec.recommend.learn.history import History

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

AWAY_DAYS = (15 / 1440, 0.1, 1.0, 3.0, 7.0, 30.0, 90.0)
"""Bounds between the classes of time since a song was last played."""

AWAY = ("minutes", "hours", "today", "days", "week", "month", "season", "long")

SESSION = ("kept on", "skips in a row", "heard in a row", "session share", "opening", "place")
"""Features of the session so far; the same for every song on offer."""

SONG = (
    "song", "song last time", "artist", "artist today", "same artist", "presence", "never met",
    *(f"away {name}" for name in AWAY),
)  # fmt: skip
"""Features that tell songs apart."""

FEATURES = ("always", "listener", *SESSION, *SONG)

START: Mapping[str, float] = {
    "always": 0.0,
    "listener": 0.5,
    "kept on": 0.9,
    "skips in a row": -0.3,
    "heard in a row": 0.4,
    "session share": 0.6,
    "song": 0.4,
    "song last time": 0.2,
    "artist": 0.3,
    "artist today": 0.3,
    "away minutes": -0.5,
}
"""The weights of somebody who has not been met yet; 0 for all others."""

RATE = 0.01
"""How far one play moves the weights."""

FIRM = 3.0
"""Plays at which the own record of a song counts as much as what is usual for the listener."""

LATELY = 0.8
"""What a play of this session counts beside the one after it."""

TAIL = 20
"""Plays of a session that are looked back at."""


def starting() -> Floats:
    """The weights to begin with."""
    return np.array([START.get(name, 0.0) for name in FEATURES])


@dataclass(slots=True)
class Acceptance:
    """The model of one listener.

    Attributes:
        weights: of ``FEATURES``, in their order.
    """

    weights: Floats = field(default_factory=starting)
    _heard_by: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _skipped_by: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _heard: int = 0
    _skipped: int = 0
    _today: dict[int, float] = field(default_factory=dict)
    _session: int = -1
    _latest_artist: int = -1

    def chances(self, history: History, tracks: Ids, now_s: float, artists: Ids | None = None) -> Floats:
        """How likely each of ``tracks`` (m,) is to be accepted if it is offered at ``now_s``: (m,), 0 to 1.

        Args:
            history: all plays so far.
            tracks: on offer.
            now_s: Unix seconds, no earlier than the end of the latest play.
            artists: (m,) the artist of each, −1 where unknown.
        """
        return logistic(self.features(history, tracks, now_s, artists) @ self.weights)

    def learn(self, history: History, track: int, now_s: float, *, accepted: bool, artist: int = -1) -> Floats:
        """Learn how one song was received; to be called before its play is appended to ``history``.

        Returns:
            Its features.
        """
        told: Floats = self.features(history, np.array([track]), now_s, np.array([artist]))[0]
        move(self.weights, told, accepted=accepted)
        self._note(artist, accepted=accepted)
        return told

    def recall(self, history: History, artists: Ids) -> None:
        """Fill the record of listener and artists from all plays; ``artists`` (n,) is that of each play."""
        skipped = history.outcomes == Outcome.EARLY_SKIP
        told = skipped | (history.outcomes != Outcome.NOTHING)
        self._skipped, self._heard = int(skipped.sum()), int((told & ~skipped).sum())
        for record, mask in ((self._skipped_by, skipped), (self._heard_by, told & ~skipped)):
            record.clear()
            found, counts = np.unique(artists[mask & (artists >= 0)], return_counts=True)
            record.update(zip(found.tolist(), counts.tolist(), strict=True))

    def _note(self, artist: int, *, accepted: bool) -> None:
        self._heard += accepted
        self._skipped += not accepted
        if artist >= 0:
            (self._heard_by if accepted else self._skipped_by)[artist] += 1
            self._today[artist] = LATELY * self._today.get(artist, 0.0) + (1 if accepted else -1)
        self._latest_artist = artist

    def _turn(self, history: History, now_s: float) -> None:
        """Forget what the session before had to say of artists."""
        session = len(history.session_starts) + (now_s - history.quiet_since > SESSION_GAP_S)
        if session != self._session:
            self._session = session
            self._today.clear()

    def features(self, history: History, tracks: Ids, now_s: float, artists: Ids | None = None) -> Floats:
        """The values of ``FEATURES`` for each of ``tracks``: (m, features)."""
        self._turn(history, now_s)
        usual = (self._heard + FIRM) / (self._heard + self._skipped + 1.5 * FIRM)
        told = np.zeros((len(tracks), len(FEATURES)))
        told[:, 0] = 1
        told[:, 1] = _odds(usual)
        told[:, 2 : 2 + len(SESSION)] = _session(history, now_s, usual)
        told[:, 2 + len(SESSION) :] = self._songs(history, tracks, now_s, artists, usual)
        return told

    def _songs(self, history: History, tracks: Ids, now_s: float, artists: Ids | None, usual: float) -> Floats:
        told = np.zeros((len(tracks), len(SONG)))
        codes = history.codes_of(tracks)
        met = np.flatnonzero(codes >= 0)
        away = np.full(len(tracks), -1)
        if len(met):
            known = codes[met]
            heard, skipped = history.heard_counts[known], history.early_skips[known]
            told[met, 0] = _record(heard, skipped, usual)
            latest = history.latest_played(known)
            told[met, 1] = np.where(history.outcomes[latest] == Outcome.EARLY_SKIP, -1.0, 1.0)
            told[met, 5] = retrieved(base_level(history, known, now_s))
            away[met] = np.searchsorted(AWAY_DAYS, (now_s - history.times[latest]) / DAY_S)
        if artists is not None:
            self._by_artist(told, artists, usual)
        told[:, 6] = codes < 0
        rows = np.flatnonzero(away >= 0)
        told[rows, 7 + away[rows]] = 1
        return told

    def _by_artist(self, told: Floats, artists: Ids, usual: float) -> None:
        whose = artists.tolist()
        heard = np.array([self._heard_by.get(artist, 0) for artist in whose])
        skipped = np.array([self._skipped_by.get(artist, 0) for artist in whose])
        told[:, 2] = _record(heard, skipped, usual)
        told[:, 3] = [self._today.get(artist, 0.0) for artist in whose]
        told[:, 4] = (artists == self._latest_artist) & (artists >= 0)


def move(weights: Floats, features: Floats, *, accepted: bool) -> float:
    """Move ``weights`` a step towards what happened, and return the chance it had been given."""
    chance = float(logistic(features @ weights))
    weights += RATE * (float(accepted) - chance) * features
    return chance


def _session(history: History, now_s: float, usual: float) -> list[float]:
    """The values of ``SESSION``."""
    if now_s - history.quiet_since > SESSION_GAP_S or not len(history):
        return [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    start = history.session_start
    skips = (history.outcomes[max(start, len(history) - TAIL) :] == Outcome.EARLY_SKIP)[::-1].tolist()
    run = next((place for place, skip in enumerate(skips) if skip != skips[0]), len(skips))
    faded = [LATELY**lag for lag in range(len(skips))]
    share = 1 - sum(weight for weight, skip in zip(faded, skips, strict=True) if skip) / sum(faded)
    length = float(np.log1p(run))
    return [
        -1.0 if skips[0] else 1.0,
        length if skips[0] else 0.0,
        0.0 if skips[0] else length,
        2 * (share - usual),
        0.0,
        float(np.log1p(len(history) - start)) / 3,
    ]


def _record(heard: NDArray[np.integer], skipped: NDArray[np.integer], usual: float) -> Floats:
    """How much better than usual something was received, in log odds drawn towards 0 while little is known."""
    return np.asarray(np.log((heard + FIRM * usual) / (skipped + FIRM * (1 - usual))) - _odds(usual), np.float64)


def _odds(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))


def logistic(logit: Floats | float) -> Floats:
    """The chance behind log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))), np.float64)
