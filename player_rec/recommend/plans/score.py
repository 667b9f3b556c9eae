"""One number for a candidate, as a weighted sum of named parts that can each be seen and switched off.

Every part lies between −1 and 1. The weights stand here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import Dials
from player_rec.recommend.catalogue import Mask
from player_rec.recommend.learn.mood import Mood
from player_rec.recommend.learn.taste import Taste
from player_rec.recommend.likeness import Floats, Likeness, Places
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.space.rows import Ids

PARTS = ("sound", "session", "taste", "familiarity", "habit", "feedback", "novelty", "transition", "energy")

WEIGHTS: Mapping[str, float] = {
    "sound": 1.0,
    "session": 1.5,
    "taste": 0.8,
    "familiarity": 0.8,
    "habit": 1.0,
    "feedback": 0.4,
    "novelty": 0.6,
    "transition": 0.4,
    "energy": 1.5,
}

FORGOTTEN_DAYS = 60.0
"""After so many days something is well on its way to being forgotten."""

EVEN = 0.3
"""How much familiar and forgotten songs are both preferred to others while the dial rests in the middle."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Candidates with what is known of them; all arrays have one length m.

    Attributes:
        places: rows of the catalogue, with their vectors.
        likeness: to the seeds (m, seeds), the song playing now first.
        known: whether the listener has ever heard it.
        retrieval: 0 to 1, how present it is to the listener's memory.
        away_days: since it was last heard, inf where never.
        habit: 0 to 1, how usual it is for this listener to play it now.
        acceptance: 0 to 1, how likely it is not to be skipped at once.
    """

    places: Places
    likeness: Floats
    known: Mask
    retrieval: Floats
    away_days: Floats
    habit: Floats
    acceptance: Floats

    def __len__(self) -> int:
        return len(self.places)

    def only(self, which: NDArray[np.intp]) -> "Pool":
        """Those at these places."""
        return Pool(
            self.places.only(which),
            self.likeness[which],
            self.known[which],
            self.retrieval[which],
            self.away_days[which],
            self.habit[which],
            self.acceptance[which],
        )


def parts(pool: Pool, situation: Situation, lasting: Taste, session: Mood, likeness: Likeness) -> dict[str, Floats]:
    """The parts of every candidate that do not depend on its neighbours in the queue."""
    tracks = likeness.catalogue.tracks[pool.places.rows]
    return {
        "sound": sound(pool.likeness, situation.dials.close_far, anchored=situation.anchor is not None),
        "session": session.of(pool.places, likeness),
        "taste": _taste(pool.places, lasting, likeness, tracks),
        "familiarity": familiarity(pool, situation.dials, lasting.of(tracks)),
        "habit": pool.habit,
        "feedback": np.asarray(2 * pool.acceptance - 1, np.float32),
    }


def total(parts: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """The weighted sum (m,)."""
    return np.asarray(sum(np.float32(weights.get(name, 0)) * part for name, part in parts.items()), np.float32)


def sound(likeness: Floats, close_far: float, *, anchored: bool) -> Floats:
    """How well candidates keep the distance to the seeds that the dial asks for: −1 to 1.

    Close means as alike as can be. Far means a ring around the seeds: unlike them, but not of another planet.
    The anchor holds the radio where it began, more so the closer it is to stay.
    """
    if not likeness.shape[1]:
        return np.zeros(len(likeness), np.float32)
    wanted = 0.9 - 0.55 * close_far
    hold = np.clip(0.55 - 0.3 * close_far, 0, 1) if anchored and likeness.shape[1] > 1 else 0.0
    near = (1 - hold) * likeness[:, 0] + hold * likeness[:, -1]
    below, above = np.maximum(wanted - near, 0), np.maximum(near - wanted, 0)
    return np.asarray(np.clip(1 - 1.4 * below - 0.8 * max(0.0, close_far) * above, -1, 1), np.float32)


def familiarity(pool: Pool, dials: Dials, affinity: Floats) -> Floats:
    """What the dial between familiar and forgotten prefers: −1 to 1.

    Forgotten is what the listener took to once and has not heard for long; what was only ever skipped is not.
    """
    dial = dials.familiar_forgotten
    gone = 1 - np.exp2(-np.where(np.isfinite(pool.away_days), pool.away_days, 0) / FORGOTTEN_DAYS)
    forgotten = gone * np.where(affinity > 0, 0.5 + 0.5 * affinity, 0)
    familiar = max(0.0, -dial) + EVEN * (1 - abs(dial))
    long_ago = max(0.0, dial) + EVEN * (1 - abs(dial))
    return np.asarray(familiar * pool.retrieval + long_ago * forgotten, np.float32)


def _taste(places: Places, lasting: Taste, likeness: Likeness, tracks: Ids) -> Floats:
    """Near to one of the interests, and what this very song has earned."""
    own = lasting.of(tracks)
    near = np.zeros(len(places), np.float32)
    if len(lasting.centres):
        prominence = np.sqrt(lasting.shares / lasting.shares.max())
        near = (likeness.to_vectors(places, lasting.centres) * (0.5 + 0.5 * prominence)).max(axis=1)
    if len(lasting.loved) and not places.heard.all():
        by_tags = likeness.between(places, lasting.loved.only(np.arange(min(20, len(lasting.loved))))).max(axis=1)
        near = np.where(places.heard, near, by_tags)
    return np.asarray(np.clip(0.6 * near + 0.4 * own, -1, 1), np.float32)
