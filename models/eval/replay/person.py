"""Everything that is measured of one person; what one worker process does."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from models.eval.replay.acceptance import Judged, foretell
from models.eval.replay.baselines import baselines
from models.eval.replay.by_sound import by_sound
from models.eval.replay.format import Ints, Person, Tracks
from models.eval.replay.ours import FIXED, OURS, ours
from models.eval.replay.protocol import Hits, Ranker, replay
from models.eval.replay.radio import radios
from models.eval.replay.reaction import Corners, Reaction, react

SKIPS_WATCHED = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is to be measured.

    Attributes:
        positions: moments judged at most, a person.
        lessons: moments before them at which weights may be learned.
        ablation: whether every part is switched off in turn.
        acceptance: whether acceptance and reactions are measured too.
    """

    positions: int = 600
    lessons: int = 600
    ablation: bool = True
    acceptance: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was found out about one person.

    Attributes:
        name: whose figures they are.
        hits: name of each method to how it did.
        weights: what the mixture had learned in the end.
        judged: about acceptance; None where it was not asked for.
        reaction: to early skips; None where it was not asked for.
    """

    name: str
    hits: dict[str, Hits]
    weights: dict[str, float]
    judged: Judged | None
    reaction: Reaction | None


def measure(person: Person, tracks: Tracks, artists: Ints, plan: Plan) -> Measured:
    """Replay one person's history; ``artists`` by track number."""
    mine = ours(artists, tracks.albums, ablation=plan.ablation)
    rankers: Sequence[Ranker] = [
        *baselines(crc32(person.name.encode())),
        *(by_sound(tracks.vectors) if tracks.vectors is not None else ()),
        *mine,
        *radios(tracks, artists, ablation=plan.ablation),
    ]
    found = replay(person, rankers, plan.positions, plan.lessons, tracks.durations_ms)
    hits = {ranker.name: one for ranker, one in zip(rankers, found, strict=True)}
    taught = next(one for one in mine if one.name == OURS).mixture
    if not plan.acceptance:
        return Measured(person.name, hits, taught.weights, None, None)
    judged = foretell(person, tracks.durations_ms)
    watching = next(one for one in ours(artists, tracks.albums, ablation=False) if one.name == FIXED)
    watching.mixture = taught
    corners = Corners(artists, tracks.vectors)
    reaction = react(person, watching, corners, tracks.durations_ms, SKIPS_WATCHED)
    return Measured(person.name, hits, taught.weights, judged, reaction)


def of_person(person: Person, tracks: Tracks, artists: Ints) -> tuple[Person, Tracks, Ints]:
    """The same person and tracks with nothing in it that this person never played, numbered anew."""
    known, numbers = np.unique(person.tracks, return_inverse=True)
    mine = Person(person.name, numbers.astype(np.int64), person.artists, person.ends_s, person.heard_ms)
    vectors = None if tracks.vectors is None else tracks.vectors[known]
    return mine, Tracks(tracks.albums[known], tracks.durations_ms[known], vectors), artists[known]
