"""The real window over a real library and the real player, which plays to nobody."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableView, QWidget
from pytestqt.qtbot import QtBot

from player_rec.app.places import places_in
from player_rec.domain.listening import Dials
from player_rec.engine.scene import Scene
from player_rec.gui import words
from player_rec.gui.look import theme
from player_rec.gui.main import Program
from tests.cli.conftest import Library, library, scanned  # noqa: F401 - fixtures
from tests.gui.private_bus import private_bus  # noqa: F401 - a fixture
from tests.gui.stage import stage  # noqa: F401 - a fixture

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PATIENCE_MS = 30_000
NOTHING = Scene("", False, "", False, None, False, (), None, None, (), 0, True, Dials(), True)


class Desk:
    """A person in front of the window."""

    def __init__(self, qtbot: QtBot, made: Library) -> None:
        self.qtbot, self.library = qtbot, made
        self.program = self.start()

    def start(self) -> Program:
        """Start the program where it was left."""
        self.program = Program(places_in(self.library.kept), "builtin", silent=True)
        self.program.window.show()
        self.program.start(())
        return self.program

    def quit(self) -> None:
        """Quit it."""
        self.program.close()
        self.program.window.close()

    def until(self, right: Callable[[], object]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(lambda: bool(right()), timeout=PATIENCE_MS)

    def click(self, button: QWidget) -> None:
        """Press a button."""
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]  # it has no types

    def type(self, where: QWidget, words: str) -> None:
        """Type something."""
        self.qtbot.keyClicks(where, words)  # type: ignore[no-untyped-call]  # it has no types

    def rows_of(self, page: QWidget | None) -> int:
        """How many rows the table of a page has."""
        table = page.findChild(QTableView) if page else None
        return table.model().rowCount() if isinstance(table, QTableView) else 0

    @property
    def scene(self) -> Scene:
        """What the window was told last."""
        return self.program.window._scene or NOTHING

    @property
    def songs(self) -> list[Path]:
        """The demo songs."""
        return sorted(self.library.music.rglob("*.opus"))


@pytest.fixture
def desk(qtbot: QtBot, library: Callable[[], Library], qapp: QApplication) -> Iterator[Desk]:  # noqa: F811 - a fixture
    words.speak("en")
    theme.dress(qapp, "light")
    made = library()
    assert made.run("scan", made.music).code == 0
    person = Desk(qtbot, made)
    yield person
    person.quit()
