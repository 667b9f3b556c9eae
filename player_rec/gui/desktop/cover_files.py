"""Covers as picture files that the desktop can open: those that lie inside songs are written down, small and few."""

import hashlib
import logging
import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from player_rec.domain.errors import UnreadableTrack
from player_rec.domain.track import Cover, CoverKind

log = logging.getLogger(__name__)

_LARGEST: Final = 512
_QUALITY: Final = 90
_MOST, _LEFT = 64, 32
"""With more files than the first the oldest go, until the second are left: some four megabytes at most."""


class CoverFiles:
    """Keeps a folder of pictures. Belongs to the thread that reads."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when it is needed; nobody else writes to it."""
        self._folder = folder

    def of(self, cover: Cover | None) -> Path | None:
        """The picture file of a cover; None where there is none, or none that can be read."""
        if cover is None:
            return None
        if cover.kind is CoverKind.FOLDER:
            return cover.path if cover.path.is_file() else None
        from player_rec.library.cover import load_cover

        try:
            return self._written(load_cover(cover))
        except UnreadableTrack:
            return None
        except OSError as error:
            log.info("a cover cannot be shown to the desktop: %s", error)
            return None

    def _written(self, picture: bytes) -> Path | None:
        file = self._folder / f"{hashlib.blake2b(picture, digest_size=16).hexdigest()}.jpg"
        if file.exists():
            os.utime(file)  # it is in use: others go first
            return file
        image = QImage.fromData(picture)
        if image.isNull():
            return None
        if max(image.width(), image.height()) > _LARGEST:
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            image = image.scaled(QSize(_LARGEST, _LARGEST), keep, smooth)
        self._folder.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        if not image.save(str(new), "JPEG", _QUALITY):  # type: ignore[call-overload]  # it is declared to want bytes
            return None
        new.replace(file)
        self._sweep()
        return file

    def _sweep(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        if len(files) > _MOST:
            for file in files[_LEFT:]:
                file.unlink(missing_ok=True)
