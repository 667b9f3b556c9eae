"""The methods to beat: six that learn from the history alone, their untuned mix, and chance.

All of them order what this person has heard before. Equal scores go by who was heard last.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from models.eval.replay.format import Ints
from models.eval.replay.protocol import Moment
from player_rec.recommend.learn.history import History, Positions

Scores = NDArray[np.float64]
"""By code of the history of heard plays."""

WINDOW = 5
ALIKE = 100
DECAY = 0.5
YOUNGEST_S = 60.0
ALREADY = 0.2


def ordered(scores: Scores, history: History, depth: int) -> Ints:
    """The tracks with the highest scores above 0, best first."""
    found = np.flatnonzero(scores > 0)
    if len(found) > 4 * depth:
        least = np.partition(scores[found], -depth)[-depth]
        found = found[scores[found] >= least]
    best = found[np.lexsort((-history.latest_heard[found], -scores[found]))][:depth]
    return history.known[best]


class Scored(ABC):
    """A ranker that gives every track heard before a score."""

    name = ""

    @abstractmethod
    def scores(self, moment: Moment) -> Scores:
        """The higher the likelier; what is not above 0 is left out."""

    def rank(self, moment: Moment, depth: int) -> Ints:
        """What may come next, best first."""
        return ordered(self.scores(moment), moment.heard, depth)

    def observe(self, moment: Moment, track: int) -> None:  # noqa: B027 - one that learns more says so
        """Nothing is learned beyond what the history holds."""


class Chance(Scored):
    """Any order of what was heard before."""

    name = "random"

    def __init__(self, seed: int) -> None:
        self._chance = np.random.default_rng(seed)

    def scores(self, moment: Moment) -> Scores:
        """Drawn anew each time."""
        return self._chance.random(len(moment.heard.known)) + 1e-9


class PersonalTop(Scored):
    """What this person has heard most often."""

    name = "personal top"

    def scores(self, moment: Moment) -> Scores:
        """Counts."""
        return moment.heard.heard_counts.astype(np.float64)


class BaseLevel(Scored):
    """ACT-R base-level activation with decay .5, every play summed (Anderson and Schooler, 1991)."""

    name = "ACT-R base level"

    def scores(self, moment: Moment) -> Scores:
        """The sum under the logarithm, which has the same order."""
        history = moment.heard
        ages_s = np.maximum(moment.now_s - history.times, YOUNGEST_S)
        return np.asarray(np.bincount(history.codes, ages_s**-DECAY, len(history.known)), np.float64)


class SessionNeighbours(Scored):
    """What the own past sessions most like this one hold (session kNN with cosine: Jannach and Ludewig, 2017)."""

    name = "own-session kNN"

    def scores(self, moment: Moment) -> Scores:
        """Sum of the cosines of the sessions that hold it."""
        history = moment.heard
        total = np.zeros(len(history.known))
        trail = np.unique(moment.trail)
        if not len(trail):
            return total
        pairs = [np.unique(history.sessions[history.places(int(track))]) for track in trail]
        mine = int(history.sessions[-1])
        sessions, shared = np.unique(np.concatenate(pairs), return_counts=True)
        sessions, shared = sessions[sessions != mine], shared[sessions != mine]
        sizes = np.array([len(np.unique(_songs(history, int(session)))) for session in sessions])
        likeness = shared / np.sqrt(np.maximum(sizes, 1) * len(trail))
        for place in np.argsort(-likeness, kind="stable")[:ALIKE]:
            total[np.unique(_songs(history, int(sessions[place])))] += likeness[place]
        return total


def _songs(history: History, session: int) -> Positions:
    starts = history.session_starts
    end = starts[session + 1] if session + 1 < len(starts) else len(history)
    return history.codes[starts[session] : end]


class Spreading(Scored):
    """What was heard within five songs of the last five of this session (associations of ACT-R)."""

    name = "co-play within 5"

    def scores(self, moment: Moment) -> Scores:
        """For each song of the context, how often the candidate was near it, by how often there was such a place."""
        history = moment.heard
        total = np.zeros(len(history.known))
        if not len(history):
            return total
        steps = np.concatenate((np.arange(-WINDOW, 0), np.arange(1, WINDOW + 1)))
        context = moment.trail[-WINDOW:] if len(moment.trail) else history.tracks[-1:]
        for track in np.unique(context):
            places = history.places(int(track))
            near = places[:, None] + steps
            inside = (near >= 0) & (near < len(history))
            inside &= history.sessions[np.where(inside, near, 0)] == history.sessions[places][:, None]
            total += np.bincount(history.codes[near[inside]], minlength=len(total)) / len(places)
        return total


class Transitions(Scored):
    """What followed the last song (first-order Markov chain)."""

    name = "first-order transitions"

    def scores(self, moment: Moment) -> Scores:
        """Share of the times."""
        history = moment.heard
        places = history.places(int(history.tracks[-1]))[:-1]
        counts = np.bincount(history.codes[places + 1], minlength=len(history.known))
        return counts / max(len(places), 1)


class Mix(Scored):
    """Transitions, spreading, session kNN and base level, each by its largest score, added up; ×0.2 if had already."""

    name = "untuned mix"

    def __init__(self) -> None:
        self._members = (Transitions(), Spreading(), SessionNeighbours(), BaseLevel())

    def scores(self, moment: Moment) -> Scores:
        """The sum."""
        total = np.zeros(len(moment.heard.known))
        for member in self._members:
            scores = member.scores(moment)
            total += scores / max(float(scores.max(initial=0)), 1e-12)
        total[moment.heard.codes_of(moment.trail)] *= ALREADY
        return total


def baselines(seed: int) -> list[Scored]:
    """Fresh ones for one person."""
    return [
        Chance(seed),
        PersonalTop(),
        BaseLevel(),
        SessionNeighbours(),
        Spreading(),
        Transitions(),
        Mix(),
    ]
