"""What was heard is written down once, also where the database cannot be written when it is over."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player_rec.domain.listening import Ending, Play, Source
from player_rec.engine.diary import Diary
from player_rec.players.base import Ended, Heard, QueueItem, Started
from player_rec.store.db import open_db
from player_rec.store.listener import Listener
from tests.store.holder import held

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
A, B, C = (QueueItem(Path(f"/m/{name}.mp3"), name) for name in "abc")


@dataclass
class Desk:
    """A diary on its database, and a clock that is turned by hand."""

    path: Path
    listener: Listener
    minutes: int = 0
    late: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener.db.execute("PRAGMA busy_timeout = 20")
        self.diary = self.opened()

    def opened(self) -> Diary:
        """A diary as the program has it when it begins."""
        return Diary(
            self.listener, "mpd", lambda: NOW + timedelta(minutes=self.minutes), lambda: self.late.append(self.minutes)
        )

    def begin(self, item: QueueItem, position_ms: int = 0) -> Play | None:
        """A song begins, a minute after what was before."""
        self.minutes += 1
        return self.diary.started(Started(item, 200_000, position_ms), Source.OWN, None)

    @property
    def kept(self) -> list[tuple[str, int, Ending]]:
        """What is in the history."""
        return [(one.play.file.stem, one.play.heard_ms, one.play.ending) for one in self.listener.plays.all()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(open_db(tmp_path / "listening.db", "listening")) as db:
        yield Desk(tmp_path / "listening.db", Listener(db))


def test_plays_that_cannot_be_written_wait_and_come_in_their_order_once(desk: Desk) -> None:
    desk.begin(A)
    with held(desk.path):
        over = desk.diary.ended(Ended(A, 200_000, Ending.FINISHED))
        assert over is not None
        assert over.ending is Ending.FINISHED
        desk.begin(B)
        desk.diary.heard(Heard(B, 10_000, 10_000))
        desk.diary.ended(Ended(B, 12_000, Ending.SKIPPED))
        desk.begin(C)
        assert desk.diary.behind
        assert not desk.diary.write()
        assert desk.kept == []
        left = desk.listener.plays.in_progress("mpd")
        assert left is not None
        assert left.file == A.path  # should all end now, this is what is still known
    assert desk.diary.write()
    assert desk.kept == [("a", 200_000, Ending.FINISHED), ("b", 12_000, Ending.SKIPPED)]
    assert desk.late == [3]
    playing = desk.listener.plays.in_progress("mpd")
    assert playing is not None
    assert playing.file == C.path
    desk.diary.ended(Ended(C, 5_000, Ending.SKIPPED))
    assert [name for name, _, _ in desk.kept] == ["a", "b", "c"]
    assert desk.late == [3]
    assert not desk.diary.behind


def test_the_next_event_writes_what_waits(desk: Desk) -> None:
    desk.begin(A)
    with held(desk.path):
        desk.diary.ended(Ended(A, 200_000, Ending.FINISHED))
    desk.begin(B)
    assert desk.kept == [("a", 200_000, Ending.FINISHED)]
    assert desk.late == [2]


def test_news_of_a_song_that_is_not_known_writes_what_waits_too(desk: Desk) -> None:
    desk.begin(A)
    with held(desk.path):
        desk.diary.ended(Ended(A, 200_000, Ending.FINISHED))
    desk.diary.heard(Heard(C, 1_000, 1_000))
    assert desk.kept == [("a", 200_000, Ending.FINISHED)]


def test_a_play_that_waits_is_not_taken_for_one_that_a_crash_left(desk: Desk) -> None:
    desk.begin(A)
    with held(desk.path):
        desk.diary.ended(Ended(A, 200_000, Ending.FINISHED))
        assert desk.begin(B) is None
    assert desk.diary.abandon() is not None
    assert desk.kept == [("a", 200_000, Ending.FINISHED), ("b", 0, Ending.LOST)]


def test_what_a_process_that_died_could_not_write_is_kept_as_far_as_it_was_noted(desk: Desk) -> None:
    desk.begin(A)
    desk.diary.heard(Heard(A, 150_000, 150_000))
    with held(desk.path):
        desk.diary.ended(Ended(A, 200_000, Ending.FINISHED))
    desk.diary = desk.opened()
    lost = desk.begin(B)
    assert lost is not None
    assert lost.file == A.path
    assert desk.kept == [("a", 150_000, Ending.LOST)]


def test_a_song_found_playing_again_is_the_same_play_whether_it_could_be_noted_or_not(desk: Desk) -> None:
    with held(desk.path):
        desk.begin(A)
        desk.diary.heard(Heard(A, 60_000, 60_000))
        desk.begin(A, 61_000)
    desk.diary.ended(Ended(A, 200_000, Ending.FINISHED))
    assert desk.kept == [("a", 200_000, Ending.FINISHED)]
