"""Waiting for what a player reports."""

import threading
from collections.abc import Callable
from typing import TypeVar

from player_rec.players.base import Ended, PlayerEvent, Started

PATIENCE_S = 20.0

E = TypeVar("E", bound=PlayerEvent)


class EventLog:
    """Takes events from any thread and keeps them in order."""

    def __init__(self) -> None:
        self.all: list[PlayerEvent] = []
        self._news = threading.Condition()

    def __call__(self, event: PlayerEvent) -> None:
        """Take an event."""
        with self._news:
            self.all.append(event)
            self._news.notify_all()

    def next(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True, after: int = 0) -> E:
        """The first event of a kind, waited for, of those from number ``after`` on."""

        def found() -> E | None:
            return next((event for event in self.all[after:] if isinstance(event, kind) and fits(event)), None)

        with self._news:
            if not self._news.wait_for(lambda: found() is not None, PATIENCE_S):
                raise AssertionError(f"no such {kind.__name__} came; these came: {self.all}")
            event = found()
            assert event is not None
            return event

    def started(self, name: str, after: int = 0) -> Started:
        """The start of a song by the name of its file."""
        return self.next(Started, lambda event: event.item.path.name == name, after)

    def ended(self, name: str, after: int = 0) -> Ended:
        """The end of a song by the name of its file."""
        return self.next(Ended, lambda event: event.item.path.name == name, after)

    def story(self) -> list[str]:
        """What started and ended, in words."""
        told = []
        for event in self.all:
            if isinstance(event, Started):
                told.append(f"start {event.item.path.stem}")
            elif isinstance(event, Ended):
                told.append(f"end {event.item.path.stem} {event.ending}")
        return told
