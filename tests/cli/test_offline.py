"""The program opens no network connection, whatever a file asks for. The kernel is the witness."""

import re
import subprocess
import sys
from pathlib import Path

MUSIC = Path(__file__).parents[1] / "data" / "music"
PROGRAM = [sys.executable, "-m", "player_rec.cli.main"]
INTERNET = re.compile(r"AF_INET|AF_INET6|AF_PACKET")


def calls(log: Path, *command: str) -> tuple[str, str]:
    """Run the program under strace: what it printed, and every call to the network it and its workers made."""
    watched = ["strace", "--follow-forks", "--quiet=all", "--trace=%network", f"--output={log}", *PROGRAM, *command]
    done = subprocess.run(watched, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, log.read_text(errors="replace")


def test_a_whole_day_s_work_makes_no_call_to_the_network(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    for song in sorted(MUSIC.rglob("*.opus"))[:2]:
        (music / song.name).write_bytes(song.read_bytes())
    (music / "stream.mp3").write_text("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/stream.mp3\n")
    (music / "parts.mp3").write_text("ffconcat version 1.0\nfile http://127.0.0.1:9/part.mp3\n")
    (music / "list.flac").write_text("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:4,\nhttp://127.0.0.1:9/a.ts\n")
    library = str(tmp_path / "library")
    _, made = calls(tmp_path / "scan.log", "scan", str(music), "--json", "--hurry", "--library", library)
    assert not INTERNET.search(made), made
    said, made = calls(tmp_path / "ask.log", "similar", str(next(music.glob("*.opus"))), "--json", "--library", library)
    assert not INTERNET.search(made), made
    assert '"similar"' in said


def test_the_witness_would_see_a_connection(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    subprocess.run(["strace", "--trace=%network", f"--output={log}", sys.executable, "-c", script], check=True)
    assert INTERNET.search(log.read_text())
