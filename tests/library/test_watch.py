"""A watched folder is reported once it has come to rest, and nothing that happens in it stays unnoticed."""

import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from player_rec.domain.track import Stamp
from player_rec.library.compare import compare
from player_rec.library.scan import list_audio
from player_rec.library.settle import stamp_of
from player_rec.library.watch import FilesChanged, FolderChanged, FolderWatch, Report, WatchTimes
from player_rec.library.watchplan import Mode

TIMES = WatchTimes(still_s=0.15, check_s=0.2, poll_s=0.3, renew_s=600.0)
PATIENCE_S = 15.0


class _Listener:
    """Hears a watch and keeps a library in step with it, the way its owner would."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.reports: list[Report] = []
        self.known: dict[str, Stamp] = {}
        self.away: set[str] = set()
        self._mounts: frozenset[str] = frozenset()

    def hear(self, report: Report) -> None:
        match report:
            case FilesChanged(paths):
                for path in paths:
                    self._take(path)
            case FolderChanged(folder, root):
                self._look(root, folder)
        self.reports.append(report)

    def _take(self, path: str) -> None:
        stamp = stamp_of(path)
        self.away.discard(path)
        if stamp:
            self.known[path] = stamp
        else:
            self.known.pop(path, None)

    def _look(self, root: str, folder: str) -> None:
        listing = list_audio(root, folder)
        changes = compare(listing, self.known, self._mounts)
        self._mounts = changes.mounts
        self.known.update((path, listing.files[path]) for path in changes.read)
        for path in changes.gone:
            del self.known[path]
        self.away.update(changes.away)
        self.away.difference_update(listing.files, changes.gone)

    @property
    def paths(self) -> list[str]:
        """Every file reported by itself, as often as it was."""
        return [path for report in self.reports if isinstance(report, FilesChanged) for path in report.paths]

    @property
    def folders(self) -> list[str]:
        return [report.folder for report in self.reports if isinstance(report, FolderChanged)]

    def is_in_step(self) -> bool:
        here = {path: stamp for path, stamp in self.known.items() if path not in self.away}
        return here == list_audio(self.root).files

    def waits_for(self, what: Callable[[], bool]) -> bool:
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            if what():
                return True
            time.sleep(0.02)
        return False


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "music"
    root.mkdir()
    return root


@pytest.fixture
def heard(root: Path) -> _Listener:
    return _Listener(root)


@pytest.fixture
def watch(root: Path, heard: _Listener) -> Iterator[FolderWatch]:
    """A watch that is set up and has reported so."""
    watch = FolderWatch(str(root), heard.hear, TIMES)
    watch.start()
    assert heard.waits_for(lambda: heard.folders == [str(root)])
    heard.reports.clear()
    yield watch
    watch.close()


def make(path: Path, content: bytes = b"sound") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def test_a_watch_begins_with_a_look_at_everything(root: Path, heard: _Listener) -> None:
    make(root / "A/a.mp3")
    watch = FolderWatch(str(root), heard.hear, TIMES)
    watch.start()
    assert heard.waits_for(heard.is_in_step)
    watch.close()
    assert [place.mode for place in watch.places] == [Mode.NOTIFY]


def test_a_slow_copy_is_reported_once_and_only_when_whole(root: Path, heard: _Listener) -> None:
    still_s = 0.5
    watch = FolderWatch(str(root), heard.hear, WatchTimes(still_s=still_s))
    watch.start()
    assert heard.waits_for(lambda: bool(heard.folders))
    with (root / "slow.mp3").open("wb", buffering=0) as file:
        for _ in range(30):
            file.write(bytes(1000))
            assert heard.paths == []
            time.sleep(still_s / 20)
    assert heard.waits_for(lambda: bool(heard.paths))
    time.sleep(2 * still_s)
    watch.close()
    assert heard.paths == [str(root / "slow.mp3")]
    assert heard.known[str(root / "slow.mp3")].size == 30_000


@pytest.mark.usefixtures("watch")
def test_a_file_saved_through_another_name_is_reported_once(root: Path, heard: _Listener) -> None:
    for number in range(3):
        make(root / "a.mp3.tmp", bytes(number + 1))
        (root / "a.mp3.tmp").replace(root / "a.mp3")
    assert heard.waits_for(heard.is_in_step)
    assert heard.paths == [str(root / "a.mp3")]


@pytest.mark.usefixtures("watch")
def test_a_file_deleted_is_reported(root: Path, heard: _Listener) -> None:
    path = make(root / "a.mp3")
    assert heard.waits_for(lambda: path in heard.known)
    Path(path).unlink()
    assert heard.waits_for(lambda: path not in heard.known)
    assert heard.paths == [path, path]


@pytest.mark.usefixtures("watch")
def test_a_file_renamed_is_gone_here_and_new_there(root: Path, heard: _Listener) -> None:
    path = make(root / "a.mp3")
    assert heard.waits_for(lambda: path in heard.known)
    Path(path).rename(root / "b.mp3")
    assert heard.waits_for(lambda: list(heard.known) == [str(root / "b.mp3")])


@pytest.mark.usefixtures("watch")
def test_a_tag_written_into_a_file_is_reported(root: Path, heard: _Listener) -> None:
    path = make(root / "a.mp3")
    assert heard.waits_for(lambda: path in heard.known)
    with Path(path).open("r+b") as file:
        file.write(b"TAG")
    assert heard.waits_for(heard.is_in_step)


@pytest.mark.usefixtures("watch")
def test_names_that_are_not_utf_8_arrive_as_they_are(root: Path, heard: _Listener) -> None:
    make(Path(os.fsdecode(os.fsencode(root) + b"/\xe9t\xe9/\xff.mp3")))
    assert heard.waits_for(lambda: bool(heard.paths))
    assert os.fsencode(heard.paths[0]) == os.fsencode(root) + b"/\xe9t\xe9/\xff.mp3"


@pytest.mark.usefixtures("watch")
def test_hidden_and_unfinished_files_are_not_reported(root: Path, heard: _Listener) -> None:
    for name in (".a.mp3", ".Trash-1000/b.mp3", "c.mp3.part", "cover.jpg", "e.mp3.download/e.mp3"):
        make(root / name)
    seen = make(root / "seen.mp3")
    assert heard.waits_for(lambda: seen in heard.known)
    assert heard.paths == [seen]


@pytest.mark.usefixtures("watch")
def test_every_file_of_a_deep_tree_made_in_one_go_is_noticed(root: Path, heard: _Listener) -> None:
    made = {make(root / "/".join("abcdefgh"[: depth + 1]) / f"{depth}.mp3") for depth in range(8)}
    assert heard.waits_for(lambda: made == set(heard.known))
    late = make(root / "a/b/c/d/e/f/g/h/late.mp3")
    assert heard.waits_for(lambda: late in heard.known)


@pytest.mark.usefixtures("watch")
def test_a_folder_moved_in_is_noticed_and_watched(root: Path, heard: _Listener, tmp_path: Path) -> None:
    make(tmp_path / "new/B/a.mp3")
    (tmp_path / "new").rename(root / "new")
    assert heard.waits_for(lambda: str(root / "new/B/a.mp3") in heard.known)
    late = make(root / "new/B/late.mp3")
    assert heard.waits_for(lambda: late in heard.known)


@pytest.mark.usefixtures("watch")
def test_a_folder_moved_out_is_noticed_and_no_longer_watched(root: Path, heard: _Listener, tmp_path: Path) -> None:
    make(root / "A/B/a.mp3")
    assert heard.waits_for(heard.is_in_step)
    (root / "A").rename(tmp_path / "A")
    assert heard.waits_for(lambda: heard.known == {})
    make(tmp_path / "A/B/b.mp3")
    time.sleep(3 * TIMES.still_s)
    assert str(root / "A/B/b.mp3") not in heard.paths


@pytest.mark.usefixtures("watch")
def test_a_folder_renamed_is_noticed_and_still_watched(root: Path, heard: _Listener) -> None:
    make(root / "A/B/a.mp3")
    assert heard.waits_for(heard.is_in_step)
    (root / "A").rename(root / "C")
    assert heard.waits_for(lambda: list(heard.known) == [str(root / "C/B/a.mp3")])
    late = make(root / "C/B/late.mp3")
    assert heard.waits_for(lambda: late in heard.known)


@pytest.mark.usefixtures("watch")
def test_many_folders_that_come_at_once_are_reported_by_the_one_around_them(root: Path, heard: _Listener) -> None:
    for number in range(40):
        make(root / f"Album {number}/a.mp3")
    assert heard.waits_for(heard.is_in_step)
    time.sleep(3 * TIMES.still_s)
    assert len(heard.folders) <= 16


def test_a_linked_folder_is_watched_too(root: Path, heard: _Listener, watch: FolderWatch, tmp_path: Path) -> None:
    make(tmp_path / "other/A/a.mp3")
    (root / "link").symlink_to(tmp_path / "other")
    assert heard.waits_for(lambda: str(root / "link/A/a.mp3") in heard.known)
    assert heard.waits_for(lambda: len(watch.places) == 2)
    make(tmp_path / "other/A/b.mp3")
    assert heard.waits_for(lambda: str(root / "link/A/b.mp3") in heard.known)
    (root / "link").unlink()
    assert heard.waits_for(lambda: heard.known == {})


def test_a_root_that_is_itself_a_link_is_watched(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    heard = _Listener(link)
    watch = FolderWatch(str(link), heard.hear, TIMES)
    watch.start()
    assert heard.waits_for(lambda: bool(heard.folders))
    make(root / "a.mp3")
    assert heard.waits_for(lambda: str(link / "a.mp3") in heard.known)
    watch.close()


def test_a_root_taken_away_and_put_back(root: Path, heard: _Listener, watch: FolderWatch, tmp_path: Path) -> None:
    kept = make(root / "A/a.mp3")
    assert heard.waits_for(lambda: kept in heard.known)
    root.rename(tmp_path / "elsewhere")
    assert heard.waits_for(lambda: heard.away == {kept})
    assert heard.waits_for(lambda: [place.mode for place in watch.places] == [Mode.AWAY])
    (tmp_path / "elsewhere").rename(root)
    assert heard.waits_for(lambda: heard.away == set())
    late = make(root / "A/late.mp3")
    assert heard.waits_for(lambda: late in heard.known)
    assert kept in heard.known


@pytest.mark.usefixtures("watch")
def test_a_root_deleted_and_made_anew(root: Path, heard: _Listener) -> None:
    make(root / "A/a.mp3")
    assert heard.waits_for(heard.is_in_step)
    shutil.rmtree(root)
    root.mkdir()
    late = make(root / "late.mp3")
    assert heard.waits_for(lambda: list(heard.known) == [late])


def test_a_root_that_comes_later_is_watched_then(root: Path, heard: _Listener) -> None:
    root.rmdir()
    watch = FolderWatch(str(root), heard.hear, TIMES)
    watch.start()
    assert heard.waits_for(lambda: [place.mode for place in watch.places] == [Mode.AWAY])
    path = make(root / "a.mp3")
    assert heard.waits_for(lambda: path in heard.known)
    watch.close()


def test_a_library_with_more_folders_than_watches_is_looked_at_now_and_then(root: Path, heard: _Listener) -> None:
    for number in range(5):
        (root / str(number)).mkdir()
    watch = FolderWatch(str(root), heard.hear, TIMES, max_watches=3)
    watch.start()
    assert heard.waits_for(lambda: bool(heard.folders))
    (place,) = watch.places
    assert (place.mode, place.why) == (Mode.POLL, "6 folders are more than the 3 that can still be watched")
    path = make(root / "0/a.mp3")
    assert heard.waits_for(lambda: path in heard.known)
    assert heard.paths == []
    watch.close()


def test_everything_is_looked_at_again_now_and_then(root: Path, heard: _Listener) -> None:
    watch = FolderWatch(str(root), heard.hear, WatchTimes(still_s=0.1, check_s=0.1, poll_s=600.0, renew_s=0.3))
    watch.start()
    assert heard.waits_for(lambda: len(heard.folders) >= 3)
    watch.close()


def test_closing_leaves_nothing_behind_and_twice_is_fine(root: Path, heard: _Listener) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted only

    threads, files = threading.active_count(), open_files()
    watch = FolderWatch(str(root), heard.hear, TIMES)
    watch.start()
    assert heard.waits_for(lambda: bool(heard.folders))
    watch.close()
    watch.close()
    heard.reports.clear()
    make(root / "a.mp3")
    assert heard.waits_for(lambda: (threading.active_count(), open_files()) == (threads, files))
    time.sleep(2 * TIMES.still_s)
    assert heard.reports == []


def test_a_watch_never_started_can_be_closed(root: Path, heard: _Listener) -> None:
    FolderWatch(str(root), heard.hear, TIMES).close()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.usefixtures("watch")
def test_after_any_turmoil_the_library_is_in_step_with_the_folder(
    seed: int, root: Path, heard: _Listener, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    turmoil = _Turmoil(root, tmp_path / "outside", random.Random(seed))
    for _ in range(120):
        turmoil.step()
    assert heard.waits_for(heard.is_in_step)


class _Turmoil:
    """Everything that can be done to a folder, in any order and without a pause."""

    def __init__(self, root: Path, outside: Path, chance: random.Random) -> None:
        self.root, self.outside, self.chance = root, outside, chance

    def step(self) -> None:
        acts = [self.write, self.write, self.write, self.append, self.rename, self.delete, self.nest]
        acts += [self.rename_folder, self.move_out, self.move_in, self.delete_folder]
        try:
            self.chance.choice(acts)()
        except OSError:
            return  # what could not be done was not done

    def pick(self, paths: Iterable[Path]) -> Path:
        return self.chance.choice([*paths] or [self.root / "there is none"])

    def file(self) -> Path:
        return self.pick(path for path in self.root.rglob("*.mp3") if path.is_file())

    def inner(self) -> Path:
        return self.pick(path for path in self.root.rglob("*") if path.is_dir())

    def folder(self) -> Path:
        return self.pick((self.root, self.inner()))

    def name(self) -> str:
        return f"n{self.chance.randrange(6)}"

    def write(self) -> None:
        (self.folder() / f"{self.name()}.mp3").write_bytes(bytes(self.chance.randrange(50)))

    def append(self) -> None:
        with self.file().open("ab") as file:
            file.write(b"more")

    def rename(self) -> None:
        self.file().rename(self.folder() / f"{self.name()}.mp3")

    def delete(self) -> None:
        self.file().unlink()

    def nest(self) -> None:
        (self.folder() / self.name() / self.name()).mkdir(parents=True)

    def rename_folder(self) -> None:
        self.inner().rename(self.folder() / self.name())

    def move_out(self) -> None:
        self.inner().rename(self.outside / f"{self.chance.random()}")

    def move_in(self) -> None:
        self.pick(self.outside.iterdir()).rename(self.folder() / self.name())

    def delete_folder(self) -> None:
        shutil.rmtree(self.inner())
