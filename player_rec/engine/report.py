"""The radio reports on itself: what was skipped with it and without it, what repeated, how much was reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from player_rec.domain.listening import Ending, Outcome, Play, Source
from player_rec.domain.track import ContentId
from player_rec.recommend.learn.habit import habit
from player_rec.recommend.learn.history import History, is_heard
from player_rec.recommend.learn.mixing import Mixture
from player_rec.store.plays import Noted

SPREAD_OVER = 20
HELD_OUT, MOST_HELD_OUT, HIT_WITHIN = 0.2, 300, 20
"""The last share of the plays is asked for, at most so many; a hit is to have one among the first so many."""


@dataclass(frozen=True, slots=True)
class Skips:
    """Plays of one source, and the share of them that ended in an early skip."""

    plays: int
    early: float


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over a time.

    Attributes:
        plays: that said anything.
        hours: heard.
        picks: skips of what the radio picked.
        others: skips of everything else.
        tries: skips of picks that were there to learn something.
        repeats_per_hour: recordings that came again within the hour before, for each hour heard.
        artists_per_20: distinct artists in any 20 plays in a row, on average.
        reached: share of the library that was ever played.
        reached_30_days: the same for the last thirty days.
        hit_rate: share of the listener's own latest choices that habit, knowing only what came before, has among
            its first twenty; None with too few of them.
        asked: how many such choices were asked for.
    """

    plays: int
    hours: float
    picks: Skips
    others: Skips
    tries: Skips
    repeats_per_hour: float
    artists_per_20: float
    reached: float
    reached_30_days: float
    hit_rate: float | None
    asked: int


def report(noted: Sequence[Noted], library: frozenset[ContentId], tries: frozenset[ContentId], now: datetime) -> Report:
    """Work the figures out.

    Args:
        noted: plays in the order in which they began.
        library: every sound in the library.
        tries: sounds that were picked to learn something.
        now: the time.
    """
    plays = [one.play for one in noted if one.play.ending is not Ending.FAILED]
    told = [play for play in plays if play.outcome is not Outcome.NOTHING]
    hours = sum(play.heard_ms for play in plays) / 3_600_000
    hit_rate, asked = _hits(plays)
    recent = [play for play in plays if play.started >= now - timedelta(days=30)]
    return Report(
        plays=len(told),
        hours=hours,
        picks=_skips([play for play in told if play.source is Source.PICK]),
        others=_skips([play for play in told if play.source is not Source.PICK]),
        tries=_skips([play for play in told if play.content in tries and play.source is Source.PICK]),
        repeats_per_hour=_repeats(plays) / hours if hours else 0.0,
        artists_per_20=_spread([play.artist for play in plays]),
        reached=_reached(plays, library),
        reached_30_days=_reached(recent, library),
        hit_rate=hit_rate,
        asked=asked,
    )


def _skips(plays: Sequence[Play]) -> Skips:
    early = sum(play.outcome is Outcome.EARLY_SKIP for play in plays)
    return Skips(len(plays), early / len(plays) if plays else 0.0)


def _repeats(plays: Sequence[Play]) -> int:
    last: dict[ContentId, datetime] = {}
    repeats = 0
    for play in plays:
        before = last.get(play.content)
        repeats += before is not None and play.started - before < timedelta(hours=1)
        last[play.content] = play.started
    return repeats


def _spread(artists: Sequence[str]) -> float:
    known = [artist for artist in artists if artist]
    if len(known) < SPREAD_OVER:
        return float(len(set(known)))
    runs = range(len(known) - SPREAD_OVER + 1)
    return float(np.mean([len(set(known[start : start + SPREAD_OVER])) for start in runs]))


def _reached(plays: Sequence[Play], library: frozenset[ContentId]) -> float:
    return len({play.content for play in plays} & library) / len(library) if library else 0.0


def _hits(plays: Sequence[Play]) -> tuple[float | None, int]:
    """Ask habit for the listener's own choices, one after the other, each time knowing only what came before."""
    numbers: dict[ContentId, int] = {}
    history = History()
    first = int(len(plays) * (1 - HELD_OUT))
    own = [place for place in range(first, len(plays)) if _is_own_choice(plays[place])]
    asked = set(own[-MOST_HELD_OUT:])
    hits = 0
    for place, play in enumerate(plays):
        if place in asked:
            offered = habit(history, play.started.timestamp())
            order = np.argsort(-Mixture().score(offered.parts), kind="stable")[:HIT_WITHIN]
            hits += numbers.get(play.content, -1) in offered.tracks[order]
        track = numbers.setdefault(play.content, len(numbers))
        history.append(track, play.started.timestamp(), play.heard_ms, play.outcome, play.source)
    return (hits / len(asked) if asked else None), len(asked)


def _is_own_choice(play: Play) -> bool:
    return play.source is not Source.PICK and is_heard(play.heard_ms, play.outcome)
