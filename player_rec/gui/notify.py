"""Tells of a new song while nobody sees the window."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon

from player_rec.engine.scene import Scene, Song
from player_rec.gui.bridge import Bridge
from player_rec.gui.covers import Covers

Tell = Callable[[str, str, QIcon, int], object]
"""Shows a title, a text and a picture for so many milliseconds."""

_AFTER_MS: Final = 700
"""Within this the cover is there, and whoever skips through songs is told of the last alone."""

_SHOWN_MS: Final = 6_000
_COVER: Final = 128


class Notifier(QObject):
    """Watches the scenes. The song that was there when it began to watch is no news.

    Args:
        bridge: brings the scenes.
        covers: of songs.
        tell: shows a notification.
        seen: whether the listener sees the window.
        on: whether to tell; may be set at any time.
    """

    def __init__(self, bridge: Bridge, covers: Covers, tell: Tell, seen: Callable[[], bool], *, on: bool) -> None:
        super().__init__()
        self.on = on
        self._covers, self._tell, self._seen = covers, tell, seen
        self._began = False
        self._file: Path | None = None
        self._song: Song | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_AFTER_MS)
        self._soon.timeout.connect(self._show)
        bridge.scene.connect(self._look)

    def _look(self, scene: Scene) -> None:
        song = scene.playing
        file = song.file if song else None
        news = self._began and file != self._file
        self._began, self._file, self._song = True, file, song
        if not news:
            return
        self._soon.stop()
        if song is not None and self.on and not self._seen():
            self._covers.of(song.file, song.label, _COVER)  # asks for it
            self._soon.start()

    def _show(self) -> None:
        song = self._song
        if song is not None and self.on and not self._seen():
            cover = QIcon(self._covers.of(song.file, song.label, _COVER))
            self._tell(song.title, "\n".join(part for part in (song.artist, song.album) if part), cover, _SHOWN_MS)
