"""A few free songs for whoever has none at hand: they lie in a checkout of the program."""

import shutil
from pathlib import Path

_SONGS = Path(__file__).parents[3] / "tests" / "data" / "music"


def free_songs() -> Path | None:
    """The folder they are in; None where the program came without them."""
    return _SONGS if _SONGS.is_dir() else None


def copy_free(source: Path, goal: Path) -> Path:
    """Copy them to where they may stay, and return that folder."""
    shutil.copytree(source, goal, dirs_exist_ok=True)
    return goal
