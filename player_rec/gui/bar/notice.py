"""A line above the foot of the window: what went wrong, for a while; and what is wrong, as long as it is."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout

from player_rec.gui.look.parts import text, tool
from player_rec.gui.look.theme import GAP
from player_rec.gui.words import say

_SHOWN_MS: Final = 8_000
_LINES: Final = 3


class Notice(QFrame):
    """Hidden while there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("note")
        self._kept: dict[str, str] = {}
        self._words = text("", wraps=True)
        gone = tool("remove", say("Close this note"))
        gone.clicked.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 4, 4, 4)
        row.addWidget(self._words, 1)
        row.addWidget(gone)
        self._while = QTimer(self)
        self._while.setSingleShot(True)
        self._while.setInterval(_SHOWN_MS)
        self._while.timeout.connect(self._over)
        self.hide()

    def tell(self, words: str) -> None:
        """Show something for a while."""
        said = self._words.text().split("\n") if self._while.isActive() else []
        self._words.setText("\n".join([*(line for line in said if line != words), words][-_LINES:]))
        self.show()
        self._while.start()

    def keep(self, part: str, words: str) -> None:
        """Show what is wrong with a part until it is told to be well again with an empty text."""
        self._kept[part] = words
        self._over()

    def _close(self) -> None:
        """Seen: what lasts is told again when it changes."""
        self._kept = {}
        self._over()

    def _over(self) -> None:
        self._while.stop()
        words = "\n".join(why for why in self._kept.values() if why)
        self._words.setText(words)
        self.setVisible(bool(words))
