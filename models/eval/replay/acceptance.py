"""Will this song be accepted? Plays of at least 30 s against the others, from what was known before they began.

Each person is gone through in order; the last 20 % of the plays are judged. *Inside one session* asks the only
thing a radio can act on: of two songs of one session, is the accepted one thought the likelier?
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.eval.replay.format import Ints, Person
from models.eval.replay.protocol import JUDGED_SHARE, Outcomes, append, known_time
from models.eval.replay.user_model import FEATURES, SESSION, Acceptance, move, starting
from player_rec.domain.listening import EARLY_MS
from player_rec.recommend.learn.history import History

Chances = NDArray[np.float64]
Truth = NDArray[np.bool_]

PREVIOUS, PAST, OURS, SONGS = "previous outcome × person", "past acceptance of the song", "ours", "ours, session unseen"
METHODS = (PREVIOUS, PAST, OURS, SONGS)
BINS = 15


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was said of one person's judged plays.

    Attributes:
        accepted: (p,) what happened.
        sessions: (p,) the number of the session.
        chances: name of each method to what it said (p,).
    """

    accepted: Truth
    sessions: Ints
    chances: Mapping[str, Chances]


def foretell(person: Person, durations_ms: Ints) -> Judged:
    """Go through one person's plays and note what every method says of each before it begins."""
    accepted = person.heard_ms >= EARLY_MS
    history, outcomes = History(), Outcomes(durations_ms)
    ours, weights, songs = Acceptance(), starting(), starting()
    of_songs = np.array([name not in SESSION for name in FEATURES], np.float64)
    after: dict[bool, list[int]] = {True: [1, 2], False: [1, 2]}
    before: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    said: dict[str, list[float]] = {name: [] for name in METHODS}
    usual = [1, 2]
    previous = True
    for play, (track, artist, taken) in enumerate(
        zip(person.tracks.tolist(), person.artists.tolist(), accepted.tolist(), strict=True)
    ):
        now_s = known_time(person, play, history) if play else float(person.ends_s[0])
        rate = usual[0] / usual[1]
        said[PREVIOUS].append(after[previous][0] / after[previous][1])
        said[PAST].append((before[track][0] + 2 * rate) / (before[track][1] + 2))
        features = ours.learn(history, track, now_s, accepted=taken, artist=artist)
        said[OURS].append(move(weights, features, accepted=taken))
        said[SONGS].append(move(songs, features * of_songs, accepted=taken))
        for count in (usual, after[previous], before[track]):
            count[0] += taken
            count[1] += 1
        append(history, person, play, outcomes)
        previous = taken
    begin = int(np.ceil((1 - JUDGED_SHARE) * len(person)))
    chances = {name: np.array(values[begin:]) for name, values in said.items()}
    return Judged(accepted[begin:], history.sessions[begin:].astype(np.int64), chances)


def auc(chances: Chances, accepted: Truth) -> float:
    """Area under the receiver operating characteristic, ties counted half; nan without both outcomes."""
    good = int(accepted.sum())
    bad = len(accepted) - good
    if not good or not bad:
        return float("nan")
    return float((mean_ranks(chances)[accepted].sum() - good * (good + 1) / 2) / (good * bad))


def mean_ranks(values: Chances) -> Chances:
    """The rank of each value, 1 for the smallest; equal values share the mean of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[which], np.float64)


def session_auc(chances: Chances, accepted: Truth, sessions: Ints) -> float:
    """Share of pairs of one session, one accepted and one not, in which the accepted one was thought the likelier."""
    won = pairs = 0.0
    order = np.argsort(sessions, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(sessions[order])) + 1):
        good = int(accepted[part].sum())
        weight = good * (len(part) - good)
        if weight:
            won += weight * auc(chances[part], accepted[part])
            pairs += weight
    return won / pairs if pairs else float("nan")


def log_loss(chances: Chances, accepted: Truth) -> float:
    """Mean negative logarithm of the chance given to what happened."""
    safe = np.clip(chances, 1e-6, 1 - 1e-6)
    return float(-np.log(np.where(accepted, safe, 1 - safe)).mean())


def calibration_error(chances: Chances, accepted: Truth) -> float:
    """Expected calibration error over 15 bins of equal width (Guo et al., 2017)."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    apart = np.abs(np.bincount(bins, chances, BINS) - np.bincount(bins, accepted, BINS))
    return float(apart[counts > 0].sum() / len(chances))


def summary(people: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """For each method its figures over everybody's judged plays; sessions of different people are kept apart."""
    accepted = np.concatenate([one.accepted for one in people])
    sessions = np.concatenate([one.sessions + number * 10_000_000 for number, one in enumerate(people)])
    told = {}
    for name in METHODS:
        chances = np.concatenate([one.chances[name] for one in people])
        told[name] = {
            "auc": auc(chances, accepted),
            "log loss": log_loss(chances, accepted),
            "calibration error": calibration_error(chances, accepted),
            "auc inside a session": session_auc(chances, accepted, sessions),
        }
    return told
