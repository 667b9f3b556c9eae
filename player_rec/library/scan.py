"""What lies in a music folder: every audio file with its stamp, and whatever could not be looked at.

Paths are absolute ``str`` with undecodable bytes surrogate-escaped (PEP 383), as there may be half a million of
them. Nothing is opened and nothing raises: a folder that cannot be read is an answer.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from player_rec.domain.track import Stamp
from player_rec.library.formats import is_audio, is_ignored
from player_rec.library.mounts import folder_of, within

_KINDS: Final = {
    stat.S_IFDIR: "a folder, not a file",
    stat.S_IFIFO: "a pipe, not a file",
    stat.S_IFSOCK: "a socket, not a file",
    stat.S_IFCHR: "a device, not a file",
    stat.S_IFBLK: "a device, not a file",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found in ``folder``, which is ``root`` or a part of it.

    Attributes:
        root: the library folder.
        folder: the folder that was listed with all below it.
        files: every audio file and its stamp.
        unread: folders, links and files that could not be looked at, and why. What lies there is unknown.
        odd: what has the name of an audio file, or of a folder to be read, and is none, and why.
        mounts: the folders at or below ``folder`` where another file system begins.
    """

    root: str
    folder: str
    files: dict[str, Stamp]
    unread: dict[str, str]
    odd: dict[str, str]
    mounts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Survey:
    """How large a library folder is, and what it reaches beyond itself.

    Attributes:
        folders: number of folders that hold or may hold music.
        links: linked folders outside the root that count as part of it, by their path below the root.
        missing: why the root itself cannot be read; empty if it can.
    """

    folders: int
    links: tuple[str, ...]
    missing: str


def list_audio(root: str, folder: str | None = None) -> Listing:
    """List the audio files in a library folder, or in one ``folder`` of it, both given by absolute paths.

    Links to folders are followed, but not to folders inside the root, which are listed anyway, nor to those
    around it, nor twice to the same.
    """
    walk = _Walk(os.path.normpath(root), os.path.normpath(folder or root))
    files: dict[str, Stamp] = {}
    for entries in walk:
        for entry in entries:
            if not is_audio(entry.name):
                continue
            try:
                status = entry.stat()
            except OSError as error:
                walk.unread[entry.path] = _why(error)
                continue
            if stat.S_ISREG(status.st_mode):
                files[entry.path] = Stamp(status.st_size, status.st_mtime_ns)
            else:
                walk.odd[entry.path] = _KINDS.get(stat.S_IFMT(status.st_mode), "not a file")
    return Listing(walk.root, walk.folder, files, walk.unread, _truly_odd(walk.odd, files), frozenset(walk.mounts))


def _truly_odd(odd: dict[str, str], files: Iterable[str]) -> dict[str, str]:
    """What is odd, less the folders that only happen to be called like a file: there is music in them."""
    folders = tuple(f"{path}{os.sep}" for path, why in odd.items() if why == _KINDS[stat.S_IFDIR])
    fine = {folder for path in files if path.startswith(folders) for folder in folders if path.startswith(folder)}
    return {path: why for path, why in odd.items() if f"{path}{os.sep}" not in fine}


def survey(root: str) -> Survey:
    """Count the folders of a library without looking at its files."""
    walk = _Walk(os.path.normpath(root), os.path.normpath(root))
    folders = sum(1 for _ in walk)
    return Survey(folders, tuple(walk.followed), walk.unread.get(walk.root, ""))


@dataclass(slots=True)
class _Walk:
    """Goes once through a folder, yielding for each folder in it the entries that are not folders.

    The real tree comes first and links after it, so that a folder reachable both ways always has its real path.
    Only folders reached through links are checked for having been visited: some file systems hand out one inode
    number twice, and a real tree has no loops.
    """

    root: str
    folder: str
    unread: dict[str, str] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    mounts: set[str] = field(default_factory=set)
    followed: list[str] = field(default_factory=list)
    _links: list[tuple[str, int]] = field(default_factory=list)
    _visited: set[tuple[int, int]] = field(default_factory=set)

    def __iter__(self) -> Iterator[list[os.DirEntry[str]]]:
        linked = False
        waiting = [(self.folder, _device(folder_of(self.folder)))]
        while waiting:
            folder, device_above = waiting.pop()
            device = self._enter(folder, device_above, linked=linked)
            if device is not None:
                folders, others = self._read(folder, device)
                waiting.extend((inner, device) for inner in folders)
                yield others
            if not waiting:
                linked = True
                waiting = self._take_links()

    def _enter(self, folder: str, device_above: int, *, linked: bool) -> int | None:
        """Note where a folder lies; give its device, or None where it is not to be read."""
        try:
            status = os.stat(folder)  # noqa: PTH116 - making a Path of every folder costs more than looking at it
        except OSError as error:
            self.unread[folder] = _why(error)
            return None
        visited = (status.st_dev, status.st_ino) in self._visited
        if linked and visited:
            return None
        self._visited.add((status.st_dev, status.st_ino))
        if status.st_dev != device_above and not self._leads_to_system_disk(folder, status.st_dev):
            self.mounts.add(folder)
        return status.st_dev

    def _leads_to_system_disk(self, folder: str, device: int) -> bool:
        """Say whether a folder is a link out of a mounted drive to the one drive that cannot be away."""
        return device == _device("/") and Path(folder).is_symlink()

    def _read(self, folder: str, device: int) -> tuple[list[str], list[os.DirEntry[str]]]:
        """List one folder: the paths of the folders in it, and the entries that are none."""
        folders: list[str] = []
        others: list[os.DirEntry[str]] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        self._sort_link(entry, device, others)
                    elif entry.is_dir(follow_symlinks=False):
                        self._sort_folder(entry, folders)
                    else:
                        others.append(entry)
        except OSError as error:
            self.unread[folder] = _why(error)
        return folders, others

    def _sort_folder(self, entry: os.DirEntry[str], folders: list[str]) -> None:
        if is_ignored(entry.name):
            return
        folders.append(entry.path)
        if is_audio(entry.name):
            self.odd[entry.path] = _KINDS[stat.S_IFDIR]

    def _sort_link(self, entry: os.DirEntry[str], device: int, others: list[os.DirEntry[str]]) -> None:
        if is_ignored(entry.name):
            return
        try:
            leads_to = entry.stat().st_mode
        except OSError as error:
            self.unread[entry.path] = f"the link cannot be followed: {_why(error)}"
            return
        if stat.S_ISDIR(leads_to):
            self._links.append((entry.path, device))
        else:
            others.append(entry)

    def _take_links(self) -> list[tuple[str, int]]:
        """The links met so far that lead somewhere new, in reverse order of their paths."""
        links, self._links = sorted(self._links, reverse=True), []
        real_root = os.path.realpath(self.root)
        new: list[tuple[str, int]] = []
        for link, device in links:
            target = os.path.realpath(link)
            if within(real_root, target) and target != real_root:
                self.odd[link] = "a link to a folder around the library, which is not followed"
            elif not within(target, real_root):
                self.followed.append(link)
                new.append((link, device))
        return new


def _device(path: str) -> int:
    """Number of the device a path lies on; 0, which is no disk, where it cannot be looked at."""
    try:
        return Path(path).stat().st_dev
    except OSError:
        return 0


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
