"""The folders of music: added, left out, and what in them could not be read."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from player_rec.app.build import App
from player_rec.engine.folders import leave_out
from player_rec.gui.bridge import Bridge
from player_rec.gui.look.parts import push, text
from player_rec.gui.look.theme import GAP
from player_rec.gui.pages.free_songs import copy_free, free_songs
from player_rec.gui.words import say

_FAILED_SHOWN: Final = 500
_ROW_HIGH: Final = 32
_FOLDERS_SEEN: Final = 6
"""More are scrolled to."""


class FoldersPage(QWidget):
    """Also the first page a new listener sees."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._said = text("", "quiet", wraps=True)
        self._folders, self._failed = QListWidget(), QListWidget()
        self._folders.setAccessibleName(say("Folders"))
        self._failed.setAccessibleName(say("Files that could not be read"))
        self._add, self._leave_out = push(say("Add a folder…")), push(say("Leave it out"))
        self._pause = push(say("Pause analysis"), stays=True)
        self._free = push(say("Take the free songs that come with the program"))
        self._free.clicked.connect(self._take_free)
        self._add.clicked.connect(self._choose)
        self._leave_out.clicked.connect(self._leave)
        self._folders.currentRowChanged.connect(lambda row: self._leave_out.setEnabled(row >= 0))
        self._pause.clicked.connect(bridge.pause_analysis)
        buttons = QHBoxLayout()
        for button in (self._add, self._free, self._leave_out, self._pause):
            buttons.addWidget(button)
        buttons.addStretch()
        self._failed_heading = text(say("Files that could not be read"), "heading")
        page = QVBoxLayout(self)
        page.setContentsMargins(GAP + 8, GAP + 8, GAP + 8, GAP)
        page.setSpacing(GAP)
        page.addWidget(text(say("Your music"), "title"))
        page.addWidget(self._said)
        page.addLayout(buttons)
        page.addWidget(self._folders)
        page.addWidget(self._failed_heading)
        page.addWidget(self._failed, 1)
        page.addStretch()

    def showEvent(self, event: Any) -> None:
        """Seen again, it shows how things are now."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Read all of it again."""
        self._bridge.ask(_told, self._show)

    def add(self, folder: Path) -> None:
        """Watch a folder from now on."""

        def then(_: object) -> None:
            self._bridge.brain.watch_anew()
            self.look()

        self._bridge.ask(lambda app: app.listener.add_folder(str(folder), datetime.now(UTC)), then)

    def _show(self, told: tuple[list[str], set[str], list[str], bool]) -> None:
        folders, away, failed, paused = told
        if folders:
            said = say("Every song in these folders is listened to, on this machine. The files are never changed.")
        else:
            said = say("Choose the folder your music is in. It is listened to on this machine and never changed.")
        self._said.setText(said)
        self._free.setVisible(not folders and free_songs() is not None)
        self._add.setObjectName("" if folders else "first")  # the one thing to do
        self._add.style().unpolish(self._add)  # its looks go by its name
        self._add.style().polish(self._add)
        for widget in (self._folders, self._leave_out, self._pause):
            widget.setVisible(bool(folders))
        self._folders.clear()
        for folder in folders:
            self._folders.addItem(
                folder if folder not in away else say("{folder} (away, nothing is forgotten)", folder=folder)
            )
            self._folders.item(self._folders.count() - 1).setData(Qt.ItemDataRole.UserRole, folder)
        self._folders.setFixedHeight(_ROW_HIGH * min(len(folders), _FOLDERS_SEEN) + 4)
        self._leave_out.setEnabled(False)
        self._failed.clear()
        self._failed.addItems(failed)
        self._failed.setVisible(bool(failed))
        self._failed_heading.setVisible(bool(failed))
        self._pause.setChecked(paused)

    def _take_free(self) -> None:
        source = free_songs()
        if source is not None:
            self._bridge.ask(lambda app: copy_free(source, app.places.data / "free songs"), self.add)

    def _choose(self) -> None:
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        folder = QFileDialog.getExistingDirectory(self, say("Your music"), music)
        if folder:
            self.add(Path(folder))

    def _leave(self) -> None:
        row = self._folders.currentRow()
        if row < 0:
            return
        folder = self._folders.item(row).data(Qt.ItemDataRole.UserRole)

        def then(_: object) -> None:
            self._bridge.brain.watch_anew()
            self.look()

        self._bridge.ask(lambda app: leave_out(folder, app.library, app.listener), then)


def _told(app: App) -> tuple[list[str], set[str], list[str], bool]:
    """On the thread that reads."""
    failed = app.library.files.failures(app.spec.key)[:_FAILED_SHOWN]
    lines = [f"{os.fsencode(one.path).decode('utf-8', 'replace')}: {say(one.why)}" for one in failed]
    folders = app.listener.folders()
    return folders, {one for one in folders if not Path(one).is_dir()}, lines, app.places.pause.exists()
