"""The two boxes that say whether the program starts with the desktop. What the desktop was told is the only truth."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.entry import Autostart, Homes, autostart, set_autostart
from player_rec.gui.look.theme import GAP
from player_rec.gui.words import say


class AutostartBoxes(QWidget):
    """``failed`` tells why the desktop could be neither asked nor told.

    Args:
        bridge: to the thread that reads and writes.
        where: where the desktop looks for programs to start.
        start: the command that starts this one.
    """

    failed = Signal(str)

    def __init__(self, bridge: Bridge, where: Homes, start: Sequence[str]) -> None:
        super().__init__()
        self._bridge, self._where, self._start = bridge, where, start
        self._known = Autostart(on=False)
        self.on = QCheckBox(say("Start with the desktop"))
        self.hidden = QCheckBox(say("without a window, in the tray"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP * 3 // 4)
        column.addWidget(self.on)
        column.addWidget(self.hidden)
        for box in (self.on, self.hidden):
            box.clicked.connect(self._want)
        self._show(self._known)

    def look(self) -> None:
        """Ask the desktop."""
        self._bridge.ask(lambda _: _tried(lambda: autostart(self._where)), self._show)

    def _want(self) -> None:
        wanted = Autostart(self.on.isChecked(), self.hidden.isChecked())

        def obey() -> Autostart:
            set_autostart(self._where, wanted, self._start)
            return wanted

        self._bridge.ask(lambda _: _tried(obey), self._show)

    def _show(self, told: Autostart | OSError) -> None:
        if isinstance(told, OSError):
            self.failed.emit(str(told))
        else:
            self._known = told
        self.on.setChecked(self._known.on)
        self.hidden.setChecked(self._known.hidden)
        self.hidden.setEnabled(self._known.on)


def _tried(deed: Callable[[], Autostart]) -> Autostart | OSError:
    """On the thread that reads, which no error of the disk may end."""
    try:
        return deed()
    except OSError as error:
        return error
