"""``watch``: the library follows its folders while the program runs."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.cli.conftest import PROGRAM, Library
from tests.cli.test_scan import age, heard_so_far, songs, wait_for


@contextmanager
def watching(made: Library) -> Iterator["subprocess.Popen[str]"]:
    command = [*PROGRAM, "watch", str(made.music), "--hurry", "--library", str(made.kept)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield running
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=30)
        assert running.returncode == 0, err
        assert "Traceback" not in err
    finally:
        running.kill()
        running.wait()


def test_new_moved_and_deleted_files_are_noticed(scanned: Library, library: Callable[[], Library]) -> None:
    made = library()
    first, second, third, *_ = songs(made.music)
    late = made.music.parent / first.name
    shutil.move(first, late)
    (made.kept / "library.db").unlink()
    age(made.music)
    with watching(made):
        known = len(songs(made.music))
        wait_for(lambda: heard_so_far(made) == known)
        with (made.music / first.name).open("wb") as growing:  # a slow copy
            for piece in range(5):
                data = late.read_bytes()
                growing.write(data[len(data) * piece // 5 : len(data) * (piece + 1) // 5])
                growing.flush()
                time.sleep(0.5)
        wait_for(lambda: heard_so_far(made) == known + 1)
        (made.music / "deep" / "down").mkdir(parents=True)
        second.rename(made.music / "deep" / "down" / second.name)
        third.unlink()
        wait_for(lambda: made.run("status", "--json").json["tracks"] == known)
        wait_for(lambda: made.run("status", "--json").json["files"]["gone"] == 2)
    assert made.run("failed", "--json").json["failed"] == []
    moved = made.run("similar", made.music / "deep" / "down" / second.name, "-k", "1", "--json")
    assert moved.code == 0
    assert heard_so_far(made) == known + 1


def test_a_second_watch_is_refused(library: Callable[[], Library]) -> None:
    made = library()
    with watching(made) as running:
        wait_for((made.kept / "library.lock").exists)
        time.sleep(1.0)
        assert running.poll() is None
        assert made.run("scan").code == 3
