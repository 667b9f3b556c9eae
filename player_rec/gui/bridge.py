"""The one way between the parts that think and the widgets: news come over as signals, orders go the other way."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from player_rec.app.brain import Brain, News, Order, Question, Trouble
from player_rec.app.build import App
from player_rec.app.places import Places
from player_rec.engine.chart import Chart
from player_rec.engine.ingest import Progress
from player_rec.engine.scene import Scene
from player_rec.gui.words import say
from player_rec.players.base import PlayerAdapter

Then = Callable[[Any], None]


class Bridge(QObject):
    """Signals the widgets connect to. They arrive in the thread of the widgets, whoever emitted them."""

    scene = Signal(object)
    progress = Signal(object)
    trouble = Signal(object)
    chart = Signal(object)
    failed = Signal(str)
    moved = Signal()
    """The built-in player plays, rests or sounds otherwise than before."""

    _answered = Signal(object, object)

    def __init__(self, places: Places, player: str | PlayerAdapter = "") -> None:
        super().__init__()
        self.brain = Brain(places, self._tell, player)
        self._answered.connect(lambda then, answer: then(answer))

    def order(self, order: Order) -> None:
        """Have something done with the player or the radio; what goes wrong is told by ``failed``."""
        self.brain.order(order, self._fail)

    def learn(self, order: Order, then: Then) -> None:
        """The same for something that has an answer; ``then`` is called with it in the thread of the widgets."""
        self.brain.order(lambda wishes: self._answered.emit(then, order(wishes)), self._fail)

    def ask(self, question: Question, then: Then) -> None:
        """Have a question answered; ``then`` is called with the answer in the thread of the widgets."""
        self.brain.ask(question, partial(self._answered.emit, then), self._fail)

    def pause_analysis(self, on: bool) -> None:
        """Have the library rest, or go on, until this is said again."""

        def switch(app: App) -> None:
            if on:
                app.places.pause.touch()
            else:
                app.places.pause.unlink(missing_ok=True)

        self.ask(switch, lambda _: None)

    def _fail(self, why: str) -> None:
        self.failed.emit(say(why))

    def _tell(self, news: News) -> None:
        match news:
            case Scene():
                self.scene.emit(news)
            case Progress():
                self.progress.emit(news)
            case Trouble():
                self.trouble.emit(news)
            case Chart():
                self.chart.emit(news)
