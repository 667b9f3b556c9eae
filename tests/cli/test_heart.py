"""Heart mode through the real program, on a real MPD: what is typed, what is queued, what is told."""

import json
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PROGRAM, Library
from tests.players.server import MpdServer, free_port

PATIENCE_S = 30.0


@pytest.fixture
def mpd(library: Callable[[], Library]) -> Iterator[tuple[Library, MpdServer]]:
    """A scanned library whose songs an MPD plays, and whose settings say where that MPD is."""
    made = library()
    assert made.run("scan", made.music, "--json").code == 0
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:
        server = MpdServer(Path(folder), made.music)
        server.start()
        server.mpc("update", "--wait")
        (made.kept / "settings.toml").write_text(f"mpd_host = {json.dumps(str(server.socket))}\n")
        yield made, server
        made.run("heart", "off")
        server.kill()


def until(told: Callable[[], Any], right: Callable[[Any], bool]) -> Any:
    """Ask again and again until the answer is right."""
    deadline = time.monotonic() + PATIENCE_S
    while not right(answer := told()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.1)
    return answer


@contextmanager
def following(library: Library) -> Iterator[None]:
    """A process that follows the player meanwhile, and ends as it should."""
    follower = subprocess.Popen([*PROGRAM, "follow", "--library", str(library.kept)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: library.run("heart", "status", "--json").json, lambda told: "player" in told)
        yield
    finally:
        follower.terminate()
        with suppress(subprocess.TimeoutExpired):
            follower.wait(PATIENCE_S)
    assert follower.returncode == 0


def lines(server: MpdServer) -> list[str]:
    """The files in the queue, by name."""
    return server.mpc("playlist", "--format=%file%").splitlines()


def test_an_evening(mpd: tuple[Library, MpdServer]) -> None:
    library, server = mpd
    songs = server.mpc("listall").splitlines()
    for song in songs[:3]:
        server.mpc("add", song)
    server.mpc("play", "1")
    server.listen(2)
    server.mpc("pause")  # the songs are short, and commands take their time on a busy machine

    said = library.run("heart", "on", "--json")
    assert said.code == 0, said.err
    assert said.json["heart"]
    assert said.json["playing"].endswith(songs[0])
    picks = [pick["file"] for pick in said.json["picks"]]
    assert picks
    assert lines(server) == [songs[0], *(str(Path(pick).relative_to(library.music)) for pick in picks)]
    assert all(pick["why"]["en"] and pick["why"]["zh"] for pick in said.json["picks"])

    assert "heart mode is on" in library.run("heart", "status", "--why", "--player", "mpd").out
    assert library.run("like").out.startswith("♥")
    banned = said.json["picks"][0]
    assert library.run("ban", banned["file"], "--scope", "track").code == 0
    assert banned["file"] not in [pick["file"] for pick in library.run("heart", "status", "--json").json["picks"]]
    assert library.run("dial", "close-far=far").code == 0
    kept = library.run("heart", "keep", "1", "--json").json["pick"]["file"]

    server.mpc("next")
    until(lambda: library.run("history", "--json").json["plays"], lambda plays: len(plays) >= 1)
    play = library.run("history", "--json").json["plays"][0]
    assert (play["ending"], play["source"]) == ("skipped", "own")

    assert library.run("heart", "off", "--player", "mpd").out == "heart mode is off; following mpd\n"
    left = lines(server)
    assert left[-2:] == songs[1:3]
    assert str(Path(kept).relative_to(library.music)) in left
    assert len(left) <= 5
    assert library.run("heart", "status").out == "heart mode is off\n"


def test_following_without_heart_mode_learns_too(mpd: tuple[Library, MpdServer]) -> None:
    library, server = mpd
    with following(library):
        until(lambda: library.run("heart", "status", "--json").json, lambda told: told.get("connected", False))
        assert library.run("follow").code == 3  # one follower is enough
        server.mpc("add", "/")
        server.mpc("play")
        server.mpc("next")
        until(lambda: library.run("history", "--json").json["plays"], lambda plays: len(plays) == 1)
        assert len(lines(server)) == 8


def test_a_player_that_is_not_there_is_told_in_a_sentence(library: Callable[[], Library]) -> None:
    made = library()
    (made.kept / "settings.toml").write_text('mpd_host = "/nowhere/socket"\n')
    assert "the library is empty" in made.run("heart", "on").err
    assert made.run("scan", made.music).code == 0
    said = made.run("heart", "on")
    assert said.code == 1
    assert "mpd cannot be reached" in said.err
    assert made.run("heart", "off").code == 0
    assert made.run("heart", "keep", "1").code == 1
    with following(made):
        for command in ("status", "off"):
            assert made.run("heart", command).out.startswith("heart mode is off; mpd cannot be reached: ")
        assert "mpd cannot be reached" in made.run("heart", "on", "--player", "mpd").err


def test_a_preview_needs_no_player(library: Callable[[], Library]) -> None:
    made = library()
    assert made.run("scan", made.music).code == 0
    said = made.run("heart", "preview", "eastern feeling", "-n", "4", "--json")
    assert said.code == 0, said.err
    assert len(said.json["picks"]) == 4
    assert said.json["picks"] == made.run("heart", "preview", "eastern feeling", "-n", "4", "--json").json["picks"]
    shown = made.run("heart", "preview", "eastern feeling", "--why")
    assert "sound" in shown.out
    assert made.run("heart", "preview", "no such song").code == 1


def test_what_was_said_can_be_looked_at_and_taken_back(library: Callable[[], Library]) -> None:
    made = library()
    assert made.run("scan", made.music).code == 0
    assert made.run("like", "eastern feeling").code == 0
    assert made.run("snooze", "eastern feeling", "--days", "7", "--scope", "artist").code == 0
    assert len(made.run("bans", "--json").json["bans"]) == 1
    out = made.kept / "out.jsonl"
    assert made.run("history", "--export", out).code == 0
    assert made.run("unsnooze", "1").code == 0
    assert made.run("bans").out == "nothing is banned or snoozed\n"
    assert made.run("unlike", "eastern feeling").code == 0
    assert made.run("history", "--import", out, "--json").json["known"] == 2
    assert made.run("taste", "show", "--json").json["hearts"] == 0
    assert made.run("taste", "pause").code == 0
    assert made.run("taste", "show", "--json").json["learning"] is False
    assert made.run("report", "--json").json["plays"] == 0
    assert made.run("taste", "undo", "7").code == 1
    assert made.run("dial", "volume=11").code == 4
    assert made.run("history", "--import", made.music).code == 4


def test_off_and_on_in_quick_turn_ends_as_it_was_asked_last(mpd: tuple[Library, MpdServer]) -> None:
    library, server = mpd
    songs = server.mpc("listall").splitlines()
    for song in songs[:2]:
        server.mpc("add", song)
    server.mpc("play", "1")
    server.mpc("pause")
    assert library.run("heart", "on").code == 0
    for _ in range(2):
        assert library.run("heart", "off").code == 0
        said = library.run("heart", "on", "--json")
        assert said.code == 0, said.err
        assert said.json["picks"]
    assert library.run("heart", "off").code == 0
    until(lambda: lines(server), lambda left: left == songs[:2])


def test_ctrl_c_leaves_heart_mode_properly(mpd: tuple[Library, MpdServer]) -> None:
    library, server = mpd
    songs = server.mpc("listall").splitlines()
    for song in songs[:3]:
        server.mpc("add", song)
    server.mpc("random", "on")
    server.mpc("play", "1")
    server.mpc("pause")
    line = [*PROGRAM, "follow", "--heart", "--library", str(library.kept)]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as follower:
        until(lambda: library.run("heart", "status", "--json").json, lambda told: told["heart"])
        assert len(lines(server)) > 1
        follower.send_signal(signal.SIGINT)
        _, said = follower.communicate(timeout=PATIENCE_S)
    assert follower.returncode == 0, said
    assert sorted(lines(server)) == sorted(songs[:3])
    assert "random=on" in server.mpc("status", "random=%random%")


def test_where_the_player_reaches_no_song_it_is_said_and_nothing_is_touched(
    mpd: tuple[Library, MpdServer], tmp_path: Path
) -> None:
    library, server = mpd
    songs = server.mpc("listall").splitlines()
    for song in songs[:2]:
        server.mpc("add", song)
    server.quit()
    port = free_port()
    server.settings = f'bind_to_address "127.0.0.1"\nport "{port}"'
    server.start()
    settings = f'mpd_host = "127.0.0.1"\nmpd_port = {port}\nmpd_music_directory = {json.dumps(str(tmp_path))}\n'
    (library.kept / "settings.toml").write_text(settings)
    said = library.run("heart", "on")
    assert said.code == 1
    assert "can play none of the songs" in said.err
    assert lines(server) == songs[:2]
    assert library.run("heart", "status").out == "heart mode is off\n"
