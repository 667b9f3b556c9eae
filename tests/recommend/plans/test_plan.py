"""The recipe: what holds for every plan, and what single situations lead to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from player_rec.domain.listening import Dials, Outcome, Source
from player_rec.domain.plan import Because, Pick
from player_rec.domain.track import Entry, RecordingId, TrackId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.learn.history import History
from player_rec.recommend.likeness import Likeness
from player_rec.recommend.plans.kinds import HUNTING
from player_rec.recommend.plans.plan import plan
from player_rec.recommend.plans.rules import (
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
from player_rec.recommend.plans.score import WEIGHTS
from player_rec.recommend.plans.sentence import sentence
from player_rec.recommend.plans.situation import Situation
from player_rec.recommend.plans.stay import still_right
from player_rec.recommend.plans.transition import JOLT, JOLT_COST
from player_rec.recommend.plans.weigh import bearings
from tests.recommend.libraries import DAY_S, HOUR_S, NOW_S, Recipe, entry, history_of, likeness_of, moment, recipes
from tests.recommend.sounds import clustered

often = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FAR_AWAY = 10**6
ROUGHEST = -JOLT_COST * (1 - JOLT)
"""How a song follows that differs in all there is, from silence to noise."""


class Told(NamedTuple):
    """What the rules ask of one track: places back, hours, whether the dials let it through and its length fits."""

    album: int
    artist: int
    recording: int
    hours: np.float32
    dial: bool
    fits: bool

    def allowed(self, keep: Strictness, repeat_hours: float) -> bool:
        """Whether it may come next where the rules are kept this far."""
        return (
            self.album >= keep.album
            and self.artist >= keep.artist
            and (self.dial or not keep.dial)
            and (not keep.repeat or self.recording > keep.repeat * REPEAT_WINDOW)
            and bool(self.hours >= np.float32(keep.repeat * repeat_hours))
            and (self.fits or not keep.length)
        )


class Book:
    """The slow and obvious account of what came when, kept with a list and loops."""

    def __init__(self, recipe: Recipe, situation: Situation, likeness: Likeness) -> None:
        self.recipe, self.situation = recipe, situation
        self.entries = {one.track: one for one in recipe.entries}
        order = [*(TrackId(play[0]) for play in recipe.plays[-REPEAT_WINDOW:]), *situation.before]
        self.places = 0
        self.latest: dict[tuple[str, object], int] = {}
        for came in order:
            self._note(self.entries.get(came))
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
        self._note(one)
        self.hours[one.recording] = 0.0
        self.free.discard(one.track)

    def _note(self, one: Entry | None) -> None:
        for field in ("artist", "album", "recording") if one else ():
            self.latest[field, getattr(one, field)] = self.places
        self.places += 1

    def since(self, one: Entry, field: str) -> int:
        """Places back to the last of the same artist, album or recording."""
        mine = getattr(one, field)
        return FAR_AWAY if mine == "" else self.places - self.latest.get((field, mine), -FAR_AWAY)

    def allows(self, one: Entry, keep: Strictness) -> bool:
        """Whether a track may come next where the rules are kept this far."""
        return self.told(one).allowed(keep, self.situation.repeat_hours)

    def strictest(self) -> Strictness:
        """The first step of the ladder on which any track of the whole library may come."""
        all_told = [self.told(self.entries[track]) for track in self.free]
        hours = self.situation.repeat_hours
        return next(keep for keep in LADDER if any(one.allowed(keep, hours) for one in all_told))

    def broken_by(self, one: Entry) -> tuple[str, ...]:
        """Every rule that a track breaks by coming next."""
        told = self.told(one)
        broken = {
            "album": told.album < ALBUM_WINDOW,
            "artist": told.artist < ARTIST_WINDOW,
            "dial": not told.dial,
            "repeat": told.recording <= REPEAT_WINDOW or bool(told.hours < np.float32(self.situation.repeat_hours)),
            "length": not told.fits,
        }
        return tuple(rule for rule, it_is in broken.items() if it_is)

    def told(self, one: Entry) -> "Told":
        """All that the rules ask of a track."""
        lengths = [self.entries[seed].duration_ms for seed in self.situation.seeds if seed in self.entries]
        least = 0 if any(0 < ms < SHORTEST_MS for ms in lengths) else SHORTEST_MS
        most = np.inf if any(ms > LONGEST_MS for ms in lengths) else LONGEST_MS
        fits = least <= one.duration_ms <= most or one.duration_ms == 0
        return Told(
            self.since(one, "album"),
            self.since(one, "artist"),
            self.since(one, "recording"),
            np.float32(self.hours.get(one.recording, np.inf)),
            self.dial[one.track],
            fits,
        )

    def _let_through(self, one: Entry, likeness: Likeness) -> bool:
        dials = self.situation.dials
        played = [play for play in self.recipe.plays if play[0] == one.track]
        last = [play for play in played if play[2] >= 30_000 or play[3] is Outcome.FINISH][-1:]
        away_days = max((NOW_S - last[0][1]) / DAY_S, 0.0) if last else np.inf
        row = np.array([likeness.catalogue.row(one.track)])
        seeds = likeness.of_tracks(np.array(self.situation.seeds, np.int64))
        near = likeness.between(likeness.places(row), seeds).max() if len(seeds) else 0.5
        return (
            (any(play[3] is not Outcome.NOTHING for play in played) or abs(dials.familiar_forgotten) < GATE)
            and (away_days >= FORGOTTEN_DAYS or dials.familiar_forgotten < GATE)
            and (near >= CLOSE_LIKENESS or dials.close_far > -GATE)
            and (near <= FAR_LIKENESS or dials.close_far < GATE)
        )


@often
@given(recipes(), st.integers(1, 30))
def test_rules_hold_and_give_way_only_where_the_whole_library_leaves_no_choice(recipe: Recipe, count: int) -> None:
    check_rules(recipe, count)


def check_rules(recipe: Recipe, count: int) -> None:
    situation, likeness = recipe.situation(), recipe.likeness()
    picks = plan(situation, likeness, count).picks
    book = Book(recipe, situation, likeness)
    assert len(picks) == min(count, len(book.free))
    for pick in picks:
        assert pick.track in book.free
        keep, one = book.strictest(), book.entries[pick.track]
        assert book.allows(one, keep)
        assert pick.reason.gave_way == book.broken_by(one)
        book.place(one)


@settings(often, max_examples=60)
@given(recipes(500, least=150), st.integers(1, 12))
def test_rules_hold_where_there_are_more_tracks_than_a_sequence_is_made_of(recipe: Recipe, count: int) -> None:
    check_rules(recipe, count)


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
        assert (ROUGHEST if name == "transition" else -1) - 1e-4 <= part <= 1
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
@given(recipes(), st.integers(1, 8), st.floats(0.0, 59.0))
def test_every_pick_of_a_plan_is_still_right_when_it_is_made_and_a_little_later(
    recipe: Recipe, count: int, later_s: float
) -> None:
    situation, likeness = recipe.situation(), recipe.likeness()
    check_they_stay(situation, likeness, count, later_s)


@settings(often, max_examples=40)
@given(recipes(500, least=150), st.integers(1, 8), st.floats(0.0, 59.0))
def test_every_pick_stays_right_where_there_are_more_tracks_than_a_sequence_is_made_of(
    recipe: Recipe, count: int, later_s: float
) -> None:
    situation, likeness = recipe.situation(), recipe.likeness()
    check_they_stay(situation, likeness, count, later_s)


def check_they_stay(situation: Situation, likeness: Likeness, count: int, later_s: float) -> None:
    tracks = [pick.track for pick in plan(situation, likeness, count).picks]
    for now in (situation, replace(situation, now_s=situation.now_s + later_s)):
        assert all(still_right(tracks, now, likeness))
        waiting = replace(now, ahead=[*situation.ahead, *tracks[:2]])
        assert all(still_right(tracks[2:], waiting, likeness))


@often
@given(recipes())
def test_picks_are_wrong_once_they_are_banned_or_gone_or_come_a_second_time(recipe: Recipe) -> None:
    situation, likeness = recipe.situation(), recipe.likeness()
    tracks = [pick.track for pick in plan(situation, likeness, 2).picks]
    if not tracks:
        return
    banned = replace(situation, avoided=likeness.catalogue.mask(tracks[:1]))
    assert not still_right(tracks, banned, likeness)[0]
    assert not still_right([*tracks, tracks[0]], situation, likeness)[-1]
    assert still_right([TrackId(10**12)], situation, likeness) == [False]


def test_a_pick_that_waits_already_or_whose_artist_was_put_before_it_is_wrong_while_others_are_left() -> None:
    situation, same = moment_of_somebody(7), [TrackId(400), TrackId(400 + 120)]
    for ahead in ([same[0]], [same[1]]):
        assert still_right([same[0]], situation, LIBRARY) == [True]
        assert still_right([same[0]], replace(situation, ahead=ahead), LIBRARY) == [False]
        nothing_else = replace(situation, ahead=ahead, avoided=~LIBRARY.catalogue.mask(same[:1]))
        assert still_right([same[0]], nothing_else, LIBRARY) == [True]


def test_a_pick_that_was_overtaken_by_a_hand_at_the_player_is_wrong_while_it_would_repeat() -> None:
    situation, others = moment_of_somebody(7), likest(7)[-2:]
    pick, copy = map(TrackId, likest(7)[:2])
    entries = [one._replace(recording=RecordingId(pick)) if one.track == copy else one for one in ENTRIES]
    library = Likeness(Catalogue.of(entries), LIBRARY.index, LIBRARY.scale)
    for played in (pick, copy):
        for plays_since in range(3):
            history = somebody()
            for back, track in enumerate([played, *others][: plays_since + 1]):
                history.append(track, NOW_S - 1000 + 240 * back, 240_000, Outcome.FINISH)
            assert still_right([pick], replace(situation, history=history), library) == [False]
            alone = replace(situation, history=history, avoided=~library.catalogue.mask([pick]))
            assert still_right([pick], alone, library) == [True]


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
    unmeasured = [
        one._replace(energy=np.nan, tempo_bpm=np.nan, tempo_confidence=0.0, loudness_lufs=np.nan, key=-1)
        for one in ENTRIES
    ]
    library = Likeness(Catalogue.of(unmeasured), LIBRARY.index, LIBRARY.scale)
    ranks = {
        (known, seed): [likest(seed).index(pick.track) for pick in plan(moment(known, current=seed), known, 5).picks]
        for known in (library, LIBRARY)
        for seed in map(TrackId, range(7, SIZE, 74))
    }
    assert max(ranks[library, TrackId(7)]) < 60
    assert max(ranks[LIBRARY, TrackId(7)]) < 90  # neighbours that do not clash are worth a step aside
    assert max(max(found) for (known, _), found in ranks.items() if known is library) < 150
    assert np.mean([found for (known, _), found in ranks.items() if known is library]) < 40
    assert np.mean(list(ranks.values())) < 60  # as is the energy of the seed, which sound says nothing of here


def test_chance_has_a_say_but_only_with_another_seed() -> None:
    plans = [
        [pick.track for pick in plan(replace(moment_of_somebody(7), seed=seed), LIBRARY, 10).picks]
        for seed in (0, 0, 1, 2, 3)
    ]
    assert plans[0] == plans[1]
    assert len({tuple(one) for one in plans}) > 1


def test_what_lies_in_a_corner_gone_cold_is_wrong_and_the_rest_stays() -> None:
    situation = moment_of_somebody(7)
    cold, warm = likest(50)[0], likest(50)[-1]
    assert still_right([TrackId(cold), TrackId(warm)], situation, LIBRARY) == [True, True]
    skipped = somebody()
    skipped.append(50, NOW_S - 5, 5_000, Outcome.EARLY_SKIP)
    after = replace(situation, history=skipped)
    assert still_right([TrackId(cold), TrackId(warm)], after, LIBRARY) == [False, True]


SIZE = 600


def _entries() -> list[Entry]:
    rng = np.random.default_rng(5)
    return [
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


ENTRIES = _entries()
LIBRARY = likeness_of(ENTRIES, clustered(SIZE, 32), None)
KNOWN_TO_SOMEBODY = range(1, SIZE * 3 // 5 + 1)
AT_REST = Dials()
DIAL = (-1.0, -0.5, 0.0, 0.5, 1.0)


def somebody() -> History:
    """A listener who knows three fifths of the library: each song heard once or more over two hundred days."""
    rng = np.random.default_rng(9)
    plays = np.sort(rng.uniform(3, 200, 750))[::-1].tolist()
    songs = [*KNOWN_TO_SOMEBODY, *rng.choice(KNOWN_TO_SOMEBODY, len(plays) - len(KNOWN_TO_SOMEBODY)).tolist()]
    order = rng.permutation(songs).tolist()
    return history_of(*((song, NOW_S - days * DAY_S, Outcome.FINISH) for song, days in zip(order, plays, strict=True)))


def moment_of_somebody(current: int, dials: Dials = AT_REST, history: History | None = None) -> Situation:
    return moment(LIBRARY, history or somebody(), current=TrackId(current), anchor=TrackId(current), dials=dials)


def to_seed(tracks: Sequence[int] | range, seed: int) -> np.ndarray:
    """The likeness of each of ``tracks`` to one song."""
    some, one = LIBRARY.of_tracks(np.array(tracks, np.int64)), LIBRARY.of_tracks(np.array([seed], np.int64))
    return LIBRARY.between(some, one)[:, 0]


def likest(seed: int) -> list[int]:
    """All other songs, those that sound most like one first."""
    return [int(one) for one in np.argsort(-to_seed(range(1, SIZE + 1), seed), kind="stable") + 1 if one != seed]


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


@cache
def course(dial: float, start: float) -> NDArray[np.float32]:
    """The energy of ten picks (8, 10) after each of the songs that lie nearest to the energy ``start``."""
    energy = LIBRARY.catalogue.energy
    seeds = (np.argsort(np.abs(energy - start), kind="stable")[:8] + 1).tolist()
    found = [energy[pick.track - 1] for _, pick in picked(Dials(energy=dial), seeds, count=10)]
    return np.array(found, np.float32).reshape(8, 10)


def test_the_energy_dial_makes_ten_songs_rise_or_wind_down_step_by_step_without_a_jolt() -> None:
    up, down = course(1.0, 0.5), course(-1.0, 0.5)
    assert up[:, -1].mean() > 0.5 + 0.3
    assert down[:, -1].mean() < 0.5 - 0.3
    assert up[:, -1].mean() - down[:, -1].mean() > 0.7
    assert (up[:, 5:].mean(axis=1) > down[:, 5:].mean(axis=1) + 0.3).all()  # whichever song it begins with
    assert up[:, 0].mean() < 0.65  # not in one leap
    assert down[:, 0].mean() > 0.35
    for found in (up, down):
        assert (np.abs(np.diff(found, axis=1)) > JOLT).mean() < 0.05


def test_a_long_way_up_or_down_is_gone_to_its_end_and_the_end_is_kept() -> None:
    assert course(1.0, 0.0).mean(axis=0)[[0, -1]] == pytest.approx([0.1, 0.8], abs=0.15)
    assert course(-1.0, 1.0).mean(axis=0)[[0, -1]] == pytest.approx([0.9, 0.2], abs=0.15)
    assert course(1.0, 1.0).mean() > 0.75
    assert course(-1.0, 0.0).mean() < 0.25


def test_the_energy_dial_asks_for_more_the_further_it_is_turned() -> None:
    ends = [course(dial, 0.5)[:, 5:].mean() for dial in DIAL]
    assert ends == sorted(ends)


def test_songs_whose_energy_nobody_measured_do_not_crowd_out_those_that_fit() -> None:
    half = [one._replace(energy=np.nan) if one.track % 2 else one for one in ENTRIES]
    library = Likeness(Catalogue.of(half), LIBRARY.index, LIBRARY.scale)
    energy = library.catalogue.energy
    seeds = [one for one in range(2, SIZE, 2) if abs(energy[one - 1] - 0.5) < 0.1][:8]
    found = []
    for seed in seeds:
        situation = moment(library, current=TrackId(seed), dials=Dials(energy=1.0))
        found += [energy[pick.track - 1] for pick in plan(situation, library, 10).picks]
    measured = np.array(found)[~np.isnan(found)]
    assert len(measured) > 0.5 * len(found)
    assert measured.mean() > 0.65


def test_the_arc_goes_on_over_what_waits_already() -> None:
    energy = LIBRARY.catalogue.energy
    seeds = (np.argsort(np.abs(energy - 0.2), kind="stable")[:8] + 1).tolist()
    waiting = [TrackId(int(one) + 1) for one in np.argsort(np.abs(energy - 0.4), kind="stable")[:6]]
    firsts = []
    for ahead in ([], waiting):
        situations = [replace(moment_of_somebody(seed, Dials(energy=1.0)), ahead=ahead) for seed in seeds]
        firsts.append(np.mean([energy[plan(one, LIBRARY, 1).picks[0].track - 1] for one in situations]))
    assert firsts[0] < 0.45
    assert firsts[1] > 0.6  # the seventh place after the seed, though only a little above what comes right before


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
    assert not any(rule for pick in heard for rule in pick.reason.gave_way)
    assert len(fresh) / 40 == pytest.approx(share, abs=0.05)
    assert sum(pick.reason.trying for pick in heard) == pytest.approx(4, abs=1)
    assert all(pick in fresh for pick in heard if pick.reason.trying)


def test_without_new_songs_nothing_is_tried() -> None:
    assert not any(pick.reason.trying or pick.track not in KNOWN_TO_SOMEBODY for pick in listened(Dials(fresh=0), 10))


def test_who_knows_few_songs_hears_more_new_ones_than_was_asked_and_fewer_as_they_get_known() -> None:
    history, now_s, current, share = History(), NOW_S, TrackId(1), 0.1
    history.append(2, NOW_S - 900, 240_000, Outcome.FINISH)
    fresh, wanted = [], []
    for _ in range(40):
        situation = moment(LIBRARY, history, current=current, dials=Dials(fresh=share), now_s=now_s, repeat_hours=0.5)
        known = len(set(history.tracks.tolist()))
        pick = plan(situation, LIBRARY, 1).picks[0]
        fresh.append(history.plays(pick.track) == 0)
        wanted.append(1 - (1 - share) * min(1.0, known / (SIZE / 2)))
        history.append(current, now_s, 240_000, Outcome.FINISH, Source.PICK)
        now_s += 240
        current = pick.track
    assert wanted[0] > 0.99
    assert np.mean(fresh) >= np.mean(wanted) - 0.05
    newcomer, regular = plan(moment(LIBRARY, history), LIBRARY, 20), plan(moment(LIBRARY, somebody()), LIBRARY, 20)
    many, few = (sum(pick.reason.plays == 0 for pick in made.picks) for made in (newcomer, regular))
    assert many > 2 * few


def test_a_play_of_which_nothing_can_be_learned_does_not_make_a_song_known() -> None:
    likeness = likeness_of([entry(track, f"artist {track}") for track in range(1, 5)], clustered(4, 8))
    plays = [(1, Outcome.NOTHING), (2, Outcome.EARLY_SKIP), (3, Outcome.NOTHING), (3, Outcome.FINISH)]
    history = history_of(*((track, NOW_S - 9 * DAY_S, outcome) for track, outcome in plays))
    assert bearings(moment(likeness, history), likeness).known.tolist() == [False, True, True, False]
    assert bearings(moment(likeness), likeness).known.tolist() == [False] * 4


def test_after_two_early_skips_in_a_row_nothing_new_is_offered() -> None:
    for skips, outcome in ((1, Outcome.EARLY_SKIP), (2, Outcome.EARLY_SKIP)):
        history = somebody()
        for back in range(skips, 0, -1):
            history.append(back, NOW_S - 10 * back, 5_000, outcome, Source.PICK)
        picks = plan(moment_of_somebody(7, Dials(fresh=0.5), history), LIBRARY, 10).picks
        fresh = sum(pick.reason.plays == 0 for pick in picks)
        assert 3 <= fresh <= 7 if skips < HUNTING else not fresh
        assert skips < HUNTING or not any(pick.reason.trying for pick in picks)


def test_an_hour_of_music_repeats_nothing_and_stays_near_its_seed() -> None:
    heard = listened(Dials(), 20)
    artists = [LIBRARY.catalogue.artist[pick.track - 1] for pick in heard]
    assert len({pick.track for pick in heard}) == 20
    assert all(len(set(artists[place : place + 15])) == len(artists[place : place + 15]) for place in range(20))
    assert not any(pick.reason.gave_way for pick in heard)
    by_chance = to_seed(range(1, SIZE + 1), 1).mean()
    assert to_seed([pick.track for pick in heard], 1).mean() > by_chance + 0.2


@cache
def first_two(seed: int) -> list[TrackId]:
    return [pick.track for pick in plan(moment_of_somebody(seed), LIBRARY, 5).picks[:2]]


def after_two(outcome: Outcome, seed: int, *, long_song: bool = False) -> tuple[list[TrackId], list[Pick]]:
    """The two picks that came, and what is planned then. A long song is one of 70 minutes that has played since."""
    history, now_s = somebody(), NOW_S + 70 * 60 if long_song else NOW_S
    came = first_two(seed)
    for number, track in enumerate(came):
        history.append(track, NOW_S - 20 + 10 * number, 5_000, outcome, Source.PICK)
    situation = replace(moment_of_somebody(seed, history=history), now_s=now_s, current_since_s=NOW_S)
    return came, list(plan(situation, LIBRARY, 5).picks)


def test_two_early_skips_turn_the_queue_away_from_a_corner() -> None:
    turned, nearest = [], []
    for seed in range(7, SIZE, 74):
        came, after = after_two(Outcome.EARLY_SKIP, seed)
        _, otherwise = after_two(Outcome.NOTHING, seed)
        of_both = [[to_seed([pick.track for pick in picks], one) for one in came] for picks in (after, otherwise)]
        first, second = (of_both[1][place].mean() - of_both[0][place].mean() for place in (0, 1))
        assert first > 0
        assert of_both[0][0].max() < min(0.8, of_both[1][0].max())
        nearest.append(of_both[0][1].max() - of_both[1][1].max())
        turned.append((first, second))
    assert np.mean(turned, axis=0)[0] > 0.3
    assert np.mean(turned, axis=0)[1] > 0.1
    # Of few songs of the energy that is held, one may lie nearer to the second: in one of the nine corners it does.
    assert sum(second <= 0 for _, second in turned) <= 1
    assert sum(closer > 0 for closer in nearest) <= 1


def test_what_the_session_showed_holds_through_one_long_song() -> None:
    _, after = after_two(Outcome.EARLY_SKIP, 7, long_song=True)
    assert all(pick.parts["session"] < 0 and not pick.reason.trying and pick.reason.plays for pick in after)
    history = somebody()
    history.append(50, NOW_S - 5, 5_000, Outcome.EARLY_SKIP)
    cold = TrackId(likest(50)[0])
    later = replace(moment_of_somebody(7, history=history), now_s=NOW_S + 70 * 60)
    assert still_right([cold], replace(later, current_since_s=NOW_S), LIBRARY) == [False]
    assert still_right([cold], later, LIBRARY) == [True]  # it is another session


def test_a_library_of_few_recordings_with_many_copies_repeats_what_was_heard_first() -> None:
    """Many copies of each of twelve songs: all but three were heard lately, and these three are no plan of six."""
    likeness = likeness_of(
        [entry(track, f"artist {track}")._replace(recording=RecordingId(track % 12)) for track in range(384)],
        clustered(384, 8),
    )
    history = history_of(*((track, NOW_S - (12 - track) * HOUR_S, Outcome.FINISH) for track in range(9)))
    picks = plan(moment(likeness, history, repeat_hours=24.0), likeness, 6).picks
    recordings = [pick.track % 12 for pick in picks]
    assert set(recordings[:3]) == {9, 10, 11}
    assert len(set(recordings)) == 6
    assert set(recordings[3:]) <= set(range(6))  # the half of what was heard that was heard first
    assert [pick.reason.gave_way for pick in picks] == [()] * 3 + [("repeat",)] * 3


@pytest.mark.parametrize("start", [0.1, 0.9])
def test_a_steady_evening_keeps_the_energy_it_began_with(start: float) -> None:
    energy = LIBRARY.catalogue.energy
    anchor = TrackId(int(np.argmin(np.abs(energy - start))) + 1)
    history, now_s, current, heard = somebody(), NOW_S, anchor, []
    for _ in range(40):
        pick = plan(moment(LIBRARY, history, current=current, anchor=anchor, now_s=now_s), LIBRARY, 1).picks[0]
        history.append(current, now_s, 240_000, Outcome.FINISH, Source.PICK)
        heard.append(energy[pick.track - 1])
        now_s, current = now_s + 240, pick.track
    assert np.mean(heard[:10]) == pytest.approx(start, abs=0.15)
    assert np.mean(heard[-10:]) == pytest.approx(start, abs=0.2)
