"""Between files and the names MPD has for them: relative to its music directory, or absolute where it allows that."""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

ENOUGH: Final = 0.5
"""A folder under which more than this part of MPD's songs lie is taken for its music directory."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class MusicPaths:
    """What MPD calls the files, and where the files lie that MPD names.

    Args:
        root: MPD's music directory, or None where nobody knows it.
        folders: the library folders. A file that MPD reaches by another way is given as it lies in one of these.
        anywhere: whether MPD takes files from outside its music directory.
    """

    def __init__(self, root: Path | None, folders: Sequence[Path], *, anywhere: bool) -> None:
        self.root = root
        self.anywhere = anywhere
        self._roots = () if root is None else ((root, Path()), (root.resolve(), Path()), *_links(root))
        self._folders = tuple((folder, folder.resolve()) for folder in folders)
        self._known: dict[Path, Path] = {}
        self._named: dict[str, Path] = {}  # a long queue is read again and again

    def uri_of(self, path: Path) -> str | None:
        """The name of a file for MPD; None where MPD has no way to reach it."""
        if not _sayable(path):
            return None
        inside = self._inside(path) or self._inside(path.resolve())
        if inside is not None:
            return str(inside) if _sayable(inside) else None
        return str(path) if self.anywhere and path.is_absolute() else None

    def path_of(self, uri: str) -> Path:
        """The file that MPD means; for a stream, or a song in a place nobody knows, what MPD calls it."""
        if uri not in self._named:
            self._named[uri] = self._path_of(uri)
        return self._named[uri]

    def _path_of(self, uri: str) -> Path:
        if uri.startswith("file:///"):
            return self._as_known(Path(unquote(uri.removeprefix("file://"))))
        if _SCHEME.match(uri):
            return Path(uri)
        if self.root is None and not uri.startswith("/"):
            return Path(uri)
        return self._as_known((self.root or Path("/")) / uri)

    def _inside(self, path: Path) -> Path | None:
        for root, inside in self._roots:
            if path.is_relative_to(root) and path != root:
                return inside / path.relative_to(root)
        return None

    def _as_known(self, path: Path) -> Path:
        """The same file the way the library reaches it. Links are followed once a directory: that asks the disk."""
        parent = path.parent
        if parent not in self._known:
            self._known[parent] = self._parent_as_known(parent)
        return self._known[parent] / path.name

    def _parent_as_known(self, parent: Path) -> Path:
        if any(parent.is_relative_to(folder) for folder, _ in self._folders):
            return parent
        resolved = parent.resolve()
        for folder, really in self._folders:
            if resolved.is_relative_to(really):
                return folder / resolved.relative_to(really)
        return parent


def guess_root(uris: Iterable[str], folders: Iterable[Path]) -> Path | None:
    """Find MPD's music directory as the folder, or parent of one, under which its songs exist.

    Args:
        uris: some of the songs MPD knows, relative to its music directory.
        folders: absolute folders to try, each before its parents.
    """
    songs = [uri for uri in uris if not uri.startswith("/") and not _SCHEME.match(uri)]
    best, most = None, ENOUGH * len(songs)
    for root in dict.fromkeys(place for folder in folders for place in (folder, *folder.parents)):
        found = sum((root / uri).is_file() for uri in songs)
        if found > most:
            best, most = root, found
        if songs and found == len(songs):
            break
    return best


def common_directory(uris: Iterable[str]) -> str:
    """The deepest directory, relative to the music directory, that holds all of these; empty for the whole of it."""
    return os.path.commonpath([os.path.dirname(uri) for uri in uris])  # noqa: PTH120 - names for MPD, not paths here


def _links(root: Path) -> list[tuple[Path, Path]]:
    """Where the links at the top of the music directory lead: a customary way to have music in several places."""
    try:
        with os.scandir(root) as entries:
            linked = [Path(entry.path) for entry in entries if entry.is_symlink() and entry.is_dir()]
    except OSError:
        return []
    return [(link.resolve(), Path(link.name)) for link in linked]


def _sayable(path: Path) -> bool:
    """Whether MPD's protocol can carry a name: UTF-8, on one line."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\n" not in text
