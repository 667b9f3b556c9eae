"""The numbers of the model of skipping, and those that were fitted.

Skipping within 30 seconds is a logistic of a sum of terms. What the moment adds (streak, place, time since last heard,
same artist) was fitted so that whole populations meet known marginals, with each person's temper fitted beside it to
the skip rate and the sessions that person is to have. The pull of taste was set by hand: no marginal speaks of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SINCE_EDGES_S = (15 * 60, 2.4 * 3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400, 90 * 86400)
"""Edges of the buckets of time since a track was last heard: the first bucket is below, the eighth above all."""

NEVER = len(SINCE_EDGES_S) + 1
"""The bucket of a track that was never heard."""

PLACE_KNOTS = (0, 1, 2, 3, 4, 19)
"""Places in a session with an offset of their own; interpolated between."""

LAST_PLACE = 40
"""Up to here the trend between the last two places goes on: people grow weary. Constant after."""

SKIP_KNOTS, LISTEN_KNOTS = (1, 2, 3, 4, 5), (1, 5)
"""Runs of skips, and of songs not skipped, with an offset of their own; interpolated between, constant after."""

HAZARD_KNOTS = (0, 1, 2, 3, 5, 10)
"""Runs of skips, this song included, with a chance of their own that the session ends; interpolated, then constant."""

APPEAL, MOOD, NOVELTY = 1.3, 0.6, 2.0
"""Logits: of the appeal of a track, of being in today's mood, and of a never-heard one by appetite for novelty."""

GIVEN = 0.3
"""Logit added where the listener did not choose the track. A guess: no published figure separates the two."""

RESTLESS = 0.45
"""Spread, in logits, of how restless a listener is from session to session."""

TIRED = 0.8
"""Spread, in logarithms, of how soon a session ends from session to session: an errand, or a whole evening."""


@dataclass(frozen=True, slots=True)
class Response:
    """The fitted terms, in logits of skipping except where said.

    Attributes:
        skips: after runs of skips, by ``SKIP_KNOTS``.
        listens: after runs of songs not skipped, by ``LISTEN_KNOTS``.
        place: by ``PLACE_KNOTS``.
        since: by bucket of ``SINCE_EDGES_S``, then for never.
        same_artist: where the artist is that of the song before.
        hazard: chances that a session ends here, by ``HAZARD_KNOTS``.
        runs: how many stretches of one artist are heard, as a share of all choices.
    """

    skips: tuple[float, ...]
    listens: tuple[float, ...]
    place: tuple[float, ...]
    since: tuple[float, ...]
    same_artist: float
    hazard: tuple[float, ...]
    runs: float


@dataclass(frozen=True, slots=True)
class Tables:
    """A response spread out, so that each term is one look-up: by run length, place and bucket."""

    skips: tuple[float, ...]
    listens: tuple[float, ...]
    place: tuple[float, ...]
    since: tuple[float, ...]
    hazard: tuple[float, ...]


def tables(response: Response) -> Tables:
    """Every term at every whole number up to its last knot."""
    return Tables(
        skips=(0.0, *_between(SKIP_KNOTS, response.skips)),
        listens=(0.0, *_between(LISTEN_KNOTS, response.listens)),
        place=_between((*PLACE_KNOTS, LAST_PLACE), (*response.place, _further(response.place))),
        since=response.since,
        hazard=_between(HAZARD_KNOTS, response.hazard),
    )


@dataclass(frozen=True, slots=True)
class Temper:
    """What a person adds: ``base`` to the logit of skipping, ``haste`` to the logarithm of the hazard of leaving."""

    base: float
    haste: float


def logit(share: float) -> float:
    """Log odds of a share between 0 and 1."""
    return float(np.log(share) - np.log1p(-share))


def _further(place: tuple[float, ...]) -> float:
    slope = (place[-1] - place[-2]) / (PLACE_KNOTS[-1] - PLACE_KNOTS[-2])
    return place[-1] + slope * (LAST_PLACE - PLACE_KNOTS[-1])


def _between(knots: tuple[int, ...], values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(float(value) for value in np.interp(np.arange(knots[0], knots[-1] + 1), knots, values))


UNFITTED = Response(
    skips=(1.8, 2.1, 2.2, 2.3, 2.4),
    listens=(-0.5, -2.2),
    place=(0.7, -0.35, -0.35, -0.15, 0.05, 0.2),
    since=(1.1, 0.2, 0.6, 0.9, 0.9, 0.9, 0.8, 0.3, -0.5),
    same_artist=0.0,
    hazard=(0.026, 0.021, 0.007, 0.005, 0.004, 0.0025),
    runs=0.12,
)
"""Where fitting begins: an earlier fit from nothing, rounded."""

FITTED = Response(
    skips=(1.871, 2.201, 2.357, 2.466, 2.518),
    listens=(-0.36, -2.19),
    place=(0.8678, -0.3137, -0.2682, -0.06185, 0.2174, 0.34),
    since=(0.6685, -0.1128, 0.5651, 0.7544, 0.7804, 0.846, 0.69, 0.04051, -0.4857),
    same_artist=0.2532,
    hazard=(0.03617, 0.02953, 0.009321, 0.00742, 0.005237, 0.00242),
    runs=0.1149,
)
"""Found by ``python -m models.eval.listeners.calibrate LIBRARY_DIR --tracks 3000``: raking over simulated marginals, in
14 rounds, over a library of 584 freely licensed tracks and the same enlarged, two populations of ten in each. The
spread of songs of a made artist has been set wider since.
"""
