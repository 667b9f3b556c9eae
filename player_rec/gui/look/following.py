"""Light or dark as the desktop has it, or as the listener wants it, from one moment to the next."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from player_rec.gui.look.redress import redress


class Look(QObject):
    """Dresses the program anew whenever another theme is due; ``changed`` tells that it did.

    Args:
        app: the program.
        fixed: ``light`` or ``dark`` whatever the desktop has; empty to follow it.
    """

    changed = Signal()

    def __init__(self, app: QApplication, fixed: str = "") -> None:
        super().__init__()
        self._app, self._fixed, self._portal = app, fixed, ""
        app.styleHints().colorSchemeChanged.connect(self._follow)

    def fix(self, scheme: str) -> None:
        """Another choice of the listener: ``light``, ``dark``, or empty to follow the desktop."""
        self._fixed = scheme
        self._follow()

    def take(self, scheme: str) -> None:
        """What the desktop's portal says, which goes before what Qt makes of the desktop; empty for nothing."""
        self._portal = scheme
        self._follow()

    def _follow(self) -> None:
        dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if redress(self._app, self._fixed or self._portal or ("dark" if dark else "light")):
            self.changed.emit()
