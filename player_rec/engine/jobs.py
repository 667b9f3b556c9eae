"""What worker processes are asked to do with one file.

The decoder and the network are imported by the worker that calls, so that a process which only hands out the
work stays small.
"""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from player_rec.domain.sound import Analysis
from player_rec.domain.track import Identity, Tags

if TYPE_CHECKING:
    from player_rec.analysis.model import Model


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file is and says of itself, found without decoding it in ``seconds``."""

    identity: Identity
    tags: Tags
    remarks: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one pass over a file yielded, and the seconds it took."""

    analysis: Analysis
    seconds: float


Finding = Reading | Hearing


def read(path: Path, folder: Path | None) -> Reading:
    """Identify a file and read its tags, its place below ``folder`` helping out. Raises: UnreadableTrack."""
    from player_rec.analysis.content import content_id
    from player_rec.library.tags import read_tags

    begun = time.monotonic()
    identity = content_id(path)
    found = read_tags(path, folder)
    return Reading(identity, found.tags, found.remarks, time.monotonic() - begun)


def hear(path: Path, model: Path) -> Hearing:
    """Place a file in sound space and take its measures. Raises: UnreadableTrack, BadModel."""
    from player_rec.analysis.analyse import analyse

    begun = time.monotonic()
    return Hearing(analyse(path, _loaded(model)), time.monotonic() - begun)


@cache
def _loaded(path: Path) -> "Model":
    """The network, loaded once in the life of a worker."""
    from player_rec.analysis.model import Model

    return Model(path)
