"""The page of heart mode: the song playing, the heart, the dials, and what comes next and why."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from player_rec.domain.listening import Dials
from player_rec.engine.scene import Scene, Waiting
from player_rec.gui.bridge import Bridge
from player_rec.gui.look.covers import Covers
from player_rec.gui.look.icons import icon
from player_rec.gui.look.parts import Line, push, slider, text
from player_rec.gui.look.theme import COVER, GAP, colours
from player_rec.gui.radio.pick_card import PickCard
from player_rec.gui.radio.queue_model import QueueModel
from player_rec.gui.radio.queue_view import QueueView
from player_rec.gui.words import say

_DIALS: Final = (
    ("close_far", "Close", "Far"),
    ("familiar_forgotten", "Familiar", "Forgotten"),
    ("energy", "Winding down", "Rising"),  # and steady in the middle
)
_DIAL_HIGH: Final = 26
_SETTLE_MS: Final = 250
"""A dial that is being dragged is obeyed when it rests for so long."""


class RadioPage(QWidget):
    """Shows one scene and passes on what is wanted."""

    def __init__(self, bridge: Bridge, covers: Covers) -> None:
        super().__init__()
        self._bridge, self._covers = bridge, covers
        self._scene: Scene | None = None
        self._model = QueueModel()
        self._cover = QLabel()
        self._cover.setFixedSize(COVER, COVER)
        self._title, self._artist = Line("title"), Line("quiet")
        self._said = text("", "quiet", wraps=True)
        self._heart = push(say("Heart mode"), "heart", stays=True)
        self._heart.setIconSize(QSize(20, 20))
        self._heart.clicked.connect(self.switch)
        self._dials = {
            name: slider(f"{say(left)} – {say(right)}", -100, 100, 130, "dial") for name, left, right in _DIALS
        }
        self._turned = QTimer(self)
        self._turned.setSingleShot(True)
        self._turned.setInterval(_SETTLE_MS)
        self._turned.timeout.connect(self._turn)
        for dial in self._dials.values():
            dial.valueChanged.connect(lambda _: self._turned.start())
        self._queue = QueueView(self._model, covers)
        self._queue.wanted.connect(self._do)
        self._model.moved.connect(lambda key, at: bridge.order(lambda wishes: wishes.move(key, at)))
        self._card, self._below = PickCard(), QWidget()
        self._queue.looked_at.connect(self._look)
        self._empty = text("", "quiet", wraps=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._arrange()
        covers.came.connect(self._show_cover)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addStretch()
        words.addWidget(self._title)
        words.addWidget(self._artist)
        words.addSpacing(8)
        button = QHBoxLayout()
        button.addWidget(self._heart)
        button.addStretch()
        words.addLayout(button)
        words.addWidget(self._said)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(GAP + 8)
        top.addWidget(self._cover)
        top.addLayout(words, 1)
        top.addLayout(self._dial_grid())
        page = QVBoxLayout(self)
        page.setContentsMargins(GAP + 8, GAP + 8, GAP + 8, 0)
        page.setSpacing(GAP)
        page.addLayout(top)
        page.addWidget(text(say("Up next"), "heading"))
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(GAP)
        below.addWidget(self._queue, 1)
        below.addWidget(self._card)
        page.addWidget(self._below, 1)
        page.addWidget(self._empty, 1)

    def _dial_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for row, (name, left, right) in enumerate(_DIALS):
            grid.addWidget(text(say(left), "quiet", right=True), row, 0)
            grid.addWidget(self._dials[name], row, 1)
            grid.addWidget(text(say(right), "quiet"), row, 2)
            grid.setRowMinimumHeight(row, _DIAL_HIGH)
        grid.addWidget(text(say("Steady"), "quiet"), len(_DIALS), 1, Qt.AlignmentFlag.AlignCenter)
        grid.setRowStretch(len(_DIALS) + 1, 1)
        return grid

    def show_scene(self, scene: Scene) -> None:
        """Take in how things stand."""
        self._scene = scene
        song = scene.playing
        self._title.say(song.title if song else say("Nothing plays"))
        self._artist.say(" · ".join(part for part in (song.artist, song.album) if part) if song else "")
        self._heart.setChecked(scene.heart)
        self._heart.setIcon(icon("heart-full" if scene.heart else "heart",
                                 colours().on_accent if scene.heart else colours().accent))  # fmt: skip
        self._said.setText(_said(scene))
        self._said.setVisible(bool(self._said.text()))
        if not self._turned.isActive():
            for name, dial in self._dials.items():
                dial.blockSignals(True)
                dial.setValue(round(100 * getattr(scene.dials, name)))
                dial.blockSignals(False)
        self._model.show(scene)
        self._card.forget(scene)
        self._below.setVisible(bool(scene.queue))
        self._empty.setVisible(not scene.queue)
        self._empty.setText(_why_empty(scene))
        self._show_cover()

    def switch(self, on: bool) -> None:
        """Switch heart mode; the button shows it when it is so."""
        self._heart.setChecked(bool(self._scene and self._scene.heart))
        self._bridge.order(lambda wishes: wishes.heart(on=on))

    def _show_cover(self) -> None:
        song = self._scene.playing if self._scene else None
        label, file = (song.label, song.file) if song else ("♪", None)
        if file is not None:
            self._cover.setPixmap(self._covers.of(file, label, COVER, self.devicePixelRatioF()))
        self._cover.setVisible(file is not None)
        self._queue.viewport().update()

    def _turn(self) -> None:
        dials = {name: dial.value() / 100 for name, dial in self._dials.items()}
        before = self._scene.dials if self._scene else Dials()
        after = replace(before, **dials)
        if after != before:
            self._bridge.order(lambda wishes: wishes.turn(after))

    def _look(self, waiting: Waiting) -> None:
        if self._card.isVisible():
            self._card.open(waiting)

    def _do(self, deed: str, waiting: Waiting) -> None:
        key = waiting.item.key
        match deed:
            case "why":
                self._card.open(waiting)
            case "keep":
                self._bridge.order(lambda wishes: wishes.keep(key))
            case "reroll":
                self._bridge.order(lambda wishes: wishes.refuse(key))
            case "remove":
                self._bridge.order(lambda wishes: wishes.remove([key]))


def _said(scene: Scene) -> str:
    if scene.why:
        return (
            say(scene.why)
            if scene.connected
            else say("{player} is not there: {why}", player=scene.player, why=scene.why)
        )
    if scene.heart and scene.by_tags:
        return say("Nothing was analysed yet: picks go by tags")
    return " ".join(scene.shortcomings)


def _why_empty(scene: Scene) -> str:
    if scene.playing is None:
        return say("Play a song, or switch heart mode on and press play")
    if scene.heart:
        return say("Nothing waits, and no song is left that may be heard now")
    return say("Nothing waits. Switch heart mode on to go on from the song playing now")
