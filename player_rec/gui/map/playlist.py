"""A stretch of the map as a playlist that other players read: M3U in UTF-8, with whole paths."""

from collections.abc import Sequence
from pathlib import Path

from player_rec.engine.scene import Song


def write(songs: Sequence[Song], file: Path) -> int:
    """Write a playlist; how many songs are in it. Raises OSError.

    A file whose name holds a line break cannot stand in one and is left out.
    """
    listed = [song for song in songs if not {"\n", "\r"} & set(str(song.file))]
    lines = ["#EXTM3U"]
    for song in listed:
        lines += [f"#EXTINF:{round(song.duration_ms / 1000)},{' '.join(song.label.split())}", str(song.file.absolute())]
    file.write_bytes("\n".join([*lines, ""]).encode("utf-8", "surrogateescape"))
    return len(listed)
