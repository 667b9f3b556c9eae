"""The main reason for a pick, found among the parts of its score: what speaks loudest is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from player_rec.domain.plan import Because, Reason
from player_rec.domain.track import TrackId
from player_rec.recommend.learn.history import History
from player_rec.recommend.learn.mood import Mood
from player_rec.recommend.learn.taste import Taste
from player_rec.recommend.likeness import Floats, Likeness, Places
from player_rec.recommend.plans.score import Pool
from player_rec.recommend.plans.situation import Situation

ALIKE = 0.3
"""Below this likeness nobody would say that two songs sound alike."""

Claim = tuple[float, Because, TrackId | None]
"""How much it weighs, what it is, and which other track it speaks of."""

FORGOTTEN_DAYS = 30.0
SAID_OFTEN = 0.4
"""What speaks for nearly every pick of a session tells little of any: it is said where nothing else says more."""

USUAL, PRESENT = 0.3, 0.5
OFTEN, AFTER = 3, 2
"""Times heard from which on people say that they often play a song, and times right after another one."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that speaks for the candidates of one plan."""

    situation: Situation
    likeness: Likeness
    lasting: Taste
    session: Mood
    pool: Pool
    parts: Mapping[str, Floats]
    weights: Mapping[str, float]


def reason(evidence: Evidence, place: int, *, trying: bool, gave_way: tuple[str, ...]) -> Reason:
    """Why the candidate at ``place`` of the pool is picked."""
    situation, pool = evidence.situation, evidence.pool
    track = TrackId(int(evidence.likeness.catalogue.tracks[pool.places.rows[place]]))
    said = sorted(_claims(evidence, place, track), key=lambda claim: -claim[0])
    _, because, about = said[0] if said else (0.0, Because.LEFT, None)
    return Reason(
        because=because,
        about=about,
        last_heard_s=situation.history.last_heard(track),
        plays=situation.history.plays(track),
        liked=track in situation.hearts,
        trying=trying,
        gave_way=gave_way,
        by_tags=not pool.places.heard[place],
    )


def _claims(evidence: Evidence, place: int, track: TrackId) -> list[Claim]:
    """What can honestly be said, each with how much it weighs."""
    parts, weights, pool = evidence.parts, evidence.weights, evidence.pool

    def weight(part: str) -> float:
        return float(weights.get(part, 0) * parts[part][place])

    one = pool.places.only(np.array([place]))
    claims = list(_sounds_like(evidence, place, track))
    if (found := _nearest(evidence, one, evidence.session.warm, track)) is not None:
        claims.append((SAID_OFTEN * weight("session") * found[0], Because.SESSION, found[1]))
    if track in evidence.situation.hearts:
        claims.append((weight("taste"), Because.LIKED, None))
    elif (found := _nearest(evidence, one, _emblems(evidence), track)) is not None:
        claims.append((weight("taste") * found[0], Because.TASTE, found[1]))
    if pool.habit[place] >= USUAL and _times_heard(evidence.situation.history, track) >= OFTEN:
        claims.append((weight("habit"), Because.HABIT, _usual_before(evidence.situation, track)))
    away = float(pool.away_days[place])
    if FORGOTTEN_DAYS <= away < np.inf and evidence.lasting.of(np.array([track]))[0] > 0:
        claims.append((weight("familiarity"), Because.FORGOTTEN, None))
    elif pool.retrieval[place] >= PRESENT:
        claims.append((weight("familiarity"), Because.FAMILIAR, None))
    return [claim for claim in claims if claim[0] > 0]


def _sounds_like(evidence: Evidence, place: int, track: TrackId) -> Iterator[Claim]:
    """What can be said of the song playing now and of the anchor, where they are in the library."""
    situation, weight = evidence.situation, float(evidence.weights.get("sound", 0))
    here = [one for one in situation.seeds if evidence.likeness.catalogue.row(one) >= 0]
    for seed, about in enumerate(here):
        alike = float(evidence.pool.likeness[place, seed])
        if about == track:
            continue
        if alike >= ALIKE:
            because = Because.CURRENT if about == situation.current else Because.ANCHOR
            yield weight * min(alike, 1.0), because, about
        elif situation.dials.close_far > 0:
            yield weight * float(evidence.parts["sound"][place]) / 2, Because.FAR, about


def _times_heard(history: History, track: TrackId) -> int:
    code = history.code(track)
    return int(history.heard_counts[code]) if code >= 0 else 0


def _usual_before(situation: Situation, track: TrackId) -> TrackId | None:
    """The song playing now, if the track often came right after it."""
    current, history = situation.current, situation.history
    places = history.places(track)
    before = history.tracks[places[places > 0] - 1]
    return current if current != track and int((before == current).sum()) >= AFTER else None


def _emblems(evidence: Evidence) -> Places:
    """The loved tracks that stand for interests; where nothing was analysed, the most loved ones."""
    if len(evidence.lasting.emblems):
        return evidence.likeness.of_tracks(evidence.lasting.emblems)
    return evidence.lasting.loved.only(np.arange(min(20, len(evidence.lasting.loved))))


def _nearest(evidence: Evidence, one: Places, others: Places, track: TrackId) -> tuple[float, TrackId] | None:
    """The most alike of ``others`` that is not the track itself, with how alike, if anybody would say so."""
    tracks = evidence.likeness.catalogue.tracks[others.rows]
    alike = np.where(tracks == track, -1.0, evidence.likeness.between(one, others)[0])
    if not len(alike) or alike.max() < ALIKE:
        return None
    return min(float(alike.max()), 1.0), TrackId(int(tracks[alike.argmax()]))
