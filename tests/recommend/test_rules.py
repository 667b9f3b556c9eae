"""What may come, and what gives way."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from player_rec.domain.listening import Dials, Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.rules import LADDER, Rules, Strictness, days_since, fitting_length, let_through
from player_rec.recommend.spacing import NEVER, Since
from tests.recommend.libraries import DAY_S, NOW_S, entry, history_of, likeness_of, moment

YIELDING = ("album", "artist", "dial", "repeat", "length")


def test_the_ladder_begins_with_all_rules_and_ends_with_none() -> None:
    assert LADDER[0] == Strictness()
    assert LADDER[0].gave_way == ()
    assert LADDER[-1].gave_way == YIELDING
    assert len(set(LADDER)) == len(LADDER)


def test_rules_begin_to_give_way_in_the_order_that_is_promised() -> None:
    firsts = [next(step for step, keep in enumerate(LADDER) if rule in keep.gave_way) for rule in YIELDING]
    assert firsts == sorted(firsts)
    assert len(set(firsts)) == len(firsts)


@pytest.mark.parametrize("rule", ["album", "artist", "repeat"])
def test_a_rule_gives_way_by_halves_at_most_while_the_others_stand(rule: str) -> None:
    for before, after in pairwise(LADDER):
        was, becomes = float(getattr(before, rule)), float(getattr(after, rule))
        others = [name for name in ("album", "artist", "dial", "repeat", "length") if name != rule]
        if becomes < was and all(getattr(before, name) == getattr(after, name) for name in others):
            assert becomes >= was * 0.4 or was <= max(3, 0.05 * float(getattr(LADDER[0], rule)))


def rules(**more: Any) -> Rules:
    """One row that came never, is let through by the dials and is a song by its length, unless told otherwise."""
    row = {"album": NEVER, "artist": NEVER, "recording": NEVER, "hours": np.inf, "dial": True, "length": True} | more
    since = Since(
        np.array([row["artist"]], np.int32),
        np.array([row["album"]], np.int32),
        np.array([row["recording"]], np.int32),
        np.array([row["hours"]], np.float32),
    )
    return Rules(since, np.array([row["dial"]]), np.array([row["length"]]), 12.0)


@pytest.mark.parametrize(
    ("broken", "may"),
    [
        ({"album": 24}, False),
        ({"album": 25}, True),
        ({"artist": 14}, False),
        ({"artist": 15}, True),
        ({"recording": 100}, False),
        ({"recording": 101}, True),
        ({"hours": 11.9}, False),
        ({"hours": 12.0}, True),
        ({"dial": False}, False),
        ({"length": False}, False),
    ],
)
def test_each_rule_stands_alone_at_its_edge(broken: dict[str, object], may: bool) -> None:
    assert rules(**broken).allow(Strictness()).tolist() == [may]


def test_the_last_step_lets_everything_through() -> None:
    worst = rules(album=1, artist=1, recording=1, hours=0.0, dial=False, length=False)
    assert worst.allow(LADDER[-1]).tolist() == [True]
    assert [worst.allow(keep)[0] for keep in LADDER[:-1]] == [False] * (len(LADDER) - 1)


def test_half_the_repeat_window_is_half_in_plays_and_half_in_hours() -> None:
    half = Strictness(0, 0, dial=False, repeat=0.5)
    assert rules(recording=51, hours=6.0).allow(half)[0]
    assert not rules(recording=50, hours=6.0).allow(half)[0]
    assert not rules(recording=51, hours=5.9).allow(half)[0]


def test_songs_by_their_length_are_from_45_seconds_to_20_minutes_or_a_seed() -> None:
    lengths_ms = [44_999, 45_000, 1_200_000, 1_200_001, 5_000, 7_200_000]
    likeness = likeness_of([entry(track)._replace(duration_ms=ms) for track, ms in enumerate(lengths_ms)])
    situation = moment(likeness, current=TrackId(4), anchor=TrackId(5))
    assert fitting_length(likeness.catalogue, situation).tolist() == [False, True, True, False, True, True]


def through(dials: Dials) -> list[bool]:
    """For a song of last week and near, one of long ago and far, and one never heard and halfway."""
    heard, away_days = np.array([True, True, False]), np.array([7.0, 90.0, np.inf], np.float32)
    found: list[bool] = let_through(dials, heard, away_days, np.array([0.9, 0.1, 0.5], np.float32)).tolist()
    return found


def test_dials_only_forbid_when_they_are_turned_all_the_way() -> None:
    for lean in (-0.7, 0.0, 0.7):
        assert all(through(Dials(close_far=lean, familiar_forgotten=lean, energy=1.0)))
    assert through(Dials(familiar_forgotten=-1)) == [True, True, False]
    assert through(Dials(familiar_forgotten=1)) == [False, True, False]
    assert through(Dials(close_far=-1)) == [True, False, True]
    assert through(Dials(close_far=1)) == [False, True, True]


def test_days_count_from_the_latest_play_that_was_heard() -> None:
    history = history_of(
        (1, NOW_S - 9 * DAY_S, Outcome.FINISH),
        (2, NOW_S - 5 * DAY_S, Outcome.EARLY_SKIP),
        (1, NOW_S - 2 * DAY_S, Outcome.LATE_SKIP),
        (1, NOW_S - 1 * DAY_S, Outcome.EARLY_SKIP),
        (4, NOW_S + 1 * DAY_S, Outcome.FINISH),  # the clock was ahead
    )
    assert days_since(history, np.array([1, 2, 3, 4]), NOW_S).tolist() == [2, np.inf, np.inf, 0]
    assert days_since(history_of(), np.array([1]), NOW_S).tolist() == [np.inf]
    assert not len(days_since(history_of(), Catalogue.of([]).tracks, NOW_S))
