"""Files that the program is asked to open: by a second start, a drop, or from its command line."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from player_rec.library.formats import is_audio


def opened(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The songs among them, those in folders by their names; and what is no music. Reads the beginning of each file."""
    from player_rec.players.builtin.stream import playable  # with FFmpeg's libraries

    songs, others = [], []
    for file in files:
        inside = [song for song in _in(file) if playable(song)]
        songs += inside
        others += [] if inside else [file]
    return songs, others


def _in(file: Path) -> Iterator[Path]:
    if file.is_dir():
        yield from sorted(one for one in file.rglob("*") if one.is_file() and is_audio(str(one)))
    else:
        yield file
