"""A comparison says what to read and what to forget, and takes a missing drive for nothing but missing."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from player_rec.domain.track import Stamp
from player_rec.library.compare import MANY, Changes, compare
from player_rec.library.scan import Listing, list_audio

ROOT = "/music"
OLD, NEW = Stamp(10, 1), Stamp(10, 2)


def listing(
    files: dict[str, Stamp],
    unread: dict[str, str] | None = None,
    mounts: frozenset[str] = frozenset(),
    folder: str = ROOT,
) -> Listing:
    return Listing(ROOT, folder, files, unread or {}, {}, mounts)


def songs(folder: str, count: int = MANY) -> dict[str, Stamp]:
    return {f"{folder}/{number:03}.mp3": OLD for number in range(count)}


def test_new_and_changed_files_are_read_and_deleted_ones_forgotten() -> None:
    changes = compare(
        listing({"/music/a.mp3": OLD, "/music/b.mp3": NEW, "/music/c.mp3": OLD}),
        {"/music/b.mp3": OLD, "/music/c.mp3": OLD, "/music/d.mp3": OLD},
    )
    assert changes == Changes(("/music/a.mp3", "/music/b.mp3"), ("/music/d.mp3",), (), 1, frozenset())


def test_a_file_put_back_with_an_older_date_is_read_again() -> None:
    assert compare(listing({"/music/a.mp3": OLD}), {"/music/a.mp3": NEW}).read == ("/music/a.mp3",)


def test_a_missing_root_is_away() -> None:
    known = songs(ROOT, 3)
    changes = compare(listing({}, {ROOT: "no such file or directory"}), known)
    assert (changes.away, changes.gone) == (tuple(known), ())


def test_an_empty_root_that_held_much_is_away_and_one_that_held_little_was_emptied() -> None:
    many, few = songs(ROOT), songs(ROOT, MANY - 1)
    assert compare(listing({}), many).away == tuple(many)
    assert compare(listing({}), few).gone == tuple(few)


def test_a_folder_emptied_within_the_library_was_emptied_however_full() -> None:
    known = songs(f"{ROOT}/A") | {"/music/b.mp3": OLD}
    assert len(compare(listing({"/music/b.mp3": OLD}), known).gone) == MANY
    assert len(compare(listing({}, folder=f"{ROOT}/A"), known).gone) == MANY


def test_what_lies_under_an_unreadable_folder_is_away() -> None:
    known = {"/music/A/B/a.mp3": OLD, "/music/Ab/b.mp3": OLD, "/music/c.mp3": OLD}
    changes = compare(listing({}, {"/music/A": "permission denied", "/music/c.mp3": "input/output error"}), known)
    assert changes.away == ("/music/A/B/a.mp3", "/music/c.mp3")
    assert changes.gone == ("/music/Ab/b.mp3",)


def test_files_on_a_drive_no_longer_mounted_are_away_until_it_is_back() -> None:
    known = songs("/music/usb", 3) | {"/music/a.mp3": OLD}
    here = listing(dict(known), mounts=frozenset({"/music/usb"}))
    unplugged = listing({"/music/a.mp3": OLD})
    first = compare(here, known)
    second = compare(unplugged, known, first.mounts)
    third = compare(unplugged, known, second.mounts)
    assert second.away == third.away == tuple(songs("/music/usb", 3))
    assert second.gone == third.gone == ()
    back = compare(here, known, third.mounts)
    assert (back.same, back.away, back.gone) == (4, (), ())


def test_files_deleted_from_a_mounted_drive_are_gone() -> None:
    known = songs("/music/usb", 3)
    (first, *rest) = known
    changes = compare(listing({first: OLD}, mounts=frozenset({"/music/usb"})), known, {"/music/usb"})
    assert changes.gone == tuple(rest)


def test_another_drive_at_the_same_place_does_not_delete_what_was_on_the_first() -> None:
    known = songs("/music/usb")
    changes = compare(listing({}, mounts=frozenset({"/music/usb"})), known, {"/music/usb"})
    assert changes.away == tuple(known)


def test_a_mount_point_without_files_is_forgotten_once_it_is_no_mount() -> None:
    changes = compare(listing({}), {}, {"/music/usb"})
    assert changes.mounts == frozenset()


def test_a_part_of_the_library_says_nothing_of_the_rest() -> None:
    known = {"/music/A/a.mp3": OLD, "/music/B/b.mp3": OLD}
    changes = compare(listing({}, folder="/music/A"), known, {"/music/B"})
    assert (changes.gone, changes.away) == (("/music/A/a.mp3",), ())
    assert changes.mounts == {"/music/B"}


paths = st.builds("/music/{}/{}.mp3".format, st.sampled_from("ABC"), st.sampled_from("abcde"))
stamps = st.builds(Stamp, st.integers(0, 3), st.integers(0, 3))
folders = st.sets(st.sampled_from(["/music", "/music/A", "/music/B", "/music/C"]))


@given(st.dictionaries(paths, stamps), st.dictionaries(paths, stamps), folders, folders, folders)
def test_every_file_has_exactly_one_fate(
    there: dict[str, Stamp], known: dict[str, Stamp], unread: set[str], mounts: set[str], known_mounts: set[str]
) -> None:
    changes = compare(listing(there, dict.fromkeys(unread, "no"), frozenset(mounts)), known, known_mounts)
    assert set(changes.read) == {path for path, stamp in there.items() if known.get(path) != stamp}
    assert len(changes.read) + changes.same == len(there)
    assert sorted(changes.gone + changes.away) == sorted(known.keys() - there.keys())
    assert not any(path.startswith(folder + "/") for path in changes.gone for folder in unread)


def test_a_real_drive_that_goes_and_comes_back(tmp_path: Path) -> None:
    root, mount_point = tmp_path / "music", tmp_path / "mnt"
    root.mkdir()
    mount_point.mkdir()
    (root / "a.mp3").write_bytes(b"sound")
    link = root / "usb"
    with tempfile.TemporaryDirectory(dir="/dev/shm") as drive:
        (Path(drive) / "b.mp3").write_bytes(b"sound")
        link.symlink_to(drive)
        full = list_audio(str(root))
        first = compare(full, {})
        assert len(first.read) == 2
        link.unlink()
        link.symlink_to(mount_point)
        second = compare(list_audio(str(root)), full.files, first.mounts)
        assert (second.away, second.gone, second.same) == ((str(link / "b.mp3"),), (), 1)
        link.unlink()
        link.symlink_to(drive)
        third = compare(list_audio(str(root)), full.files, second.mounts)
    assert (third.same, third.away, third.gone) == (2, (), ())
