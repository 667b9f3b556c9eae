"""The icon in the tray: what goes on in one glance, what is wanted in one menu."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from player_rec.app.brain import Trouble
from player_rec.app.build import PAUSED
from player_rec.domain.listening import Scope
from player_rec.engine.ingest import Progress
from player_rec.engine.scene import Scene
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.popup import Popup
from player_rec.gui.look.icons import badge
from player_rec.gui.look.theme import colours
from player_rec.gui.words import say

_TRAYS_COME_LATE_MS: Final = 3_000
_LOOKS: Final = 20
_SHOWN_MS: Final = 6_000


class Tray(QObject):
    """Appears as soon as there is a tray. ``wanted`` asks for the window, ``quit`` for the end."""

    wanted = Signal()
    quit = Signal()
    appeared = Signal()
    missing = Signal()

    def __init__(self, bridge: Bridge, controls: Controls | None) -> None:
        super().__init__()
        self._bridge, self._controls = bridge, controls
        self._scene: Scene | None = None
        self._busy, self._paused, self._troubles = False, "", dict[str, str]()
        self.menu = QMenu()
        self._playing = self.menu.addAction(say("Nothing plays"), self.wanted.emit)
        self.menu.addSeparator()
        self.heart = self.menu.addAction(say("Heart mode"))
        self.heart.setCheckable(True)
        self.heart.triggered.connect(lambda on: bridge.order(lambda wishes: wishes.heart(on=on)))
        self.like = self.menu.addAction(say("Like"))
        self.like.setCheckable(True)
        self.like.triggered.connect(self._like)
        avoid = self.menu.addMenu(say("Not this song"))
        for words, days in (("for 7 days", 7.0), ("for 30 days", 30.0), ("ever again", None)):
            avoid.addAction(say(words), partial(self._avoid, days))
        self._of_song: list[QAction] = [self.like, avoid.menuAction()]
        if controls is not None:
            self.menu.addSeparator()
            self._go = self.menu.addAction(say("Play"), controls.go_or_hold)
            self.menu.addAction(say("Next"), controls.player.next)
        self.menu.addSeparator()
        self.menu.addAction(say("Open the window"), self.wanted.emit)
        self.rest = self.menu.addAction(say("Pause analysis"))
        self.rest.setCheckable(True)
        self.rest.triggered.connect(bridge.pause_analysis)
        self.menu.addAction(say("Quit"), self.quit.emit)
        self._icon = QSystemTrayIcon()
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(self._clicked)
        self._icon.messageClicked.connect(self.wanted)
        bridge.scene.connect(self._show_scene)
        bridge.progress.connect(self._show_progress)
        bridge.trouble.connect(self._show_trouble)
        self._looked = 0
        self._look = QTimer(self)
        self._look.setInterval(_TRAYS_COME_LATE_MS)
        self._look.timeout.connect(self.show)
        self.draw()

    def show(self) -> None:
        """Appear, now or when a tray has come; say once that there is none."""
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._look.stop()
            self._icon.show()
            self.appeared.emit()
            return
        if not self._looked:
            self.missing.emit()
        self._looked += 1
        if self._looked < _LOOKS:
            self._look.start()
        else:
            self._look.stop()

    @property
    def there(self) -> bool:
        """Whether there is an icon to be clicked; the tray it was in may be gone."""
        return self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable()

    def balloon(self, popup: Popup) -> None:
        """Tell of a song beside the icon."""
        self._icon.showMessage(popup.song.title, popup.words, popup.icon, _SHOWN_MS)

    def hide(self) -> None:
        """Go."""
        self._look.stop()
        self._icon.hide()

    def _clicked(self, why: QSystemTrayIcon.ActivationReason) -> None:
        if why == QSystemTrayIcon.ActivationReason.Trigger:
            self.wanted.emit()

    def _show_scene(self, scene: Scene) -> None:
        self._scene = scene
        song = scene.playing
        self._playing.setText(song.label.replace("&", "&&") if song else say("Nothing plays"))
        self.heart.setChecked(scene.heart)
        self.like.setChecked(bool(song and song.liked))
        for action in self._of_song:
            action.setEnabled(song is not None and song.track is not None)
        if self._controls is not None:
            self._go.setText(say("Pause") if self._controls.playing else say("Play"))
        self.draw()

    def _show_progress(self, progress: Progress) -> None:
        busy = bool(progress.to_read + progress.to_hear) and not progress.paused
        if busy != self._busy:
            self._busy = busy
            self.draw()
        if progress.paused != self._paused:  # else it would undo a press that is still being carried out
            self._paused = progress.paused
            self.rest.setChecked(progress.paused == PAUSED)

    def _show_trouble(self, trouble: Trouble) -> None:
        self._troubles[trouble.part] = say(trouble.why)
        self.draw()

    def draw(self) -> None:
        """Draw the icon anew, in the colours of now."""
        of, scene = colours(), self._scene
        trouble = next((why for why in self._troubles.values() if why), "")
        on = bool(scene and scene.heart)
        dot = "#d9822b" if trouble else ("#3f8fd2" if self._busy else "")
        self._icon.setIcon(badge(of.accent if on else of.quiet, full=on, dot=dot))
        said = [scene.playing.label] if scene and scene.playing else ["player_rec"]
        said += [say("Heart mode is on")] if on else []
        said += [trouble] if trouble else ([say("Listening to your music")] if self._busy else [])
        self._icon.setToolTip("\n".join(said))

    def _like(self, on: bool) -> None:
        song = self._scene.playing if self._scene else None
        if song is not None and (track := song.track) is not None:
            self._bridge.order(lambda wishes: wishes.like(track, on=on))

    def _avoid(self, days: float | None) -> None:
        song = self._scene.playing if self._scene else None
        if song is not None and (track := song.track) is not None:
            self._bridge.order(lambda wishes: wishes.avoid(track, Scope.RECORDING, days))
