"""How a library folder can be watched: told of changes by the kernel, or by looking again now and then.

Linux reports changes through inotify(7), one watch a folder, of which a user has a limited number; it reports
nothing of what others do on a network drive, and nothing behind a link.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from player_rec.library.mounts import Mount, holder, remote_reason, within
from player_rec.library.scan import Survey, survey

MAX_LINKS: Final = 32
"""Linked folders watched in one library; each costs a thread, so those beyond are looked at instead."""

_LIMIT_FILES: Final = ("/proc/sys/fs/inotify/max_user_watches", "/proc/sys/user/max_inotify_watches")


class Mode(StrEnum):
    """How changes in a folder are noticed."""

    NOTIFY = "notify"
    POLL = "poll"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Place:
    """A library folder, or a part of it that must be watched by itself, and how that is done.

    Attributes:
        folder: where it lies, by its path in the library.
        mode: how changes are noticed.
        why: the reason for any other mode than notify, in words that go on "because …".
    """

    folder: str
    mode: Mode
    why: str = ""


@dataclass(frozen=True, slots=True)
class WatchLimits:
    """Folders that can be watched and folders that want to be.

    Attributes:
        max_user_watches: watches one user may have in all; None where the system knows no such limit.
        used: watches that this user's programs have now, as far as they can be seen.
        folders: folders in the libraries asked about.
    """

    max_user_watches: int | None
    used: int
    folders: int

    @property
    def left(self) -> int | None:
        """Watches that can still be had; None for no limit."""
        return None if self.max_user_watches is None else max(0, self.max_user_watches - self.used)


def watch_limits(roots: Iterable[str] = ()) -> WatchLimits:
    """Measure the limits that decide between being told and looking, for the given library folders."""
    limits = [int(Path(name).read_text()) for name in _LIMIT_FILES if Path(name).is_file()]
    folders = sum(survey(root).folders for root in roots)
    return WatchLimits(min(limits, default=None), _used_watches() if limits else 0, folders)


def plan_places(root: str, found: Survey, mounts: Sequence[Mount], left: int | None) -> tuple[Place, ...]:
    """Decide how each part of a library is to be watched; the root comes first.

    Args:
        root: the library folder.
        found: its survey.
        mounts: the mount table.
        left: watches that can still be had; None for no limit.
    """
    if found.missing:
        return (Place(root, Mode.AWAY, found.missing),)
    crowded = ""
    if left is not None and found.folders > left:
        crowded = f"{found.folders} folders are more than the {left} that can still be watched"
    places = [_place(root, mounts, crowded)]
    for number, link in enumerate(found.links):
        places.append(_place(link, mounts, crowded or _too_many_links(number)))
    if places[0].mode is Mode.NOTIFY:
        places += _remote_parts(root, mounts)
    return tuple(places)


def _too_many_links(number: int) -> str:
    return f"more than {MAX_LINKS} folders are linked into the library" if number >= MAX_LINKS else ""


def _place(folder: str, mounts: Sequence[Mount], crowded: str) -> Place:
    lies_on = holder(os.path.realpath(folder), mounts)
    why = (remote_reason(lies_on.kind) if lies_on else "") or crowded
    return Place(folder, Mode.POLL if why else Mode.NOTIFY, why)


def _remote_parts(root: str, mounts: Sequence[Mount]) -> list[Place]:
    """Network drives mounted inside a library that itself lies on this machine."""
    real_root = os.path.realpath(root)
    parts = []
    for mount in mounts:
        why = remote_reason(mount.kind)
        if why and within(mount.point, real_root):
            parts.append(Place(root + mount.point[len(real_root) :], Mode.POLL, why))
    return parts


def _used_watches() -> int:
    """Count the inotify watches of every process whose descriptors this user may see (proc(5), fdinfo)."""
    used = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            descriptors = list((process / "fd").iterdir())
        except OSError:
            continue  # another user's, or it has just ended
        used += sum(map(_watches_of, descriptors))
    return used


def _watches_of(descriptor: Path) -> int:
    try:
        if "inotify" not in str(descriptor.readlink()):
            return 0
        details = (descriptor.parent.parent / "fdinfo" / descriptor.name).read_text()
    except OSError:
        return 0
    return details.count("inotify wd:")
