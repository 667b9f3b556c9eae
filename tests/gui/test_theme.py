"""Light or dark as the desktop has it, while the program runs; icons, too."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from player_rec.app.settings import Settings
from player_rec.gui.desktop.bus import Bus
from player_rec.gui.desktop.bus.portal import Portal
from player_rec.gui.look import theme
from player_rec.gui.look.following import Look
from player_rec.gui.look.icons import badge, icon
from player_rec.gui.look.parts import tool
from tests.gui.conftest import Desk
from tests.gui.private_bus import PrivateBus
from tests.gui.wayside import Reply, Wayside

NONE, DARK, LIGHT = 0, 1, 2
KEY = ("org.freedesktop.appearance", "color-scheme")


class Settled:
    """The settings of a desktop, as its portal tells them; one of version 1 does not know ReadOne."""

    def __init__(self, address: str, scheme: int, *, version: int = 2) -> None:
        self.scheme, self._version = scheme, version
        name, path = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
        self._side = Wayside(address, name, path, self._serve)

    def _serve(self, method: str, given: Sequence[Any]) -> Reply:
        if tuple(given) != KEY:
            return "org.freedesktop.portal.Error.NotFound"
        if method == "ReadOne" and self._version >= 2:
            return "v", (("u", self.scheme),)
        return ("v", (("v", ("u", self.scheme)),)) if method == "Read" else "org.freedesktop.DBus.Error.UnknownMethod"

    def change(self, scheme: int) -> None:
        """The listener changes the theme of the desktop."""
        self.scheme = scheme
        self._side.tell("SettingChanged", "ssv", "org.gnome.desktop.interface", "clock-format", ("s", "24h"))
        self._side.tell("SettingChanged", "ssv", *KEY, ("u", scheme))

    def close(self) -> None:
        """Leave."""
        self._side.close()


class Screen:
    """The program's looks, and the bus over which it hears of those of the desktop."""

    def __init__(self, qtbot: QtBot, app: QApplication) -> None:
        self.qtbot, self.bus = qtbot, Bus()
        theme.dress(app, "light")
        self.look = Look(app)
        self.changes = 0
        self.look.changed.connect(self.count)
        self.portal = Portal(self.bus, self.look.take)

    def count(self) -> None:
        """It changed."""
        self.changes += 1

    def until(self, colours: theme.Colours) -> None:
        """Wait for a theme."""
        self.qtbot.waitUntil(lambda: theme.colours() is colours, timeout=5_000)


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication) -> Iterator[Screen]:
    made = Screen(qtbot, qapp)
    yield made
    made.bus.close()
    theme.dress(qapp, "light")


@pytest.mark.parametrize("version", [1, 2])
def test_the_theme_of_the_desktop_is_followed_while_the_program_runs(
    screen: Screen, private_bus: PrivateBus, version: int
) -> None:
    desktop = Settled(private_bus.address, DARK, version=version)
    screen.bus.start()
    screen.until(theme.DARK)
    desktop.change(LIGHT)
    screen.until(theme.LIGHT)
    desktop.change(DARK)
    screen.until(theme.DARK)
    desktop.change(NONE)  # and Qt knows of none here
    screen.until(theme.LIGHT)
    assert screen.changes == 4
    desktop.close()


def test_the_window_comes_in_the_theme_of_the_desktop(screen: Screen, private_bus: PrivateBus) -> None:
    desktop = Settled(private_bus.address, DARK)
    screen.bus.start()
    screen.portal.wait(5_000)
    assert theme.colours() is theme.DARK
    desktop.close()
    began_s = time.monotonic()
    screen.portal.wait(100)
    assert time.monotonic() - began_s < 1.0


def test_a_theme_that_was_chosen_stays(screen: Screen, private_bus: PrivateBus) -> None:
    screen.look.fix("dark")
    desktop = Settled(private_bus.address, LIGHT)
    screen.bus.start()
    screen.qtbot.wait(200)
    desktop.change(LIGHT)
    screen.qtbot.wait(100)
    assert theme.colours() is theme.DARK
    screen.look.fix("")
    assert theme.colours() is theme.LIGHT
    screen.look.fix("light")
    desktop.change(DARK)
    screen.qtbot.wait(100)
    assert theme.colours() is theme.LIGHT
    desktop.close()


def test_the_desktop_is_asked_again_when_the_bus_came_back(screen: Screen, private_bus: PrivateBus) -> None:
    before = Settled(private_bus.address, LIGHT)
    screen.bus.start()
    screen.qtbot.waitUntil(lambda: screen.bus.there, timeout=5_000)
    private_bus.kill()
    before.close()
    screen.qtbot.waitUntil(lambda: not screen.bus.there, timeout=5_000)
    private_bus.start()
    desktop = Settled(private_bus.address, DARK)
    screen.until(theme.DARK)
    desktop.close()


def test_whatever_is_drawn_in_one_colour_is_drawn_anew(screen: Screen, qapp: QApplication) -> None:
    button, sign, line, plain = tool("next", "Next"), QLabel(), QLineEdit(), QLabel()
    for widget in (button, sign, line, plain):
        screen.qtbot.addWidget(widget)
    sign.setPixmap(icon("volume", theme.LIGHT.quiet).pixmap(18, 18))
    line.addAction(icon("search", theme.LIGHT.quiet), QLineEdit.ActionPosition.LeadingPosition)
    cover = icon("heart", "#123456").pixmap(64, 64)
    plain.setPixmap(cover)
    screen.look.fix("dark")
    assert button.icon().cacheKey() == icon("next", theme.DARK.text).cacheKey()
    assert same(sign, icon("volume", theme.DARK.quiet).pixmap(18, 18).toImage())
    action: QAction = line.actions()[0]
    assert action.icon().cacheKey() == icon("search", theme.DARK.quiet).cacheKey()
    assert same(plain, cover.toImage())
    heart = badge(theme.DARK.accent, full=True).pixmap(32, 32).toImage()
    assert qapp.windowIcon().pixmap(32, 32).toImage() == heart


def same(label: QLabel, picture: QImage) -> bool:
    """Whether a label shows a picture."""
    return bool(label.pixmap().toImage() == picture)


def test_the_whole_window_changes_with_the_settings_and_the_desktop(private_bus: PrivateBus, desk: Desk) -> None:
    program = desk.program
    desktop = Settled(private_bus.address, LIGHT)
    desk.until(lambda: program.desktop and program.desktop.bus.there)
    desktop.change(DARK)
    desk.until(lambda: theme.colours() is theme.DARK)
    program.window.settings.changed.emit(Settings(theme="light"))
    assert theme.colours() is theme.LIGHT
    program.window.settings.changed.emit(Settings(theme=""))
    assert theme.colours() is theme.DARK
    grey = program.window.grab().toImage().pixelColor(2, 2).lightness()
    assert grey < 128
    desktop.change(LIGHT)
    desk.until(lambda: theme.colours() is theme.LIGHT)
    assert program.window.grab().toImage().pixelColor(2, 2).lightness() > 128
    desktop.close()
