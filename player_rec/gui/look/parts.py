"""Small widgets the pages are made of, each with its look and its name for a screen reader."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QSlider, QToolButton

from player_rec.gui.look.icons import icon
from player_rec.gui.look.theme import colours


def text(words: str = "", look: str = "", *, wraps: bool = False, right: bool = False) -> QLabel:
    """A text; ``look`` is ``title``, ``heading``, ``quiet`` or nothing."""
    label = QLabel(words)
    label.setObjectName(look)
    label.setWordWrap(wraps)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if right:
        label.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    return label


class Line(QLabel):
    """A text on one line that ends in an ellipsis where there is no room for all of it; pointed at, it tells all."""

    def __init__(self, look: str = "") -> None:
        super().__init__()
        self.setObjectName(look)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def say(self, words: str) -> None:
        """Show another text."""
        self._whole = words
        self.setAccessibleName(words)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


def tool(name: str, words: str, *, stays: bool = False) -> QToolButton:
    """A button that is an icon; one that ``stays`` can be on or off."""
    button = QToolButton()
    button.setCheckable(stays)
    button.setIcon(icon(name, colours().text))
    button.setIconSize(QSize(22, 22))
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button


def push(words: str, look: str = "", *, stays: bool = False) -> QPushButton:
    """A button with words."""
    button = QPushButton(words)
    button.setObjectName(look)
    button.setCheckable(stays)
    return button


def slider(words: str, least: int, most: int, width: int = 0, look: str = "") -> QSlider:
    """A slider from side to side."""
    made = QSlider(Qt.Orientation.Horizontal)
    made.setObjectName(look)
    made.setRange(least, most)
    made.setAccessibleName(words)
    if width:
        made.setFixedWidth(width)
    return made
