"""The queue as a list one can work with: buttons, keys, a menu, and dragging entries to other places."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu

from player_rec.engine.scene import Waiting
from player_rec.gui.look.covers import Covers
from player_rec.gui.look.icons import icon
from player_rec.gui.look.theme import colours
from player_rec.gui.radio.queue_model import QueueModel
from player_rec.gui.radio.queue_rows import QueueRows, deeds
from player_rec.gui.words import say

_KEYS = (("K", "keep"), ("R", "reroll"), ("Del", "remove"), ("Return", "why"))


class QueueView(QListView):
    """Shows a model. ``wanted`` tells a deed and the entry it is wanted for; ``looked_at`` the entry chosen."""

    wanted = Signal(str, object)
    looked_at = Signal(object)

    def __init__(self, model: QueueModel, covers: Covers) -> None:
        super().__init__()
        self._entries = model
        rows = QueueRows(covers, self)
        rows.wanted.connect(self.wanted)
        self.setAccessibleName(say("Up next"))
        self.setModel(model)
        self.setItemDelegate(rows)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.selectionModel().currentChanged.connect(lambda *_: self._look())
        for key, deed in _KEYS:
            self._shortcut(key).activated.connect(partial(self._do_chosen, deed))
        for key, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            self._shortcut(key).activated.connect(partial(self._shift, step))

    def chosen(self) -> Waiting | None:
        """The entry that is chosen."""
        index = self.currentIndex()
        return self._entries.at(index.row()) if index.isValid() else None

    def _shortcut(self, key: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        return shortcut

    def _look(self) -> None:
        if (chosen := self.chosen()) is not None:
            self.looked_at.emit(chosen)

    def _menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            waiting = self._entries.at(index.row())
            menu = QMenu(self)
            for name, words in deeds(waiting):
                menu.addAction(icon(name, colours().text), say(words), partial(self.wanted.emit, name, waiting))
            menu.exec(self.viewport().mapToGlobal(at))

    def _do_chosen(self, deed: str) -> None:
        chosen = self.chosen()
        if chosen is not None and deed in dict(deeds(chosen)):
            self.wanted.emit(deed, chosen)

    def _shift(self, step: int) -> None:
        row = self.currentIndex().row()
        if row >= 0 and 0 <= row + step < self._entries.rowCount():
            self._entries.moved.emit(self._entries.at(row).item.key, row + step)
