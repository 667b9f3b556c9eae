"""The real player on a private bus, asked by playerctl, gdbus and busctl."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QProcessEnvironment
from pytestqt.qtbot import QtBot

from player_rec.gui.controls import Controls
from player_rec.gui.mpris import Mpris
from player_rec.gui.mpris.interfaces import INTERFACES, PLAYER, ROOT, TRACKS
from player_rec.players.builtin.news import Transport
from tests.gui.conftest import Desk

NAME = f"{ROOT}.player_rec"
PATH = "/org/mpris/MediaPlayer2"


class Bus:
    """A bus of our own, and the programs that talk over it."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        player = desk.program.player
        assert player is not None
        self.player = player
        self.raised: list[str] = []
        raise_up, leave = lambda: self.raised.append("raised"), lambda: self.raised.append("left")
        self.mpris = Mpris(Controls(player, desk.program.bridge), desk.program.bridge, raise_up, leave)

    def run(self, *command: str, fails: bool = False) -> str:
        """What a program prints; the player answers it meanwhile."""
        process = QProcess()
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("DBUS_SESSION_BUS_ADDRESS", os.environ["DBUS_SESSION_BUS_ADDRESS"])
        process.setProcessEnvironment(environment)
        process.start(command[0], list(command[1:]))
        self.qtbot.waitUntil(lambda: process.state() is QProcess.ProcessState.NotRunning, timeout=10_000)
        out, err = (
            bytes(data.data()).decode() for data in (process.readAllStandardOutput(), process.readAllStandardError())
        )
        assert (process.exitCode() != 0) == fails, err
        return (err if fails else out).strip()

    def ctl(self, *command: str) -> str:
        """What playerctl says."""
        return self.run("playerctl", "-p", "player_rec", *command)

    def call(self, method: str, *given: str, fails: bool = False) -> str:
        """What gdbus gets for a call."""
        line = ("gdbus", "call", "--session", "-d", NAME, "-o", PATH, "-m", method, *given)
        return self.run(*line, fails=fails)

    def get(self, interface: str, name: str) -> str:
        """A property with its signature, as busctl prints it."""
        return self.run("busctl", "--user", "get-property", NAME, PATH, interface, name)

    @property
    def position_us(self) -> int:
        """Where the player says it is."""
        kind, value = self.get(PLAYER, "Position").split()
        assert kind == "x"
        return int(value)

    @property
    def tracks(self) -> list[str]:
        """The object paths of the track list."""
        return re.findall(r'"(/[^"]+)"', self.get(TRACKS, "Tracks"))


@pytest.fixture
def bus(desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    address = f"unix:path={tmp_path / 'bus'}"
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}", "--print-address"],
        stdout=subprocess.PIPE,
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    made = Bus(desk, qtbot)
    assert made.mpris.start() == NAME
    yield made
    made.mpris.close()
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


def test_media_keys_and_playerctl_drive_the_player(bus: Bus) -> None:
    songs = bus.desk.songs
    assert bus.ctl("status") == "Stopped"
    bus.player.append(songs[:3])
    bus.ctl("play")
    bus.desk.until(lambda: bus.player.now().duration_ms)
    assert bus.ctl("status") == "Playing"
    bus.desk.until(lambda: "xesam:artist" in bus.get(PLAYER, "Metadata"))
    assert bus.ctl("metadata", "xesam:url") == songs[0].as_uri()
    told = bus.get(PLAYER, "Metadata")
    assert f'"mpris:length" x {bus.player.now().duration_ms * 1000}' in told
    assert '"mpris:trackid" o "/org/player_rec/entry/' in told
    assert '"xesam:artist" as ' in told
    assert bus.get(PLAYER, "Position").startswith("x ")
    bus.ctl("pause")
    assert bus.ctl("status") == "Paused"
    bus.ctl("next")
    assert bus.ctl("status") == "Paused"
    assert bus.ctl("metadata", "xesam:url") == songs[1].as_uri()
    bus.ctl("volume", "0.25")
    assert bus.player.now().volume == 0.25
    bus.ctl("shuffle", "On")
    bus.ctl("loop", "Track")
    assert bus.player.now().modes == {"random", "repeat", "single"}
    bus.ctl("open", songs[4].as_uri())
    assert bus.ctl("status") == "Playing"
    assert bus.ctl("metadata", "xesam:url") == songs[4].as_uri()
    bus.ctl("stop")
    assert bus.player.now().transport is Transport.STOPPED


def test_a_jump_is_told_and_the_position_is_right(bus: Bus) -> None:
    bus.player.play_now(bus.desk.songs[:2])
    bus.desk.until(lambda: bus.player.now().duration_ms and bus.player.now().position_ms)
    bus.player.pause()
    monitor = QProcess()
    monitor.start("gdbus", ["monitor", "--session", "-d", NAME, "-o", PATH])
    heard: list[str] = []
    monitor.readyReadStandardOutput.connect(
        lambda: heard.append(bytes(monitor.readAllStandardOutput().data()).decode())
    )
    bus.desk.until(lambda: "owned by" in "".join(heard))
    bus.ctl("position", "4")
    bus.desk.until(lambda: "Seeked (int64 40" in "".join(heard))
    bus.call(f"{PLAYER}.Seek", "int64 2000000")
    assert bus.position_us == pytest.approx(6e6, abs=5e4)  # what fades out at a pause still counts
    bus.player.seek(1000)
    bus.desk.program.bridge.moved.emit()
    bus.desk.until(lambda: "Seeked (int64 10" in "".join(heard))
    bus.call(f"{PLAYER}.SetPosition", "/org/player_rec/entry/other", "int64 0")
    assert bus.position_us == pytest.approx(1e6, abs=5e4)
    bus.player.append(bus.desk.songs[3:4])
    bus.desk.until(lambda: "TrackAdded" in "".join(heard))
    bus.player.set_volume(0.5)
    bus.desk.until(lambda: "'Volume': <0.5>" in "".join(heard))
    monitor.terminate()
    monitor.waitForFinished()


def test_the_track_list_shows_what_comes_next_and_follows_it(bus: Bus) -> None:
    songs = bus.desk.songs
    bus.player.play_now(songs[:3])
    bus.desk.until(lambda: bus.desk.scene.playing and len(bus.desk.scene.queue) == 2)
    first, second, third = bus.tracks
    bus.call(f"{TRACKS}.AddTrack", songs[5].as_uri(), second, "false")
    added = bus.tracks[2]
    assert [added, third] == bus.tracks[2:]
    told = bus.call(f"{TRACKS}.GetTracksMetadata", f"['{added}']")
    assert songs[5].as_uri() in told
    bus.desk.until(lambda: len(bus.desk.scene.queue) == 3)
    bus.call(f"{TRACKS}.RemoveTrack", third)
    bus.desk.until(lambda: bus.tracks == [first, second, added])
    bus.call(f"{TRACKS}.GoTo", added)
    assert bus.tracks == [added]
    assert bus.player.now().transport is Transport.PLAYING
    bus.player.clear()
    bus.player.next()
    assert bus.get(TRACKS, "Tracks") == "ao 0"


def test_all_three_interfaces_are_there_and_a_second_program_takes_another_name(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(bus.run("busctl", "--user", "--json=short", "call", NAME, PATH,
                               "org.freedesktop.DBus.Introspectable", "Introspect"))  # fmt: skip
    for interface in (ROOT, PLAYER, TRACKS):
        assert f'<interface name="{interface}">' in found["data"][0]
        printed = bus.run("busctl", "--user", "introspect", NAME, PATH, interface)
        for name, signature in INTERFACES[interface].properties.items():
            assert re.search(rf"^\.{name} +property +{re.escape(signature)} ", printed, re.MULTILINE), name
        for name, (into, _) in INTERFACES[interface].methods.items():
            assert re.search(rf"^\.{name} +method +{''.join(into.values()) or '-'} ", printed, re.MULTILINE), name
    bus.call(f"{ROOT}.Raise")
    bus.call(f"{ROOT}.Quit")
    bus.desk.until(lambda: bus.raised == ["raised", "left"])
    assert "InvalidArgs" in bus.call(f"{PLAYER}.OpenUri", "http://localhost/a.mp3", fails=True)
    assert "UnknownMethod" in bus.call(f"{PLAYER}.Dance", fails=True)

    controls = Controls(bus.player, bus.desk.program.bridge)
    second = Mpris(controls, bus.desk.program.bridge, lambda: None, lambda: None)
    assert second.start() == f"{NAME}.instance{os.getpid()}"
    second.close()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert Mpris(controls, bus.desk.program.bridge, lambda: None, lambda: None).start() == ""
