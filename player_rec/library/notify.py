"""The kernel's reports on folders, brought together in one inbox."""

import queue
import sys
from dataclasses import replace
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from player_rec.library.inotify import EventsLost, TreeEmitter
from player_rec.library.watchplan import Mode, Place

Inbox = queue.SimpleQueue[FileSystemEvent | None]
"""Where events are taken from; None asks the taker to stop."""

# Nothing is asked for that merely looking at a folder would set off.
_EVENTS: Final[list[type[FileSystemEvent]]] = [
    FileCreatedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
    EventsLost,
]


class Notifier(FileSystemEventHandler):
    """The kernel's reports on some folders, put into an inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._observer: BaseObserver | None = None

    def dispatch(self, event: FileSystemEvent) -> None:
        """Pass an event on; called by watchdog on a thread of its own."""
        self._inbox.put(event)

    def start(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """Watch those places that are to be notified of; give all as they turned out."""
        if not any(place.mode is Mode.NOTIFY for place in places):
            return places
        self._observer = BaseObserver(TreeEmitter) if sys.platform == "linux" else Observer()
        self._observer.start()
        return tuple(self._watch(self._observer, place) for place in places)

    def _watch(self, observer: BaseObserver, place: Place) -> Place:
        if place.mode is not Mode.NOTIFY:
            return place
        try:
            observer.schedule(self, place.folder, recursive=True, event_filter=_EVENTS)
        except OSError as error:
            return replace(place, mode=Mode.POLL, why=error.strerror or str(error))
        return place

    def is_alive(self) -> bool:
        """Say whether all that was started still runs; watchdog's threads end without a word."""
        if self._observer is None:
            return True
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def stop(self) -> None:
        """Stop watching; twice is fine."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
