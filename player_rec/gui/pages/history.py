"""What was heard, the latest first, and what each play taught; any lesson can be taken back."""

from datetime import UTC, datetime
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget

from player_rec.app.build import App
from player_rec.gui.bar.player_bar import clock
from player_rec.gui.bridge import Bridge
from player_rec.gui.look.parts import text
from player_rec.gui.look.theme import GAP, colours
from player_rec.gui.radio.queue_model import Index
from player_rec.gui.words import say
from player_rec.recommend.learn.taste import LESSON
from player_rec.store.plays import Noted

_COLUMNS: Final = ("When", "Song", "Heard", "How it ended", "Chosen by", "Lesson")
_SHOWN: Final = 1000


class Plays(QAbstractTableModel):
    """Plays as rows."""

    def __init__(self) -> None:
        super().__init__()
        self._plays: list[Noted] = []

    def show(self, plays: list[Noted]) -> None:
        """Show others."""
        self.beginResetModel()
        self._plays = plays
        self.endResetModel()

    def at(self, row: int) -> Noted:
        """The play in a row."""
        return self._plays[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """How many."""
        return 0 if parent.isValid() else len(self._plays)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """When, what, how much, how it ended, who chose it, what it taught."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return say(_COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says."""
        noted = self._plays[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole and not noted.counts:
            return QColor(colours().quiet)
        return _cells(noted)[index.column()] if role == Qt.ItemDataRole.DisplayRole else None


def _cells(noted: Noted) -> tuple[str, ...]:
    play = noted.play
    song = " – ".join(part for part in (play.artist, play.title or play.file.stem) if part)
    lesson = f"{LESSON[play.outcome]:+.1f}" if noted.counts else say("taken back")
    return (
        play.started.astimezone().strftime("%Y-%m-%d %H:%M"), song, clock(play.heard_ms), say(play.ending.value),
        say({"own": "you", "album": "the album", "pick": "the radio"}.get(play.source.value, play.source.value)),
        lesson,
    )  # fmt: skip


class HistoryPage(QWidget):
    """The last plays."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._model = Plays()
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setAccessibleName(say("History"))
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(34)
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setResizeContentsPrecision(0)  # by the rows that are seen: asking all takes long
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._menu)
        self._none = text(say("Nothing was heard yet"), "quiet")
        self._table.hide()
        page = QVBoxLayout(self)
        page.setContentsMargins(GAP + 8, GAP + 8, GAP + 8, 0)
        page.setSpacing(GAP)
        page.addWidget(text(say("History"), "title"))
        page.addWidget(self._none)
        page.addWidget(self._table, 1)
        page.addStretch()

    def showEvent(self, event: Any) -> None:
        """Seen again, it shows what came meanwhile."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Read the plays again."""

        def show(plays: list[Noted]) -> None:
            self._model.show(plays)
            self._none.setVisible(not plays)
            self._table.setVisible(bool(plays))

        self._bridge.ask(lambda app: list(app.listener.plays.all())[: -_SHOWN - 1 : -1], show)

    def _menu(self, at: QPoint) -> None:
        chosen = [self._model.at(index.row()) for index in self._table.selectionModel().selectedRows()]
        if not chosen:
            return
        numbers, back = [one.id for one in chosen], any(one.counts for one in chosen)
        menu = QMenu(self)

        def change(app: App) -> None:
            lessons = app.listener.lessons
            if back:
                lessons.unlearn(numbers, datetime.now(UTC))
            else:
                lessons.relearn(numbers)

        def then(_: object) -> None:
            self._bridge.order(lambda wishes: wishes.follower.look())
            self.look()

        menu.addAction(say("Take the lesson back") if back else say("Learn from it after all"),
                       lambda: self._bridge.ask(change, then))  # fmt: skip
        menu.exec(self._table.viewport().mapToGlobal(at))
