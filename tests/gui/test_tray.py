"""The icon in a real tray, clicked with a mouse; and screens without one."""

import shutil
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from player_rec.app.places import places_in
from player_rec.app.remote import ask
from player_rec.gui.look.theme import LIGHT
from tests.cli.conftest import Library, scanned  # noqa: F401 - a fixture
from tests.gui.screen import PATIENCE_S, Screen, screen  # noqa: F401 - a fixture

ORANGE = "#d9822b"
HEART, LIKE, NEXT, OPEN, QUIT = 2, 3, 6, -3, -1
"""So many entries of the menu from above, or from below, while a song of the library plays."""


class Started:
    """The real program on a screen."""

    def __init__(self, on: Screen, made: Library, *more: str) -> None:
        self.screen, self._places = on, places_in(made.kept)
        line = [sys.executable, "-m", "player_rec.gui.main", "--library", str(made.kept), "--silent"]
        self._program = on.start(*line, "--theme", "light", "--language", "en", *more)

    def told(self, name: str) -> object:
        """What the radio tells of something."""
        return (ask(self._places, {"do": "status"}) or {}).get(name)

    def choose(self, entry: int) -> None:
        """Choose from the menu of the icon by the keyboard."""
        assert self.screen.icon
        self.screen.click(self.screen.icon, right=True)
        self.screen.until(lambda: self.screen.menu)
        self.screen.press(*["Down" if entry > 0 else "Up"] * abs(entry), "Return")
        self.screen.until(lambda: not self.screen.menu)

    def shut(self) -> None:
        """Close the window."""
        self.screen.until(lambda: self.screen.window)
        self.screen.press("alt+F4")

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._program.poll() is None

    def ended(self) -> int:
        """Wait for its end; returns the code."""
        return self._program.wait(PATIENCE_S)


def shows(on: Screen, colour: str) -> bool:
    """Whether the icon has a colour in it."""
    return on.icon is not None and on.share(on.icon, colour) > 0.03


@pytest.fixture
def mine(scanned: Library, tmp_path: Path) -> Library:  # noqa: F811 - a fixture
    """The scanned music, with a listener of our own."""
    return Library(scanned.music, Path(shutil.copytree(scanned.kept, tmp_path / "kept")))


def test_the_icon_tells_and_is_clicked(screen: Screen, mine: Library) -> None:  # noqa: F811 - a fixture
    first, second = sorted(mine.music.rglob("*.opus"))[:2]
    screen.tray()
    with FileLock(places_in(mine.kept).lock):
        program = Started(screen, mine, str(first), str(second))
        screen.until(lambda: shows(screen, ORANGE))
        assert not shows(screen, LIGHT.accent)
    screen.until(lambda: program.told("playing") == str(first))

    program.shut()
    screen.until(lambda: not screen.window)
    assert program.told("playing"), "it plays on"
    assert screen.icon
    screen.click(screen.icon)
    screen.until(lambda: screen.window)
    program.shut()
    screen.until(lambda: not screen.window)
    program.choose(OPEN)
    screen.until(lambda: screen.window)

    program.choose(HEART)
    screen.until(lambda: program.told("heart"))
    screen.until(lambda: shows(screen, LIGHT.accent))
    program.choose(LIKE)
    screen.until(lambda: mine.run("status", "--json").json["likes"] == 1)
    before = program.told("playing")
    program.choose(NEXT)
    screen.until(lambda: program.told("playing") not in (None, before))
    program.choose(HEART)
    screen.until(lambda: not program.told("heart"))
    screen.until(lambda: not shows(screen, LIGHT.accent))
    screen.until(lambda: not shows(screen, ORANGE))
    program.choose(QUIT)
    assert program.ended() == 0
    screen.until(lambda: not screen.icon)


def test_without_a_tray_the_window_comes_and_its_end_is_the_end(
    screen: Screen,  # noqa: F811 - a fixture
    mine: Library,
) -> None:
    program = Started(screen, mine, "--hidden")
    program.shut()
    assert program.ended() == 0
    assert "no%20tray=true" in (places_in(mine.kept).config / "window.ini").read_text(), "it was said"


def test_a_tray_that_crashes_takes_nothing_with_it(
    screen: Screen,  # noqa: F811 - a fixture
    mine: Library,
) -> None:
    screen.tray()
    program = Started(screen, mine)
    screen.until(lambda: screen.icon and screen.window)
    screen.no_tray()
    screen.until(lambda: not screen.icon)
    screen.tray()
    screen.until(lambda: screen.icon)
    screen.no_tray()
    screen.until(lambda: not screen.icon)
    program.shut()
    assert program.ended() == 0, "there would be no way back"
