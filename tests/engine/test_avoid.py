"""A ban is one thing however often it is asked for, and whichever copy of a recording it is asked for by."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import Scope
from player_rec.domain.track import ContentId, Identity, Stamp, Tags, Track
from player_rec.engine.avoid import avoid, is_about
from player_rec.store.avoidances import Kept
from player_rec.store.db import open_db
from player_rec.store.library import Library
from player_rec.store.listener import Listener

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Room:
    """A library of two copies of one recording and a stranger, and a listener."""

    library: Library
    listener: Listener
    copies: tuple[Track, Track]
    stranger: Track

    def ban(self, track: Track, days: float | None = None, scope: Scope = Scope.RECORDING, after: int = 0) -> Kept:
        """Ban or snooze, so many hours later."""
        return avoid(self.library, self.listener, track, scope, NOW + timedelta(hours=after), days)

    @property
    def holding(self) -> list[Kept]:
        """What holds a day later."""
        return self.listener.avoidances.holding(NOW + timedelta(days=1))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with ExitStack() as stack:
        library = Library(stack.enter_context(closing(open_db(tmp_path / "library.db", "library"))))
        listener = Listener(stack.enter_context(closing(open_db(tmp_path / "listening.db", "listening"))))
        ids = [
            library.files.put(
                f"/m/{name}.mp3", "/m", Stamp(1, 1), Identity(ContentId(name), 200_000, "mp3"), Tags(name, (name,)), ()
            )
            for name in ("one", "copy", "other")
        ]
        library.tracks.join_recordings(ids[:2])
        one, copy, other = (library.tracks.get(ids)[number] for number in ids)
        yield Room(library, listener, (one, copy), other)


def test_the_same_ban_twice_is_one_and_both_times_are_kept(room: Room) -> None:
    one, _ = room.copies
    assert room.ban(one).id == room.ban(one, after=1).id
    assert len(room.holding) == 1
    assert len(room.listener.avoidances.all()) == 2


def test_the_later_end_wins_in_whichever_order_it_was_asked_for(room: Room) -> None:
    one, _ = room.copies
    room.ban(one, days=30)
    kept = room.ban(one, days=7, after=1)
    assert kept.avoidance.until == NOW + timedelta(days=30)
    assert room.ban(one, days=60).avoidance.until == NOW + timedelta(days=60)
    assert room.ban(one).avoidance.until is None
    assert room.ban(one, days=7).avoidance.until is None
    assert [held.avoidance.until for held in room.holding] == [None]


def test_a_ban_by_another_copy_is_the_same_and_either_copy_lifts_it(room: Room) -> None:
    one, copy = room.copies
    assert room.ban(one).id == room.ban(copy).id
    (kept,) = room.holding
    assert all(is_about(kept.avoidance, track, room.library) for track in room.copies)
    assert not is_about(kept.avoidance, room.stranger, room.library)
    room.listener.avoidances.lift(kept.id, NOW, "asked")
    assert room.holding == []


def test_a_ban_of_one_track_says_nothing_of_its_copies(room: Room) -> None:
    one, copy = room.copies
    kept = room.ban(one, scope=Scope.TRACK)
    assert is_about(kept.avoidance, one, room.library)
    assert not is_about(kept.avoidance, copy, room.library)
    assert room.ban(copy, scope=Scope.TRACK).id != kept.id
    assert len(room.holding) == 2


def test_what_was_lifted_can_be_banned_again(room: Room) -> None:
    one, _ = room.copies
    first = room.ban(one, days=30)
    room.ban(one, days=60)
    room.listener.avoidances.lift(first.id, NOW, "asked")
    assert room.holding == []
    assert room.ban(one, days=7, after=1).avoidance.until == NOW + timedelta(days=7, hours=1)
    assert len(room.holding) == 1


def test_what_the_tags_do_not_name_cannot_be_banned(room: Room) -> None:
    with pytest.raises(NoSuchTrack, match="album"):
        room.ban(room.stranger, scope=Scope.ALBUM)
    assert room.listener.avoidances.all() == []
