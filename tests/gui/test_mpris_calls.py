"""Calls as they should not be: each gets the standard error and a sentence, and the player is there as before."""

import json
import math
import re
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from jeepney import DBusAddress, MessageFlag, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from player_rec.gui.desktop.mpris.interfaces import INTERFACES, PLAYER, ROOT, TRACKS
from player_rec.players.builtin.news import Transport
from tests.cli.conftest import Library
from tests.gui.pictures import put_cover
from tests.gui.private_bus import Monitor, own_pid
from tests.gui.stage import MUSIC, NAME, PATH, Stage


def test_the_bus_tells_all_that_the_specification_asks_for(stage: Stage) -> None:
    found = json.loads(stage.private.run("busctl", "--user", "--json=short", "call", NAME, PATH,
                                         "org.freedesktop.DBus.Introspectable", "Introspect"))  # fmt: skip
    for interface in (ROOT, PLAYER, TRACKS):
        assert f'<interface name="{interface}">' in found["data"][0]
        printed = stage.private.run("busctl", "--user", "introspect", NAME, PATH, interface)
        for name, signature in INTERFACES[interface].properties.items():
            row = re.search(rf"^\.{name} +property +{re.escape(signature)} .*$", printed, re.MULTILINE)
            assert row, name
            assert ("writable" in row[0]) == (name in INTERFACES[interface].writable), name
        for name, (into, _) in INTERFACES[interface].methods.items():
            assert re.search(rf"^\.{name} +method +{''.join(into.values()) or '-'} ", printed, re.MULTILINE), name
        for name, held in INTERFACES[interface].signals.items():
            assert re.search(rf"^\.{name} +signal +{re.escape(''.join(held.values()))} ", printed, re.MULTILINE), name
    tree = stage.private.run("busctl", "--user", "tree", "--list", NAME)
    assert tree.splitlines()[-1] == PATH
    stage.private.run("busctl", "--user", "call", NAME, "/", "org.freedesktop.DBus.Peer", "Ping")
    stage.call(f"{ROOT}.Raise")
    stage.call(f"{ROOT}.Quit")
    stage.qtbot.waitUntil(lambda: stage.done == ["raised", "left"], timeout=5_000)


def test_what_does_not_exist_is_said_not_to(stage: Stage) -> None:
    get, error = "org.freedesktop.DBus.Properties.Get", "org.freedesktop.DBus.Error"
    assert f"{error}.UnknownMethod" in stage.refused(f"{PLAYER}.Dance")
    assert f"{error}.UnknownInterface" in stage.refused("org.mpris.MediaPlayer2.Playlists.GetPlaylists")
    assert f"{error}.UnknownInterface" in stage.refused(get, "org.mpris.MediaPlayer2.Playlists", "PlaylistCount")
    assert f"{error}.UnknownProperty" in stage.refused(get, PLAYER, "Colour")
    assert f"{error}.PropertyReadOnly" in stage.set("Position", "<int64 3>", fails=True)
    assert f"{error}.InvalidArgs" in stage.set("Volume", "<'loud'>", fails=True)
    assert f"{error}.InvalidArgs" in stage.set("LoopStatus", "<'Sometimes'>", fails=True)
    other = ("busctl", "--user", "call", NAME)
    stage.private.run(*other, "/org/mpris", PLAYER, "Next", fails=True)
    stage.private.run(*other, PATH, PLAYER, "Seek", "s", "far", fails=True)
    stage.private.run(*other, PATH, PLAYER, "Seek", fails=True)
    assert "Stopped" in stage.call(get, PLAYER, "PlaybackStatus")


def test_files_that_cannot_be_played_are_refused_in_a_sentence(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "letter.mp3").write_text("Dear Ann")
    for uri, error, why in (
        ("http://localhost/a.mp3", "InvalidArgs", "only files of this machine"),
        ("file://elsewhere/a.mp3", "InvalidArgs", "only files of this machine"),
        ("file:///a%00b.mp3", "InvalidArgs", "only files of this machine"),
        ("/etc/passwd", "InvalidArgs", "only files of this machine"),
        ("", "InvalidArgs", "only files of this machine"),
        (f"file:///{'a' * 300}", "FileNotFound", "cannot be reached"),
        ("file:///no/such/song.mp3", "FileNotFound", "there is no file /no/such/song.mp3"),
        (tmp_path.as_uri(), "InvalidArgs", "is a folder"),
        ((tmp_path / "letter.mp3").as_uri(), "InvalidArgs", "holds no music"),
    ):
        heard = stage.refused(f"{PLAYER}.OpenUri", uri)
        assert error in heard
        assert why in heard
    assert "FileNotFound" in stage.refused(f"{TRACKS}.AddTrack", "file:///no/such.mp3", "/none", "true")
    assert stage.player.queue() == ()


def test_odd_names_are_played(stage: Stage, tmp_path: Path) -> None:
    for name in ("a b#1?.opus", "音乐.opus", "100%.opus", "bro\udcffken.opus"):
        (song := tmp_path / name).write_bytes(MUSIC[0].read_bytes())
        stage.call(f"{PLAYER}.OpenUri", song.as_uri())
        assert stage.playing == song
        url = stage.private.run("playerctl", "-p", "player_rec", "metadata", "xesam:url")
        assert url == song.as_uri()
        assert url.isascii()
    unencoded = f"FILE://localhost{tmp_path}/a b#1?.opus"
    stage.call(f"{PLAYER}.OpenUri", unencoded)
    assert stage.playing == tmp_path / "a b#1?.opus"


def test_values_out_of_bounds_do_no_harm(stage: Stage) -> None:
    stage.set("Volume", "<7.5>")
    assert stage.player.now().volume == 1.0
    stage.set("Volume", "<-1.0>")
    assert stage.player.now().volume == 0.0
    assert not math.isnan(stage.player.now().volume)
    stage.player.play_now(MUSIC[:1])
    stage.set("Rate", "<2.0>")
    assert "<1.0>" in stage.call("org.freedesktop.DBus.Properties.Get", PLAYER, "Rate")
    assert stage.player.now().transport is Transport.PLAYING
    stage.set("Rate", "<0.0>")
    assert stage.player.now().transport is Transport.PAUSED
    stage.call(f"{PLAYER}.Seek", "int64 -9223372036854775808")
    stage.call(f"{TRACKS}.GoTo", "/no/such")
    stage.call(f"{TRACKS}.RemoveTrack", "/no/such")
    assert stage.player.now().item is not None


def test_a_call_that_wants_no_answer_gets_none(stage: Stage) -> None:
    address = DBusAddress(PATH, bus_name=NAME, interface=PLAYER)
    with open_dbus_connection() as stranger:
        for method in ("Pause", "Dance"):
            call = new_method_call(address, method, "", ())
            call.header.flags = MessageFlag.no_reply_expected
            stranger.send(call)
        stage.qtbot.wait(200)
        assert stranger.receive(timeout=0).header.message_type is MessageType.signal  # of its own name
        with pytest.raises(TimeoutError):
            stranger.receive(timeout=0)
    assert "Stopped" in stage.call("org.freedesktop.DBus.Properties.Get", PLAYER, "PlaybackStatus")


def test_who_hammers_it_keeps_nobody_waiting(stage: Stage) -> None:
    stage.player.play_now(MUSIC[:3])
    address = DBusAddress(PATH, bus_name=NAME, interface="org.freedesktop.DBus.Properties")
    calls = 4_000
    asked = b"".join(
        new_method_call(address, "Get", "ss", (PLAYER, "Metadata")).serialise(serial=number + 100)
        for number in range(calls)
    )
    gaps_s, last = [], [time.perf_counter()]

    def beat() -> None:
        now = time.perf_counter()
        gaps_s.append(now - last[0])
        last[0] = now

    pulse = QTimer()
    pulse.timeout.connect(beat)
    pulse.start(5)
    with open_dbus_connection() as stranger:
        began = time.perf_counter()
        stranger.sock.setblocking(False)
        heard = bytearray()

        def pump() -> bool:
            nonlocal asked
            with suppress(BlockingIOError):
                asked = asked[stranger.sock.send(asked[: 1 << 16]) :] if asked else asked
            with suppress(BlockingIOError):
                heard.extend(stranger.sock.recv(1 << 20))
            return heard.count(b"mpris:trackid") >= calls

        stage.qtbot.waitUntil(pump, timeout=20_000)
        took_s = time.perf_counter() - began
    pulse.stop()
    assert calls / took_s > 500
    assert max(gaps_s) < 0.1


def test_changes_are_told_however_fast_they_come(stage: Stage) -> None:
    monitor = Monitor(stage.private, NAME, PATH)
    turn = QTimer()
    turn.timeout.connect(lambda: stage.player.set_volume((stage.player.now().volume + 0.01) % 1))
    stage.player.set_volume(0.5)
    monitor.until("'Volume': <0.5>")
    turn.start(2)
    assert monitor.rest(500).count("'Volume'") > 5
    turn.stop()
    monitor.end()


def test_a_second_program_takes_another_name(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bus, second = stage.put_on()
    stage.qtbot.waitUntil(lambda: second.name == f"{NAME}.{own_pid()}", timeout=5_000)
    assert sorted(stage.private.run("playerctl", "--list-all").split()) == ["player_rec", f"player_rec.{own_pid()}"]
    bus.close()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    bus, third = stage.put_on()
    assert third.name == ""
    bus.close()


def test_a_cover_inside_a_song_is_a_picture_file_for_the_desktop(stage: Stage, tmp_path: Path) -> None:
    library = Library(tmp_path / "music", tmp_path)
    library.music.mkdir()
    song = library.music / "song.opus"
    song.write_bytes(MUSIC[0].read_bytes())
    put_cover(song, "A title", 700)
    assert library.run("scan", library.music).code == 0
    stage.bridge.brain.start()
    stage.player.play_now([song])
    metadata = ("playerctl", "-p", "player_rec", "metadata")
    stage.qtbot.waitUntil(lambda: "mpris:artUrl" in stage.private.run(*metadata), timeout=20_000)
    url = urlsplit(stage.private.run(*metadata, "mpris:artUrl"))
    assert url.scheme == "file"
    picture = Path(unquote(url.path))
    assert picture.parent == tmp_path / "covers"
    assert QImage(str(picture)).width() == 512
    assert stage.bridge.brain.close()
