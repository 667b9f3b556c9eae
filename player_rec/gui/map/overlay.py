"""What is drawn on top of the dots: the way of the radio, what is pointed at, a lasso, the cross of the keyboard."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from player_rec.gui.look.theme import colours
from player_rec.gui.map.route import Route

_TRAIL: Final = 140


def draw_route(painter: QPainter, route: Route, pixel: Callable[[int], QPointF], radius: float) -> None:
    """The songs that were, the one playing, and those to come; ``pixel`` tells where a row is."""
    look = colours()
    now = (route.playing,) if route.playing is not None else ()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    trail = QColor(look.text)
    trail.setAlpha(_TRAIL)
    painter.setPen(QPen(trail, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF([pixel(row) for row in (*route.past, *now)]))
    painter.setPen(QPen(QColor(look.accent), 1.8, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF([pixel(row) for row in (*now, *route.ahead)]))
    dot = max(3.0, min(radius, 4.5))
    for row, colour in (*((row, look.text) for row in route.past), *((row, look.accent) for row in route.ahead)):
        painter.setPen(QPen(QColor(look.surface), 1.2))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(pixel(row), dot, dot)
    for row in now:
        painter.setPen(QPen(QColor(look.surface), 2))
        painter.setBrush(QColor(look.accent))
        painter.drawEllipse(pixel(row), dot + 3.5, dot + 3.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.on_accent))
        painter.drawEllipse(pixel(row), 2.4, 2.4)


def draw_pointed(painter: QPainter, at: QPointF, radius: float, label: str, width: int) -> None:
    """A ring around a dot, and its name on a map so many pixels wide."""
    look = colours()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(look.text), 2))
    painter.drawEllipse(at, radius + 3, radius + 3)
    if not label:
        return
    metrics = painter.fontMetrics()
    words = metrics.elidedText(label, Qt.TextElideMode.ElideRight, round(width * 0.7))
    across, down = metrics.horizontalAdvance(words) + 20, metrics.height() + 12
    left = min(max(at.x() - across / 2, 6.0), width - across - 6.0)
    top = at.y() - radius - 10 - down
    box = QRectF(left, top if top > 6 else at.y() + radius + 10, across, down)
    painter.setPen(QPen(QColor(look.line), 1))
    painter.setBrush(QColor(look.raised))
    painter.drawRoundedRect(box, 7, 7)
    painter.setPen(QColor(look.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def draw_lasso(painter: QPainter, outline: Sequence[QPointF]) -> None:
    """The outline so far, closed."""
    accent = QColor(colours().accent)
    painter.setPen(QPen(accent, 1.6, Qt.PenStyle.DashLine))
    accent.setAlpha(36)
    painter.setBrush(accent)
    painter.drawPolygon(QPolygonF(list(outline)))


def draw_cross(painter: QPainter, middle: QPointF) -> None:
    """What the keyboard points with."""
    painter.setPen(QPen(QColor(colours().text), 1.4))
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawLine(middle + QPointF(5 * dx, 5 * dy), middle + QPointF(13 * dx, 13 * dy))
