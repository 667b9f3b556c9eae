"""Who a simulated listener is, and how each track of a catalogue appeals to them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.eval.listeners.library import Catalogue, Vectors

STEEPNESS, EDGE = 3.0, 0.7
"""Where a corner of sound space ends: so steeply, at so many standard deviations of the cosine above the mean."""

QUIRK, AVERSION = 0.5, 3.0
"""Spread of liking that sound does not explain, and the weight of a disliked corner against a loved one."""


@dataclass(frozen=True, slots=True, eq=False)
class Persona:
    """A person who listens. Nothing of it changes while they do.

    Attributes:
        name: for reports.
        seed: of what is peculiar to them.
        loved: (m, dimension) unit centres of the corners of sound space they love, the dearest first; at least one.
        disliked: (k, dimension) likewise for what they cannot stand; may be empty.
        skip_rate: share of what they choose themselves that they leave within 30 seconds, over months.
        session_plays: plays in their median session.
        patience: 0 (leaves a song it does not like at once) to 1 (hears most of it).
        novelty: share of plays that go to tracks they have never heard.
        album_share: 0 (single songs only) to 1 (albums only).
        habit: 0 to 1, how often one song is followed by the same one as before.
        moodiness: 0 to 1, how much a loved song suffers when it is not what today's mood asks for.
        like_rate: chance that a song heard to the end that appeals is given a heart.
    """

    name: str
    seed: int
    loved: Vectors
    disliked: Vectors
    skip_rate: float = 0.308
    session_plays: float = 17.0
    patience: float = 0.5
    novelty: float = 0.12
    album_share: float = 0.3
    habit: float = 0.4
    moodiness: float = 0.5
    like_rate: float = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """What the tracks of a catalogue are to one listener.

    Attributes:
        moods: (m, n), 0 to 1: how far each track belongs to each loved corner.
        aversion: (n,), 0 to 1: how far it belongs to a disliked one.
        appeal: (n,), about −4 to 2: love less aversion, and a quirk of this listener for this track.
    """

    moods: NDArray[np.float64]
    aversion: NDArray[np.float64]
    appeal: NDArray[np.float64]


def taste_of(persona: Persona, catalogue: Catalogue) -> Taste:
    """How every track appeals to a persona. The same persona and catalogue give the same taste."""
    moods = _belonging(catalogue.vectors, persona.loved)
    aversion = _belonging(catalogue.vectors, persona.disliked).max(axis=0, initial=0.0)
    quirk = np.random.default_rng((persona.seed, 1)).normal(0, QUIRK, len(catalogue))
    return Taste(moods, aversion, moods.max(axis=0) - AVERSION * aversion + quirk)


def _belonging(vectors: Vectors, centres: Vectors) -> NDArray[np.float64]:
    """(k, n) from 0 to 1: how far each track belongs to the corner around each centre."""
    cosines = (centres @ vectors.T).astype(np.float64)
    spread = cosines.std(axis=1, keepdims=True) + 1e-6
    away = (cosines - cosines.mean(axis=1, keepdims=True)) / spread - EDGE
    return np.asarray(1 / (1 + np.exp(-STEEPNESS * away)), np.float64)
