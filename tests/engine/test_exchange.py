"""What was said and heard can be taken away and brought back, to the last line."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player_rec.domain.errors import BadImport
from player_rec.domain.listening import Avoidance, Ending, Play, Scope, Source
from player_rec.domain.track import ContentId
from player_rec.engine.exchange import Brought, bring_back, taken_away
from player_rec.store.db import open_db
from player_rec.store.listener import Listener

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Listener, Listener]]:
    """A listener who has a past, and one who has none."""
    with ExitStack() as stack:
        full, empty = (
            Listener(stack.enter_context(closing(open_db(tmp_path / name, "listening")))) for name in ("full", "empty")
        )
        full.hearts.say(ContentId("a"), NOW, given=True, title="標題", artist="A")
        full.hearts.say(ContentId("a"), NOW + timedelta(1), given=False)
        number = full.avoidances.add(Avoidance(Scope.ALBUM, "x\ny", NOW, None, "X"))
        full.avoidances.lift(number, NOW, "asked")
        full.avoidances.add(Avoidance(Scope.ARTIST, "b", NOW, NOW + timedelta(30), "B"))
        for n in range(3):
            play = full.plays.add(
                Play(
                    ContentId("c"),
                    Path("/m/caf\udce9.mp3"),
                    NOW + timedelta(n),
                    9,
                    10,
                    Ending.SKIPPED,
                    Source.PICK,
                    "mpd",
                )
            )
        assert play is not None
        full.lessons.unlearn([play], NOW)
        yield full, empty


def test_what_is_taken_away_comes_back_the_same(two: tuple[Listener, Listener]) -> None:
    full, empty = two
    lines = list(taken_away(full))
    assert bring_back(empty, lines) == Brought(hearts=2, plays=3, bans=2, known=0)
    assert list(taken_away(empty)) == lines
    assert [noted.counts for noted in empty.plays.all()] == [True, True, False]


def test_bringing_it_twice_changes_nothing(two: tuple[Listener, Listener]) -> None:
    full, _ = two
    lines = list(taken_away(full))
    assert bring_back(full, lines) == Brought(known=7)
    assert list(taken_away(full)) == lines


@pytest.mark.parametrize(
    "bad", ["no json", '{"kind": "song"}', '{"kind": "play"}', "[]", '{"kind": "heart", "content": 1}']
)
def test_one_bad_line_and_nothing_is_brought(two: tuple[Listener, Listener], bad: str) -> None:
    full, empty = two
    with pytest.raises(BadImport, match="line 8"):
        bring_back(empty, [*taken_away(full), bad])
    assert list(taken_away(empty)) == []
