"""What waits, as rows a view can show: own entries and picks told apart."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from player_rec.engine.scene import Scene, Waiting
from player_rec.gui.words import say, spoken
from player_rec.store.radio import PickNote

WAITING = Qt.ItemDataRole.UserRole
_ENTRY: Final = "application/x-player-rec-entry"

Index = QModelIndex | QPersistentModelIndex


class QueueModel(QAbstractListModel):
    """The queue of one scene. Rows that are the same before and after stay, so that a selection does, too.

    ``moved`` tells that an entry, by the player's name for it, is wanted in another place; 0 is next.
    """

    moved = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Waiting] = []
        self._movable = False

    def show(self, scene: Scene) -> None:
        """Take in how things stand now."""
        wanted, self._movable = list(scene.queue), scene.movable
        keys = {waiting.item.key for waiting in wanted}
        for row in reversed(range(len(self._rows))):
            if self._rows[row].item.key not in keys:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row]
                self.endRemoveRows()
        for row, waiting in enumerate(wanted):
            self._bring(row, waiting)
            if self._rows[row] != waiting:
                self._rows[row] = waiting
                self.dataChanged.emit(self.index(row), self.index(row))
        if len(self._rows) > len(wanted):
            self.beginRemoveRows(QModelIndex(), len(wanted), len(self._rows) - 1)
            del self._rows[len(wanted) :]
            self.endRemoveRows()

    def _bring(self, row: int, waiting: Waiting) -> None:
        before = next((at for at, one in enumerate(self._rows) if one.item.key == waiting.item.key), None)
        if before is None:
            self.beginInsertRows(QModelIndex(), row, row)
            self._rows.insert(row, waiting)
            self.endInsertRows()
        elif before != row:
            self.beginMoveRows(QModelIndex(), before, before, QModelIndex(), row)
            self._rows.insert(row, self._rows.pop(before))
            self.endMoveRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        """How many wait."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a row says."""
        if not index.isValid():
            return None
        waiting = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return waiting.song.label
            case Qt.ItemDataRole.ToolTipRole:
                return numbers(waiting)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{waiting.song.label}. {reason(waiting)}"
            case _:
                return waiting if role == WAITING else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged, and dropped between others."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        drags = Qt.ItemFlag.ItemIsDragEnabled if self._movable else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | drags

    def supportedDropActions(self) -> Qt.DropAction:
        """Rows move."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """What is dragged is understood here alone."""
        return [_ENTRY]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """An entry by the player's name for it."""
        data = QMimeData()
        data.setData(_ENTRY, self._rows[indexes[0].row()].item.key.encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Ask for the entry to be moved; the row goes there once the player says so."""
        key = bytes(data.data(_ENTRY).data()).decode()
        before = next((at for at, waiting in enumerate(self._rows) if waiting.item.key == key), None)
        if before is None:
            return False
        to = row if row >= 0 else parent.row() if parent.isValid() else len(self._rows)
        self.moved.emit(key, to - 1 if to > before else to)
        return False

    def at(self, row: int) -> Waiting:
        """The entry in a row."""
        return self._rows[row]


def reason(waiting: Waiting) -> str:
    """Why an entry is there, in a line."""
    return str(waiting.pick.why[spoken()]) if waiting.pick else say("You queued it")


def weighed(waiting: Waiting) -> list[tuple[str, float]]:
    """The parts of a pick's score, each times its weight, those that say most first."""
    parts = waiting.pick.why.get("parts", {}) if waiting.pick else {}
    return sorted(
        ((name, part["value"] * part["weight"]) for name, part in parts.items()), key=lambda part: -abs(part[1])
    )


def closing(pick: PickNote) -> list[str]:
    """What the parts come to, and which rules gave way."""
    gave_way = pick.why.get("gave_way", [])
    rules = [say("gave way: {rules}", rules=", ".join(say(rule) for rule in gave_way))] if gave_way else []
    return [say("score: {score}", score=f"{pick.why['score']:.2f}"), *rules]


def numbers(waiting: Waiting) -> str:
    """The reason and every part of the score, as lines."""
    if waiting.pick is None:
        return reason(waiting)
    lines = [f"{say(name)}: {value:+.2f}" for name, value in weighed(waiting)]
    return "\n".join([reason(waiting), "", *lines, *closing(waiting.pick)])
