"""The page of settings. A change is kept in the settings file at once, and holds at once where it can."""

import sys
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from player_rec.app.build import App
from player_rec.app.settings import Settings, read_settings, write_settings
from player_rec.domain.errors import BadSettings
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.entry import Homes
from player_rec.gui.look.parts import text
from player_rec.gui.look.theme import GAP
from player_rec.gui.pages.autostart_boxes import AutostartBoxes
from player_rec.gui.words import say
from player_rec.players.builtin.output import output_devices
from player_rec.players.builtin.player import BuiltinPlayer

_SETTLE_MS: Final = 250
"""What is being turned is kept when it rests for so long."""

_WIDEST: Final = 640


class SettingsPage(QWidget):
    """Shows what the settings file says. ``changed`` tells the ``Settings`` that hold now.

    Args:
        bridge: to the thread that reads and writes.
        player: the built-in one, whose sound can be set; None where another is followed.
        where: where the desktop looks for programs to start.
        start: the command that starts this one.
    """

    changed = Signal(object)

    def __init__(self, bridge: Bridge, player: BuiltinPlayer | None, where: Homes, start: Sequence[str]) -> None:
        super().__init__()
        self._bridge, self._player = bridge, player
        self._began: Settings | None = None
        self._settings: Settings | None = None
        self._wanted: dict[str, object] = {}
        self._filling = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._write)
        self._trouble, self._later = text("", wraps=True), text("", "quiet", wraps=True)
        self._language = _choice(
            (say("As the system has it"), ""), ("English", "en"), ("简体中文", "zh")
        )  # each in its own words, for whoever cannot read the others
        self._theme = _choice((say("As the desktop has it"), ""), (say("Light"), "light"), (say("Dark"), "dark"))
        self._notifications = QCheckBox(say("Tell of a new song while the window is not seen"))
        self._autostart = AutostartBoxes(bridge, where, start)
        self._autostart.failed.connect(self._tell)
        self._gain = _choice((say("Off"), "off"), (say("Song by song"), "track"), (say("Album by album"), "album"))
        self._pre_amp = _decimal(-15, 15, 0.5, " dB")
        self._device = _choice((say("The default device"), ""))
        self._ahead, self._steady = QSpinBox(), QSpinBox()
        for number in (self._ahead, self._steady):
            number.setKeyboardTracking(False)
            number.lineEdit().setTextMargins(GAP // 2, 0, 0, 0)
        self._ahead.setRange(1, 100)
        self._steady.setRange(0, 100)
        self._hours = _decimal(0, 1_000_000, 1, " h")
        self._battery = QCheckBox(say("Analyse on battery, too"))
        self._body = QWidget()
        self._arrange()
        self._connect()
        self._body.setEnabled(False)

    def _arrange(self) -> None:
        column = QVBoxLayout(self._body)
        column.setContentsMargins(GAP + 8, GAP + 8, GAP + 8, GAP)
        column.setSpacing(GAP)
        column.addWidget(text(say("Settings"), "title"))
        column.addWidget(self._trouble)
        column.addWidget(self._later)
        form = QFormLayout()
        form.setHorizontalSpacing(GAP)
        form.setVerticalSpacing(GAP // 2)
        column.addLayout(form)
        window = ((say("Language"), self._language), (say("Theme"), self._theme), ("", self._notifications))
        self._section(form, say("Window"), *window)
        if sys.platform == "linux":
            form.addRow("", self._autostart)
        if self._player is not None:
            sound = (
                (say("ReplayGain"), self._gain),
                (say("Pre-amplification"), self._pre_amp),
                (say("Sound device"), self._device),
            )
            self._section(form, say("Sound"), *sound)
        radio = (
            (say("Songs kept in the queue"), self._ahead),
            (say("of these stay as they are"), self._steady),
            (say("No song comes back for"), self._hours),
            ("", self._battery),
        )
        self._section(form, say("Heart mode"), *radio)
        column.addStretch()
        self._body.setMaximumWidth(_WIDEST)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self._body)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(area)
        self._trouble.hide()
        self._later.hide()

    def _section(self, form: QFormLayout, heading: str, *rows: tuple[str, QWidget]) -> None:
        title = text(heading, "heading")
        title.setContentsMargins(0, GAP // 2, 0, 0)
        form.addRow(title)
        for words, widget in rows:
            label = text(words)
            label.setBuddy(widget)
            label.setMinimumHeight(widget.sizeHint().height())  # in the middle of what it names
            form.addRow(label, widget)
            if words:
                widget.setAccessibleName(words)
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            widget.installEventFilter(self)

    def _connect(self) -> None:
        for name, choice in (
            ("language", self._language),
            ("theme", self._theme),
            ("replay_gain", self._gain),
            ("device", self._device),
        ):
            choice.currentIndexChanged.connect(lambda _, name=name, of=choice: self._want(name, of.currentData()))
        self._ahead.valueChanged.connect(self._steady.setMaximum)
        for name, number in (("ahead", self._ahead), ("steady", self._steady)):
            number.valueChanged.connect(lambda value, name=name: self._want(name, value))
        for name, decimal in (("pre_amp_db", self._pre_amp), ("repeat_hours", self._hours)):
            decimal.valueChanged.connect(lambda value, name=name: self._want(name, value))
        for name, box in (("notifications", self._notifications), ("analyse_on_battery", self._battery)):
            box.toggled.connect(lambda on, name=name: self._want(name, on))
        if app := QApplication.instance():
            app.aboutToQuit.connect(self._hurry)

    def showEvent(self, event: QShowEvent) -> None:
        """Seen again, it shows how things are now."""
        super().showEvent(event)
        self._bridge.ask(_read, self._show)
        self._autostart.look()
        if self._player is not None:
            self._bridge.ask(lambda _: [device.name for device in output_devices()], self._show_devices)

    def hideEvent(self, event: QHideEvent) -> None:
        """What was changed is kept before anybody can miss it."""
        super().hideEvent(event)
        self._hurry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Who scrolls over a number does not mean to change it."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _want(self, name: str, value: object) -> None:
        if not self._filling:
            self._wanted[name] = value
            self._settle.start()

    def _hurry(self) -> None:
        if self._settle.isActive():
            self._settle.stop()
            self._write()

    def _write(self) -> None:
        wanted, self._wanted = self._wanted, {}
        self._bridge.ask(lambda app: _written(app, wanted), self._show)

    def _show(self, told: Settings | BadSettings) -> None:
        """Take in what the file says, or why it could be neither read nor written."""
        if isinstance(told, BadSettings):
            self._tell(str(told))
        else:
            self._tell("")
            self._apply(told)
        if self._settings is not None and not self._wanted:
            self._fill(self._settings)
        self._body.setEnabled(self._settings is not None)

    def _tell(self, trouble: str) -> None:
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))

    def _fill(self, settings: Settings) -> None:
        self._filling = True
        _choose(self._language, settings.language[:2].lower())
        _choose(self._theme, settings.theme)
        _choose(self._gain, settings.replay_gain)
        if self._device.findData(settings.device) < 0:
            self._device.addItem(say("{device} (not there)", device=settings.device), settings.device)
        _choose(self._device, settings.device)
        self._pre_amp.setValue(settings.pre_amp_db)
        self._ahead.setValue(settings.ahead)
        self._steady.setMaximum(settings.ahead)
        self._steady.setValue(settings.steady)
        self._hours.setValue(settings.repeat_hours)
        self._battery.setChecked(settings.analyse_on_battery)
        self._notifications.setChecked(settings.notifications)
        self._filling = False

    def _apply(self, settings: Settings) -> None:
        """Let hold what can hold now."""
        before, self._settings = self._settings, settings
        self._began = self._began or settings
        if self._player is not None:
            self._player.set_gain(settings.gain)
            if self._player.now().device != settings.device:
                self._player.use_device(settings.device)
        if before is not None and before.analyse_on_battery != settings.analyse_on_battery:
            self._bridge.brain.watch_anew()
        later = _from_next_start(self._began, settings)
        self._later.setText(say("From the next start on: {settings}", settings=", ".join(later)))
        self._later.setVisible(bool(later))
        if before != settings:
            self.changed.emit(settings)

    def _show_devices(self, names: list[str]) -> None:
        self._filling = True
        chosen = self._device.currentData()
        self._device.clear()
        for words, name in ((say("The default device"), ""), *((name, name) for name in dict.fromkeys(names))):
            self._device.addItem(words, name)
        if chosen and chosen not in names:
            self._device.addItem(say("{device} (not there)", device=chosen), chosen)
        _choose(self._device, chosen)
        self._filling = False


def _from_next_start(began: Settings, now: Settings) -> list[str]:
    """What the program does not hold to yet, in words."""
    words = {
        "language": say("Language"),
    }
    return [said for name, said in words.items() if getattr(began, name) != getattr(now, name)]


def _read(app: App) -> Settings | BadSettings:
    """On the thread that reads."""
    try:
        return read_settings(app.places.settings)
    except BadSettings as error:
        return error


def _written(app: App, wanted: dict[str, object]) -> Settings | BadSettings:
    try:
        return write_settings(app.places.settings, wanted)
    except BadSettings as error:
        return error


def _choice(*choices: tuple[str, str]) -> QComboBox:
    """A choice of one, each by its words and its value."""
    made = QComboBox()
    for words, value in choices:
        made.addItem(words, value)
    return made


def _choose(choice: QComboBox, value: Any) -> None:
    choice.setCurrentIndex(max(0, choice.findData(value)))


def _decimal(least: float, most: float, step: float, unit: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(least, most)
    made.setSingleStep(step)
    made.setDecimals(1)
    made.setSuffix(unit)
    made.setKeyboardTracking(False)
    made.lineEdit().setTextMargins(GAP // 2, 0, 0, 0)
    return made
