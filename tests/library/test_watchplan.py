"""Each part of a library is watched in the way that can work there, and why not better is told in words."""

from pathlib import Path

import pytest

from player_rec.library.inotify import Tree
from player_rec.library.mounts import Mount, holder, read_mounts, remote_reason
from player_rec.library.scan import Survey
from player_rec.library.watchplan import MAX_LINKS, Mode, Place, plan_places, watch_limits

DISK = Mount("/dev/sda1", "/", "ext4")


def test_a_folder_on_this_machine_is_notified_of() -> None:
    assert plan_places("/music", Survey(10, (), ""), [DISK], 100) == (Place("/music", Mode.NOTIFY),)


def test_a_folder_on_a_network_drive_is_polled() -> None:
    (place,) = plan_places("/nas/music", Survey(10, (), ""), [DISK, Mount("nas:/", "/nas", "nfs4")], 100)
    assert place == Place("/nas/music", Mode.POLL, "it lies on a network drive (nfs4)")


def test_a_network_drive_inside_a_local_library_is_polled_by_itself() -> None:
    mounts = [DISK, Mount("nas:/", "/music/nas", "cifs"), Mount("/dev/sdb1", "/music/usb", "ext4")]
    root, nas = plan_places("/music", Survey(10, (), ""), mounts, 100)
    assert root.mode is Mode.NOTIFY
    assert (nas.folder, nas.mode) == ("/music/nas", Mode.POLL)


def test_more_folders_than_watches_are_polled() -> None:
    (place,) = plan_places("/music", Survey(101, (), ""), [DISK], 100)
    assert place.mode is Mode.POLL
    assert "101 folders" in place.why


def test_no_limit_known_is_no_limit() -> None:
    assert plan_places("/music", Survey(10**6, (), ""), [], None)[0].mode is Mode.NOTIFY


def test_a_missing_folder_is_away() -> None:
    assert plan_places("/music", Survey(0, (), "no such file"), [DISK], 1) == (
        Place("/music", Mode.AWAY, "no such file"),
    )


def test_linked_folders_are_watched_until_they_are_too_many() -> None:
    links = tuple(f"/music/{number}" for number in range(MAX_LINKS + 2))
    _, *places = plan_places("/music", Survey(10, links, ""), [DISK], 100)
    assert [place.folder for place in places] == list(links)
    assert [place.mode for place in places] == [Mode.NOTIFY] * MAX_LINKS + [Mode.POLL] * 2
    assert "linked" in places[-1].why


@pytest.mark.parametrize(
    ("kind", "is_remote"),
    [("ext4", False), ("btrfs", False), ("fuseblk", False), ("fuse.mergerfs", False), ("tmpfs", False)]
    + [(kind, True) for kind in ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "fuse", "fuse.new")],
)
def test_drives_that_others_change_are_known_by_their_kind(kind: str, is_remote: bool) -> None:
    assert bool(remote_reason(kind)) is is_remote


def test_the_mount_table_is_read_with_its_blanks(tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_bytes(b"nas:/my\\040music /mnt/my\\040music nfs4 rw 0 0\n/dev/sdb1 /mnt/caf\xe9 vfat rw 0 0\n\n")
    assert read_mounts(table) == (
        Mount("nas:/my music", "/mnt/my music", "nfs4"),
        Mount("/dev/sdb1", "/mnt/caf\udce9", "vfat"),
    )
    assert read_mounts(tmp_path / "none") == ()


def test_this_machine_tells_what_is_mounted_where() -> None:
    found = holder("/proc/self/mounts", read_mounts())
    assert found is not None
    assert (found.point, found.kind) == ("/proc", "proc")


def test_the_innermost_and_latest_file_system_holds_a_path() -> None:
    inner, over = Mount("a", "/mnt/a", "ext4"), Mount("b", "/mnt/a", "nfs4")
    mounts = [inner, DISK, over]
    assert holder("/mnt/a/b.mp3", mounts) == over
    assert holder("/mnt/ab.mp3", mounts) == DISK
    assert holder("/mnt", []) is None


def test_watches_are_counted(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
    tree = Tree(str(tmp_path))
    during = watch_limits([str(tmp_path)])
    tree.close()
    assert during.folders == 4
    assert during.used >= 4
    assert during.max_user_watches is not None
    assert during.left == max(0, during.max_user_watches - during.used)
