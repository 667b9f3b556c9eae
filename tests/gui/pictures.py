"""Covers put into real songs."""

import base64
from pathlib import Path
from typing import Any

from mutagen.flac import Picture
from mutagen.oggopus import OggOpus
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage


def png(size: int, colour: str = "#336699") -> bytes:
    """The bytes of a picture of one colour, half as high as it is wide."""
    image = QImage(size, size // 2, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload]  # it is declared to want bytes
    return bytes(buffer.data().data())


def put_cover(song: Path, title: str, size: int, colour: str = "#336699") -> None:
    """Write a cover and another title into an Opus file."""
    picture: Any = Picture()  # type: ignore[no-untyped-call]  # it has no types
    picture.data, picture.type, picture.mime = png(size, colour), 3, "image/png"
    file: Any = OggOpus(song)  # type: ignore[no-untyped-call]  # it has no types
    file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode()]
    file["title"] = [title]
    file.save()
