"""The window: pages on the left, what plays at the foot. Closing it leaves the tray; without a tray it ends."""

from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from player_rec.engine.ingest import Progress
from player_rec.engine.scene import Scene
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bar.notice import Notice
from player_rec.gui.bar.player_bar import PlayerBar
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.entry import homes
from player_rec.gui.look.covers import Covers
from player_rec.gui.look.icons import icon
from player_rec.gui.look.parts import text
from player_rec.gui.look.theme import GAP, colours
from player_rec.gui.map.page import MapPage
from player_rec.gui.pages.folders import FoldersPage
from player_rec.gui.pages.history import HistoryPage
from player_rec.gui.pages.library import LibraryPage
from player_rec.gui.pages.settings import SettingsPage
from player_rec.gui.pages.taste import TastePage
from player_rec.gui.radio.page import RadioPage
from player_rec.gui.words import say

_SIDE: Final = 190
_ENOUGH_TO_BEGIN: Final = 3
"""So many songs, with nothing left to read, are enough to begin with for a new listener; or one that was heard."""


class Page(IntEnum):
    """The pages, as they stand."""

    RADIO = 0
    LIBRARY = 1
    MAP = 2
    HISTORY = 3
    TASTE = 4
    FOLDERS = 5
    SETTINGS = 6


class Window(QWidget):
    """The frame around the pages. ``left`` tells that it was closed with no tray to go to."""

    left = Signal()
    dropped = Signal(list)

    def __init__(self, bridge: Bridge, controls: Controls | None, memory: QSettings, start: Sequence[str]) -> None:
        """``start`` is the command line that starts this program."""
        super().__init__()
        self.setWindowTitle("player_rec")
        self.setAcceptDrops(True)
        self.resize(1040, 700)
        self.setMinimumSize(900, 560)
        self._bridge, self._memory = bridge, memory
        self._controls, self._new = controls, False
        self.has_tray = False
        self._scene: Scene | None = None
        self.covers = covers = Covers(bridge)
        self.bar = PlayerBar(controls, covers)
        self.radio = RadioPage(bridge, covers)
        self.library = LibraryPage(bridge, controls)
        self.map = MapPage(bridge, controls)
        self.notice = Notice()
        self.folders = FoldersPage(bridge)
        self.settings = SettingsPage(bridge, controls.player if controls else None, homes(), start)
        self.pages = QStackedWidget()
        self._doors = QButtonGroup(self)
        self._work, self._work_said = QProgressBar(), text("", "quiet", wraps=True)
        self._work.setTextVisible(False)
        self._work.setRange(0, 1000)
        self._arrange(
            (
                ("heart", say("Radio"), self.radio),
                ("library", say("Library"), self.library),
                ("map", say("Map"), self.map),
                ("history", say("History"), HistoryPage(bridge)),
                ("taste", say("Taste"), TastePage(bridge)),
                ("folder", say("Folders"), self.folders),
                ("settings", say("Settings"), self.settings),
            )
        )
        covers.came.connect(self.bar.show_cover)
        bridge.scene.connect(self.show_scene)
        bridge.progress.connect(self.show_progress)
        bridge.failed.connect(self.notice.tell)
        bridge.trouble.connect(lambda trouble: self.notice.keep(trouble.part, say(trouble.why)))
        self.bar.liked.connect(self._like)
        QShortcut(QKeySequence("Ctrl+F"), self, self._search)
        QShortcut(QKeySequence("Ctrl+H"), self, self._switch)
        bridge.ask(lambda app: app.listener.folders(), self._welcome)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # else the first page wears the mark of focus from the start
        self.setFocus()
        if geometry := memory.value("window"):
            self.restoreGeometry(geometry)

    def _arrange(self, pages: tuple[tuple[str, str, QWidget], ...]) -> None:
        side = QFrame()
        side.setObjectName("side")
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(10, GAP, 10, GAP)
        column.setSpacing(4)
        for number, (name, words, page) in enumerate(pages):
            door = self._door(name, words)
            self._doors.addButton(door, number)
            self.pages.addWidget(page)
            column.addWidget(door)
            QShortcut(QKeySequence(f"Alt+{number + 1}"), self, door.click)
        column.addStretch()
        column.addWidget(self._work_said)
        column.addWidget(self._work)
        self._doors.idClicked.connect(self.pages.setCurrentIndex)
        self._doors.button(0).setChecked(True)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(side)
        middle.addWidget(self.pages, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        whole.addWidget(self.notice)
        whole.addWidget(self.bar)
        self._work.hide()

    def _door(self, name: str, words: str) -> QToolButton:
        door = QToolButton()
        door.setObjectName("page")
        door.setText(f"  {words}")
        door.setIcon(icon(name, colours().text))
        door.setIconSize(QSize(20, 20))
        door.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        door.setCheckable(True)
        door.setFixedWidth(_SIDE - 20)
        door.setAccessibleName(words)
        return door

    def show_scene(self, scene: Scene) -> None:
        """Take in how things stand."""
        self._scene = scene
        song = scene.playing
        self.setWindowTitle(f"{song.label} – player_rec" if song else "player_rec")
        self.bar.show_scene(scene)
        self.radio.show_scene(scene)

    def show_progress(self, progress: Progress) -> None:
        """Take in how far the analysis is."""
        if self._new and (progress.heard or (progress.read >= _ENOUGH_TO_BEGIN and not progress.to_read)):
            self._begin()
        left, done = progress.to_read + progress.to_hear, progress.heard + progress.failed
        self._work.setVisible(left > 0)
        self._work.setValue(round(1000 * done / (done + left)) if left else 0)
        self._work_said.setText(_work_said(progress) if left else "")

    def open(self, page: Page) -> None:
        """Show a page."""
        self._doors.button(page).click()

    def _welcome(self, folders: list[str]) -> None:
        """Whoever has no folder yet is asked for one."""
        if not folders:
            self._new = True
            self.open(Page.FOLDERS)

    def _begin(self) -> None:
        """A new listener's first songs are there: let something be heard, while the others are still listened to."""
        self._new = False
        if self._controls is not None and not self._controls.playing:
            self.open(Page.RADIO)
            self._controls.go_or_hold()

    def live_alone(self) -> None:
        """There is no tray to go to: come to the front, and the first time say what that means."""
        self.raise_up()
        if not self._memory.value("told that there is no tray"):
            self._memory.setValue("told that there is no tray", True)
            self.notice.tell(say("This desktop has no tray, so the program lives in its window: closed, it ends"))

    def raise_up(self) -> None:
        """Come to the front."""
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, where no button or field wanted it for itself, pauses and goes on."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.bar.go_or_hold()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that were dropped are played."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.dropped.emit(files)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed, it waits in the tray."""
        self._memory.setValue("window", self.saveGeometry())
        super().closeEvent(event)
        if not self.has_tray:
            self.left.emit()

    def _switch(self) -> None:
        self.radio.switch(self._scene is None or not self._scene.heart)

    def _search(self) -> None:
        self.open(Page.LIBRARY)
        self.library.search()

    def _like(self, on: bool) -> None:
        song = self._scene.playing if self._scene else None
        if song is not None and song.track is not None:
            track = song.track
            self._bridge.order(lambda wishes: wishes.like(track, on=on))


def _work_said(progress: Progress) -> str:
    left = progress.to_read + progress.to_hear
    if progress.paused:
        return say("Analysis rests: {why}. {count} songs to go", why=say(progress.paused), count=left)
    if progress.left_s is None:
        return say("{count} songs to listen to", count=left)
    minutes = round(progress.left_s / 60)
    if minutes < 1:
        return say("{count} songs to listen to, less than a minute", count=left)
    return say("{count} songs to listen to, about {minutes} min", count=left, minutes=minutes)
