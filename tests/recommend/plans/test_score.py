"""One number for a candidate."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from player_rec.domain.listening import Dials, Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.learn.mood import mood
from player_rec.recommend.learn.taste import taste
from player_rec.recommend.likeness import Floats
from player_rec.recommend.plans.score import PARTS, WEIGHTS, Pool, familiarity, parts, sound, total
from player_rec.recommend.plans.weigh import bearings, weighed
from tests.recommend.libraries import DAY_S, NOW_S, at_angles, entry, history_of, likeness_of, moment

CIRCLE = likeness_of([entry(track) for track in range(1, 5)], at_angles(0, 60, 90, 180))


def pool(**more: Any) -> Pool:
    """Four tracks of which nothing is known, 0.5 like the only seed, unless told otherwise."""
    rows = np.arange(4)
    nothing = np.zeros(4, np.float32)
    plain = Pool(
        CIRCLE.places(rows),
        np.full((4, 1), 0.5, np.float32),
        np.zeros(4, np.bool_),
        nothing,
        np.full(4, np.inf, np.float32),
        nothing,
        np.full(4, 0.5, np.float32),
    )
    return replace(plain, **more)


def heard_by(*likeness: float) -> Floats:
    return np.array(likeness, np.float32)[:, None]


def test_every_part_has_a_weight_and_the_sum_is_weighted() -> None:
    assert set(PARTS) == set(WEIGHTS)
    one, two = np.array([1, 0], np.float32), np.array([0.5, -1], np.float32)
    assert total({"sound": one, "taste": two}, {"sound": 2.0, "taste": 4.0}).tolist() == [4, -4]
    assert total({"sound": one, "taste": two}, {"sound": 2.0}).tolist() == [2, 0]  # one that is missing is off


def test_close_wants_as_alike_as_can_be_and_far_a_ring_around_the_seed() -> None:
    alike = heard_by(-0.5, 0.0, 0.35, 0.7, 1.0)
    assert sound(alike, -1.0, anchored=False).argmax() == 4
    assert sound(alike, 0.0, anchored=False).argmax() == 4
    assert sound(alike, 1.0, anchored=False).argmax() == 2
    for dial in (-1.0, -0.5, 0.0, 0.5, 1.0):
        assert np.abs(sound(heard_by(-0.5, 0.0, 1.0, 1.25), dial, anchored=False)).max() <= 1


def test_with_the_dial_at_rest_more_alike_is_never_worse() -> None:
    values = sound(heard_by(*np.linspace(-0.5, 1.25, 40)), 0.0, anchored=False)
    assert (np.diff(values) >= 0).all()
    assert values[0] < values[-1]


def test_the_anchor_holds_the_more_the_closer_it_is_to_stay() -> None:
    wandering = np.array([[0.8, 0.0], [0.0, 0.8]], np.float32)  # like the song playing now, like the anchor
    pulls = []
    for dial in (-1.0, 0.0, 0.5):
        to_current, to_anchor = sound(wandering, dial, anchored=True).tolist()
        pulls.append(to_anchor - to_current)
    assert pulls[0] > pulls[1] > pulls[2]


def test_without_a_seed_sound_says_nothing() -> None:
    assert sound(np.zeros((3, 0), np.float32), -1.0, anchored=False).tolist() == [0, 0, 0]


def test_the_dial_prefers_what_is_present_or_what_was_liked_and_long_not_heard() -> None:
    lot = pool(
        retrieval=np.array([0.9, 0.1, 0.1, 0.0], np.float32),
        away_days=np.array([1, 240, 240, np.inf], np.float32),
    )
    liked = np.array([0.5, 0.8, -0.5, 0.0], np.float32)
    familiar = familiarity(lot, Dials(familiar_forgotten=-1), liked)
    forgotten = familiarity(lot, Dials(familiar_forgotten=1), liked)
    assert familiar.argmax() == 0
    assert forgotten.argmax() == 1
    assert forgotten[2] == 0  # what was only ever skipped is not forgotten
    assert forgotten[1] == pytest.approx((1 - 2**-4) * 0.9)
    assert (familiar[3], forgotten[3]) == (0, 0)


def scored(*plays: tuple[int, float, Outcome], hearts: tuple[int, ...] = ()) -> dict[str, Floats]:
    history = history_of(*plays)
    given = {TrackId(track): NOW_S - 40 * DAY_S for track in hearts}
    situation = moment(CIRCLE, history, hearts=given)
    lasting, session = taste(history, given, CIRCLE, NOW_S), mood(history, given, CIRCLE, NOW_S)
    return parts(pool(), situation, lasting, session, CIRCLE)


def test_taste_is_for_what_is_near_an_interest_and_for_what_earned_it_itself() -> None:
    near = scored(hearts=(1,))["taste"]
    assert near[0] == pytest.approx(0.6 + 0.4 * np.tanh(4 * 2 ** (-40 / 730) / 4), abs=1e-3)
    assert near[1] == pytest.approx(0.6 * 0.5, abs=1e-3)
    assert near[2] == pytest.approx(0, abs=1e-3)
    assert near[3] < 0


def test_an_early_skip_of_this_session_outweighs_what_it_leaves_for_good() -> None:
    now = scored((1, NOW_S - 60, Outcome.EARLY_SKIP))
    tomorrow = scored((1, NOW_S - DAY_S, Outcome.EARLY_SKIP))
    at_once = WEIGHTS["session"] * now["session"][0]
    lasting = WEIGHTS["taste"] * tomorrow["taste"][0]
    assert at_once < -1
    assert at_once < 10 * lasting < 0
    assert tomorrow["session"].tolist() == [0] * 4


def whole(*plays: tuple[int, float, Outcome]) -> Floats:
    """The whole score of the circle's songs for somebody who finished one at the far end every other day."""
    usual = [(4, NOW_S - day * DAY_S, Outcome.FINISH) for day in range(450, 1, -2)]
    situation = moment(CIRCLE, history_of(*sorted([*usual, *plays], key=lambda play: play[1])))
    found = bearings(situation, CIRCLE)
    of_all = weighed(np.arange(4), situation, CIRCLE, found)
    return total(parts(of_all, situation, found.lasting, found.session, CIRCLE), WEIGHTS)


def test_in_the_whole_score_what_an_early_skip_leaves_is_small_and_fades() -> None:
    untouched = whole()
    left = {
        (outcome, days): whole((1, NOW_S - days * DAY_S, outcome)) - untouched
        for outcome in (Outcome.EARLY_SKIP, Outcome.FINISH)
        for days in (1, 60, 365)
    }
    skip, finish = (
        [float(left[outcome, days][0]) for days in (1, 60, 365)] for outcome in (Outcome.EARLY_SKIP, Outcome.FINISH)
    )
    assert -0.25 < skip[0] < 0.6 * skip[0] < skip[1] < skip[2] <= 0
    assert abs(skip[0]) <= finish[0]
    assert abs(skip[2]) < 0.02
    assert np.abs(left[Outcome.EARLY_SKIP, 1][1:]).max() < 0.05  # its neighbours hardly feel it


def test_without_analysis_taste_goes_by_tags() -> None:
    likeness = likeness_of([entry(1, "a"), entry(2, "a"), entry(3, "b")])
    history = history_of((1, NOW_S - DAY_S, Outcome.FINISH))
    situation = moment(likeness, history)
    lasting, session = taste(history, {}, likeness, NOW_S), mood(history, {}, likeness, NOW_S)
    places = likeness.places(np.arange(3))
    three = replace(pool().only(np.arange(3)), places=places)
    near = parts(three, situation, lasting, session, likeness)["taste"]
    assert near[1] == pytest.approx(0.6 * 0.7)
    assert near[2] == 0


def test_feedback_is_the_chance_of_acceptance_put_between_minus_1_and_1() -> None:
    lot = pool(acceptance=np.array([0, 0.5, 0.75, 1], np.float32))
    lasting, session = taste(history_of(), {}, CIRCLE, NOW_S), mood(history_of(), {}, CIRCLE, NOW_S)
    assert parts(lot, moment(CIRCLE), lasting, session, CIRCLE)["feedback"].tolist() == [-1, 0, 0.5, 1]
