"""The candidates of a plan with everything that is known of them, before any of it is given a weight."""

from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from player_rec.recommend.catalogue import Catalogue, Mask, Numbers
from player_rec.recommend.learn.activation import retrieval
from player_rec.recommend.learn.feedback import acceptance
from player_rec.recommend.learn.habit import Habit, habit
from player_rec.recommend.learn.mixing import Mixture
from player_rec.recommend.learn.mood import Mood, mood
from player_rec.recommend.learn.taste import Taste, taste
from player_rec.recommend.likeness import Floats, Likeness, Rows
from player_rec.recommend.plans.candidates import SMALL, copies_last, gather, reserve
from player_rec.recommend.plans.rules import Rules, Strictness, days_since, fitting_length
from player_rec.recommend.plans.score import Pool
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.spacing import Since
from player_rec.recommend.space.rows import Ids, values_of

LEAST_BREADTH = 60
"""With fewer recordings permitted than this and the plan together, what the rules keep out is looked at too."""

MOST = 1600
"""Tracks that are weighed, where all are."""


@dataclass(frozen=True, slots=True, eq=False)
class Bearings:
    """What is derived from a situation once and used all over a plan."""

    lasting: Taste
    session: Mood
    since: Since
    length: Mask
    known: Mask
    usual: Habit


def bearings(situation: Situation, likeness: Likeness) -> Bearings:
    """Sum up history, session and what came lately."""
    return Bearings(
        taste(situation.history, situation.hearts, likeness, situation.now_s),
        mood(situation.history, situation.hearts, likeness, situation.now_s, situation.current_since_s),
        Since.at(likeness.catalogue, situation),
        fitting_length(likeness.catalogue, situation),
        _known(situation, likeness),
        _habit(situation, likeness),
    )


def _habit(situation: Situation, likeness: Likeness) -> Habit:
    """What usually follows the song playing now, or the latest where none plays."""
    history, known = situation.history, likeness.catalogue

    def group(column: Numbers, tracks: Ids) -> Ids:
        rows = known.rows(tracks)
        return np.where(rows >= 0, column[rows], -1).astype(np.int64)

    current = situation.current
    with nullcontext() if current is None else history.supposing(current, situation.session_s):
        return habit(
            history,
            situation.session_s,
            lambda tracks: group(known.artist, tracks),
            lambda tracks: group(known.album, tracks),
        )


def _known(situation: Situation, likeness: Likeness) -> Mask:
    """(n,) what the listener has ever met; a play that failed, or was not to be learned from, is none."""
    history = situation.history
    told = np.bincount(history.codes, history.outcomes, len(history.known)) > 0
    return likeness.catalogue.mask(history.known[told])


def worth_a_look(situation: Situation, likeness: Likeness, found: Bearings, count: int) -> Rows:
    """Rows that a plan of ``count`` tracks may be made of, ascending."""
    everything = np.ones(len(likeness.catalogue), np.bool_)
    rules = Rules(found.since, everything, found.length, situation.repeat_hours)
    permitted = rules.allow(Strictness(0, 0)) & ~situation.avoided
    breadth = _breadth(likeness.catalogue, permitted)
    if breadth <= SMALL:
        if breadth < count + LEAST_BREADTH:
            permitted = ~situation.avoided
        return _all_in_turn(np.flatnonzero(permitted), likeness.catalogue, rules)
    gathered = gather(situation, likeness, found.lasting, found.session, found.usual.tracks, (permitted, found.known))
    spare = reserve(likeness.catalogue, found.since, permitted, situation.seed)
    return np.union1d(gathered, spare)


def _breadth(catalogue: Catalogue, permitted: Mask) -> int:
    """How many recordings the permitted tracks are: of several copies only one can come."""
    here = np.zeros(catalogue.recordings, np.bool_)
    here[catalogue.recording[permitted]] = True
    return int(here.sum())


def _all_in_turn(rows: Rows, catalogue: Catalogue, rules: Rules) -> Rows:
    """All rows, ascending; of more than can be weighed those for which the rules give way least, copies last."""
    if len(rows) > MOST:
        steps = rules.of(rows).beyond_windows()
        order = np.lexsort((rows, -rules.since.recording[rows], steps))
        copies = copies_last(catalogue, rows[order])
        rows = np.sort(rows[order][np.lexsort((steps[order], copies))][:MOST])
    return rows


def weighed(rows: Rows, situation: Situation, likeness: Likeness, found: Bearings) -> Pool:
    """Rows (m,) with what is known of each."""
    places, history = likeness.places(rows), situation.history
    tracks = likeness.catalogue.tracks[rows]
    seeds = likeness.of_tracks(np.array(situation.seeds, np.int64))
    away = days_since(history, tracks, situation.now_s)
    return Pool(
        places,
        likeness.between(places, seeds),
        found.known[rows],
        retrieval(history, tracks, situation.now_s),
        away,
        _usual(found.usual, tracks),
        acceptance(history, likeness.catalogue, rows, situation.now_s),
    )


def _usual(found: Habit, tracks: Ids) -> Floats:
    """How usual each of ``tracks`` (m,) is now, beside the most usual of all: 0 to 1."""
    chances = Mixture().chances(found.parts)
    order = np.argsort(found.tracks)
    return values_of(found.tracks[order], chances[order] / max(chances.max(initial=0), 1e-9), tracks)
