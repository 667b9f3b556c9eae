"""Whether one song may follow another: no jolt in loudness, tempo, energy or key."""

import numpy as np

from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.likeness import Floats, Rows

LOUDNESS_LU = 10.0
"""A difference in loudness that is as bad as can be. Players with ReplayGain hear less of it, so it weighs little."""

WEIGHTS = {"tempo": 0.35, "energy": 0.35, "loudness": 0.15, "key": 0.15}
STEP = 0.08
"""By how much energy is to change from song to song when its dial is turned all the way."""

JOLT, JOLT_COST = 0.4, 4.0
"""Beyond this difference of energy two songs clash, and how much that costs."""


def smoothness(catalogue: Catalogue, before: Rows, after: Rows, energy_dial: float) -> Floats:
    """How smoothly each of ``after`` (k,) follows each of ``before`` (m,): (m, k), 1 at best, below 0 for a clash.

    What was not measured neither helps nor harms: it counts as halfway.
    """
    cost = (
        WEIGHTS["tempo"] * _tempo(catalogue, before, after)
        + WEIGHTS["loudness"] * _apart(catalogue.loudness_lufs, before, after, LOUDNESS_LU)
        + WEIGHTS["key"] * _key(catalogue, before, after)
    )
    wanted = catalogue.energy[before][:, None] + np.float32(STEP * energy_dial)
    rise = catalogue.energy[after][None, :] - np.clip(wanted, 0, 1)
    energy = np.nan_to_num(np.minimum(np.abs(rise) / JOLT, 1), nan=0.5)
    clash = np.nan_to_num(np.maximum(np.abs(rise) - JOLT, 0), nan=0.0)
    return np.asarray(1 - cost - WEIGHTS["energy"] * energy - JOLT_COST * clash, np.float32)


def tempo_apart(some: Floats, others: Floats) -> Floats:
    """Octaves between tempi, half and double counting as equal: 0 to 0.5. nan where there is no tempo."""
    with np.errstate(divide="ignore", invalid="ignore"):
        octaves = np.log2(some / others)
        away = np.abs(octaves - np.rint(octaves))
    return np.asarray(np.where(np.isfinite(away), away, np.nan), np.float32)


def _tempo(catalogue: Catalogue, before: Rows, after: Rows) -> Floats:
    """0 to 1: a quarter of an octave off is as bad as can be, and uncertain tempi count less."""
    away = tempo_apart(catalogue.tempo_bpm[before][:, None], catalogue.tempo_bpm[after][None, :])
    sure = np.sqrt(catalogue.tempo_confidence[before][:, None] * catalogue.tempo_confidence[after][None, :])
    cost = np.minimum(away / 0.25, 1)
    return np.where(np.isnan(cost), np.float32(0.5), 0.5 + sure * (cost - 0.5))


def _apart(column: Floats, before: Rows, after: Rows, worst: float) -> Floats:
    away = np.abs(column[before][:, None] - column[after][None, :]) / np.float32(worst)
    return np.asarray(np.nan_to_num(np.minimum(away, 1), nan=0.5))


def _key(catalogue: Catalogue, before: Rows, after: Rows) -> Floats:
    """Steps apart on the circle of fifths, a minor key standing with its relative major: 0 to 1."""
    some, others = catalogue.key[before], catalogue.key[after]
    places = [np.where(key >= 12, key - 12 + 3, key) * 7 % 12 for key in (some, others)]
    steps = np.abs(places[0][:, None] - places[1][None, :])
    away = np.minimum(steps, 12 - steps) / 6
    sure = np.sqrt(catalogue.key_confidence[before][:, None] * catalogue.key_confidence[after][None, :])
    known = (some >= 0)[:, None] & (others >= 0)[None, :]
    return np.asarray(np.where(known, 0.5 + sure * (away - 0.5), 0.5), np.float32)
