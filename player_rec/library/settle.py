"""When a file or folder that was touched has come to rest. The clock is passed in."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from player_rec.domain.track import Stamp

STILL_S: Final = 3.0
"""Seconds without a change after which a file counts as whole."""

PATIENCE: Final = 10
"""A folder that never rests is looked at after so many times the stillness asked for."""


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file now, or None where there is no regular file."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def is_fresh(stamp: Stamp, now_s: float, still_s: float = STILL_S) -> bool:
    """Say whether a file was written so lately that it may still be growing.

    Args:
        stamp: what the file system says.
        now_s: seconds since 1970, as ``time.time`` gives them.
        still_s: age from which a file is taken. A stamp far in the future comes from a wrong clock and is old.
    """
    return abs(now_s - stamp.mtime_ns / 1e9) < still_s


@dataclass(slots=True)
class Settling:
    """Files that were touched, until size and modification time have been still for ``still_s`` seconds.

    A file that is not there must stay away as long: some programs save by deleting first. Not thread-safe.
    """

    still_s: float = STILL_S
    look: Callable[[str], Stamp | None] = stamp_of
    _waiting: dict[str, tuple[Stamp | None, float]] = field(default_factory=dict)  # longest unchanged first

    def touch(self, path: str, now_s: float) -> None:
        """Note that something happened to a file; it starts waiting afresh only if its stamp changed."""
        stamp = self.look(path)
        waiting = self._waiting.get(path)
        if waiting is None or waiting[0] != stamp:
            self._wait(path, stamp, now_s)

    def due(self, now_s: float) -> list[str]:
        """Take the files that have come to rest, vanished ones among them; the others go on waiting."""
        settled = []
        for path, (seen, _) in self._long_enough(now_s):
            stamp = self.look(path)
            if stamp == seen:
                del self._waiting[path]
                settled.append(path)
            else:
                self._wait(path, stamp, now_s)
        return settled

    @property
    def next_s(self) -> float | None:
        """When ``due`` may have something to give; None while nothing waits."""
        return next((since_s + self.still_s for _, since_s in self._waiting.values()), None)

    def _wait(self, path: str, stamp: Stamp | None, now_s: float) -> None:
        self._waiting.pop(path, None)  # so that it goes to the end of the line
        self._waiting[path] = (stamp, now_s)

    def _long_enough(self, now_s: float) -> list[tuple[str, tuple[Stamp | None, float]]]:
        ready = []
        for path, waiting in self._waiting.items():
            if now_s - waiting[1] < self.still_s:
                break
            ready.append((path, waiting))
        return ready


@dataclass(slots=True)
class Restless:
    """Folders in which something happened, until it is quiet there. Not thread-safe.

    A folder stands for all below it. One that is never quiet comes up after ``PATIENCE`` times ``still_s``.
    """

    still_s: float = STILL_S
    _waiting: dict[str, tuple[float, float]] = field(default_factory=dict)  # first and last touched, in seconds

    def touch(self, folder: str, now_s: float) -> None:
        """Note that something happened to a folder, or to its list of folders."""
        standing = next((above for above in _upwards(folder) if above in self._waiting), folder)
        first_s, _ = self._waiting.get(standing, (now_s, now_s))
        self._waiting[standing] = (first_s, now_s)

    def due(self, now_s: float) -> list[str]:
        """Take the folders to be looked at, none of which lies in another."""
        ready = sorted(folder for folder in self._waiting if self._due_s(folder) <= now_s)
        for folder in ready:
            del self._waiting[folder]
        taken = set(ready)
        return [folder for folder in ready if not any(above in taken for above in list(_upwards(folder))[1:])]

    @property
    def next_s(self) -> float | None:
        """When ``due`` will have something to give; None while nothing waits."""
        return min(map(self._due_s, self._waiting), default=None)

    def _due_s(self, folder: str) -> float:
        first_s, last_s = self._waiting[folder]
        return min(last_s + self.still_s, first_s + PATIENCE * self.still_s)


def _upwards(folder: str) -> Iterator[str]:
    """A folder, the one it lies in, and so on up."""
    while folder.strip("/"):
        yield folder
        folder = folder.rpartition("/")[0]
