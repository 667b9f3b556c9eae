"""What a listener points at, a file or some words, turned into a place in sound space."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.sound import Vector
from player_rec.domain.track import TrackId
from player_rec.store.library import Library


@dataclass(frozen=True, slots=True)
class Seed:
    """A place in sound space with a name for people; ``track`` is None for a file outside the library."""

    label: str
    vector: Vector
    track: TrackId | None


def find_track(library: Library, text: str) -> TrackId | None:
    """The track a file holds, or the one whose title, artist, album or file name the words fit best."""
    path = Path(text)
    if _is_file(path):
        return library.tracks.at(path.absolute()) or library.tracks.at(path.resolve())
    return next(iter(library.tracks.find(text, limit=1)), None)


def seed(library: Library, text: str, model: str, hear: Callable[[Path], Vector]) -> Seed:
    """Resolve one seed; a file the library has not heard is heard now.

    Raises:
        NoSuchTrack: there is no such file, and no track answers to the words.
        UnreadableTrack: it is a file that cannot be heard.
    """
    track_id = find_track(library, text)
    if track_id is None and not _is_file(Path(text)):
        raise NoSuchTrack(f"there is no file {text!r}, and no song in the library answers to these words")
    if track_id is None:
        path = Path(text).absolute()
        return Seed(path.name, hear(path), None)
    track = library.tracks.one(track_id)
    vector = library.vectors.get(model, [track_id]).get(track_id)
    if track is None:
        raise NoSuchTrack(f"{text!r} was in the library, but no file of it is now; player-rec scan looks again")
    return Seed(track.label, hear(track.path) if vector is None else vector, track_id)


def _is_file(path: Path) -> bool:
    """Whether there is such a file; words may be no possible name of one."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
