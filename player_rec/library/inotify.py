"""An emitter for watchdog that follows a tree of folders through inotify(7), and says when it lost track.

It stands in for watchdog's own on Linux. That one keeps one record of paths and watches for all events, which
folders moved about quickly bring out of step, so that its reading thread ends or cannot be stopped (seen in 6.0
and 7.1); and it does not tell of events dropped by the kernel, of folders there was no watch left for, or of a
drive unmounted. Here a folder that comes is watched afresh with all in it, whatever was known of it, one that
leaves is forgotten, and whatever else goes wrong is ``EventsLost``.
"""

import ctypes
import errno
import os
import select
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileSystemEvent,
)
from watchdog.observers.api import EventEmitter

from player_rec.library.formats import is_ignored

# from <sys/inotify.h>
_CLOSE_WRITE: Final = 0x8
_MOVED_FROM: Final = 0x40
_MOVED_TO: Final = 0x80
_CREATE: Final = 0x100
_DELETE: Final = 0x200
_DELETE_SELF: Final = 0x400
_MOVE_SELF: Final = 0x800
_UNMOUNT: Final = 0x2000
_Q_OVERFLOW: Final = 0x4000
_IGNORED: Final = 0x8000
_ONLYDIR: Final = 0x01000000
_DONT_FOLLOW: Final = 0x02000000
_ISDIR: Final = 0x40000000

_INNER: Final = _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _ONLYDIR | _DONT_FOLLOW
_TOP: Final = (_INNER & ~_DONT_FOLLOW) | _DELETE_SELF | _MOVE_SELF
_HEAD: Final = struct.Struct("iIII")
_BUFFER_BYTES: Final = 1 << 18

_REASONS: Final = {
    errno.ENOSPC: "all the folder watches a user may have are taken",
    errno.EMFILE: "too many programs are watching folders",
}

_libc: Final = ctypes.CDLL(None, use_errno=True)


class EventsLost(FileSystemEvent):
    """Changes below a folder went unnoticed, or will; only looking can tell which."""

    event_type = "lost"
    is_directory = True


class TreeEmitter(EventEmitter):
    """Reports what happens to files and folders below one folder. A move is a deletion and a creation."""

    _tree: "Tree | None" = None

    def on_thread_start(self) -> None:
        """Watch the folder and all below it; raises OSError where that cannot be."""
        self._closing = threading.Lock()
        self._tree = Tree(os.fsdecode(self.watch.path))

    def run(self) -> None:
        """Report until stopped."""
        tree = self._tree
        if tree is None:
            return
        try:
            while self.should_keep_running():
                for event in tree.wait():
                    self.queue_event(event)
        finally:
            with self._closing:
                self._tree = None
                tree.close()

    def on_thread_stop(self) -> None:
        """Wake the thread, so that it ends."""
        if self._tree is None:
            return
        with self._closing:
            if self._tree is not None:
                self._tree.wake()


@dataclass(slots=True)
class Tree:
    """The watches on a tree of folders, and what the kernel says of them. ``wake`` may be called from any thread.

    Raises:
        OSError: the top folder cannot be watched, or there are fewer watches left than folders.
    """

    top: str
    _fd: int = -1
    _wake_fd: int = -1
    _folders: dict[int, str] = field(default_factory=dict)  # by watch
    _watches: dict[str, int] = field(default_factory=dict)  # by folder

    def __post_init__(self) -> None:
        self._fd = _checked(_libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        self._wake_fd = os.eventfd(0, os.EFD_CLOEXEC)
        try:
            self._add(self.top)
            for _ in self._follow(self.top):
                pass
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Give the watches back; once."""
        os.close(self._fd)
        os.close(self._wake_fd)

    def wake(self) -> None:
        """Make ``wait`` return."""
        os.eventfd_write(self._wake_fd, 1)

    def wait(self) -> Iterator[FileSystemEvent]:
        """Wait until something happened or ``wake`` was called, and tell what."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        poll.register(self._wake_fd, select.POLLIN)
        if not any(fd == self._fd for fd, _ in poll.poll()):
            return
        try:
            buffer = os.read(self._fd, _BUFFER_BYTES)
        except BlockingIOError:
            return
        at = 0
        while at < len(buffer):
            watch, mask, _, length = _HEAD.unpack_from(buffer, at)
            name = buffer[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0")
            at += _HEAD.size + length
            yield from self._tell(watch, mask, os.fsdecode(name))

    def _tell(self, watch: int, mask: int, name: str) -> Iterator[FileSystemEvent]:
        if mask & _Q_OVERFLOW:
            yield EventsLost(self.top)
            return
        folder = self._folders.get(watch)
        if folder is None or is_ignored(name):
            return
        if mask & (_UNMOUNT | _DELETE_SELF | _MOVE_SELF):
            yield EventsLost(folder)
        elif mask & _IGNORED:
            self._forget(watch)
        elif mask & _ISDIR:
            yield from self._tell_folder(f"{folder}/{name}", mask)
        elif mask & (_DELETE | _MOVED_FROM):
            yield FileDeletedEvent(f"{folder}/{name}")
        elif mask & _CLOSE_WRITE:
            yield FileClosedEvent(f"{folder}/{name}")
        else:
            yield FileCreatedEvent(f"{folder}/{name}")

    def _tell_folder(self, path: str, mask: int) -> Iterator[FileSystemEvent]:
        if mask & (_DELETE | _MOVED_FROM):
            if mask & _MOVED_FROM:
                self._leave(path)
            yield DirDeletedEvent(path)
            return
        yield DirCreatedEvent(path)
        try:
            for entry in self._follow(path):
                yield FileCreatedEvent(entry.path)
        except OSError:  # no watch left for a folder in it
            yield EventsLost(path)

    def _follow(self, top: str) -> Iterator[os.DirEntry[str]]:
        """Watch a folder and all below it; give the entries that are not folders, also those there before.

        Raises:
            OSError: there are no watches left. A folder that cannot be read or has vanished is passed over.
        """
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                self._add(folder)
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if is_ignored(entry.name):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        else:
                            yield entry
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.ENOMEM):
                    raise

    def _add(self, folder: str) -> None:
        mask = _TOP if folder == self.top else _INNER
        watch = _checked(_libc.inotify_add_watch(self._fd, os.fsencode(folder), mask))
        # The same folder may be known by the path it had before, and another one by this path.
        self._watches.pop(self._folders.get(watch, ""), None)
        other = self._watches.get(folder, watch)
        if other != watch:
            self._folders.pop(other, None)
            _libc.inotify_rm_watch(self._fd, other)
        self._folders[watch], self._watches[folder] = folder, watch

    def _forget(self, watch: int) -> None:
        folder = self._folders.pop(watch)
        if self._watches.get(folder) == watch:
            del self._watches[folder]

    def _leave(self, path: str) -> None:
        """Stop watching a folder that was moved away, and all below it."""
        inside = path + "/"
        for folder in [folder for folder in self._watches if folder == path or folder.startswith(inside)]:
            watch = self._watches.pop(folder)
            self._folders.pop(watch, None)
            _libc.inotify_rm_watch(self._fd, watch)


def _checked(result: int) -> int:
    """Give what a call of the C library returned, or raise what it reported."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, _REASONS.get(number) or os.strerror(number).lower())
    return result
