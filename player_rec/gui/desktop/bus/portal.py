"""Whether the desktop is light or dark, by the settings portal: freedesktop's appearance, versions 1 and 2."""

from collections.abc import Callable
from typing import Any, Final

from jeepney import DBusAddress, MatchRule
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from player_rec.gui.desktop.bus.bus import Answer, Bus, Refused

_NAME: Final = "org.freedesktop.portal.Desktop"
_SETTINGS: Final = "org.freedesktop.portal.Settings"
_APPEARANCE: Final = ("org.freedesktop.appearance", "color-scheme")
_PORTAL: Final = DBusAddress("/org/freedesktop/portal/desktop", bus_name=_NAME, interface=_SETTINGS)
_SCHEMES: Final = {1: "dark", 2: "light"}


class Portal(QObject):
    """Asks whenever the bus came, and listens; ``tell`` is told ``dark``, ``light``, or nothing for no preference."""

    _answered = Signal()

    def __init__(self, bus: Bus, tell: Callable[[str], object]) -> None:
        super().__init__()
        self._bus, self._tell = bus, tell
        changed = MatchRule(type="signal", sender=_NAME, interface=_SETTINGS, member="SettingChanged")
        changed.add_arg_condition(0, _APPEARANCE[0])
        bus.hear(changed, self._changed)
        bus.came.connect(self._ask)

    def wait(self, most_ms: int) -> None:
        """Let the program go on, but not return from here before there is an answer, or so long."""
        loop = QEventLoop()
        self._answered.connect(loop.quit)
        QTimer.singleShot(most_ms, loop.quit)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def _ask(self) -> None:
        self._bus.call(_PORTAL, "ReadOne", "ss", _APPEARANCE, self._read)

    def _read(self, answer: Answer | Refused) -> None:
        if isinstance(answer, Refused) and answer.name.endswith(".UnknownMethod"):  # of version 1
            self._bus.call(_PORTAL, "Read", "ss", _APPEARANCE, self._take)
        else:
            self._take(answer)

    def _take(self, answer: Answer | Refused) -> None:
        if not isinstance(answer, Refused):
            self._tell(_scheme(answer[0]))
        self._answered.emit()

    def _changed(self, held: Answer) -> None:
        if held[:2] == _APPEARANCE:
            self._tell(_scheme(held[2]))


def _scheme(value: Any) -> str:
    """What a value says, in however many variants it is wrapped."""
    while isinstance(value, tuple):
        value = value[1]
    return _SCHEMES.get(value, "") if isinstance(value, int) else ""
