"""``scan`` and what it leaves behind, seen through the real program."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from tests.cli.conftest import PROGRAM, Library


def songs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".ogg", ".opus"})


def test_every_song_is_found_heard_and_named(scanned: Library) -> None:
    status = scanned.run("status", "--json").json
    wanted = len(songs(scanned.music))
    assert wanted >= 6
    assert (status["tracks"], status["heard"], status["waiting"]) == (wanted, wanted, 0)
    assert status["files"] == {"here": wanted, "away": 0, "gone": 0, "unreadable": 0}
    assert status["folders"] == [str(scanned.music)]


def test_a_second_scan_has_nothing_to_do(scanned: Library) -> None:
    said = scanned.run("scan", "--json")
    assert said.code == 0
    assert (said.json["changed"], said.json["heard"], said.json["gone"]) == (0, 0, 0)


def test_a_moved_renamed_and_copied_file_costs_no_analysis(library: Callable[[], Library]) -> None:
    made = library()
    first, second, *_ = songs(made.music)
    (made.music / "新文件夹").mkdir()
    first.rename(made.music / "新文件夹" / os.fsdecode(b"caf\xe9.ogg"))
    shutil.copy(second, made.music / "copy of it.ogg")
    age(made.music)
    said = made.run("scan", made.music, "--json").json
    assert said["heard"] == 0
    assert said["files"] == len(songs(made.music))
    assert said["tracks"] == len(songs(made.music)) - 1


def test_a_like_follows_the_sound(library: Callable[[], Library]) -> None:
    made = library()
    song = songs(made.music)[0]
    made.run("scan", made.music)
    assert made.run("like", song, "--json").json["changed"]
    song.rename(made.music / "another name.ogg")
    age(made.music)
    made.run("scan", made.music)
    assert made.run("unlike", made.music / "another name.ogg", "--json").json["changed"]


def test_files_that_cannot_be_read_are_listed_with_a_reason_and_stop_nobody(library: Callable[[], Library]) -> None:
    made = library()
    (made.music / "empty.mp3").touch()
    (made.music / "page.flac").write_text("<html>not found</html>" * 50)
    (made.music / "folder.mp3").mkdir()
    os.mkfifo(made.music / "pipe.ogg")
    (made.music / "link.mp3").symlink_to("/nowhere/at/all.mp3")
    (made.music / os.fsdecode(b"bytes \xff.wav")).write_bytes(b"RIFF\xff\xff\xff\xffWAVE")
    age(made.music)
    assert made.run("scan", made.music, "--json").code == 0
    failed = {Path(f["path"]).name: f["why"] for f in made.run("failed", "--json").json["failed"] if not f["playable"]}
    broken = {"empty.mp3", "page.flac", "folder.mp3", "pipe.ogg", "link.mp3", os.fsdecode(b"bytes \xff.wav")}
    assert failed.keys() == broken
    assert all(failed.values())
    again = made.run("scan", "--json").json
    assert again["heard"] == again["failed"] == again["changed"] == again["gone"] == again["away"] == 0
    assert {Path(f["path"]).name for f in made.run("failed", "--json").json["failed"]} == broken


def test_a_missing_drive_is_away_and_comes_back(library: Callable[[], Library]) -> None:
    made = library()
    made.run("scan", made.music)
    made.music.rename(made.music.with_name("elsewhere"))
    said = made.run("scan", "--json").json
    assert said["away"] == len(songs(made.music.with_name("elsewhere")))
    assert said["gone"] == 0
    made.music.with_name("elsewhere").rename(made.music)
    said = made.run("scan", "--json").json
    assert said["heard"] == said["away"] == 0
    assert made.run("status", "--json").json["files"]["here"] == said["files"]


def test_a_scan_that_was_killed_goes_on_where_it_stopped(scanned: Library, tmp_path: Path) -> None:
    made = Library(scanned.music, tmp_path / "kept")
    command = [*PROGRAM, "scan", str(made.music), "--json", "--workers", "1", "--hurry", "--library", str(made.kept)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    wait_for(lambda: heard_so_far(made) >= 2)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    before = heard_so_far(made)
    said = made.run("scan", made.music, "--json").json
    wanted = len(songs(made.music))
    assert 2 <= before < wanted
    assert said["heard"] == wanted - before
    assert vectors(made) == vectors(scanned)


def test_ctrl_c_stops_in_good_order(scanned: Library, tmp_path: Path) -> None:
    made = Library(scanned.music, tmp_path / "kept")
    command = [*PROGRAM, "scan", str(made.music), "--workers", "1", "--hurry", "--library", str(made.kept)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: heard_so_far(made) >= 1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "goes on from here" in err
    assert "Traceback" not in err


def test_two_at_once_on_one_library_is_refused_politely(library: Callable[[], Library]) -> None:
    made = library()
    with FileLock(made.kept / "library.lock"):
        said = made.run("scan", made.music)
    assert said.code == 3
    assert "another player_rec" in said.err


def test_a_file_still_being_written_is_taken_when_it_is_whole(library: Callable[[], Library], tmp_path: Path) -> None:
    made = library()
    whole = songs(made.music)[0].read_bytes()
    for song in songs(made.music):
        song.unlink()
    target = made.music / "growing.ogg"
    target.write_bytes(whole[: len(whole) // 3])
    command = [*PROGRAM, "scan", str(made.music), "--json", "--hurry", "--library", str(made.kept)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE)
    time.sleep(2)
    target.write_bytes(whole)
    running.communicate(timeout=180)
    failed = made.run("failed", "--json").json["failed"]
    assert failed == []
    assert made.run("status", "--json").json["tracks"] == 1


def age(folder: Path) -> None:
    """Make every file look as if it had been there for an hour, so that no scan waits for it to settle."""
    then = time.time() - 3600
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def wait_for(reached: Callable[[], bool], limit_s: float = 180.0) -> None:
    end = time.monotonic() + limit_s
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.02)


def heard_so_far(made: Library) -> int:
    path = made.kept / "library.db"
    if not path.exists():
        return 0
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        try:
            found: int = db.execute("SELECT count(*) FROM vectors").fetchone()[0]
        except sqlite3.OperationalError:  # not made yet
            found = 0
    db.close()
    return found


def vectors(made: Library) -> dict[str, bytes]:
    db = sqlite3.connect(made.kept / "library.db")
    rows = db.execute("SELECT t.content, v.vector FROM vectors v JOIN tracks t ON t.id = v.track").fetchall()
    db.close()
    return dict(rows)
