"""The bar at the foot of the window: what plays, how far it is, and the buttons of the built-in player."""

from typing import Final

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from player_rec.engine.scene import Scene
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bar.player_menu import PlayerMenu, sleep_said
from player_rec.gui.bar.seeker import Seeker
from player_rec.gui.look.covers import Covers
from player_rec.gui.look.icons import icon
from player_rec.gui.look.parts import Line, slider, text, tool
from player_rec.gui.look.theme import GAP, THUMB, colours
from player_rec.gui.words import say
from player_rec.players.builtin.news import Now, Transport

_TICK_MS: Final = 500
_STEPS: Final = 1000


class PlayerBar(QFrame):
    """Shows what plays. ``liked`` tells that the heart was pressed; the buttons go to the player at once."""

    liked = Signal(bool)

    def __init__(self, controls: Controls | None, covers: Covers) -> None:
        """Without a player of our own there are no buttons: the listener's player has them."""
        super().__init__()
        self.setObjectName("bar")
        self._controls, self._covers = controls, covers
        self._player = player = controls.player if controls else None
        self._scene: Scene | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_position)
        self._cover = QLabel()
        self._cover.setFixedSize(THUMB, THUMB)
        self._title, self._artist = Line(), Line("quiet")
        self._heart = tool("heart", say("Like"), stays=True)
        self._heart.clicked.connect(self.liked)
        self._previous = tool("previous", say("Previous"))
        self._go = tool("play", say("Play"))
        self._next = tool("next", say("Next"))
        self._passed, self._left = text("", "quiet"), text("", "quiet")
        self._place = Seeker(say("Position"), _STEPS)
        self._volume = slider(say("Volume"), 0, 100, 90)
        self._more = tool("more", say("Order and sleep timer"))
        self._sleeps = QLabel()
        self._sleeps.setPixmap(icon("sleep", colours().accent).pixmap(18, 18))
        self.menu = PlayerMenu(player, self) if player is not None else None
        self._arrange()
        if player is not None:
            self._previous.clicked.connect(player.previous)
            self._next.clicked.connect(player.next)
            self._go.clicked.connect(self.go_or_hold)
            self._place.chosen.connect(self._seek)
            self._volume.setValue(round(100 * player.now().volume))
            self._volume.valueChanged.connect(lambda value: player.set_volume(value / 100))
            self._more.clicked.connect(self._open_menu)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch()
        words.addWidget(self._title)
        words.addWidget(self._artist)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 8, GAP, 8)
        row.setSpacing(10)
        row.addWidget(self._cover)
        row.addLayout(words, 3)
        row.addWidget(self._heart)
        if self._player is None:
            return
        for widget in (self._previous, self._go, self._next, self._passed):
            row.addWidget(widget)
        row.addWidget(self._place, 4)
        row.addWidget(self._left)
        speaker = QLabel()
        speaker.setPixmap(icon("volume", colours().quiet).pixmap(18, 18))
        row.addWidget(speaker)
        row.addWidget(self._volume)
        row.addWidget(self._sleeps)
        row.addWidget(self._more)

    def _open_menu(self) -> None:
        if self.menu is not None:
            self.menu.popup(self._more.mapToGlobal(QPoint(0, -self.menu.sizeHint().height())))

    def show_scene(self, scene: Scene) -> None:
        """Take in what plays."""
        self._scene = scene
        if self.menu is not None:
            self.menu.heart = scene.heart
        song = scene.playing
        self._heart.setEnabled(song is not None and song.track is not None)
        self._heart.setChecked(bool(song and song.liked))
        self._heart.setIcon(
            icon("heart-full" if song and song.liked else "heart",
                 colours().accent if song and song.liked else colours().text)
        )  # fmt: skip
        self._title.say(song.title if song else say("Nothing plays"))
        whose = " · ".join(part for part in (song.artist, song.album) if part) if song else ""
        self._artist.say(whose)
        self._artist.setVisible(bool(whose))
        self._cover.setVisible(song is not None)
        self.show_cover()
        self.show_now()

    def show_cover(self) -> None:
        """Draw the cover, which may have come just now."""
        song = self._scene.playing if self._scene else None
        if song is not None:
            self._cover.setPixmap(self._covers.of(song.file, song.label, THUMB, self.devicePixelRatioF()))
        else:
            self._cover.clear()

    def go_or_hold(self) -> None:
        """Pause what plays, or go on."""
        if self._controls is not None:
            self._controls.go_or_hold()

    def show_now(self) -> None:
        """Take in how the player stands."""
        if self._player is None:
            return
        now = self._player.now()
        plays = now.transport is Transport.PLAYING
        self._go.setIcon(icon("pause" if plays else "play", colours().text))
        self._go.setAccessibleName(say("Pause") if plays else say("Play"))
        self._go.setToolTip(self._go.accessibleName())
        self._show(now)
        self._run()

    def showEvent(self, event: QShowEvent) -> None:
        """Seen again: the position moves again."""
        super().showEvent(event)
        self.show_now()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks, so nothing moves."""
        super().hideEvent(event)
        self._tick.stop()

    def _run(self) -> None:
        plays = self._player is not None and self._player.now().transport is Transport.PLAYING
        if plays and self.isVisible():
            self._tick.start()
        else:
            self._tick.stop()

    def _show_position(self) -> None:
        if self._player is not None:
            self._show(self._player.now())

    def _show(self, now: Now) -> None:
        if not self._volume.isSliderDown():
            self._volume.blockSignals(True)
            self._volume.setValue(round(100 * now.volume))
            self._volume.blockSignals(False)
        if not self._place.isSliderDown():
            self._place.setValue(round(_STEPS * now.position_ms / now.duration_ms) if now.duration_ms else 0)
        self._place.setEnabled(now.duration_ms > 0)
        sleeps = sleep_said(now)
        self._sleeps.setVisible(bool(sleeps))
        self._sleeps.setToolTip(sleeps)
        self._sleeps.setAccessibleName(sleeps)
        self._passed.setText(clock(now.position_ms))
        self._left.setText(clock(now.duration_ms))

    def _seek(self) -> None:
        if self._player is not None and (length := self._player.now().duration_ms):
            self._player.seek(self._place.value() * length // _STEPS)


def clock(ms: int) -> str:
    """Minutes and seconds."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
