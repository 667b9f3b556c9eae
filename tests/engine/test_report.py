"""The self-report, on days short enough to count by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player_rec.domain.listening import Ending, Play, PlayId, Source
from player_rec.domain.track import ContentId
from player_rec.engine.report import report
from player_rec.store.plays import Noted

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
MINUTE = 60_000


def noted(number: int, name: str, minute: int, heard_ms: int, source: Source = Source.OWN) -> Noted:
    ending = Ending.FINISHED if heard_ms >= 4 * MINUTE else Ending.SKIPPED
    started = NOW - timedelta(days=40) + timedelta(minutes=minute)
    play = Play(ContentId(name), Path(name), started, heard_ms, 4 * MINUTE, ending, source, "mpd", name, f"by {name}")
    return Noted(PlayId(number), play, counts=True)


def test_skips_are_told_apart_by_who_chose() -> None:
    plays = [
        noted(1, "a", 0, 4 * MINUTE),
        noted(2, "b", 4, 9_000),
        noted(3, "c", 5, 9_000, Source.PICK),
        noted(4, "d", 6, 4 * MINUTE, Source.PICK),
        noted(5, "a", 10, 4 * MINUTE, Source.PICK),
        noted(6, "e", 14, 4 * MINUTE, Source.PICK),
    ]
    found = report(plays, frozenset(ContentId(name) for name in "abcdefgh"), frozenset([ContentId("c")]), NOW)
    assert (found.picks.plays, found.picks.early) == (4, 0.25)
    assert (found.others.plays, found.others.early) == (2, 0.5)
    assert (found.tries.plays, found.tries.early) == (1, 1.0)
    assert found.repeats_per_hour == pytest.approx(1 / found.hours)
    assert found.reached == 5 / 8
    assert found.reached_30_days == 0
    assert found.artists_per_20 == 5


def test_habit_is_asked_for_choices_it_has_not_seen() -> None:
    plays = [noted(n, "abcd"[n % 4], 5 * n, 4 * MINUTE) for n in range(100)]
    found = report(plays, frozenset(), frozenset(), NOW)
    assert found.asked == 20
    assert found.hit_rate == 1.0


def test_nobody_has_listened_yet() -> None:
    found = report([], frozenset(), frozenset(), NOW)
    assert (found.plays, found.hit_rate, found.picks.plays) == (0, None, 0)
