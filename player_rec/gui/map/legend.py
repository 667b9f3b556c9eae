"""What the colours of the map mean."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from player_rec.gui.look.theme import colours
from player_rec.gui.map.colouring import Coloured

_HIGH, _DOT, _GAP, _RAMP = 26, 10, 18, 150


class Legend(QWidget):
    """A scale with its ends, or dots with their names, on one line; names that do not fit are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._coloured: Coloured | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as may be."""
        return QSize(300, _HIGH)

    def show_colours(self, coloured: Coloured) -> None:
        """Explain other colours."""
        self._coloured = coloured
        told = [name for _, name in coloured.names]
        self.setAccessibleName(" – ".join(coloured.ends) if coloured.ramp else "")
        self.setAccessibleDescription(", ".join(told))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        if self._coloured is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        if self._coloured.ramp:
            left = self._draw_ramp(painter, self._coloured)
        for colour, name in self._coloured.names:
            width = painter.fontMetrics().horizontalAdvance(name)
            if left + _DOT + 6 + width > self.width():
                break
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QRectF(left, (_HIGH - _DOT) / 2, _DOT, _DOT))
            left = self._write(painter, left + _DOT + 6, name) + _GAP
        painter.end()

    def _draw_ramp(self, painter: QPainter, coloured: Coloured) -> float:
        left = self._write(painter, 0, coloured.ends[0]) + 8
        shading = QLinearGradient(left, 0, left + _RAMP, 0)
        for place, shade in enumerate(coloured.ramp):
            shading.setColorAt(place / (len(coloured.ramp) - 1), QColor(shade))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shading)
        painter.drawRoundedRect(QRectF(left, (_HIGH - _DOT) / 2, _RAMP, _DOT), _DOT / 2, _DOT / 2)
        return self._write(painter, left + _RAMP + 8, coloured.ends[1]) + _GAP + 6

    def _write(self, painter: QPainter, left: float, words: str) -> float:
        width = painter.fontMetrics().horizontalAdvance(words)
        painter.setPen(QColor(colours().quiet))
        painter.drawText(QRectF(left, 0, width + 2, _HIGH), Qt.AlignmentFlag.AlignVCenter, words)
        return left + width
