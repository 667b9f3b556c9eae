"""Settings turned in the real page over a real settings file and the real player."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from player_rec.app.places import places_in
from player_rec.app.settings import Settings, read_settings
from player_rec.gui import words
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.entry import Autostart, Homes, autostart
from player_rec.gui.look import theme
from player_rec.gui.pages.settings import SettingsPage
from player_rec.players.builtin.gain import GainMode, GainSettings
from player_rec.players.builtin.output import open_silent_output
from player_rec.players.builtin.player import BuiltinPlayer

BEFORE = "# my settings\nahead = 4  # songs\nlanguage = 'en'\n"


class Person:
    """Somebody in front of the page."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.places = qtbot, places_in(folder / "kept")
        self.where = Homes(folder / "config", folder / "data")
        self.places.settings.parent.mkdir()
        self.places.settings.write_text(BEFORE)
        self.player = BuiltinPlayer(open_silent_output)
        self.bridge = Bridge(self.places, self.player)
        self.bridge.brain.start()
        self.page = SettingsPage(self.bridge, self.player, self.where, ["/usr/bin/player-rec-tray"])
        self.told: list[Settings] = []
        self.page.changed.connect(self.told.append)
        self.look()

    def look(self) -> None:
        """Open the page and wait until it shows the file."""
        self.page.show()
        self.until(self.page._body.isEnabled)

    def until(self, right: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(right, timeout=15_000)

    def text(self) -> str:
        """The file."""
        return self.places.settings.read_text()

    def choose(self, where: QComboBox, steps: int) -> None:
        """Go down a list with the arrow keys."""
        for _ in range(steps):
            self.qtbot.keyClick(where, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]  # it has no types

    def type(self, where: QWidget, said: str) -> None:
        """Type over what stands there."""
        where.setFocus()
        if isinstance(where, QSpinBox):
            where.selectAll()
        self.qtbot.keyClicks(where, said)  # type: ignore[no-untyped-call]  # it has no types
        self.qtbot.keyClick(where, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]  # it has no types


@pytest.fixture
def person(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> Iterator[Person]:
    words.speak("en")
    theme.dress(qapp, "light")
    made = Person(qtbot, tmp_path)
    yield made
    made.page.close()
    made.bridge.brain.close()
    made.player.quit()
    theme.dress(qapp, "light")


def test_the_page_shows_the_file_and_writes_nothing_of_itself(person: Person) -> None:
    page = person.page
    assert page._ahead.value() == 4
    assert page._steady.value() == 2
    assert page._language.currentData() == "en"
    assert page._gain.currentData() == "album"
    assert not page._later.isVisible()
    person.qtbot.wait(400)
    assert person.text() == BEFORE


def test_what_can_hold_at_once_does(person: Person) -> None:
    page = person.page
    page._gain.setFocus()
    person.qtbot.keyClick(page._gain, Qt.Key.Key_Up)  # type: ignore[no-untyped-call]  # it has no types
    page._pre_amp.stepBy(-4)
    page._notifications.click()
    page._battery.click()
    person.until(lambda: person.player._deck.gain == GainSettings(GainMode.TRACK, -2.0))
    settings = read_settings(person.places.settings)
    assert (settings.replay_gain, settings.pre_amp_db) == ("track", -2.0)
    assert settings.notifications
    assert settings.analyse_on_battery
    assert person.text().startswith(BEFORE)
    assert person.told[-1] == settings
    assert not page._later.isVisible()


def test_what_holds_later_says_so(person: Person) -> None:
    page = person.page
    person.type(page._ahead, "1")
    person.choose(page._language, 1)
    person.until(page._later.isVisible)
    assert page._later.text() == "From the next start on: Language"
    assert person.text() == '# my settings\nahead = 1  # songs\nlanguage = "zh"\nsteady = 1\n'
    assert page._steady.maximum() == 1


def test_another_theme_is_told_at_once(person: Person) -> None:
    person.choose(person.page._theme, 2)
    person.until(lambda: person.told[-1].theme == "dark")
    assert 'theme = "dark"' in person.text()


def test_a_device_that_is_gone_is_still_shown(person: Person) -> None:
    person.page.hide()
    person.places.settings.write_text("device = 'Kitchen'\n")
    person.look()
    person.until(lambda: person.page._device.currentText() == "Kitchen (not there)")
    assert person.player.now().device == "Kitchen"
    person.qtbot.wait(300)  # the list of those there comes later
    assert person.page._device.currentData() == "Kitchen"
    person.qtbot.keyClick(person.page._device, Qt.Key.Key_Home)  # type: ignore[no-untyped-call]  # it has no types
    person.until(lambda: person.player.now().device == "")
    assert person.text() == 'device = ""\n'


def test_a_file_that_cannot_be_read_is_named_and_left(person: Person) -> None:
    person.places.settings.write_text("ahead = many\n")
    person.page._notifications.click()
    person.until(person.page._trouble.isVisible)
    assert "settings.toml" in person.page._trouble.text()
    assert person.text() == "ahead = many\n"
    assert not person.page._notifications.isChecked()
    person.places.settings.write_text("ahead = 3\n")
    person.page._notifications.click()
    person.until(lambda: person.text() == "ahead = 3\nnotifications = true\n")
    person.until(lambda: not person.page._trouble.isVisible())


def test_leaving_the_page_keeps_what_was_just_changed(person: Person) -> None:
    person.page._hours.setValue(6)
    person.page.hide()
    person.until(lambda: read_settings(person.places.settings).repeat_hours == 6)


def test_the_program_starts_with_the_desktop(person: Person) -> None:
    boxes = person.page._autostart
    assert not boxes.hidden.isEnabled()
    boxes.on.click()
    person.until(lambda: autostart(person.where) == Autostart(on=True, hidden=True))
    person.until(boxes.hidden.isEnabled)
    boxes.hidden.click()
    person.until(lambda: autostart(person.where) == Autostart(on=True, hidden=False))
    boxes.on.click()
    person.until(lambda: not person.where.autostart.exists())


def test_a_desktop_that_cannot_be_told_is_named(person: Person) -> None:
    person.where.config.write_text("a file where a folder should be")
    person.page._autostart.on.click()
    person.until(person.page._trouble.isVisible)
    assert not person.page._autostart.on.isChecked()


def test_scrolling_over_a_number_does_not_turn_it(person: Person) -> None:
    number = person.page._ahead
    number.clearFocus()
    at = QPointF(number.rect().center())
    turn = QWheelEvent(
        at, number.mapToGlobal(at), QPoint(0, 0), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(number, turn)
    assert number.value() == 4


def test_everything_has_a_name_for_a_screen_reader(person: Person) -> None:
    for kind in (QComboBox, QSpinBox):
        for widget in person.page.findChildren(kind):
            assert widget.accessibleName()
    assert any(label.text() == "Settings" for label in person.page.findChildren(QLabel))
