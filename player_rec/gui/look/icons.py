"""Icons drawn from outlines in the colour asked for, sharp at any size."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_SIZES = (16, 24, 32, 48, 64)


@cache
def icon(name: str, colour: str) -> QIcon:
    """An icon by the name of its file."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, colour, size))
    return made


@cache
def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """The same as a picture of so many pixels."""
    outline = (files(__package__) / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(outline.replace("#000", colour).encode())).render(painter)
    painter.end()
    return picture


def badge(colour: str, *, full: bool, dot: str = "") -> QIcon:
    """The heart of the tray: hollow or full, with a dot of another colour where something is to be told."""
    made = QIcon()
    for size in _SIZES:
        picture = QPixmap(pixmap("heart-full" if full else "heart", colour, size))
        if dot:
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(dot))
            painter.drawEllipse(QRectF(size * 0.6, size * 0.6, size * 0.38, size * 0.38))
            painter.end()
        made.addPixmap(picture)
    return made
