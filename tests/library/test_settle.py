"""A file is taken once it has been still, whole, and only once."""

from pathlib import Path

import pytest

from player_rec.domain.track import Stamp
from player_rec.library.settle import PATIENCE, Restless, Settling, is_fresh, stamp_of

A, B = Stamp(100, 1), Stamp(200, 2)


@pytest.fixture
def disk() -> dict[str, Stamp]:
    """What the file system would say."""
    return {}


@pytest.fixture
def settling(disk: dict[str, Stamp]) -> Settling:
    return Settling(3.0, disk.get)


def test_a_file_is_taken_once_after_it_has_been_still(settling: Settling, disk: dict[str, Stamp]) -> None:
    disk["/a"] = A
    settling.touch("/a", 10.0)
    assert settling.due(12.9) == []
    assert settling.due(13.0) == ["/a"]
    assert settling.due(20.0) == []


def test_a_file_that_grows_without_a_word_goes_on_waiting(settling: Settling, disk: dict[str, Stamp]) -> None:
    disk["/a"] = A
    settling.touch("/a", 10.0)
    disk["/a"] = B
    assert settling.due(13.0) == []
    assert settling.due(15.9) == []
    assert settling.due(16.0) == ["/a"]


def test_a_touch_that_changed_the_file_starts_the_wait_afresh(settling: Settling, disk: dict[str, Stamp]) -> None:
    disk["/a"] = A
    settling.touch("/a", 10.0)
    disk["/a"] = B
    settling.touch("/a", 12.0)
    assert settling.due(14.9) == []
    assert settling.due(15.0) == ["/a"]


def test_touches_that_changed_nothing_do_not_delay(settling: Settling, disk: dict[str, Stamp]) -> None:
    disk["/a"] = A
    for now_s in (10.0, 11.0, 12.5):
        settling.touch("/a", now_s)
    assert settling.due(13.0) == ["/a"]


def test_a_file_deleted_is_taken_when_it_stays_away(settling: Settling, disk: dict[str, Stamp]) -> None:
    settling.touch("/a", 10.0)
    assert settling.due(13.0) == ["/a"]


def test_a_file_saved_by_deleting_it_first_is_taken_once(settling: Settling, disk: dict[str, Stamp]) -> None:
    settling.touch("/a", 10.0)
    disk["/a"] = B
    settling.touch("/a", 10.1)
    assert settling.due(13.0) == []
    assert settling.due(13.1) == ["/a"]


def test_files_come_up_each_in_its_own_time(settling: Settling, disk: dict[str, Stamp]) -> None:
    disk.update({"/a": A, "/b": A})
    assert Settling(3.0, disk.get).next_s is None
    settling.touch("/a", 10.0)
    settling.touch("/b", 11.0)
    assert settling.next_s == 13.0
    assert settling.due(13.5) == ["/a"]
    assert settling.next_s == 14.0


def test_only_regular_files_have_a_stamp(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"12345")
    stamp = stamp_of(str(tmp_path / "a.mp3"))
    assert stamp == Stamp(5, (tmp_path / "a.mp3").stat().st_mtime_ns)
    assert stamp_of(str(tmp_path)) is None
    assert stamp_of(str(tmp_path / "b.mp3")) is None


@pytest.mark.parametrize(("age_s", "fresh"), [(0.0, True), (2.9, True), (3.1, False), (-1.0, True), (-3600.0, False)])
def test_a_file_just_written_is_fresh_and_a_date_far_ahead_is_a_wrong_clock(age_s: float, fresh: bool) -> None:
    now_s = 1_700_000_000.0
    assert is_fresh(Stamp(1, int((now_s - age_s) * 1e9)), now_s) is fresh


def test_a_folder_comes_up_when_it_is_quiet_and_stands_for_those_in_it() -> None:
    folders = Restless(3.0)
    folders.touch("/m/a", 10.0)
    folders.touch("/m/a/b", 12.0)
    folders.touch("/m/ab", 12.0)
    assert folders.due(14.9) == []
    assert folders.due(15.0) == ["/m/a", "/m/ab"]
    assert folders.next_s is None


def test_a_folder_comes_up_with_the_one_around_it_only_once() -> None:
    folders = Restless(3.0)
    folders.touch("/m/a/b", 10.0)
    folders.touch("/m/a", 10.0)
    assert folders.due(13.0) == ["/m/a"]


def test_a_folder_that_is_never_quiet_comes_up_all_the_same() -> None:
    folders = Restless(3.0)
    for second in range(10, 10 + 3 * PATIENCE):
        folders.touch("/m/a", float(second))
        assert folders.due(float(second)) == []
    assert folders.due(10.0 + 3 * PATIENCE) == ["/m/a"]
