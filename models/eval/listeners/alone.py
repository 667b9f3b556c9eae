"""Listeners left to themselves, and the temper that makes one skip and stay as their persona says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from models.eval.listeners.library import Catalogue
from models.eval.listeners.listener import Listener
from models.eval.listeners.parameters import FITTED, Response, Temper, logit
from models.eval.listeners.taste import Persona, taste_of
from player_rec.domain.listening import EARLY_MS, SESSION_GAP_S, Ending

BEGINNING = datetime(2024, 1, 1, 8, tzinfo=UTC)

HOURS_AWAY = 30.0
"""Mean pause between sessions; with some thirty plays in one that makes about twenty plays a day."""

PAUSE_SHARE, LONGEST_PAUSE_S = 0.02, 600
"""How often somebody pauses between two songs, and for how long at most."""

STEPS = (1.0, 1.0, 0.7, 0.5, 0.35, 0.28, 0.22, 0.18, 0.15)
"""Part of what a temper is off by that it is moved after each life."""

Row = tuple[int, int, int]
"""End in whole minutes since the epoch, track number, ms heard."""


def life(listener: Listener, plays: int, rng: np.random.Generator) -> Iterator[Row]:
    """The plays of somebody who chooses for themselves."""
    now = BEGINNING + timedelta(hours=float(rng.uniform(0, 24)))
    for _ in range(plays):
        track = listener.chooses(now, rng)
        reaction = listener.react(track, now, chosen=True, rng=rng)
        now += timedelta(milliseconds=reaction.heard_ms)
        yield int(now.timestamp() // 60), track, reaction.heard_ms
        now += timedelta(seconds=_away_s(reaction.ending, rng))


def settled(persona: Persona, catalogue: Catalogue, plays: int = 3000, response: Response = FITTED) -> Temper:
    """The temper with which a persona has its own skip rate and median session over lives of so many plays.

    Found by living some lives, each time moved by a part of what it was off by (Robbins and Monro, 1951). The same
    arguments give the same temper. Takes about as long as nine such lives do.
    """
    temper, taste = (
        Temper(logit(persona.skip_rate), float(np.log(17 / persona.session_plays))),
        taste_of(persona, catalogue),
    )
    for number, step in enumerate(STEPS):
        listener = Listener(persona, catalogue, temper, response=response, taste=taste)
        rows = list(life(listener, plays, np.random.default_rng((persona.seed, 4, number))))
        temper = nearer(temper, persona, rows, step)
    return temper


def nearer(temper: Temper, persona: Persona, rows: list[Row], step: float) -> Temper:
    """A temper moved by a part of what these plays were off by."""
    end_s, heard_s = np.array([(60.0 * end, ms / 1000) for end, _, ms in rows]).T
    begins = np.flatnonzero(np.r_[True, (end_s - heard_s)[1:] - end_s[:-1] > SESSION_GAP_S, True])
    median = float(np.median(np.diff(begins)))
    rate = (float((heard_s < EARLY_MS / 1000).sum()) + 0.5) / (len(rows) + 1)
    return Temper(
        base=temper.base + step * (logit(persona.skip_rate) - logit(rate)),
        haste=temper.haste + step * float(np.log(median / persona.session_plays)),
    )


def _away_s(ending: Ending, rng: np.random.Generator) -> float:
    """Seconds until the next song. Some are added to the gap that ends a session: ends are kept in whole minutes."""
    if ending is Ending.STOPPED:
        return SESSION_GAP_S + 120 + float(rng.exponential(3600 * HOURS_AWAY))
    return float(rng.uniform(0, LONGEST_PAUSE_S)) if rng.random() < PAUSE_SHARE else 1.0
