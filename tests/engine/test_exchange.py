"""What was said and heard can be taken away and brought back, to the last line."""

import json
from collections.abc import Iterator, Mapping
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


HEART = {"kind": "heart", "content": "a", "at": "2026-03-01T20:00:00+00:00", "given": True, "title": "", "artist": ""}
BAN = {"kind": "ban", "scope": "track", "subject": "a", "since": "2026-03-01T20:00:00+00:00", "until": None,
       "lifted": None, "label": "A"}  # fmt: skip
PLAY = {"kind": "play", "content": "a", "file": "/m/a.mp3", "started": "2026-03-01T20:00:00+00:00", "heard_ms": 9,
        "duration_ms": 10, "ending": "skipped", "source": "own", "player": "mpd", "title": "", "artist": "",
        "learned": True}  # fmt: skip


def line(of: Mapping[str, object], **other: object) -> str:
    return json.dumps({**of, **other})


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (line(PLAY).replace('"heard_ms": 9', '"heard_ms": 1e400'), "heard_ms"),
        (line(PLAY, heard_ms=10**30), "heard_ms"),
        (line(PLAY, duration_ms=-1), "duration_ms"),
        (line(PLAY, duration_ms=True), "duration_ms"),
        (line(PLAY, heard_ms=float("nan")), "heard_ms"),
        (line(PLAY, title=None), "title is no text: null"),
        (line(PLAY, artist=["A"]), "artist"),
        (line(PLAY, title="\udce9"), "surrogates"),
        (line(PLAY, file="\ud800"), "surrogates"),
        (line(PLAY, learned="yes"), "learned"),
        (line(PLAY, started="yesterday"), "yesterday"),
        (line(PLAY, started="0001-01-01T00:00:00+14:00"), "started"),
        (line(PLAY, started="9999-12-31T23:59:59-12:00"), "started"),
        (line(PLAY, started=5), "started"),
        (line(PLAY, ending="bored"), "bored"),
        (line(HEART, title=None), "title"),
        (line(HEART, given=None), "given"),
        (line(BAN, label=None), "label"),
        (line(BAN, lifted=0), "lifted"),
        (line({"kind": "heart"}), "'given'|'content'"),
        (line(PLAY, kind=[]), "is no kind of line"),
        ("no json", "it is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"kind":' * 100_000, "nested too deeply"),
        ("1" * 5000, "digits"),
        ('"heart"', "no object"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(two: tuple[Listener, Listener], bad: str, said: str) -> None:
    _, empty = two
    with pytest.raises(BadImport, match=f"line 2 .*({said})"):
        bring_back(empty, [line(PLAY), bad])
    assert list(taken_away(empty)) == []


def test_the_latest_word_holds_whichever_line_it_stands_in(two: tuple[Listener, Listener]) -> None:
    _, empty = two
    days = {n: f"2026-03-0{n}T20:00:00+00:00" for n in range(1, 8)}
    lines = [line(HEART, at=days[5]), line(HEART, at=days[3], given=False)]
    lines += [line(HEART, content="b", at=days[2], given=False), line(HEART, content="b", at=days[1])]
    assert bring_back(empty, lines).hearts == 3  # the first that was said is that a is no longer liked: so it was
    assert set(empty.hearts.all()) == {"a"}
    assert bring_back(empty, lines).hearts == 0
    assert bring_back(empty, [line(HEART, at=days[4], given=False)]) == Brought(known=1)
    assert set(empty.hearts.all()) == {"a"}
    assert bring_back(empty, [line(HEART, at=days[6], given=False)]) == Brought(hearts=1)
    assert empty.hearts.all() == {}


def test_times_are_those_of_utc_wherever_they_were_written(two: tuple[Listener, Listener]) -> None:
    _, empty = two
    bring_back(empty, [line(PLAY, started="2026-03-02T04:00:00+08:00"), line(HEART, at="2026-03-01T15:00:00-05:00")])
    assert bring_back(empty, [line(PLAY), line(HEART)]) == Brought(known=2)
    assert [noted.play.started.isoformat() for noted in empty.plays.all(NOW, NOW + timedelta(1))] == [PLAY["started"]]
    assert bring_back(empty, [line(PLAY, started="2026-03-01T20:00:00")]) == Brought(known=1)


def test_a_ban_that_comes_twice_is_one_and_its_lift_comes_with_either(two: tuple[Listener, Listener]) -> None:
    _, empty = two
    assert bring_back(empty, [line(BAN), line(BAN)]) == Brought(bans=1, known=1)
    assert len(empty.avoidances.all()) == 1
    lifted = line(BAN, lifted="2026-03-02T20:00:00+00:00")
    assert bring_back(empty, [lifted, lifted]) == Brought(bans=1, known=1)
    assert empty.avoidances.holding(NOW + timedelta(days=3)) == []
    assert bring_back(empty, [line(BAN), lifted]) == Brought(known=2)
    assert empty.avoidances.holding(NOW + timedelta(days=3)) == []


def test_the_lift_of_an_older_ban_leaves_a_newer_one(two: tuple[Listener, Listener]) -> None:
    _, empty = two
    bring_back(empty, [line(BAN, since="2026-03-05T20:00:00+00:00"), line(BAN, lifted="2026-03-02T20:00:00+00:00")])
    assert len(empty.avoidances.holding(NOW + timedelta(days=9))) == 1
