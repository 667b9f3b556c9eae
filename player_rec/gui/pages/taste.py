"""The taste ledger: what was learned, what is avoided, and how to take it back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from player_rec.app.build import App
from player_rec.engine.ledger import Ledger, ledger
from player_rec.gui.bridge import Bridge
from player_rec.gui.look.parts import push, text
from player_rec.gui.look.theme import GAP
from player_rec.gui.words import say
from player_rec.store.avoidances import Kept


@dataclass(frozen=True, slots=True)
class _Told:
    """What the page shows besides the ledger."""

    plays: int
    hearts: int
    learning: bool
    avoided: tuple[Kept, ...]
    labels: dict[int, str]


class TastePage(QWidget):
    """Read anew whenever it is seen."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._learning = True
        self._sum = text("", "title")
        self._pause = push("")
        self._pause.clicked.connect(lambda: self._change(self._switch_learning))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(GAP // 2)
        head = QHBoxLayout()
        head.addWidget(self._sum)
        head.addStretch()
        head.addWidget(self._pause)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GAP, GAP)
        column.addLayout(self._rows)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        page = QVBoxLayout(self)
        page.setContentsMargins(GAP + 8, GAP + 8, GAP + 8, 0)
        page.setSpacing(GAP)
        page.addLayout(head)
        page.addWidget(scroll, 1)

    def showEvent(self, event: Any) -> None:
        """Seen again, it shows what was learned meanwhile."""
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Read the ledger again."""
        self._bridge.learn(
            lambda wishes: ledger(wishes.follower.memory, datetime.now(UTC)),
            lambda found: self._bridge.ask(lambda app: _told(app, found), lambda told: self._show(found, told)),
        )

    def _show(self, found: Ledger, told: _Told) -> None:
        self._learning = told.learning
        self._sum.setText(say("{plays} plays, {hearts} hearts", plays=told.plays, hearts=told.hearts))
        self._pause.setText(say("Pause learning") if told.learning else say("Learn again"))
        while (row := self._rows.takeAt(0)) is not None:
            if widget := row.widget():
                widget.deleteLater()
        self._heading(say("You like what sounds like"))
        self._rows.addWidget(_bars([(told.labels.get(track, "?"), share) for track, share in found.interests]))
        self._heading(say("Liked most"))
        self._rows.addWidget(_bars([(told.labels.get(track, "?"), worth) for track, worth in found.liked_most]))
        self._heading(say("Not played"))
        if not told.avoided:
            self._rows.addWidget(text(say("Nothing is banned or snoozed"), "quiet"))
        for kept in told.avoided:
            self._rows.addWidget(self._avoided(kept))

    def _heading(self, words: str) -> None:
        if self._rows.count():
            self._rows.addSpacing(GAP)
        self._rows.addWidget(text(words, "heading"))

    def _avoided(self, kept: Kept) -> QWidget:
        one, row = kept.avoidance, QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        until = one.until.astimezone().strftime("%Y-%m-%d") if one.until else say("always")
        line.addWidget(text(f"{say(one.scope.value)}: {one.label}"))
        line.addWidget(text(until, "quiet"))
        line.addStretch()
        lift = push(say("Play it again"))
        lift.clicked.connect(lambda: self._change(lambda app: app.listener.avoidances.lift(kept.id, _now(), "asked")))
        line.addWidget(lift)
        return row

    def _switch_learning(self, app: App) -> None:
        app.listener.lessons.learn(_now(), on=not self._learning)

    def _change(self, change: Any) -> None:
        def then(_: object) -> None:
            self._bridge.order(lambda wishes: wishes.follower.look())
            self.look()

        self._bridge.ask(change, then)


def _told(app: App, found: Ledger) -> _Told:
    """On the thread that reads."""
    tracks = app.library.tracks.get({track for track, _ in found.interests + found.liked_most})
    return _Told(
        app.listener.plays.count(),
        len(app.listener.hearts.all()),
        app.listener.lessons.learning,
        tuple(app.listener.avoidances.holding(_now())),
        {int(number): track.label for number, track in tracks.items()},
    )


def _bars(values: list[tuple[str, float]]) -> QWidget:
    """Names with a bar each."""
    if not values:
        return text(say("Nothing yet: listen, skip and like"), "quiet")
    box, most = QWidget(), max(value for _, value in values)
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(8)
    grid.setHorizontalSpacing(GAP)
    for row, (label, value) in enumerate(values):
        bar = QProgressBar()
        bar.setRange(0, 100)
        bar.setValue(round(100 * value / most))
        bar.setTextVisible(False)
        bar.setFixedWidth(160)
        bar.setAccessibleName(f"{label}: {value:.2f}")
        grid.addWidget(bar, row, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(text(label), row, 1)
    grid.setColumnStretch(1, 1)
    return box


def _now() -> datetime:
    return datetime.now(UTC)
