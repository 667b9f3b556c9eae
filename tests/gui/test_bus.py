"""The bus may go and come back, stand still or talk nonsense: the music and the window do not mind."""

import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jeepney import DBusAddress, Message, new_signal
from jeepney.auth import BEGIN
from pytestqt.qtbot import QtBot

from player_rec.gui.desktop.bus import Answer, Bus, Refused
from player_rec.gui.desktop.bus.link import Link, session_addresses
from player_rec.players.builtin.news import Transport
from tests.gui.stage import MUSIC, NAME, Stage


def test_a_bus_that_was_killed_is_found_again(
    stage: Stage,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    stage.player.play_now(MUSIC[:2])
    stage.private.run("playerctl", "-p", "player_rec", "pause")
    stage.private.run("playerctl", "-p", "player_rec", "play")
    stage.private.kill()
    stage.qtbot.waitUntil(lambda: not stage.mpris.name, timeout=5_000)
    before_s = stage.player.now().position_ms
    stage.qtbot.wait(300)
    assert stage.player.now().transport is Transport.PLAYING
    assert stage.player.now().position_ms > before_s
    stage.player.pause()  # told to nobody
    stage.private.start()
    stage.qtbot.waitUntil(lambda: stage.mpris.name == NAME, timeout=10_000)
    assert stage.private.run("playerctl", "-p", "player_rec", "status") == "Paused"
    assert {record.levelname for record in caplog.records if "gui" in record.name} == {"INFO"}


def test_a_bus_that_stays_away_is_asked_for_less_and_less(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    bus = Bus()
    bus.start()
    waits_ms = []
    for _ in range(9):
        assert bus._again.isActive()
        waits_ms.append(bus._again.interval())
        bus._again.timeout.emit()
    assert waits_ms == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]
    told: list[Answer | Refused] = []
    bus.call(DBusAddress("/", bus_name="a.b", interface="a.b"), "Do", "", (), told.append)
    assert isinstance(told[0], Refused)
    bus.close()
    assert not bus._again.isActive()


def test_where_there_is_no_bus_nothing_is_tried(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    bus = Bus()
    bus.start()
    assert not bus._again.isActive()
    with socket.socket(socket.AF_UNIX) as usual:
        usual.bind(str(tmp_path / "bus"))
        assert session_addresses() == [str(tmp_path / "bus")]
    for told in ("tcp:host=localhost,port=1", "nonsense", "unix:"):
        assert session_addresses({"DBUS_SESSION_BUS_ADDRESS": told}) == []
    assert session_addresses({"DBUS_SESSION_BUS_ADDRESS": "tcp:a=b;unix:abstract=/x"}) == ["\0/x"]


Served = Callable[[socket.socket], None]


@contextmanager
def bus_that(serves: Served, path: Path) -> Iterator[str]:
    """The other side of a connection, on a thread of its own."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            caller, _ = listener.accept()
            with caller:
                serves(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield str(path)
        thread.join(5)


def admit(caller: socket.socket) -> None:
    """Let the caller in."""
    assert caller.recv(1 << 10) == b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n"
    caller.sendall(b"OK 1234deadbeef\r\n")
    assert caller.recv(len(BEGIN)) == BEGIN


def strange(data: bytes) -> bytes:
    """The same message with a header field of a number that nobody gave out yet."""
    (length,) = struct.unpack_from("<I", data, 12)
    end = 16 + length
    fields = data[16:end] + b"\0" * (-end % 8) + b"\xc8\x01s\0" + struct.pack("<I", 3) + b"new\0"
    whole: bytes = data[:12] + struct.pack("<I", len(fields)) + fields
    return whole + b"\0" * (-len(whole) % 8)


def test_a_message_of_a_later_protocol_is_passed_over(qtbot: QtBot, tmp_path: Path) -> None:
    signal = new_signal(DBusAddress("/a", interface="a.b"), "Changed", "", ()).serialise(serial=1)

    def serves(caller: socket.socket) -> None:
        admit(caller)
        for at in range(len(whole := strange(signal) + signal)):
            caller.sendall(whole[at : at + 1])  # piece by piece

    heard: list[Message] = []
    gone: list[str] = []
    with bus_that(serves, tmp_path / "bus") as address:
        link = Link(address)
        link.heard.connect(heard.append)
        link.gone.connect(gone.append)
        link.open()
        qtbot.waitUntil(lambda: bool(gone), timeout=5_000)
    assert len(heard) == 1
    assert gone == ["it hung up"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"REJECTED ANONYMOUS\r\n", "Authentication failed. Bus sent: bytearray(b'REJECTED ANONYMOUS')"),
        (b"OK 1234deadbeef\r\nAnd more", "Unexpected data received. Bus sent: bytearray(b'And more')"),
        (b"", "it hung up"),
    ],
)
def test_a_bus_that_lets_nobody_in_is_left(qtbot: QtBot, tmp_path: Path, said: bytes, why: str) -> None:
    def serves(caller: socket.socket) -> None:
        caller.recv(1 << 10)
        caller.sendall(said)

    gone: list[str] = []
    with bus_that(serves, tmp_path / "bus") as address:
        link = Link(address)
        link.gone.connect(gone.append)
        link.open()
        qtbot.waitUntil(lambda: bool(gone), timeout=5_000)
    assert gone == [why]


def test_a_bus_that_talks_gibberish_is_left(qtbot: QtBot, tmp_path: Path) -> None:
    def serves(caller: socket.socket) -> None:
        admit(caller)
        caller.sendall(b"HTTP/1.1 200 OK\r\n")
        caller.recv(1)

    gone: list[str] = []
    with bus_that(serves, tmp_path / "bus") as address:
        link = Link(address)
        link.gone.connect(gone.append)
        link.open()
        qtbot.waitUntil(lambda: bool(gone), timeout=5_000)
    assert gone == ["it talks gibberish"]


def test_a_bus_that_takes_nothing_keeps_nobody_waiting(qtbot: QtBot, tmp_path: Path) -> None:
    over = threading.Event()

    def serves(caller: socket.socket) -> None:
        admit(caller)
        over.wait(10)

    gone: list[str] = []
    ready: list[bool] = []
    with bus_that(serves, tmp_path / "bus") as address:
        link = Link(address)
        link.ready.connect(lambda: ready.append(True))
        link.gone.connect(gone.append)
        link.open()
        qtbot.waitUntil(lambda: bool(ready), timeout=5_000)
        signal = new_signal(DBusAddress("/a", interface="a.b"), "Changed", "s", ("x" * (1 << 20),))
        began_s = time.monotonic()
        while not gone:
            link.send(signal)
        assert time.monotonic() - began_s < 2.0
        over.set()
    assert gone == ["it takes nothing any more"]
