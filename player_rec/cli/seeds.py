"""Seeds as given on the command line."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from player_rec.app.build import App
from player_rec.domain.errors import NoSuchTrack, UnreadableTrack
from player_rec.domain.sound import Vector
from player_rec.engine import jobs
from player_rec.engine.seeds import Seed, seed
from player_rec.engine.space import SoundSpace


def seeds(app: App, space: SoundSpace, texts: Sequence[str]) -> list[Seed]:
    """Resolve files and words. Raises: NoSuchTrack, UnreadableTrack."""
    if not len(space):
        raise NoSuchTrack("the library has heard nothing yet; try: player-rec scan FOLDER")
    return [seed(app.library, text, space.model, partial(_hear, app, space.model)) for text in texts]


def _hear(app: App, model: str, path: Path) -> Vector:
    """Hear one file now, in a process of its own, so that a bad one costs nothing."""
    if model != app.spec.key:
        raise NoSuchTrack(
            f"{path.name} has not been heard by {model}, which serves until the library was heard anew; scan, then ask"
        )
    with app.pool(1, hurry=True) as pool:
        pool.submit(path, jobs.hear, path, app.model)
        while not (results := pool.results(1.0)):
            pass
    match results[0].outcome:
        case jobs.Hearing(analysis):
            return analysis.vector
        case UnreadableTrack() as why:
            raise why
        case other:
            raise TypeError(type(other))
