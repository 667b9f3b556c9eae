"""Files that a command writes: whole or not at all, and never half over one that was good."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from player_rec.domain.errors import StoreUnavailable


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place once all is written; what is no plain file, a pipe, is written as it is.

    Raises:
        StoreUnavailable: it cannot be written there.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as out:
                yield out
            return
        there = path.resolve()
        part = there.with_name(f".player_rec-{os.getpid()}.part")
        try:
            with part.open("wb") as out:
                yield out
            part.replace(there)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written: {error.strerror or error}") from error


def check_folder(path: Path) -> None:
    """Before much work is done for a file: is there a folder for it? Raises StoreUnavailable."""
    if not path.absolute().parent.is_dir():
        raise StoreUnavailable(f"{path} cannot be written: there is no folder {path.absolute().parent}")
