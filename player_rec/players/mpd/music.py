"""Where an MPD that was just connected to has its music: as it was set, as MPD tells, or guessed from its songs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from player_rec.players.mpd.link import Link
from player_rec.players.mpd.paths import MusicPaths, guess_root
from player_rec.players.mpd.wire import Refused

SAMPLE: Final = 40
"""So many of MPD's songs are looked for when its music directory has to be guessed."""

ANY: Final = "(modified-since '1970-01-01T00:00:00Z')"


def find_music(link: Link, directory: Path | None, folders: Sequence[Path]) -> MusicPaths:
    """Find MPD's music directory.

    Args:
        link: to MPD, which tells over a Unix socket alone.
        directory: as the listener set it.
        folders: the library folders, absolute.

    Raises:
        PlayerGone: MPD went away meanwhile.
    """
    local = link.address.local
    root = directory or (_told(link) if local else None) or guess_root(_some_songs(link), folders)
    return MusicPaths(root, folders, anywhere=local)


def _told(link: Link) -> Path | None:
    try:
        told = dict(link.ask("config")).get("music_directory", "")
    except Refused:
        return None
    return Path(told) if told.startswith("/") else None


def _some_songs(link: Link) -> list[str]:
    window = f"0:{SAMPLE}"
    answers = [link.ask_all([command])[0] for command in (("playlistinfo", window), ("find", ANY, "window", window))]
    return [value for answer in answers for pairs in answer for key, value in pairs if key == "file"]
