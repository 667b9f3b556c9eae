"""What was heard and said outlives everything, is never rewritten, and never counted twice."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from player_rec.domain.errors import StoreUnavailable
from player_rec.domain.listening import Avoidance, Dials, Ending, Play, Scope, Source
from player_rec.domain.track import ContentId
from player_rec.store.db import open_db
from player_rec.store.listener import Listener
from player_rec.store.radio import PickNote, RadioState

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
PLAY = Play(
    ContentId("a"), Path("/m/a.mp3"), NOW, 200_000, 210_000, Ending.FINISHED, Source.OWN, "mpd", "Title", "Artist"
)  # fmt: skip


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    with closing(open_db(tmp_path / "listening.db", "listening")) as db:
        yield Listener(db)


def test_a_play_is_kept_once_and_comes_back_as_it_was(listener: Listener) -> None:
    odd = replace(PLAY, file=Path("/m/caf\udce9.mp3"), started=NOW + timedelta(minutes=5))
    assert listener.plays.add(PLAY) == 1
    assert listener.plays.add(PLAY) is None
    assert listener.plays.add(odd) == 2
    assert [noted.play for noted in listener.plays.all()] == [PLAY, odd]
    assert [noted.play for noted in listener.plays.all(NOW + timedelta(minutes=1))] == [odd]


def test_ending_a_play_keeps_it_and_clears_what_was_in_progress_or_neither(listener: Listener, tmp_path: Path) -> None:
    listener.plays.note(replace(PLAY, heard_ms=1000))
    listener.plays.note(replace(PLAY, heard_ms=11_000))
    left = listener.plays.in_progress("mpd")
    assert left == replace(PLAY, heard_ms=11_000, ending=Ending.LOST)
    with closing(open_db(tmp_path / "listening.db", "listening")) as other:
        other.execute("BEGIN IMMEDIATE")
        listener.db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StoreUnavailable):
            listener.plays.end(PLAY)
        other.rollback()
    assert listener.plays.in_progress("mpd") == left
    assert listener.plays.end(PLAY) == 1
    assert listener.plays.in_progress("mpd") is None


def test_hearts_are_a_log_and_likes_its_last_word(listener: Listener) -> None:
    say = listener.hearts.say
    assert say(ContentId("a"), NOW, given=True)
    assert not say(ContentId("a"), NOW, given=True)
    assert say(ContentId("a"), NOW + timedelta(days=1), given=False)
    assert not say(ContentId("b"), NOW, given=False)
    assert listener.hearts.all() == {}
    assert say(ContentId("a"), NOW + timedelta(days=2), given=True)
    assert listener.hearts.all() == {"a": NOW + timedelta(days=2)}
    assert [given for _, _, given, _, _ in listener.hearts.log()] == [True, False, True]


def test_lessons_can_be_taken_back_and_drawn_on_again(listener: Listener) -> None:
    first = listener.plays.add(PLAY)
    second = listener.plays.add(replace(PLAY, started=NOW + timedelta(hours=1)))
    assert first is not None
    assert second is not None
    assert listener.lessons.unlearn([first, first], NOW) == 1
    assert [noted.counts for noted in listener.plays.all()] == [False, True]
    assert listener.lessons.relearn([first]) == 1
    assert listener.lessons.start_afresh(NOW + timedelta(minutes=30)) == 1
    assert [noted.counts for noted in listener.plays.all()] == [False, True]
    assert listener.plays.count() == 2
    assert second is not None
    assert listener.lessons.unlearn([second], NOW) == 1
    assert listener.lessons.start_afresh(NOW + timedelta(hours=2)) == 0
    listener.plays.add(replace(PLAY, started=NOW + timedelta(hours=3)))
    listener.plays.add(replace(PLAY, started=NOW + timedelta(hours=4), learned=False))
    assert listener.lessons.start_afresh(NOW + timedelta(hours=5)) == 1
    assert listener.lessons.start_afresh(NOW + timedelta(hours=6)) == 0


def test_learning_is_paused_and_resumed_once_each(listener: Listener) -> None:
    said = [listener.lessons.learn(NOW, on=on) for on in (True, False, False, True)]
    assert said == [False, True, False, True]
    assert listener.lessons.learning
    listener.lessons.learn(NOW, on=False)
    assert [listener.lessons.learning] == [False]


def test_a_snooze_ends_by_itself_and_a_ban_only_when_lifted(listener: Listener) -> None:
    snooze = Avoidance(Scope.ARTIST, "abba", NOW, NOW + timedelta(days=7), "ABBA")
    ban = Avoidance(Scope.TRACK, "a", NOW, None, "Title")
    listener.avoidances.add(snooze)
    number = listener.avoidances.add(ban)
    assert [kept.avoidance for kept in listener.avoidances.holding(NOW)] == [snooze, ban]
    assert [kept.avoidance for kept in listener.avoidances.holding(NOW + timedelta(days=7))] == [ban]
    again = listener.avoidances.add(Avoidance(Scope.TRACK, "a", NOW, NOW + timedelta(days=7), "Title"))
    assert listener.avoidances.lift(number, NOW, "asked") == [number, again]
    assert listener.avoidances.lift(number, NOW, "played") == []
    assert [kept.avoidance for kept in listener.avoidances.holding(NOW)] == [snooze]
    assert len(listener.avoidances.all()) == 3


def test_the_radio_is_found_as_it_was_left(listener: Listener) -> None:
    state = RadioState("mpd", NOW, ContentId("a"), ((Path("/m/caf\udce9.mp3"), "7"),), "{}")
    listener.radio.on(state)
    note = PickNote(0, NOW, "mpd", "", ContentId("a"), Path("/m/a.mp3"), True, {"en": "why", "zh": "为什么"})
    (number,) = listener.radio.put([note])
    listener.radio.rename(number, "12")
    assert listener.radio.state("mpd") == state
    assert listener.radio.players() == ["mpd"]
    assert listener.radio.waiting("mpd") == [replace(note, id=number, item="12")]
    assert listener.radio.waiting("mpv") == []
    listener.radio.settle([number], "played")
    assert listener.radio.waiting("mpd") == []
    listener.radio.off("mpd")
    assert listener.radio.state("mpd") is None


def test_dials_stay_where_they_were_turned(listener: Listener) -> None:
    assert listener.radio.dials() == Dials()
    listener.radio.turn(Dials(0.5, -1.0, 1.0, 0.4), NOW)
    assert listener.radio.dials() == Dials(0.5, -1.0, 1.0, 0.4)


def test_likes_of_an_older_program_are_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "listening.db"
    step = resources.files("player_rec.store").joinpath("schema", "listening", "0001_folders_likes.sql")
    import sqlite3

    with closing(sqlite3.connect(path)) as old:
        old.executescript(step.read_text(encoding="utf-8"))
        old.execute("INSERT INTO likes VALUES ('a', ?, 'Title', 'Artist')", (NOW.isoformat(),))
        old.execute("PRAGMA user_version = 1")
        old.commit()
    with closing(open_db(path, "listening")) as db:
        assert Listener(db).hearts.all() == {"a": NOW}
    assert (tmp_path / "listening.db.schema-1").exists()
