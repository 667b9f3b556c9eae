"""Covers, read in the background and kept small in memory."""

from collections import OrderedDict
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPixmap

from player_rec.app.build import App
from player_rec.domain.errors import UnreadableTrack
from player_rec.gui.bridge import Bridge

_KEPT: Final = 48
"""More than a window has room for; each takes half a megabyte."""

_LARGEST: Final = 360


class Covers(QObject):
    """Gives what is there and asks for what is not; ``came`` tells when to look again."""

    came = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._kept: OrderedDict[Path, QImage | None] = OrderedDict()
        self._drawn: dict[tuple[Path, int], QPixmap] = {}

    def of(self, file: Path, text: str, size: int, ratio: float = 1.0) -> QPixmap:
        """The cover of a file in logical pixels; its first letter on a colour of its own until it came, or for ever."""
        if file not in self._kept:
            self._keep(file, None)
            self._bridge.ask(lambda app: _load(app, file), lambda image: self._came(file, image))
        self._kept.move_to_end(file)
        image = self._kept[file]
        key = (file, round(size * ratio))
        if key not in self._drawn:
            self._drawn[key] = _drawn(image, text, key[1])
            self._drawn[key].setDevicePixelRatio(ratio)
        return self._drawn[key]

    def _came(self, file: Path, image: QImage | None) -> None:
        if image is not None:
            self._keep(file, image)
            self.came.emit()

    def _keep(self, file: Path, image: QImage | None) -> None:
        self._kept[file] = image
        self._kept.move_to_end(file)
        for key in [key for key in self._drawn if key[0] == file]:
            del self._drawn[key]
        while len(self._kept) > _KEPT:
            gone, _ = self._kept.popitem(last=False)
            for key in [key for key in self._drawn if key[0] == gone]:
                del self._drawn[key]


def _load(app: App, file: Path) -> QImage | None:
    """On the thread that reads."""
    from player_rec.library.cover import load_cover

    track = app.library.tracks.in_file(file)
    if track is None or track.tags.cover is None:
        return None
    try:
        image = QImage.fromData(load_cover(track.tags.cover))
    except UnreadableTrack:
        return None
    if image.isNull():
        return None
    mode = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(_LARGEST, _LARGEST), *mode)


def _drawn(image: QImage | None, text: str, size: int) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    corner = QPainterPath()
    corner.addRoundedRect(0, 0, size, size, size * 0.08, size * 0.08)
    painter.setClipPath(corner)
    if image is None:
        painter.fillRect(picture.rect(), QColor.fromHsv(sum(map(ord, text)) * 47 % 360, 70, 150))
        painter.setPen(QColor("#ffffff"))
        font = QFont(painter.font())
        font.setPixelSize(round(size * 0.45))
        painter.setFont(font)
        painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, text[:1].upper() or "♪")
    else:
        side = min(image.width(), image.height())
        left, top = (image.width() - side) // 2, (image.height() - side) // 2
        painter.drawImage(picture.rect(), image, image.rect().adjusted(left, top, -left, -top))
    painter.end()
    return picture
