"""Why a track was picked, in facts and in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import combinations, product
from typing import Any

import pytest

from player_rec.domain.listening import Dials, Outcome
from player_rec.domain.plan import Because, Reason
from player_rec.domain.track import TrackId
from player_rec.recommend.learn.history import History
from player_rec.recommend.likeness import Likeness
from player_rec.recommend.plans.plan import plan
from player_rec.recommend.plans.score import WEIGHTS
from player_rec.recommend.plans.sentence import Language, sentence
from tests.recommend.libraries import DAY_S, NOW_S, at_angles, entry, history_of, likeness_of, moment

FINISH, LATE, EARLY = Outcome.FINISH, Outcome.LATE_SKIP, Outcome.EARLY_SKIP
MARCH_S = datetime(2026, 3, 5, 12, tzinfo=UTC).timestamp()
MAY_S = datetime(2026, 5, 28, 20, tzinfo=UTC).timestamp()


def why(
    likeness: Likeness, track: int, history: History | None = None, *, only: str | None = None, **more: Any
) -> Reason:
    """The reason for one track in a plan of the whole library."""
    weights: Mapping[str, float] = WEIGHTS if only is None else {only: 1.0}
    picks = plan(moment(likeness, history, **more), likeness, len(likeness.catalogue), weights).picks
    return next(pick for pick in picks if pick.track == track).reason


def library(*degrees: float) -> Likeness:
    return likeness_of([entry(track) for track in range(1, len(degrees) + 1)], at_angles(*degrees))


def test_what_sounds_like_the_song_playing_now_says_so() -> None:
    reason = why(library(0, 10, 180), 2, current=TrackId(1))
    assert (reason.because, reason.about) == (Because.CURRENT, 1)


def test_what_sounds_like_the_anchor_says_so() -> None:
    reason = why(library(0, 180, 190), 3, current=TrackId(1), anchor=TrackId(2))
    assert (reason.because, reason.about) == (Because.ANCHOR, 2)


def test_what_is_far_is_called_far_only_if_the_dial_asks_for_it() -> None:
    asked = why(library(0, 74, 75), 2, current=TrackId(1), dials=Dials(close_far=1.0))
    assert (asked.because, asked.about) == (Because.FAR, 1)
    assert why(library(0, 74, 75), 2, current=TrackId(1)).because is Because.LEFT


def test_the_session_speaks_of_what_was_enjoyed_just_now() -> None:
    history = history_of((1, NOW_S - 240, FINISH))
    reason = why(library(0, 5, 180), 2, history, only="session")
    assert (reason.because, reason.about) == (Because.SESSION, 1)


def test_taste_speaks_of_the_liked_song_and_a_liked_song_of_itself() -> None:
    hearts = {TrackId(1): NOW_S - 90 * DAY_S}
    reason = why(library(0, 5, 180), 2, hearts=hearts)
    assert (reason.because, reason.about) == (Because.TASTE, 1)
    assert why(library(0, 5, 180), 1, hearts=hearts).because is Because.LIKED


def test_what_was_enjoyed_long_ago_is_called_so_and_what_was_only_skipped_is_not() -> None:
    enjoyed = history_of((1, NOW_S - 200 * DAY_S, FINISH))
    assert why(library(0, 180), 1, enjoyed, only="familiarity").because is Because.FORGOTTEN
    skipped = History()
    skipped.append(1, NOW_S - 200 * DAY_S, 31_000, EARLY)
    assert why(library(0, 180), 1, skipped, only="familiarity").because is Because.LEFT


def test_what_is_heard_every_day_is_called_familiar() -> None:
    daily = history_of(*((1, NOW_S - day * DAY_S, FINISH) for day in range(20, 0, -1)))
    assert why(library(0, 180), 1, daily, only="familiarity").because is Because.FAMILIAR


def test_no_song_is_said_to_sound_like_itself() -> None:
    alone = library(0)
    assert why(alone, 1, current=TrackId(1)).about is None
    daily = history_of(*((1, NOW_S - day * DAY_S, FINISH) for day in range(20, 0, -1)))
    for only in (None, *WEIGHTS):
        assert why(alone, 1, daily, current=TrackId(1), only=only).about is None


def pairs(*songs: int, times: int, outcome: Outcome = FINISH) -> History:
    """The same few songs, one after the other, once a day."""
    return history_of(
        *(
            (song, NOW_S - day * DAY_S + 240 * place, outcome)
            for day in range(times, 0, -1)
            for place, song in enumerate(songs)
        )
    )


def test_what_often_followed_the_song_playing_now_says_so() -> None:
    reason = why(library(0, 180, 90), 2, pairs(1, 2, times=4), only="habit", current=TrackId(1))
    assert (reason.because, reason.about) == (Because.HABIT, 1)


def test_nothing_is_said_to_follow_a_song_that_it_never_followed() -> None:
    reason = why(library(0, 180, 90), 2, pairs(3, 2, times=4), only="habit", current=TrackId(1))
    assert (reason.because, reason.about) == (Because.HABIT, None)


def test_what_was_heard_once_or_twice_is_no_habit() -> None:
    for times in (1, 2):
        once = pairs(1, 2, times=times)
        assert why(library(0, 180), 2, once, only="habit", current=TrackId(1)).because is Because.LEFT
    skipped = pairs(1, 2, times=9, outcome=EARLY)
    assert why(library(0, 180), 2, skipped, only="habit", current=TrackId(1)).because is Because.LEFT
    assert why(library(0), 1, current=TrackId(1)).because is Because.LEFT


def test_what_speaks_for_nearly_every_pick_of_a_session_gives_way_to_what_speaks_for_one() -> None:
    history, hearts = history_of((2, NOW_S - 240, FINISH)), {TrackId(2): NOW_S - 60}
    picks = plan(moment(library(0, 0, 10), history, hearts=hearts, current=TrackId(1)), library(0, 0, 10), 3).picks
    third = next(pick for pick in picks if pick.track == 3)
    assert WEIGHTS["session"] * third.parts["session"] > WEIGHTS["sound"] * third.parts["sound"]
    assert (third.reason.because, third.reason.about) == (Because.CURRENT, 1)


def test_nothing_that_speaks_for_it_is_said_to_be_nothing() -> None:
    assert why(library(0, 180), 2, current=TrackId(1)).because is Because.LEFT


def test_the_facts_are_those_of_the_history() -> None:
    history = history_of((2, NOW_S - 9 * DAY_S, FINISH), (2, NOW_S - 2 * DAY_S, EARLY))
    reason = why(library(0, 5), 2, history, hearts={TrackId(2): NOW_S})
    assert (reason.plays, reason.last_heard_s, reason.liked) == (2, NOW_S - 9 * DAY_S, True)
    assert not reason.by_tags
    assert why(likeness_of([entry(1, "a"), entry(2, "a")]), 2, current=TrackId(1)).by_tags


def say(reason: Reason, language: Language = "en", now_s: float = MAY_S) -> str:
    return sentence(reason, "Song {}".format, now_s, language)


def test_the_sentence_that_was_promised() -> None:
    reason = Reason(Because.TASTE, TrackId(7), last_heard_s=MARCH_S, plays=4)
    assert say(reason) == "sounds like Song 7, which you like; not heard since March"


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (-5, "heard today", "今天听过"),
        (0.2, "heard today", "今天听过"),
        (1, "heard 1 day ago", "1 天前听过"),
        (1.4, "heard 1 day ago", "1 天前听过"),
        (2.6, "heard 3 days ago", "3 天前听过"),
        (8, "last heard 1 week ago", "1 周前听过"),
        (15, "last heard 2 weeks ago", "2 周前听过"),
        (30.9, "last heard 4 weeks ago", "4 周前听过"),
        (31, "not heard since April", "4 月以来没听过"),
        (329, "not heard since July", "7 月以来没听过"),
        (331, "not heard since July 2025", "2025 年 7 月以来没听过"),
        (4000, "not heard since June 2015", "2015 年 6 月以来没听过"),
    ],
)
def test_when_it_was_last_heard_is_said_as_people_say_it(days: float, english: str, chinese: str) -> None:
    reason = Reason(Because.LIKED, last_heard_s=MAY_S - days * DAY_S, plays=1)
    assert say(reason) == f"one of your liked songs; {english}"
    assert say(reason, "zh") == f"你的红心歌曲；{chinese}"


def test_never_heard_is_said_only_of_what_was_never_played() -> None:
    assert say(Reason(Because.LEFT)).endswith("never heard before")
    assert "never heard before" not in say(Reason(Because.LEFT, plays=1))
    assert "从未听过" not in say(Reason(Because.LEFT, plays=1), "zh")


def test_the_last_rule_that_gave_way_a_try_and_a_heart_are_told() -> None:
    told = say(Reason(Because.LEFT, liked=True, trying=True, gave_way=("album", "artist")))
    assert told.endswith("; liked; never heard before; a try, to learn whether you like it; "
                         "the library is small: an artist came back early")  # fmt: skip


def test_by_tags_nothing_is_said_to_sound() -> None:
    for because in (Because.CURRENT, Because.ANCHOR, Because.SESSION, Because.TASTE):
        assert "sounds" not in say(Reason(because, TrackId(1), by_tags=True))
        assert "听起来" not in say(Reason(because, TrackId(1), by_tags=True), "zh")


def test_a_title_may_hold_any_signs() -> None:
    reason = Reason(Because.CURRENT, TrackId(1))
    assert "{about} %s {0}" in sentence(reason, lambda _: "{about} %s {0}", MAY_S)


def test_every_reason_makes_a_sentence_in_both_languages() -> None:
    rules = ("album", "artist", "dial", "repeat", "length")
    ladders = [broken for many in range(len(rules) + 1) for broken in combinations(rules, many)]
    heard = (None, MAY_S - 3 * DAY_S, MARCH_S)
    for because, about, last, gave_way in product(Because, (None, TrackId(3)), heard, ladders):
        if about is None and because not in (*_ABOUT_NOTHING, Because.HABIT):
            continue
        reason = Reason(because, about, last, 1, False, True, gave_way, True)
        english, chinese = say(reason), say(reason, "zh").replace("Song 3", "")
        assert english[0].islower()
        assert not set(english + chinese) & set("{}")
        assert not any(sign.isascii() and sign.isalpha() for sign in chinese)


_ABOUT_NOTHING = (Because.LIKED, Because.FORGOTTEN, Because.FAMILIAR, Because.LEFT)
