"""What waits, as rows a view can show: own entries and picks told apart."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from player_rec.engine.scene import Scene, Waiting
from player_rec.gui.words import say, spoken

WAITING = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class QueueModel(QAbstractListModel):
    """The queue of one scene. Rows that are the same before and after stay, so that a selection does, too."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Waiting] = []

    def show(self, scene: Scene) -> None:
        """Take in how things stand now."""
        wanted = list(scene.queue)
        keys = {waiting.item.key for waiting in wanted}
        for row in reversed(range(len(self._rows))):
            if self._rows[row].item.key not in keys:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row]
                self.endRemoveRows()
        for row, waiting in enumerate(wanted):
            if row < len(self._rows) and self._rows[row].item.key == waiting.item.key:
                if self._rows[row] != waiting:
                    self._rows[row] = waiting
                    self.dataChanged.emit(self.index(row), self.index(row))
            else:
                self._insert(row, waiting)
        if len(self._rows) > len(wanted):
            self.beginRemoveRows(QModelIndex(), len(wanted), len(self._rows) - 1)
            del self._rows[len(wanted) :]
            self.endRemoveRows()

    def _insert(self, row: int, waiting: Waiting) -> None:
        before = next((at for at, one in enumerate(self._rows) if one.item.key == waiting.item.key), None)
        if before is not None:
            self.beginRemoveRows(QModelIndex(), before, before)
            del self._rows[before]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows.insert(row, waiting)
        self.endInsertRows()

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

    def at(self, row: int) -> Waiting:
        """The entry in a row."""
        return self._rows[row]


def reason(waiting: Waiting) -> str:
    """Why an entry is there, in a line."""
    return str(waiting.pick.why[spoken()]) if waiting.pick else say("You queued it")


def numbers(waiting: Waiting) -> str:
    """The same in numbers: every part of the score with its weight."""
    if waiting.pick is None:
        return reason(waiting)
    parts = waiting.pick.why.get("parts", {})
    lines = [
        f"{say(name)}: {part['value']:+.2f} × {part['weight']:g} = {part['value'] * part['weight']:+.2f}"
        for name, part in sorted(parts.items(), key=lambda part: -abs(part[1]["value"] * part[1]["weight"]))
    ]
    gave_way = waiting.pick.why.get("gave_way", [])
    if gave_way:
        lines.append(say("gave way: {rules}", rules=", ".join(say(rule) for rule in gave_way)))
    return "\n".join([reason(waiting), "", *lines, say("score: {score}", score=f"{waiting.pick.why['score']:.2f}")])
