"""Watched folders as the listener sees them."""

from player_rec.store.library import Library
from player_rec.store.listener import Listener


def leave_out(folder: str, library: Library, listener: Listener) -> int | None:
    """Watch a folder no longer; returns how many files that takes out, None where it was not watched.

    No file is touched, and added again it brings everything back without analysis.
    """
    if not listener.drop_folder(folder):
        return None
    files = library.files.known(folder)
    with library.transaction():
        library.files.mark("gone", files)
    return len(files)
