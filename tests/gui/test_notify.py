"""A new song is told of while nobody sees the window, with a picture; what is seen is not told."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from player_rec.app.places import places_in
from player_rec.app.settings import Settings
from player_rec.domain.track import TrackId
from player_rec.engine.scene import Song
from player_rec.gui import words
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.bus import Bus
from player_rec.gui.desktop.bus.popups import Popups
from player_rec.gui.desktop.cover_files import CoverFiles
from player_rec.gui.desktop.notify import Notifier
from player_rec.gui.desktop.popup import Popup
from player_rec.gui.look.covers import Covers
from player_rec.gui.main import Program
from tests.cli.conftest import Library
from tests.gui.conftest import NOTHING
from tests.gui.pictures import png, put_cover
from tests.gui.private_bus import PrivateBus
from tests.gui.stage import MUSIC
from tests.gui.wayside import Reply, Wayside

SONGS = [
    Song(None, Path(f"/music/{title}.opus"), title, "Ann", album)
    for title, album in (("One", "Numbers"), ("Two", "Numbers"), ("Three", ""))
]
FIRST, SECOND, THIRD = (replace(NOTHING, playing=song) for song in SONGS)


class Listener:
    """Somebody who may look at the window or not."""

    def __init__(self, folder: Path) -> None:
        self.looks = False
        self.told: list[Popup] = []
        self.bridge = Bridge(places_in(folder))
        covers, files = Covers(self.bridge), CoverFiles(folder / "covers")
        self.notifier = Notifier(self.bridge, covers, files, self.told.append, lambda: self.looks, on=True)

    @property
    def titles(self) -> list[str]:
        """What was told."""
        assert not any(popup.icon.isNull() for popup in self.told)
        return [popup.song.title for popup in self.told]


@pytest.fixture
def listener(qtbot: QtBot, tmp_path: Path) -> Listener:
    return Listener(tmp_path)


def test_only_a_new_song_is_told_of(listener: Listener, qtbot: QtBot) -> None:
    scene = listener.bridge.scene
    scene.emit(FIRST)
    qtbot.wait(800)
    assert listener.told == []
    scene.emit(replace(FIRST, heart=True))
    scene.emit(SECOND)
    scene.emit(replace(SECOND, heart=True))
    qtbot.waitUntil(lambda: listener.titles == ["Two"], timeout=5_000)
    assert listener.told[0].words == "Ann\nNumbers"
    qtbot.wait(800)
    assert len(listener.told) == 1


def test_who_skips_through_songs_is_told_of_the_last(listener: Listener, qtbot: QtBot) -> None:
    for one in (NOTHING, FIRST, SECOND, THIRD):
        listener.bridge.scene.emit(one)
    qtbot.waitUntil(lambda: len(listener.told) > 0, timeout=5_000)
    assert listener.titles == ["Three"]


def test_who_looks_at_the_window_or_does_not_want_it_is_told_nothing(listener: Listener, qtbot: QtBot) -> None:
    listener.looks = True
    listener.bridge.scene.emit(FIRST)
    listener.bridge.scene.emit(SECOND)
    listener.looks, listener.notifier.on = False, False
    listener.bridge.scene.emit(THIRD)
    listener.bridge.scene.emit(NOTHING)
    qtbot.wait(800)
    assert listener.told == []


class Desktop:
    """A desktop whose notifications come from us, and what was pressed on them."""

    def __init__(self, bus: PrivateBus, *, next_song: bool = True) -> None:
        self.bus, self.qtbot = Bus(), bus.qtbot
        self.balloons: list[str] = []
        self.pressed: list[tuple[str, str]] = []
        self.popups = Popups(
            self.bus,
            lambda popup: self.balloons.append(popup.song.title),
            lambda deed, song: self.pressed.append((deed, song.title)),
            next_song=next_song,
        )
        self.bus.start()
        self.until(lambda: self.bus.there)

    def show(self, song: Song, picture: Path | None = None) -> None:
        """Show a note."""
        tile = QPixmap(96, 96)
        tile.fill(QColor("#112233"))
        self.popups.show(Popup(song, QIcon(tile), picture))

    def until(self, right: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(right()), timeout=5_000)


@pytest.fixture
def desktop(private_bus: PrivateBus) -> Iterator[Desktop]:
    words.speak("en")
    made = Desktop(private_bus)
    yield made
    made.bus.close()


@pytest.fixture
def screen() -> Iterator[str]:
    """A screen that nobody sees."""
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
        server.terminate()


def test_a_real_service_shows_one_note_at_a_time(
    desktop: Desktop, private_bus: PrivateBus, screen: str, tmp_path: Path
) -> None:
    (picture := tmp_path / "a cover.png").write_bytes(png(64))
    daemon = private_bus.spawn("dunst", DISPLAY=screen, HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    desktop.until(lambda: "Notifications" in private_bus.run("busctl", "--user", "--acquired", "list"))
    desktop.show(replace(SONGS[0], album="Plus & <Minus>"), picture)
    desktop.until(lambda: private_bus.run("dunstctl", "count", "displayed") == "1")
    desktop.show(SONGS[1])
    desktop.show(replace(SONGS[2], album="<b>&amp;"), picture)
    desktop.qtbot.wait(200)
    assert private_bus.run("dunstctl", "count", "displayed") == "1"
    private_bus.run("dunstctl", "action")
    desktop.until(lambda: desktop.pressed == [("open", "Three")])
    private_bus.run("dunstctl", "close-all")
    (history,) = json.loads(private_bus.run("dunstctl", "history"))["data"]
    (note,) = history
    told = {name: value["data"] for name, value in note.items()}
    assert told["summary"] == "Three"
    assert told["body"] == "Ann\n&lt;b&gt;&amp;amp;"
    assert told["appname"] == "player_rec"
    assert told["icon_path"] == str(picture)
    assert desktop.balloons == []
    private_bus.end(daemon)


class Service:
    """A notification service of which all can be asked."""

    def __init__(self, address: str, *able: str) -> None:
        self.able, self.notes, self.asked = list(able), list[tuple[Any, ...]](), 0
        self._numbers = count(7)
        path = "/org/freedesktop/Notifications"
        self.side = Wayside(address, "org.freedesktop.Notifications", path, self._serve)

    def _serve(self, method: str, given: Sequence[Any]) -> Reply:
        if method == "GetCapabilities":
            self.asked += 1
            return "as", (self.able,)
        self.notes.append(tuple(given))
        return "u", (given[1] or next(self._numbers),)


def test_buttons_do_what_they_say_for_the_song_they_stood_by(desktop: Desktop, private_bus: PrivateBus) -> None:
    service = Service(private_bus.address, "actions", "body")
    desktop.show(replace(SONGS[0], track=TrackId(1)))
    desktop.until(lambda: service.notes)
    *_, title, body, actions, hints, shown_ms = service.notes[0]
    assert (title, body) == ("One", "Ann\nNumbers")
    assert actions[::2] == ["default", "next-1", "like-1"]
    assert actions[1::2] == ["Open the window", "Next", "Like"]
    assert hints["transient"] == ("b", True)
    assert "image-path" not in hints
    assert shown_ms > 0
    desktop.qtbot.wait(50)
    service.side.tell("ActionInvoked", "us", 99, "next-1")
    service.side.tell("ActionInvoked", "us", 7, "like-1")
    desktop.until(lambda: desktop.pressed == [("like", "One")])
    desktop.show(replace(SONGS[1], track=TrackId(2), liked=True))
    desktop.until(lambda: len(service.notes) == 2)
    assert service.notes[1][1] == 7
    assert service.notes[1][5][::2] == ["default", "next-2"]
    desktop.qtbot.wait(50)
    service.side.tell("ActionInvoked", "us", 7, "like-1")  # of the note before
    service.side.tell("ActionInvoked", "us", 7, "next-2")
    desktop.until(lambda: desktop.pressed[1:] == [("next", "Two")])
    service.side.tell("NotificationClosed", "uu", 7, 2)
    desktop.qtbot.wait(50)
    desktop.show(SONGS[2])
    desktop.until(lambda: len(service.notes) == 3)
    assert service.notes[2][1] == 0
    assert service.asked == 1
    service.side.close()


def test_of_songs_that_come_at_once_the_last_is_told(desktop: Desktop, private_bus: PrivateBus) -> None:
    service = Service(private_bus.address, "body")
    for song in SONGS:
        desktop.show(song)
    desktop.until(lambda: len(service.notes) == 2)
    desktop.qtbot.wait(50)
    assert [(note[1], note[3]) for note in service.notes] == [(0, "One"), (7, "Three")]
    service.side.close()


def test_a_service_that_can_do_little_is_told_little(desktop: Desktop, private_bus: PrivateBus) -> None:
    service = Service(private_bus.address)
    desktop.show(SONGS[0])
    desktop.until(lambda: service.notes)
    assert service.notes[0][3] == "Ann – One"
    assert service.notes[0][5] == []
    signature, (_, height, row_bytes, alpha, bits, channels, pixels) = service.notes[0][6]["image-data"]
    assert (signature, alpha, bits, channels) == ("(iiibiiay)", True, 8, 4)
    assert len(pixels) == row_bytes * height
    assert pixels[:4] == bytes((0x11, 0x22, 0x33, 0xFF))
    service.side.close()
    desktop.qtbot.wait(100)
    another = Service(private_bus.address, "actions", "body", "body-markup")
    desktop.show(replace(SONGS[1], artist="Simon & Ann"))
    desktop.until(lambda: another.notes)
    assert another.notes[0][1] == 0
    assert another.notes[0][3:5] == ("Two", "Simon &amp; Ann\nNumbers")
    another.side.close()


def test_without_a_service_or_a_bus_the_tray_tells(desktop: Desktop, private_bus: PrivateBus) -> None:
    desktop.show(SONGS[0])
    desktop.until(lambda: desktop.balloons == ["One"])
    private_bus.kill()
    desktop.until(lambda: not desktop.bus.there)
    desktop.show(SONGS[1])
    assert desktop.balloons == ["One", "Two"]


def test_a_service_that_does_not_answer_keeps_nobody_waiting(desktop: Desktop, private_bus: PrivateBus) -> None:
    silent = Wayside(private_bus.address, "org.freedesktop.Notifications", "/", lambda *_: None)
    desktop.show(SONGS[0])
    desktop.qtbot.wait(50)
    assert desktop.balloons == []
    silent.close()
    desktop.until(lambda: desktop.balloons == ["One"])


def test_the_program_tells_of_its_songs_with_their_covers(
    private_bus: PrivateBus, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    words.speak("en")
    library = Library(tmp_path / "music", tmp_path)
    library.music.mkdir()
    for name, sound in zip(("a.opus", "b.opus"), MUSIC, strict=False):
        (song := library.music / name).write_bytes(sound.read_bytes())
        put_cover(song, name, 300)
    assert library.run("scan", library.music).code == 0
    service = Service(private_bus.address, "actions", "body")
    program = Program(places_in(tmp_path), "builtin", Settings(notifications=True), silent=True)
    with qtbot.waitSignal(program.bridge.scene, timeout=10_000):
        program.start(())
    program.window.hide()  # it came to the front, for there is no tray here
    assert program.player is not None
    program.player.play_now([library.music / "a.opus", library.music / "b.opus"])
    qtbot.waitUntil(lambda: len(service.notes) == 1, timeout=10_000)
    *_, title, _, actions, hints, _ = service.notes[0]
    assert title == "a.opus"
    picture = hints["image-path"][1]
    assert picture.startswith((tmp_path / "covers").as_uri())
    with qtbot.waitSignal(program.bridge.scene, timeout=5_000, check_params_cb=lambda scene: scene.playing.liked):
        service.side.tell("ActionInvoked", "us", 7, actions[4])
    service.side.tell("ActionInvoked", "us", 7, actions[2])
    qtbot.waitUntil(lambda: len(service.notes) == 2, timeout=10_000)
    assert service.notes[1][1] == 7
    assert service.notes[1][3] == "b.opus"
    assert service.notes[1][6]["image-path"][1] == picture
    program.close()
    service.side.close()
