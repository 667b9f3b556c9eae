"""Listing a folder finds all its music, says what it could not look at, and never fails."""

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from player_rec.domain.track import Stamp
from player_rec.library.formats import is_audio, is_listed
from player_rec.library.scan import list_audio, survey

PROMISED = "mp3 m4a m4b mp4 aac ac3 flac ogg oga opus spx wma asf wav aif aiff ape wv mpc tta dsf dff mka mod xm it s3m"


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"sound")


def found(root: Path, folder: Path | None = None) -> set[str]:
    listing = list_audio(str(root), str(folder) if folder else None)
    return {os.path.relpath(path, root) for path in listing.files}


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Drop the superuser's power to read everything, for tests that run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_listing_agrees_with_a_plain_walk(tmp_path: Path) -> None:
    make(tmp_path, "a.mp3", "A/b.FLAC", "A/B/c.opus", "A/B/cover.jpg", "C/d.m4a", "C/notes.txt", "C/e.xm")
    plain = {
        str(path): Stamp(path.stat().st_size, path.stat().st_mtime_ns)
        for path in tmp_path.rglob("*")
        if path.is_file() and is_audio(path.name)
    }
    listing = list_audio(str(tmp_path))
    assert listing.files == plain
    assert len(plain) == 5
    assert (listing.unread, listing.odd) == ({}, {})


@pytest.mark.parametrize("name", sorted(PROMISED.split()))
def test_every_promised_format_is_known_by_its_ending(name: str) -> None:
    assert is_audio(f"song.{name}")
    assert is_audio(f"SONG.{name.upper()}")


@pytest.mark.parametrize(
    "name",
    ["mp3", ".mp3", "a.mp3.part", "a.mp3.Xy12Ab", "a.temp.m4a", "INCOMPLETE~a.mp3", "a.mkv", "a.cue", "a.mid", "a"],
)
def test_what_is_no_finished_music_is_passed_over(name: str) -> None:
    assert not is_audio(name)


def test_hidden_names_and_wastebaskets_are_passed_over_but_titles_that_begin_with_dots_are_not(tmp_path: Path) -> None:
    make(
        tmp_path,
        ".Trash-1000/files/a.mp3",
        ".b.mp3",
        "._c.mp3",
        ".d.mp3.Qw12Er",
        "@eaDir/e.mp3",
        "f.mp3.download/f.mp3",
    )
    make(tmp_path, "...And Justice for All/...And Justice for All.mp3")
    assert found(tmp_path) == {"...And Justice for All/...And Justice for All.mp3"}


@pytest.mark.parametrize(
    ("path", "listed"),
    [("a/b.mp3", True), (".a/b.mp3", False), ("a/.b.mp3", False), ("a/b.txt", False), ("...a/b.mp3", True)],
)
def test_names_alone_tell_what_would_be_listed(path: str, listed: bool) -> None:
    assert is_listed(f"/.hidden/music/{path}", "/.hidden/music") is listed


def test_names_that_are_not_utf_8_are_kept_as_they_are(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.mp3"
    Path(os.fsdecode(raw)).write_bytes(b"sound")
    (path,) = list_audio(str(tmp_path)).files
    assert os.fsencode(path) == raw


def test_what_only_has_the_name_of_a_song_is_listed_with_the_reason(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    make(tmp_path, "Best of.mp3/cover.jpg")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(os.path.relpath(tmp_path / "socket.mp3"))
        listing = list_audio(str(tmp_path))
    assert not listing.files
    assert {Path(path).name: why for path, why in listing.odd.items()} == {
        "pipe.mp3": "a pipe, not a file",
        "Best of.mp3": "a folder, not a file",
        "socket.mp3": "a socket, not a file",
    }


def test_links_that_lead_nowhere_are_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "gone.mp3").symlink_to("/nowhere/at/all.mp3")
    (tmp_path / "Disk 2").symlink_to("/nowhere/at/all")
    (tmp_path / "circle").symlink_to("circle")
    listing = list_audio(str(tmp_path))
    assert {Path(path).name for path in listing.unread} == {"gone.mp3", "Disk 2", "circle"}
    assert "no such file" in listing.unread[str(tmp_path / "gone.mp3")]


def test_linked_folders_and_files_belong_to_the_library(tmp_path: Path) -> None:
    root, other = tmp_path / "music", tmp_path / "other"
    make(root, "a.mp3")
    make(other, "Album/b.mp3", "c.mp3")
    (root / "Disk 2").symlink_to(other)
    (root / "d.mp3").symlink_to(other / "c.mp3")
    assert found(root) == {"a.mp3", "d.mp3", "Disk 2/c.mp3", "Disk 2/Album/b.mp3"}
    assert survey(str(root)).links == (str(root / "Disk 2"),)


def test_links_that_lead_in_circles_are_followed_once(tmp_path: Path) -> None:
    root, other = tmp_path / "music", tmp_path / "other"
    make(root, "A/a.mp3")
    make(other, "b.mp3")
    (root / "A" / "up").symlink_to(root)
    (root / "again").symlink_to(root / "A")
    (root / "out 1").symlink_to(other)
    (root / "out 2").symlink_to(other)
    (other / "back").symlink_to(root)
    (other / "self").symlink_to(other)
    assert found(root) == {"A/a.mp3", "out 1/b.mp3"}


def test_a_link_to_a_folder_around_the_library_is_not_followed_but_told(tmp_path: Path) -> None:
    root = tmp_path / "music"
    make(root, "a.mp3")
    make(tmp_path, "elsewhere.mp3")
    (root / "everything").symlink_to("/")
    listing = list_audio(str(root))
    assert set(listing.files) == {str(root / "a.mp3")}
    assert set(listing.odd) == {str(root / "everything")}


def test_a_part_is_listed_as_it_would_be_in_the_whole(tmp_path: Path) -> None:
    root, other = tmp_path / "music", tmp_path / "other"
    make(root, "A/a.mp3", "B/b.mp3", "B/C/c.mp3")
    make(other, "d.mp3")
    (root / "B" / "to A").symlink_to(root / "A")
    (root / "B" / "out").symlink_to(other)
    whole = found(root)
    assert found(root, root / "B") == {path for path in whole if path.startswith("B/")}
    assert found(root, root / "B" / "out") == {"B/out/d.mp3"}


def test_a_folder_that_may_not_be_read_is_named_and_the_others_are_listed() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        make(root, "secret/a.mp3", "open/b.mp3")
        (root / "secret").chmod(0)
        with ordinary_user():
            listing = list_audio(folder)
        (root / "secret").chmod(0o755)
    assert listing.unread == {str(root / "secret"): "permission denied"}
    assert set(listing.files) == {str(root / "open/b.mp3")}


def test_a_path_too_long_for_the_system_is_named(tmp_path: Path) -> None:
    make(tmp_path, "a.mp3")
    name, here = "x" * 250, os.open(tmp_path, os.O_RDONLY)
    for _ in range(17):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    listing = list_audio(str(tmp_path))
    assert list(listing.unread.values()) == ["file name too long"]
    assert set(listing.files) == {str(tmp_path / "a.mp3")}


def test_a_root_that_is_not_there_is_an_answer(tmp_path: Path) -> None:
    root = str(tmp_path / "away")
    listing = list_audio(root)
    assert (listing.files, listing.unread) == ({}, {root: "no such file or directory"})
    assert survey(root).missing == "no such file or directory"


def test_folders_that_come_and_go_meanwhile_do_no_harm(tmp_path: Path) -> None:
    make(tmp_path, *(f"stays {number}/a.mp3" for number in range(50)))
    done = threading.Event()

    def churn() -> None:
        while not done.is_set():
            for number in range(50):
                make(tmp_path, f"brief {number}/b.mp3")
            for number in range(50):
                (tmp_path / f"brief {number}/b.mp3").unlink()
                (tmp_path / f"brief {number}").rmdir()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(50):
            listing = list_audio(str(tmp_path))
            assert sum("stays" in path for path in listing.files) == 50
            assert not any("stays" in path for path in listing.unread)
    finally:
        done.set()
        thread.join()


def test_where_another_file_system_begins_is_told(tmp_path: Path) -> None:
    make(tmp_path, "A/a.mp3")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as drive:
        make(Path(drive), "b.mp3", "B/c.mp3")
        (tmp_path / "drive").symlink_to(drive)
        listing = list_audio(str(tmp_path))
    assert listing.mounts - {str(tmp_path)} == {str(tmp_path / "drive")}
    assert len(listing.files) == 3


def test_a_survey_counts_the_folders_that_a_listing_reads(tmp_path: Path) -> None:
    make(tmp_path, "A/B/a.mp3", "C/b.mp3", ".hidden/c.mp3")
    assert survey(str(tmp_path)).folders == 4


def test_a_folder_called_like_a_file_is_odd_only_when_there_is_no_music_in_it(tmp_path: Path) -> None:
    for name in ("www.artist.com.au", "empty.mp3"):
        (tmp_path / name).mkdir()
    (tmp_path / "www.artist.com.au" / "song.mp3").touch()
    listing = list_audio(str(tmp_path))
    assert list(listing.files) == [str(tmp_path / "www.artist.com.au" / "song.mp3")]
    assert listing.odd == {str(tmp_path / "empty.mp3"): "a folder, not a file"}
