"""Tells of a new song while nobody sees the window."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon

from player_rec.app.build import App
from player_rec.engine.scene import Scene, Song
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.cover_files import CoverFiles
from player_rec.gui.desktop.popup import Popup
from player_rec.gui.look.covers import Covers

_AFTER_MS: Final = 700
"""Within this the cover is there, and whoever skips through songs is told of the last alone."""

_COVER: Final = 128


class Notifier(QObject):
    """Watches the scenes. The song that was there when it began to watch is no news.

    Args:
        bridge: brings the scenes.
        covers: of songs.
        files: the same as files for the desktop.
        tell: shows a notification.
        seen: whether the listener sees the window.
        on: whether to tell; may be set at any time.
    """

    def __init__(
        self,
        bridge: Bridge,
        covers: Covers,
        files: CoverFiles,
        tell: Callable[[Popup], object],
        seen: Callable[[], bool],
        *,
        on: bool,
    ) -> None:
        super().__init__()
        self.on = on
        self._bridge, self._covers, self._files = bridge, covers, files
        self._tell, self._seen = tell, seen
        self._began = False
        self._song: Song | None = None
        self._picture: tuple[Path, Path | None] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_AFTER_MS)
        self._soon.timeout.connect(self._show)
        bridge.scene.connect(self._look)

    def _look(self, scene: Scene) -> None:
        song, former = scene.playing, self._song.file if self._song else None
        news = self._began and (song.file if song else None) != former
        self._began, self._song = True, song
        if not news:
            return
        self._soon.stop()
        if song is not None and self.on and not self._seen():
            self._covers.of(song.file, song.label, _COVER)  # asks for it
            files, file = self._files, song.file
            self._bridge.ask(lambda app: (file, _picture(app, files, file)), self._take_picture)
            self._soon.start()

    def _take_picture(self, picture: tuple[Path, Path | None]) -> None:
        self._picture = picture

    def _show(self) -> None:
        song = self._song
        if song is not None and self.on and not self._seen():
            file, picture = self._picture or (None, None)
            icon = QIcon(self._covers.of(song.file, song.label, _COVER))
            self._tell(Popup(song, icon, picture if file == song.file else None))


def _picture(app: App, files: CoverFiles, file: Path) -> Path | None:
    """On the thread that reads."""
    track = app.library.tracks.in_file(file)
    return None if track is None else files.of(track.tags.cover)
