"""The recipe: what holds for every plan, and what single situations lead to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player_rec.domain.listening import Dials, Outcome, Source
from player_rec.domain.plan import Because, Pick
from player_rec.domain.track import Entry, TrackId
from player_rec.recommend.history import History
from player_rec.recommend.kinds import HUNTING, kinds
from player_rec.recommend.likeness import Likeness
from player_rec.recommend.plan import plan, still_right
from player_rec.recommend.rules import (
    ALBUM_WINDOW,
    ARTIST_WINDOW,
    CLOSE_LIKENESS,
    FAR_LIKENESS,
    FORGOTTEN_DAYS,
    GATE,
    LADDER,
    LONGEST_MS,
    REPEAT_WINDOW,
    SHORTEST_MS,
    Strictness,
)
from player_rec.recommend.score import WEIGHTS
from player_rec.recommend.sentence import sentence
from player_rec.recommend.situation import Situation
from player_rec.recommend.transition import JOLT
from tests.recommend.libraries import DAY_S, HOUR_S, NOW_S, Recipe, entry, history_of, likeness_of, moment, recipes
from tests.recommend.sounds import clustered

often = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FAR_AWAY = 10**6


class Book:
    """The slow and obvious account of what came when, kept with a list and loops."""

    def __init__(self, recipe: Recipe, situation: Situation, likeness: Likeness) -> None:
        self.recipe, self.situation = recipe, situation
        self.entries = {one.track: one for one in recipe.entries}
        order = [*(TrackId(play[0]) for play in recipe.plays[-REPEAT_WINDOW:]), *situation.before]
        self.came = [self.entries.get(track) for track in order]
        self.hours: dict[int, float] = {}
        for track, started_s, *_ in recipe.plays:
            if one := self.entries.get(TrackId(track)):
                age = max((NOW_S - started_s) / HOUR_S, 0.0)
                self.hours[one.recording] = min(self.hours.get(one.recording, np.inf), age)
        for track in situation.before:
            if one := self.entries.get(track):
                self.hours[one.recording] = 0.0
        self.dial = {one.track: self._let_through(one, likeness) for one in recipe.entries}
        self.free = {one.track for one, out in zip(recipe.entries, recipe.avoided, strict=True) if not out}

    def place(self, one: Entry) -> None:
        """It comes next."""
        self.came.append(one)
        self.hours[one.recording] = 0.0
        self.free.discard(one.track)

    def since(self, one: Entry, field: str) -> int:
        """Places back to the last of the same artist, album or recording."""
        mine = getattr(one, field)
        back = (far for far, other in enumerate(reversed(self.came), 1) if other and getattr(other, field) == mine)
        return FAR_AWAY if mine == "" else next(back, FAR_AWAY)

    def allows(self, one: Entry, keep: Strictness) -> bool:
        """Whether a track may come next where the rules are kept this far."""
        fits = SHORTEST_MS <= one.duration_ms <= LONGEST_MS or one.track in self.situation.seeds
        hours = np.float32(self.hours.get(one.recording, np.inf))
        return (
            self.since(one, "album") >= keep.album
            and self.since(one, "artist") >= keep.artist
            and (self.dial[one.track] or not keep.dial)
            and (not keep.repeat or self.since(one, "recording") > keep.repeat * REPEAT_WINDOW)
            and bool(hours >= np.float32(keep.repeat * self.situation.repeat_hours))
            and (fits or not keep.length)
        )

    def strictest(self) -> Strictness:
        """The first step of the ladder on which any track of the whole library may come."""
        return next(keep for keep in LADDER if any(self.allows(self.entries[track], keep) for track in self.free))

    def _let_through(self, one: Entry, likeness: Likeness) -> bool:
        dials = self.situation.dials
        played = [play for play in self.recipe.plays if play[0] == one.track]
        last = [play for play in played if play[2] >= 30_000 or play[3] is Outcome.FINISH][-1:]
        away_days = max((NOW_S - last[0][1]) / DAY_S, 0.0) if last else np.inf
        row = np.array([likeness.catalogue.row(one.track)])
        seeds = likeness.of_tracks(np.array(self.situation.seeds, np.int64))
        near = likeness.between(likeness.places(row), seeds).max() if len(seeds) else 0.5
        return (
            (bool(played) or abs(dials.familiar_forgotten) < GATE)
            and (away_days >= FORGOTTEN_DAYS or dials.familiar_forgotten < GATE)
            and (near >= CLOSE_LIKENESS or dials.close_far > -GATE)
            and (near <= FAR_LIKENESS or dials.close_far < GATE)
        )


@often
@given(recipes(), st.integers(1, 30))
def test_rules_hold_and_give_way_only_where_the_whole_library_leaves_no_choice(recipe: Recipe, count: int) -> None:
    situation, likeness = recipe.situation(), recipe.likeness()
    picks = plan(situation, likeness, count).picks
    book = Book(recipe, situation, likeness)
    assert len(picks) == min(count, len(book.free))
    for pick in picks:
        assert pick.track in book.free
        keep, one = book.strictest(), book.entries[pick.track]
        assert book.allows(one, keep)
        assert pick.reason.gave_way == keep.gave_way
        broken = {
            "album": book.since(one, "album") < ALBUM_WINDOW,
            "artist": book.since(one, "artist") < ARTIST_WINDOW,
            "repeat": book.since(one, "recording") <= REPEAT_WINDOW,
        }
        assert {rule for rule, it_is in broken.items() if it_is} <= set(pick.reason.gave_way)
        book.place(one)


@often
@given(recipes(150), st.integers(1, 30))
def test_every_pick_can_be_explained_in_numbers_and_in_words(recipe: Recipe, count: int) -> None:
    situation, likeness = recipe.situation(), recipe.likeness()
    made = plan(situation, likeness, count)
    assert not made.picks or made.by_tags == (not any(recipe.heard))
    for pick in made.picks:
        check_numbers(pick)
        check_words(pick, situation)
        row = likeness.catalogue.row(pick.track)
        assert pick.reason.by_tags == (not recipe.heard or not recipe.heard[row])


def check_numbers(pick: Pick) -> None:
    assert np.isfinite(pick.score)
    for name, part in pick.parts.items():
        assert np.isfinite(part)
        assert (-2 if name == "transition" else -1.01) <= part <= 1.01
    if not pick.reason.trying:
        assert pick.score == pytest.approx(sum(WEIGHTS[name] * part for name, part in pick.parts.items()), abs=2e-3)


def check_words(pick: Pick, situation: Situation) -> None:
    reason = pick.reason
    assert reason.about != pick.track
    assert reason.liked == (pick.track in situation.hearts)
    assert reason.plays == int((situation.history.tracks == pick.track).sum())
    english = sentence(reason, "number {}".format, NOW_S)
    chinese = sentence(reason, "第{}首".format, NOW_S, "zh")
    assert english
    assert english.isprintable()
    assert chinese
    assert not re.search(r"[A-Za-z{}]", chinese)
    assert "{" not in english


@often
@given(recipes(), st.integers(1, 30))
def test_the_same_situation_gives_the_same_plan(recipe: Recipe, count: int) -> None:
    assert plan(recipe.situation(), recipe.likeness(), count) == plan(recipe.situation(), recipe.likeness(), count)


@often
@given(recipes())
def test_picks_stay_right_until_they_are_banned_or_came_meanwhile(recipe: Recipe) -> None:
    situation, likeness = recipe.situation(), recipe.likeness()
    tracks = [pick.track for pick in plan(situation, likeness, 2).picks]
    if not tracks:
        return
    banned = replace(situation, avoided=likeness.catalogue.mask(tracks[:1]))
    assert not still_right(tracks, banned, likeness)[0]
    assert not still_right(tracks, replace(situation, ahead=tracks[:1]), likeness)[0]
    assert not still_right([*tracks, tracks[0]], situation, likeness)[-1]
    assert still_right([TrackId(10**12)], situation, likeness) == [False]


def test_seeds_that_are_in_no_library_do_not_spoil_the_reasons() -> None:
    likeness = likeness_of([entry(1), entry(2), entry(3)], clustered(3, 4))
    for current, anchor in ((1, 99), (99, 1), (98, 99)):
        situation = moment(likeness, current=TrackId(current), anchor=TrackId(anchor))
        for pick in plan(situation, likeness, 3).picks:
            assert pick.reason.about in (None, 1)
            assert pick.reason.because is not (Because.CURRENT if current == 99 else Because.ANCHOR)


def test_with_nothing_to_go_by_it_still_fills() -> None:
    for vectors in (None, clustered(40, 8)):
        likeness = likeness_of([entry(track) for track in range(1, 41)], vectors)
        made = plan(moment(likeness), likeness, 5)
        assert len(made.picks) == 5
        assert made.by_tags == (vectors is None)


def test_an_empty_library_and_no_places_make_an_empty_plan() -> None:
    empty, likeness = likeness_of([]), likeness_of([entry(1)])
    assert plan(moment(empty), empty, 5).picks == ()
    assert plan(moment(likeness), likeness, 0).picks == ()
    assert still_right([], moment(empty), empty) == []


def test_without_analysis_tags_lead_to_the_same_artist_and_genre() -> None:
    entries = [entry(track, f"artist {track}", genre="jazz" if track % 4 == 0 else "rock") for track in range(1, 41)]
    likeness = likeness_of(entries)
    made = plan(moment(likeness, current=TrackId(4)), likeness, 5)
    assert made.by_tags
    assert all(pick.track % 4 == 0 and pick.reason.by_tags for pick in made.picks)


def test_with_no_history_and_no_likes_sound_alone_leads() -> None:
    picks = plan(moment(LIBRARY, current=TrackId(7)), LIBRARY, 5).picks
    likest = np.argsort(-to_seed(range(1, SIZE + 1), 7), kind="stable")[:60] + 1
    assert all(pick.track in likest for pick in picks)


def test_chance_has_a_say_but_only_with_another_seed() -> None:
    plans = [
        [pick.track for pick in plan(replace(moment_of_somebody(7), seed=seed), LIBRARY, 10).picks]
        for seed in (0, 0, 1, 2, 3)
    ]
    assert plans[0] == plans[1]
    assert len({tuple(one) for one in plans}) > 1


def test_what_lies_in_a_corner_gone_cold_is_wrong_and_the_rest_stays() -> None:
    situation = moment_of_somebody(7)
    by_likeness = np.argsort(-to_seed(range(1, SIZE + 1), 50), kind="stable") + 1
    cold, warm = int(by_likeness[1]), int(by_likeness[-1])
    assert still_right([TrackId(cold), TrackId(warm)], situation, LIBRARY) == [True, True]
    skipped = somebody()
    skipped.append(50, NOW_S - 5, 5_000, Outcome.EARLY_SKIP)
    after = replace(situation, history=skipped)
    assert still_right([TrackId(cold), TrackId(warm)], after, LIBRARY) == [False, True]


SIZE = 600


def _library() -> Likeness:
    rng = np.random.default_rng(5)
    entries = [
        entry(track, f"artist {track % 120}", f"album {track % 120} {track % 3}")._replace(
            energy=float(rng.random()),
            tempo_bpm=float(rng.uniform(70, 170)),
            tempo_confidence=0.8,
            loudness_lufs=float(rng.normal(-12, 3)),
            key=int(rng.integers(24)),
            key_confidence=0.6,
        )
        for track in range(1, SIZE + 1)
    ]
    return likeness_of(entries, clustered(SIZE, 32), None)


LIBRARY = _library()
KNOWN_TO_SOMEBODY = range(1, SIZE // 2 + 1)
AT_REST = Dials()
DIAL = (-1.0, -0.5, 0.0, 0.5, 1.0)


def somebody() -> History:
    """A listener who knows half of the library: each song heard once to four times over two hundred days."""
    rng = np.random.default_rng(9)
    plays = np.sort(rng.uniform(3, 200, 750))[::-1].tolist()
    return history_of(*((int(rng.choice(KNOWN_TO_SOMEBODY)), NOW_S - days * DAY_S, Outcome.FINISH) for days in plays))


def moment_of_somebody(current: int, dials: Dials = AT_REST, history: History | None = None) -> Situation:
    return moment(LIBRARY, history or somebody(), current=TrackId(current), anchor=TrackId(current), dials=dials)


def to_seed(tracks: Sequence[int] | range, seed: int) -> np.ndarray:
    """The likeness of each of ``tracks`` to one song."""
    some, one = LIBRARY.of_tracks(np.array(tracks, np.int64)), LIBRARY.of_tracks(np.array([seed], np.int64))
    return LIBRARY.between(some, one)[:, 0]


def picked(dials: Dials, seeds: Sequence[int] = range(10, SIZE, 75), count: int = 5) -> Iterator[tuple[int, Pick]]:
    """All picks of a few plans, with the seed of each."""
    history = somebody()
    for seed in seeds:
        for pick in plan(moment_of_somebody(seed, dials, history), LIBRARY, count).picks:
            yield seed, pick


def test_the_dial_from_close_to_far_leads_away_from_the_seed_step_by_step() -> None:
    means = [np.mean([to_seed([pick.track], seed)[0] for seed, pick in picked(Dials(close_far=dial))]) for dial in DIAL]
    assert means == sorted(means, reverse=True)
    assert means[0] - means[-1] > 0.2


def test_the_dial_from_familiar_to_forgotten_lengthens_the_time_since_songs_were_heard() -> None:
    medians = []
    for dial in DIAL:
        found = [pick.reason.last_heard_s for _, pick in picked(Dials(familiar_forgotten=dial, fresh=0.0))]
        medians.append(np.median([(NOW_S - heard_s) / DAY_S for heard_s in found if heard_s is not None]))
    assert medians == sorted(medians)
    assert medians[-1] > 1.4 * medians[0]
    assert medians[-1] >= FORGOTTEN_DAYS


def test_the_energy_dial_moves_the_energy_of_the_queue() -> None:
    energy = LIBRARY.catalogue.energy
    halfway = (np.argsort(np.abs(energy - 0.5), kind="stable")[:12] + 1).tolist()
    down, up = (
        np.mean([energy[pick.track - 1] for _, pick in picked(Dials(energy=dial), halfway)]) for dial in (-1.0, 1.0)
    )
    assert up > down + 0.05


def test_neighbours_in_the_queue_clash_less_than_by_chance() -> None:
    energy = LIBRARY.catalogue.energy
    found = np.array([pick.track for _, pick in picked(Dials())]).reshape(-1, 5) - 1
    jumps = np.abs(np.diff(energy[found], axis=1))
    assert jumps.mean() < 0.25  # 0.33 by chance
    assert (jumps > JOLT).mean() < 0.15  # 0.25 by chance


def listened(dials: Dials, songs: int) -> list[Pick]:
    """What somebody hears who accepts everything, re-planned after every song."""
    history, now_s, current = somebody(), NOW_S, TrackId(1)
    heard = []
    for _ in range(songs):
        situation = moment(LIBRARY, history, current=current, anchor=TrackId(1), dials=dials, now_s=now_s)
        pick = plan(situation, LIBRARY, 3).picks[0]
        heard.append(pick)
        history.append(current, now_s, 240_000, Outcome.FINISH, Source.PICK)
        now_s += 240
        current = pick.track
    return heard


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_new_songs_come_as_often_as_was_asked_and_one_in_ten_is_a_try(share: float) -> None:
    heard = listened(Dials(fresh=share), 40)
    fresh = [pick for pick in heard if pick.track not in KNOWN_TO_SOMEBODY]
    assert len(fresh) / 40 == pytest.approx(share, abs=0.05)
    assert sum(pick.reason.trying for pick in heard) == pytest.approx(4, abs=1)
    assert all(pick in fresh for pick in heard if pick.reason.trying)


def test_without_new_songs_nothing_is_tried() -> None:
    assert not any(pick.reason.trying or pick.track not in KNOWN_TO_SOMEBODY for pick in listened(Dials(fresh=0), 10))


def test_who_hunts_is_asked_no_questions() -> None:
    situation = moment_of_somebody(7, Dials(fresh=1.0))
    assert all(kind.fresh for kind in kinds(situation, 10, skips=HUNTING - 1))
    assert not any(kind.fresh or kind.trying for kind in kinds(situation, 10, skips=HUNTING))


def test_an_hour_of_music_repeats_nothing_and_stays_near_its_seed() -> None:
    heard = listened(Dials(), 20)
    artists = [LIBRARY.catalogue.artist[pick.track - 1] for pick in heard]
    assert len({pick.track for pick in heard}) == 20
    assert all(len(set(artists[place : place + 15])) == len(artists[place : place + 15]) for place in range(20))
    assert not any(pick.reason.gave_way for pick in heard)
    by_chance = to_seed(range(1, SIZE + 1), 1).mean()
    assert to_seed([pick.track for pick in heard], 1).mean() > by_chance + 0.2


def test_two_early_skips_turn_the_queue_away_from_a_corner() -> None:
    history = somebody()
    before = [pick.track for pick in plan(moment_of_somebody(7, history=history), LIBRARY, 5).picks]
    for number, track in enumerate(before[:2]):
        history.append(track, NOW_S - 20 + 10 * number, 5_000, Outcome.EARLY_SKIP, Source.PICK)
    after = [pick.track for pick in plan(moment_of_somebody(7, history=history), LIBRARY, 5).picks]
    for skipped in before[:2]:
        assert to_seed(after, skipped).max() < to_seed(before[2:], skipped).max() + 0.05
        assert to_seed(after, skipped).mean() < to_seed(before[2:], skipped).mean()
