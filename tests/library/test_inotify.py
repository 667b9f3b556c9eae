"""What the kernel says is passed on whole, and what it could not say is told as well."""

import queue
from pathlib import Path

from watchdog.events import DirCreatedEvent, DirDeletedEvent, FileClosedEvent, FileCreatedEvent, FileSystemEvent
from watchdog.observers.api import BaseObserver

from player_rec.library.inotify import EventsLost, Tree, TreeEmitter
from player_rec.library.notify import Inbox, Notifier
from player_rec.library.watchplan import Mode, Place


def test_more_changes_than_the_kernel_keeps_are_told_to_be_lost(tmp_path: Path) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    one, two = tmp_path / "one.mp3", tmp_path / "two.mp3"
    one.touch()
    tree = Tree(str(tmp_path))
    for _ in range(limit // 4 + 1):  # two events each way
        one.rename(two)
        two.rename(one)
    events: list[FileSystemEvent] = []
    while not any(isinstance(event, EventsLost) for event in events):
        events += tree.wait()
    tree.close()
    assert len(events) > limit


def test_a_folder_is_told_with_what_was_in_it_before_it_could_be_watched(tmp_path: Path) -> None:
    (tmp_path / "made/A").mkdir(parents=True)
    (tmp_path / "made/A/a.mp3").touch()
    (tmp_path / "root").mkdir()
    tree = Tree(str(tmp_path / "root"))
    (tmp_path / "made").rename(tmp_path / "root/made")
    events = list(tree.wait())
    (tmp_path / "root/made/A/b.mp3").touch()
    events += tree.wait()
    (tmp_path / "root/made").rename(tmp_path / "made")
    (tmp_path / "made/A/c.mp3").touch()
    events += tree.wait()
    tree.close()
    made = tmp_path / "root/made"
    assert events == [
        DirCreatedEvent(str(made)),
        FileCreatedEvent(str(made / "A/a.mp3")),
        FileCreatedEvent(str(made / "A/b.mp3")),
        FileClosedEvent(str(made / "A/b.mp3")),
        DirDeletedEvent(str(made)),
    ]


def test_a_root_moved_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    tree = Tree(str(tmp_path / "root"))
    (tmp_path / "root").rename(tmp_path / "other")
    assert list(tree.wait()) == [EventsLost(str(tmp_path / "root"))]
    tree.close()


def test_a_place_that_cannot_be_watched_is_polled_with_the_reason(tmp_path: Path) -> None:
    inbox: Inbox = queue.SimpleQueue()
    notifier = Notifier(inbox)
    here, gone = Place(str(tmp_path), Mode.NOTIFY), Place(str(tmp_path / "gone"), Mode.NOTIFY)
    places = notifier.start((here, gone))
    assert places == (here, Place(gone.folder, Mode.POLL, "no such file or directory"))
    (tmp_path / "a.mp3").touch()
    event = inbox.get(timeout=10)
    notifier.stop()
    notifier.stop()
    assert event == FileCreatedEvent(str(tmp_path / "a.mp3"))


def test_a_thread_that_died_is_noticed(tmp_path: Path) -> None:
    notifier = Notifier(queue.SimpleQueue())
    notifier.start((Place(str(tmp_path), Mode.NOTIFY),))
    observer = notifier._observer
    assert isinstance(observer, BaseObserver)
    assert notifier.is_alive()
    (emitter,) = observer.emitters
    assert isinstance(emitter, TreeEmitter)
    emitter.stop()
    emitter.join()
    assert not notifier.is_alive()
    notifier.stop()
