"""Which energy each place of a plan should have: held while the dial rests, a stair up or down when it is turned."""

import numpy as np

from player_rec.domain.listening import SESSION_GAP_S, Outcome
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.likeness import Floats, Rows
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.transition import STEP

STAIR = 6
"""Songs over which the stair remembers how far it had come: one that fell short does not lead back down."""

HOLD, STAIR_HOLD = np.float32(3.0), np.float32(2.0)
"""How soon a song that is off counts in full: at a third beyond the leeway, at half beside the stair."""

LEEWAY = 0.08
"""So far around the held energy all is the same."""


def arc(situation: Situation, catalogue: Catalogue, rows: Rows, count: int) -> Floats:
    """How far off each of ``rows`` (m,) is from the energy that each place should have: (count, m), −1 to 0.

    Steady holds to the anchor, the one song that the listener chose to go on from. The song playing now would be no
    hold at all: every pick is a little nearer to the middle of the library than what it follows, because there is
    more to choose from, and an evening of such steps ends there wherever it began. It stands in only where there is
    no anchor, or nobody measured it.

    Rising and winding down go on from the highest (or lowest) of the latest songs, so that they begin where the
    session is when the dial is moved. What was not measured is as far off as a song by chance would be.
    """
    dial = situation.dials.energy
    held, reached = _held(situation, catalogue), _reached(situation, catalogue)
    found = np.zeros((count, len(rows)), np.float32)
    if held is not None and abs(dial) < 1:
        off = np.maximum(_off(catalogue.energy[rows], np.float32(held)) - LEEWAY, 0)
        found -= np.float32(1 - abs(dial)) * np.minimum(HOLD * off, 1)
    if reached is not None and dial:
        steps = len(situation.before) + np.arange(count, dtype=np.float32)[:, None]
        stair = np.clip(reached + STEP * dial * steps, 0, 1)
        found -= np.float32(abs(dial)) * np.minimum(STAIR_HOLD * _off(catalogue.energy[rows], stair), 1)
    return np.asarray(found, np.float32)


def wanted_energy(situation: Situation, catalogue: Catalogue) -> float | None:
    """The energy that the first place should have, between what is held and the stair; None where none is known."""
    held, reached, dial = _held(situation, catalogue), _reached(situation, catalogue), situation.dials.energy
    if not dial or reached is None:
        return held
    stair = min(max(reached + STEP * dial * max(len(situation.before), 1), 0.0), 1.0)
    return stair if held is None else (1 - abs(dial)) * held + abs(dial) * stair


def _off(energy: Floats, wanted: Floats | np.float32) -> Floats:
    off = np.abs(energy - wanted)
    return np.asarray(np.where(np.isnan(off), (wanted**2 + (1 - wanted) ** 2) / 2, off), np.float32)


def _held(situation: Situation, catalogue: Catalogue) -> float | None:
    """The energy of the anchor, else of the song playing now; None where neither was measured."""
    for track in (situation.anchor, situation.current):
        row = catalogue.row(track)
        if row >= 0 and not np.isnan(catalogue.energy[row]):
            return float(catalogue.energy[row])
    return None


def _reached(situation: Situation, catalogue: Catalogue) -> float | None:
    """How far up (or down) the latest songs of this session have come; None where none of them was measured."""
    history = situation.history
    going_on = situation.session_s - history.quiet_since <= SESSION_GAP_S
    start = max(history.session_start, len(history) - STAIR) if going_on else len(history)
    played = history.tracks[start:][history.outcomes[start:] != Outcome.EARLY_SKIP]
    rows = catalogue.rows(np.append(played, np.array(situation.before[:1], np.int64)))
    energy = catalogue.energy[rows[rows >= 0]]
    energy = energy[~np.isnan(energy)]
    if not len(energy):
        return None
    return float(energy.max() if situation.dials.energy > 0 else energy.min())
