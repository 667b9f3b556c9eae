"""The window opens no connection either. The kernel is the witness."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import Library, scanned  # noqa: F401 - a fixture
from tests.cli.test_offline import INTERNET

WATCHED = "strace --follow-forks --quiet=all --trace=%network"


def test_the_window_with_music_playing_makes_no_call_to_the_network(scanned: Library, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    log, song = tmp_path / "log", next(scanned.music.rglob("*.opus"))
    line = [*WATCHED.split(), f"--output={log}", sys.executable, "-m", "player_rec.gui.main", "--silent"]
    with subprocess.Popen([*line, "--library", str(scanned.kept), str(song)], env=environment()) as program:
        deadline = time.monotonic() + 60
        while "playing" not in (told := scanned.run("heart", "status", "--json")).out or not told.json["playing"]:
            assert time.monotonic() < deadline, told.out
            time.sleep(0.2)
        assert scanned.run("heart", "on").code == 0
        pid = int(next(iter(re.findall(r"^(\d+)", log.read_text(errors="replace"), re.MULTILINE))))
        os.kill(pid, signal.SIGTERM)
        assert program.wait(30) == 0
    made = log.read_text(errors="replace")
    assert "AF_UNIX" in made, "the witness looked"
    assert not INTERNET.search(made), made


def environment() -> dict[str, str]:
    """Without a screen."""
    return os.environ | {"QT_QPA_PLATFORM": "offscreen"}
