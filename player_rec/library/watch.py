"""One library folder, watched: what was added, changed or taken away is reported once it has come to rest.

Reports are hints to look, never the truth: a watch begins with a report of the whole folder, and such a report
comes again now and then, so that whatever went unnoticed is found. A file being deleted and its drive being
unplugged look alike here; ``compare`` tells them apart.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchdog.events import DirCreatedEvent, FileSystemEvent

from player_rec.library.formats import is_listed, is_reachable
from player_rec.library.inotify import EventsLost
from player_rec.library.mounts import folder_of, read_mounts, within
from player_rec.library.notify import Inbox, Notifier
from player_rec.library.scan import survey
from player_rec.library.settle import PATIENCE, STILL_S, Restless, Settling
from player_rec.library.watchplan import Mode, Place, plan_places, watch_limits

log = logging.getLogger(__name__)

GATHER: Final = 6
"""What settles within this part of the stillness asked for is reported together."""

FEW: Final = 8
"""Where more folders than this changed at once, those around them are reported instead."""

POLL_SHARE: Final = 20
"""A drive so slow that walking through it takes more than this part of ``poll_s`` is looked at less often."""

CLOSE_S: Final = 2.0
"""How long closing waits for a thread that may hang on a dead drive."""


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """Audio files that were written and have come to rest, or that are no longer there."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FolderChanged:
    """A folder, the library ``root`` or one in it, whose content is to be listed and compared again.

    Files found so may still be growing (``settle.is_fresh``); those are reported once more when they are whole.
    """

    folder: str
    root: str


Report = FilesChanged | FolderChanged


@dataclass(frozen=True, slots=True)
class WatchTimes:
    """The pace of a watch, in seconds.

    Attributes:
        still_s: how long a file must not change to count as whole.
        check_s: how often to see whether the folder and its drives are still the same.
        poll_s: how often to ask for a look at what cannot be watched.
        renew_s: how often to set up the watch afresh and ask for a look at everything.
    """

    still_s: float = STILL_S
    check_s: float = 5.0
    poll_s: float = 60.0
    renew_s: float = 600.0


class FolderWatch:
    """Watches one library folder from a thread of its own, so that a drive that hangs holds up no other.

    Args:
        root: absolute path of the library folder; it need not exist yet.
        post: takes the reports, on the watching thread. It must not block.
        times: the pace.
        max_watches: use no more kernel watches than this; above it the folder is polled.
    """

    def __init__(
        self,
        root: str,
        post: Callable[[Report], None],
        times: WatchTimes = WatchTimes(),
        max_watches: int | None = None,
    ) -> None:
        self._root = root.rstrip("/") or "/"
        self._deliver = post
        self._times = times
        self._max_watches = max_watches
        self._inbox: Inbox = queue.SimpleQueue()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {self._root}", daemon=True)
        self._notifier = Notifier(self._inbox)
        self._files = Settling(times.still_s)
        self._folders = Restless(times.still_s)
        self._places: tuple[Place, ...] = ()
        self._seen: object = None
        self._last_event_s = 0.0
        self._poll_s = times.poll_s
        self._stale_since_s: float | None = None
        self._next_report_s = self._next_check_s = self._next_poll_s = self._next_renew_s = 0.0

    @property
    def places(self) -> tuple[Place, ...]:
        """How the folder and its parts are watched, the folder itself first; empty until that is known."""
        return self._places

    def start(self) -> None:
        """Begin to watch; the first report, of the whole folder, comes when the watch is set up."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching; twice is fine. Waits for a report being posted, but not for a drive that hangs."""
        self._closed.set()
        self._inbox.put(None)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(CLOSE_S)

    def _post(self, report: Report) -> None:
        if not self._closed.is_set():
            self._deliver(report)

    def _run(self) -> None:
        try:
            self._renew()
            while self._take_events():
                self._report(time.monotonic())
        finally:
            self._notifier.stop()

    def _take_events(self) -> bool:
        """Wait for events until something is due, and sort them in; False once the watch is closed."""
        due = (self._files.next_s, self._folders.next_s, self._next_check_s)
        next_s = max(self._next_report_s, min(when for when in due if when is not None))
        try:
            event = self._inbox.get(timeout=max(0.0, next_s - time.monotonic()))
            for _ in range(self._inbox.qsize()):
                if event is None:
                    return False
                self._take(event)
                event = self._inbox.get_nowait()
        except queue.Empty:
            return True
        if event is not None:
            self._take(event)
        return event is not None

    def _take(self, event: FileSystemEvent) -> None:
        self._last_event_s = now_s = time.monotonic()
        source, target = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
        if isinstance(event, EventsLost):
            self._doubt(now_s)
            return
        if not event.is_directory:
            for path in filter(None, (source, target)):
                self._take_file(path, now_s)
            return
        self._take_folder(source if isinstance(event, DirCreatedEvent) else folder_of(source), now_s)
        if target:
            self._take_folder(target, now_s)

    def _take_file(self, path: str, now_s: float) -> None:
        if is_listed(path, self._root):
            self._files.touch(path, now_s)
        elif Path(path).is_symlink():
            self._doubt(now_s)  # perhaps to a folder, which is not watched yet

    def _take_folder(self, folder: str, now_s: float) -> None:
        if not within(folder, self._root):
            self._next_check_s = now_s  # the root itself was deleted
        elif is_reachable(folder, self._root):
            self._folders.touch(folder, now_s)

    def _doubt(self, now_s: float) -> None:
        if self._stale_since_s is None:
            self._stale_since_s = now_s
            self._next_check_s = min(self._next_check_s, now_s + self._times.still_s)

    def _report(self, now_s: float) -> None:
        if now_s < self._next_report_s:
            return
        files, folders = self._files.due(now_s), self._folders.due(now_s)
        if not files and not folders and now_s < self._next_check_s:
            return
        self._next_report_s = now_s + self._times.still_s / GATHER
        self._next_check_s = now_s + self._times.check_s
        if now_s >= self._next_renew_s or self._is_doubtful(now_s):
            self._renew()
            return
        if self._places[0].mode is Mode.AWAY:
            return  # what was pending has not been deleted, it is out of reach
        if files:
            self._post(FilesChanged(tuple(files)))
        if now_s >= self._next_poll_s:
            self._next_poll_s = now_s + self._poll_s
            folders += [place.folder for place in self._places if place.mode is Mode.POLL]
        for folder in self._few(folders):
            self._post(FolderChanged(folder, self._root))

    def _is_doubtful(self, now_s: float) -> bool:
        """Say whether the watch may have missed something, so that only a fresh one and a full look will do."""
        if self._seen != self._look([place.folder for place in self._places]) or not self._notifier.is_alive():
            return True
        if self._stale_since_s is None:
            return False
        is_quiet = now_s - self._last_event_s >= self._times.still_s
        return is_quiet or now_s - self._stale_since_s >= PATIENCE * self._times.still_s

    def _renew(self) -> None:
        """Set up the watch afresh, then ask for a look at everything, as nothing was noticed meanwhile."""
        self._notifier.stop()
        self._stale_since_s = None
        basis, began_s = self._look([self._root]), time.monotonic()
        found = survey(self._root)
        self._poll_s = max(self._times.poll_s, POLL_SHARE * (time.monotonic() - began_s))
        before, planned = self._places, plan_places(self._root, found, read_mounts(), self._watches_left())
        is_settled = self._look([self._root]) == basis
        self._seen = self._look([place.folder for place in planned]) if is_settled else None
        self._places = self._notifier.start(planned)
        if self._places != before:
            for place in self._places:
                log.info("%s: %s%s", place.folder, place.mode, place.why and f", because {place.why}")
        now_s = time.monotonic()
        self._next_check_s = now_s + self._times.check_s
        self._next_poll_s = now_s + self._poll_s
        self._next_renew_s = now_s + self._times.renew_s
        self._post(FolderChanged(self._root, self._root))

    def _watches_left(self) -> int | None:
        left = (watch_limits().left, self._max_watches)
        return min((limit for limit in left if limit is not None), default=None)

    def _look(self, folders: list[str]) -> object:
        """What tells that a folder or drive was exchanged for another, or came, or went."""
        real_root = os.path.realpath(self._root)
        drives = tuple(mount for mount in read_mounts() if within(mount.point, real_root))
        return tuple(map(_identity, folders)), drives

    def _few(self, folders: list[str]) -> list[str]:
        """Folders that are there and cover all those given, going up until they are few."""
        few = set(map(self._standing, folders))
        while len(few) > FEW:
            few = {folder if folder == self._root else folder_of(folder) for folder in few}
        return sorted(few)

    def _standing(self, folder: str) -> str:
        """The nearest folder above that is still there: what is gone shows in its list."""
        while folder != self._root and not Path(folder).is_dir():
            folder = folder_of(folder)
        return folder


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        status = Path(folder).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
