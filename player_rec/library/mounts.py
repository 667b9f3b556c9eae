"""Mounted file systems, and which of them change without this machine being told.

Linux lists them in ``/proc/self/mounts``; its format is that of fstab(5). Elsewhere nothing is listed.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOUNT_TABLE: Final = Path("/proc/self/mounts")

_REMOTE: Final = (
    "9p afs beegfs ceph cifs coda davfs gfs2 glusterfs lustre ncpfs nfs nfs4 ocfs2 prl_fs pvfs2 smb3 smbfs "
    "vboxsf virtiofs vmhgfs"
)
_LOCAL_FUSE: Final = (
    "fuse.bindfs fuse.cryfs fuse.encfs fuse.exfat fuse.ext2 fuse.fuse-overlayfs fuse.gocryptfs fuse.lxcfs "
    "fuse.mergerfs fuse.ntfs-3g fuse.securefs fuse.squashfuse fuse.unionfs"
)
_OCTAL: Final = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system, the folder it is seen at, and its kind as the kernel names it."""

    source: str
    point: str
    kind: str


def within(path: str, folder: str) -> bool:
    """Say whether an absolute path is ``folder`` or lies in it, going by the names alone."""
    return path == folder or path.startswith(folder if folder.endswith("/") else folder + "/")


def folder_of(path: str) -> str:
    """The folder an absolute path lies in."""
    return path.rpartition("/")[0] or "/"


def read_mounts(table: Path = MOUNT_TABLE) -> tuple[Mount, ...]:
    """What is mounted now, in the order it was mounted; nothing where the system keeps no such table."""
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return ()
    return tuple(Mount(*map(_plain, line.split()[:3])) for line in lines if len(line.split()) >= 3)


def _plain(field: bytes) -> str:
    """Undo the octal escapes that stand for blanks in the mount table."""
    return os.fsdecode(_OCTAL.sub(lambda match: bytes((int(match[1], 8),)), field))


def holder(path: str, mounts: Iterable[Mount]) -> Mount | None:
    """The file system a path lies on, given its real path; of two at one place the later covers the former."""
    best: Mount | None = None
    for mount in mounts:
        if within(path, mount.point) and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def remote_reason(kind: str) -> str:
    """Why changes on a file system of this kind may go unnoticed; empty where all of them are noticed.

    Only what is written through this machine is reported to it. An unknown FUSE file system is taken for remote,
    for looking regularly is right for any.
    """
    if kind in _REMOTE.split():
        return f"it lies on a network drive ({kind})"
    if kind == "fuse" or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE.split()):
        return f"it lies on a drive that others may change unnoticed ({kind})"
    return ""
