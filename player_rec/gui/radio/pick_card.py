"""The card of a pick: why it is there, in a sentence and in every part of its score."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from player_rec.engine.scene import Scene, Waiting
from player_rec.gui.look.parts import text, tool
from player_rec.gui.look.theme import GAP, colours
from player_rec.gui.radio.queue_model import closing, numbers, reason, weighed
from player_rec.gui.words import say

_WIDTH: Final = 300
_ROW, _BAR, _NUMBER = 26, 8, 52


class PickCard(QFrame):
    """Hidden until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("note")
        self.setFixedWidth(_WIDTH)
        self._told: Waiting | None = None
        self._song, self._why = text("", "heading", wraps=True), text("", wraps=True)
        self._parts = _Bars()
        self._more = text("", "quiet", wraps=True)
        close = tool("remove", say("Close"))
        close.clicked.connect(self.close)
        QShortcut(QKeySequence("Esc"), self, self.close, context=Qt.ShortcutContext.WindowShortcut)
        top = QHBoxLayout()
        top.addWidget(self._song, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, 10, 10, GAP)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self._why)
        column.addWidget(self._parts)
        column.addWidget(self._more)
        column.addStretch()
        self.hide()

    def open(self, waiting: Waiting) -> None:
        """Tell of an entry."""
        self._told = waiting
        self._song.setText(waiting.song.label)
        self._why.setText(reason(waiting))
        self._parts.show_parts(weighed(waiting))
        self._parts.setAccessibleName(numbers(waiting))
        self._more.setText("\n".join(_more(waiting)))
        self._more.setVisible(bool(self._more.text()))
        self.show()

    def forget(self, scene: Scene) -> None:
        """Take in how things stand: the entry that is told of may have gone, or be another's now."""
        if self._told is None or not self.isVisible():
            return
        still = next((waiting for waiting in scene.queue if waiting.item.key == self._told.item.key), None)
        if still is None:
            self.close()
        elif still != self._told:
            self.open(still)

    def close(self) -> bool:
        """Be hidden again."""
        self.hide()
        self._told = None
        return True


class _Bars(QWidget):
    """A bar for each part, to the right where it speaks for the song and to the left where it speaks against it."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[tuple[str, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: list[tuple[str, float]]) -> None:
        """Draw others."""
        self._parts = parts
        self.setVisible(bool(parts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as there are parts."""
        return QSize(_WIDTH - 2 * GAP, _ROW * len(self._parts))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a row for each."""
        of, painter = colours(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = max((painter.fontMetrics().horizontalAdvance(say(name)) for name, _ in self._parts), default=0) + 12
        least = min([0.0, *(value for _, value in self._parts)])
        most = max([0.0, *(value for _, value in self._parts)])
        room = max(1, self.width() - names - _NUMBER)
        scale = room / ((most - least) or 1.0)
        zero = names - least * scale
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for row, (name, value) in enumerate(self._parts):
            top = row * _ROW
            begin = min(zero, zero + value * scale)
            bar = QRect(round(begin), top + (_ROW - _BAR) // 2, max(2, round(abs(value) * scale)), _BAR)
            label = QRect(0, top, names, _ROW)
            number = QRect(self.width() - _NUMBER, top, _NUMBER, _ROW)
            if rtl:
                bar, label, number = (self._mirrored(box) for box in (bar, label, number))
            painter.setPen(QColor(of.quiet))
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, say(name))
            painter.setPen(QColor(of.text))
            painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, f"{value:+.2f}")
            if f"{abs(value):.2f}" == "0.00":
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(of.accent if value >= 0 else of.quiet))
            painter.drawRoundedRect(bar, 3, 3)
        painter.end()

    def _mirrored(self, box: QRect) -> QRect:
        return QRect(self.width() - box.right() - 1, box.top(), box.width(), box.height())


def _more(waiting: Waiting) -> list[str]:
    if waiting.pick is None:
        return []
    trying = [say("A try: it is there to learn whether you like such songs")] if waiting.pick.trying else []
    return [*closing(waiting.pick), *trying]
