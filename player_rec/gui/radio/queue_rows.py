"""How a row of the queue is drawn: cover, song, one line why; and what one can do to a pick."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from player_rec.engine.scene import Waiting
from player_rec.gui.look.covers import Covers
from player_rec.gui.look.icons import pixmap
from player_rec.gui.look.theme import THUMB, colours
from player_rec.gui.radio.queue_model import WAITING, numbers, reason
from player_rec.gui.words import say

Index = QModelIndex | QPersistentModelIndex

_PAD, _BUTTON = 10, 30
_DEEDS = (
    ("why", "Why this song"),
    ("keep", "Keep: make it your own"),
    ("reroll", "Another one instead"),
    ("remove", "Take it out"),
)


class QueueRows(QStyledItemDelegate):
    """Draws rows; ``wanted`` tells which deed was asked for on which entry."""

    wanted = Signal(str, object)

    def __init__(self, covers: Covers, parent: QObject) -> None:
        super().__init__(parent)
        self._covers = covers

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are of one height."""
        return QSize(200, THUMB + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        waiting: Waiting = index.data(WAITING)
        of, box = colours(), option.rect
        under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if under or chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(of.selected if chosen else of.raised))
            painter.drawRoundedRect(box.adjusted(4, 2, -4, -2), 10, 10)
        cover = self._covers.of(waiting.song.file, waiting.song.label, THUMB, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(box.left() + 14, box.top() + _PAD), cover)
        text = box.adjusted(14 + THUMB + 14, _PAD, -_room(waiting, shown=under or chosen), -_PAD)
        self._write(painter, option, waiting, text)
        if under or chosen:
            for name, place in _buttons(box, waiting):
                painter.drawPixmap(place.adjusted(6, 6, -6, -6), pixmap(name, of.quiet, 36))
        elif waiting.pick is not None and waiting.pick.trying:
            painter.setPen(QColor(of.accent))
            painter.drawText(box.adjusted(0, 0, -16, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             say("a try"))  # fmt: skip
        painter.restore()

    def _write(self, painter: QPainter, option: QStyleOptionViewItem, waiting: Waiting, box: QRect) -> None:
        of = colours()
        font = QFont(option.font)
        if waiting.pick is None:
            font.setWeight(QFont.Weight.DemiBold)
        for text, colour, face, half in (
            (waiting.song.label, of.text, font, 0),
            (reason(waiting), of.quiet, option.font, 1),
        ):
            painter.setFont(face)
            painter.setPen(QColor(colour))
            line = QRect(box.left(), box.top() + half * box.height() // 2, box.width(), box.height() // 2)
            cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, cut)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click on one of the buttons."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            waiting: Waiting = index.data(WAITING)
            for name, place in _buttons(option.rect, waiting):
                if place.contains(event.position().toPoint()):
                    self.wanted.emit(name, waiting)
                    return True
        return super().editorEvent(event, model, option, index)  # type: ignore[arg-type]  # the stub knows the model's class

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Over a button what it does, elsewhere the numbers."""
        waiting: Waiting | None = index.data(WAITING)
        if waiting is None:
            return False
        deeds = dict(_DEEDS)
        for name, place in _buttons(option.rect, waiting):
            if place.contains(event.pos()):
                QToolTip.showText(event.globalPos(), say(deeds[name]), view)
                return True
        QToolTip.showText(event.globalPos(), numbers(waiting), view)
        return True


def deeds(waiting: Waiting) -> list[tuple[str, str]]:
    """What can be done to an entry, with words for it."""
    return [deed for deed in _DEEDS if waiting.pick is not None or deed[0] == "remove"]


def _buttons(box: QRect, waiting: Waiting) -> list[tuple[str, QRect]]:
    names = [name for name, _ in deeds(waiting)]
    top = box.top() + (box.height() - _BUTTON) // 2
    left = box.right() - 12 - _BUTTON * len(names)
    return [(name, QRect(left + at * _BUTTON, top, _BUTTON, _BUTTON)) for at, name in enumerate(names)]


def _room(waiting: Waiting, *, shown: bool) -> int:
    if shown:
        return 20 + _BUTTON * len(deeds(waiting))
    return 70 if waiting.pick is not None and waiting.pick.trying else 16
