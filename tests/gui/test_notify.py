"""A new song is told of while nobody sees the window, with a picture; what is seen is not told."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from player_rec.app.places import places_in
from player_rec.engine.scene import Song
from player_rec.gui.bridge import Bridge
from player_rec.gui.covers import Covers
from player_rec.gui.notify import Notifier
from tests.gui.conftest import NOTHING

FIRST, SECOND, THIRD = (
    replace(NOTHING, playing=Song(None, Path(f"/music/{title}.opus"), title, "Ann", album))
    for title, album in (("One", "Numbers"), ("Two", "Numbers"), ("Three", ""))
)


class Listener:
    """Somebody who may look at the window or not."""

    def __init__(self, folder: Path) -> None:
        self.looks = False
        self.told: list[tuple[str, str]] = []
        self.bridge = Bridge(places_in(folder))
        self.notifier = Notifier(self.bridge, Covers(self.bridge), self.tell, lambda: self.looks, on=True)

    def tell(self, title: str, words: str, picture: QIcon, shown_ms: int) -> None:
        """Be told."""
        assert not picture.isNull()
        assert shown_ms > 0
        self.told.append((title, words))


@pytest.fixture
def listener(qtbot: QtBot, tmp_path: Path) -> Listener:
    return Listener(tmp_path)


def test_only_a_new_song_is_told_of(listener: Listener, qtbot: QtBot) -> None:
    scene = listener.bridge.scene
    scene.emit(FIRST)
    qtbot.wait(900)
    assert listener.told == []
    scene.emit(replace(FIRST, heart=True))
    scene.emit(SECOND)
    scene.emit(replace(SECOND, heart=True))
    qtbot.waitUntil(lambda: listener.told == [("Two", "Ann\nNumbers")], timeout=5_000)
    qtbot.wait(900)
    assert len(listener.told) == 1


def test_who_skips_through_songs_is_told_of_the_last(listener: Listener, qtbot: QtBot) -> None:
    for one in (NOTHING, FIRST, SECOND, THIRD):
        listener.bridge.scene.emit(one)
    qtbot.waitUntil(lambda: len(listener.told) > 0, timeout=5_000)
    assert listener.told == [("Three", "Ann")]


def test_who_looks_at_the_window_or_does_not_want_it_is_told_nothing(listener: Listener, qtbot: QtBot) -> None:
    listener.looks = True
    listener.bridge.scene.emit(FIRST)
    listener.bridge.scene.emit(SECOND)
    listener.looks, listener.notifier.on = False, False
    listener.bridge.scene.emit(THIRD)
    listener.bridge.scene.emit(NOTHING)
    qtbot.wait(900)
    assert listener.told == []
