"""What may come, and what gives way."""

from itertools import groupby, pairwise, product
from typing import Any

import numpy as np
import pytest

from player_rec.domain.listening import Dials, Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.plans.rules import (
    ALBUM_WINDOW,
    ARTIST_WINDOW,
    LADDER,
    Rules,
    Strictness,
    days_since,
    fitting_length,
    let_through,
)
from player_rec.recommend.plans.spacing import NEVER, Since
from tests.recommend.libraries import DAY_S, NOW_S, entry, history_of, likeness_of, moment

YIELDING = ("album", "artist", "dial", "repeat", "length")


def test_the_ladder_begins_with_all_rules_and_ends_with_none() -> None:
    assert LADDER[0] == Strictness()
    assert LADDER[-1] == Strictness(album=0, artist=0, dial=False, repeat=0.0, length=False)
    assert len(set(LADDER)) == len(LADDER)


def test_rules_begin_to_give_way_in_the_order_that_is_promised() -> None:
    firsts = [
        next(step for step, keep in enumerate(LADDER) if getattr(keep, rule) < getattr(Strictness(), rule))
        for rule in YIELDING
    ]
    assert firsts == sorted(firsts)
    assert len(set(firsts)) == len(firsts)
    assert LADDER[firsts[1] - 1].album == 0  # one gives all it has before the next gives anything
    assert LADDER[firsts[2] - 1].artist == 0
    assert not LADDER[firsts[4] - 1].repeat


def test_the_windows_are_tried_whole_again_under_every_step_of_what_goes_after_them() -> None:
    steps = [
        (rest, [(keep.album, keep.artist) for keep in same])
        for rest, same in groupby(LADDER, lambda keep: (keep.length, keep.repeat, keep.dial))
    ]
    assert [rest for rest, _ in steps] == sorted((rest for rest, _ in steps), reverse=True)
    assert len({rest for rest, _ in steps}) == len(steps)
    assert all(windows == steps[0][1] for _, windows in steps)
    assert steps[0][1][0] == (ALBUM_WINDOW, ARTIST_WINDOW)


def test_every_step_of_the_ladder_lets_something_through_that_no_step_before_it_does() -> None:
    distances = product((1, 2, 3, 6, 12, 25), (1, 2, 3, 7, 15), (1, 2, 4, 7, 13, 26, 51, 101), (True, False))
    album, artist, recording, dial = (np.array(column) for column in zip(*distances, strict=True))
    firsts = set()
    for length in (True, False):
        since = Since(artist, album, recording, np.full(len(album), np.inf, np.float32))
        asked = Rules(since, dial, np.full(len(album), length), 12.0)
        firsts |= set(np.argmax([asked.allow(keep) for keep in LADDER], axis=0).tolist())
    assert firsts == set(range(len(LADDER)))


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


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({}, ()),
        ({"album": 24}, ("album",)),
        ({"album": 25, "artist": 15, "recording": 101, "hours": 12.0}, ()),
        ({"artist": 14}, ("artist",)),
        ({"recording": 100}, ("repeat",)),
        ({"hours": 11.9}, ("repeat",)),
        ({"dial": False}, ("dial",)),
        ({"length": False}, ("length",)),
        ({"length": False, "recording": 1, "dial": False, "artist": 1, "album": 1}, YIELDING),
    ],
)
def test_only_rules_that_are_broken_are_named_in_the_order_in_which_they_give_way(
    broken: dict[str, object], named: tuple[str, ...]
) -> None:
    assert rules(**broken).broken_by(0) == named


def test_the_last_step_lets_everything_through() -> None:
    worst = rules(album=1, artist=1, recording=1, hours=0.0, dial=False, length=False)
    assert worst.allow(LADDER[-1]).tolist() == [True]
    assert [worst.allow(keep)[0] for keep in LADDER[:-1]] == [False] * (len(LADDER) - 1)


def test_half_the_repeat_window_is_half_in_plays_and_half_in_hours() -> None:
    half = Strictness(0, 0, dial=False, repeat=0.5)
    assert rules(recording=51, hours=6.0).allow(half)[0]
    assert not rules(recording=50, hours=6.0).allow(half)[0]
    assert not rules(recording=51, hours=5.9).allow(half)[0]


LENGTHS_MS = [44_999, 45_000, 1_200_000, 1_200_001, 5_000, 7_200_000, 0, 1]


@pytest.mark.parametrize(
    ("current", "anchor", "out"),
    [(1, 2, {0, 3, 4, 5, 7}), (4, 1, {3, 5}), (1, 5, {0, 4, 7}), (4, 5, set()), (6, 6, {0, 3, 4, 5, 7})],
)
def test_skits_and_mixes_stay_out_unless_a_seed_is_one(current: int, anchor: int, out: set[int]) -> None:
    likeness = likeness_of([entry(track)._replace(duration_ms=ms) for track, ms in enumerate(LENGTHS_MS)])
    situation = moment(likeness, current=TrackId(current), anchor=TrackId(anchor))
    fits = fitting_length(likeness.catalogue, situation)
    assert set(np.flatnonzero(~fits).tolist()) == out


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
