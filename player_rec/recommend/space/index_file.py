"""The index on disk: a copy that can always be made again, and is trusted only when it is whole.

Each save writes a folder of its own, named after the file with a number, and then, in one step, the small file
that names this folder and tells what its parts must be. Whatever ends the process in between leaves the old
folder in force. hnswlib may end the process over a damaged graph, so it sees none before its digest is right.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.hubness import Hubness
from player_rec.recommend.space.index import Index

FORMAT = 1  # to be raised with every change of what is written, hnswlib's own format included
KINDS: Final = {kind.kind: kind for kind in (ExactIndex, HnswIndex)}


@dataclass(frozen=True, slots=True)
class Saved:
    """An index and what is known of its hubs: on disk, both or neither."""

    index: Index
    hubness: Hubness


def save(what: Saved, path: Path, model: str) -> None:
    """Put an index on disk in the place of what was there.

    Args:
        what: what to save.
        path: the file that tells what is valid; the folders beside it start with its name.
        model: key of the model that made the vectors.

    Raises:
        OSError: it cannot be written; what was there before is still in force.
    """
    folder = _next_folder(path)
    folder.mkdir(parents=True)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        what.index.write(folder)
        what.hubness.write(folder)
        parts = {part.name: _settled_digest(part) for part in sorted(folder.iterdir())}
        told = _tell(what.index.kind, model, what.index.dimension) | {"folder": folder.name, "parts": parts}
        draft = folder / "told"
        _write_told(draft, told)
        _sync(folder)
        _sync(path.parent)
        draft.replace(path)
        undo.pop_all()
    _sync(path.parent)
    _remove_others(path, folder)


def load(path: Path, model: str, dimension: int) -> Saved | None:
    """The index that was saved, or None where there is none to trust.

    None stands for: never saved, cut short, damaged, of another model, dimension, format or byte order. The
    caller then builds the index again.
    """
    try:
        digest, _, body = path.read_text(encoding="utf-8").partition("\n")
        if digest != hashlib.sha256(body.encode()).hexdigest():
            return None
        told = json.loads(body)
        if told != told | _tell(told["kind"], model, dimension):
            return None
        folder = path.parent / told["folder"]
        if any(_digest(folder / part) != digest for part, digest in told["parts"].items()):
            return None
        return Saved(KINDS[told["kind"]].read(folder, dimension), Hubness.read(folder))
    except (OSError, ValueError, KeyError, RuntimeError):
        return None


def _write_told(draft: Path, told: dict[str, Any]) -> None:
    body = json.dumps(told, indent=1)
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")
        file.flush()
        os.fsync(file.fileno())


def _tell(kind: str, model: str, dimension: int) -> dict[str, Any]:
    """What must be the same for a saved index to be of use."""
    return {
        "format": FORMAT,
        "kind": kind,
        "model": model,
        "dimension": dimension,
        "byteorder": sys.byteorder,
    }


def _folders(path: Path) -> Iterator[tuple[int, Path]]:
    """The numbered folders that belong to ``path``, finished or not."""
    for folder in path.parent.glob(f"{path.name}.*"):
        number = folder.name.removeprefix(f"{path.name}.")
        if number.isdecimal() and folder.is_dir():
            yield int(number), folder


def _next_folder(path: Path) -> Path:
    number = max((number for number, _ in _folders(path)), default=0) + 1
    return path.with_name(f"{path.name}.{number}")


def _remove_others(path: Path, kept: Path) -> None:
    for _, folder in _folders(path):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def _digest(part: Path) -> str:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settled_digest(part: Path) -> str:
    """The digest of a file that is on the disk itself, not on its way there."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
