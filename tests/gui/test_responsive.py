"""The thread of the window does nothing but show things, however large the library.

Its own processor time between two rests of the event loop is measured, which is the same on a busy machine. What
other threads make it wait is told by ``tests/bench/window.py``.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractEventDispatcher
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from player_rec.app.places import places_in
from player_rec.domain.listening import Dials
from player_rec.gui import words
from player_rec.gui.look import theme
from player_rec.gui.main import Program
from player_rec.gui.window import Page
from tests.bench.window import make
from tests.gui.conftest import PATIENCE_MS

TRACKS, HEARD = 100_000, 2_000
MOST = 7
"""Times a loop of fixed length: 50 ms where that takes 7, and as much more as a machine is slower."""

LOOP = 100_000


class Meter:
    """The longest turn of the event loop, in ms of its thread's processor time."""

    def __init__(self) -> None:
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._rests)
        self._rested_s = time.thread_time()
        self.longest_ms = 0.0

    def _rests(self) -> None:
        now_s = time.thread_time()
        self.longest_ms = max(self.longest_ms, 1000 * (now_s - self._rested_s))
        self._rested_s = now_s


def loop_ms() -> float:
    """How long this processor takes for the loop, at its best."""

    def once() -> float:
        begun_s = time.thread_time()
        sum(number * number for number in range(LOOP))
        return 1000 * (time.thread_time() - begun_s)

    return min(once() for _ in range(7))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large library."""
    folder = tmp_path_factory.mktemp("large")
    make(folder, TRACKS, HEARD)
    return folder


@pytest.fixture
def program(kept: Path, qapp: QApplication) -> Iterator[Program]:
    """The program on it."""
    words.speak("en")
    theme.dress(qapp, "light")
    program = Program(places_in(kept), "builtin", silent=True)
    program.window.show()
    program.start(())
    for page in Page:  # what is seen for the first time is made then, once
        program.window.open(page)
        qapp.processEvents()
    program.window.open(Page.RADIO)
    yield program
    program.close()
    program.window.close()


def test_nothing_holds_the_window_up(program: Program, qtbot: QtBot) -> None:
    window, order = program.window, program.bridge.order

    def until(right: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(right()), timeout=PATIENCE_MS)

    def held(act: Callable[[], object], right: Callable[[], object] = lambda: True) -> float:
        meter.longest_ms = 0.0
        act()
        until(right)
        qtbot.wait(500)
        return meter.longest_ms

    until(lambda: window._scene and window._scene.connected)
    meter, rows = Meter(), window.library._table.model()
    turns = {"the library": held(partial(window.open, Page.LIBRARY), rows.rowCount)}
    for letters in ("s", "so", "song 12", "song 123"):
        turns[f"typing {letters}"] = held(partial(window.library._words.setText, letters))
    window.open(Page.RADIO)
    on = partial(order, lambda wishes: wishes.heart(on=True))
    turns["heart mode"] = held(on, lambda: window._scene and window._scene.heart and window._scene.queue)
    turns["play"] = held(window.bar.go_or_hold, lambda: window._scene and window._scene.playing)
    assert program.player is not None
    turns["a skip"] = held(program.player.next)
    turns["a dial"] = held(partial(order, lambda wishes: wishes.turn(Dials(close_far=1))))
    for page in Page:
        turns[f"the page {page.name}"] = held(partial(window.open, page))
    assert all(turn > 0 for turn in turns.values()), "the meter runs"
    most_ms = MOST * loop_ms()
    assert {what: turn for what, turn in turns.items() if turn > most_ms} == {}
