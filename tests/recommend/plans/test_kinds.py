"""Which places are for songs never heard, and which are there to learn something."""

import numpy as np
import pytest

from player_rec.domain.listening import Outcome
from player_rec.domain.track import TrackId
from player_rec.recommend.plans.kinds import HUNTING, LEARNING, Kind, kinds
from player_rec.recommend.plans.situation import Situation
from tests.recommend.libraries import NOW_S, entry, history_of, likeness_of, moment

LIBRARY = likeness_of([entry(track) for track in range(1, 4)])


def after(plays: int, seed: int = 0, ahead: int = 0) -> Situation:
    history = history_of(*((1, NOW_S - 240 * back, Outcome.FINISH) for back in range(plays, 0, -1)))
    return moment(LIBRARY, history, ahead=[TrackId(2)] * ahead, seed=seed)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("plays", [0, 17, 800])
def test_any_forty_places_have_the_share_that_was_asked_for_and_one_in_ten_is_a_try(share: float, plays: int) -> None:
    for seed in range(0, 96, 7):
        found = kinds(after(plays, seed), 40, 0, share)
        assert sum(kind.fresh for kind in found) == pytest.approx(40 * share, abs=2)
        assert sum(kind.trying for kind in found) == pytest.approx(40 * min(share, LEARNING), abs=2)
        assert all(kind.fresh for kind in found if kind.trying)


def test_new_songs_are_spread_evenly() -> None:
    fresh = np.flatnonzero([kind.fresh for kind in kinds(after(0), 400, 0, 0.25)])
    assert 2 <= np.diff(fresh).min() <= np.diff(fresh).max() <= 8


def test_none_and_all_are_kept_to_exactly() -> None:
    assert kinds(after(5), 50, 0, 0.0) == [Kind(fresh=False, trying=False)] * 50
    assert all(kind.fresh for kind in kinds(after(5), 50, 0, 1.0))


def test_a_place_has_its_kind_whenever_it_is_planned() -> None:
    whole = kinds(after(20), 30, 0, 0.25)
    for played, ahead in ((5, 0), (0, 5), (3, 2)):
        assert kinds(after(20 + played, ahead=ahead), 25, 0, 0.25) == whole[5:]


def test_a_slightly_larger_share_only_adds_to_the_fresh_places() -> None:
    for place in (0, 800, 20_000):
        some, more = (kinds(after(0, seed=place), 90, 0, share) for share in (0.3, 0.35))
        assert all(after_it.fresh for before_it, after_it in zip(some, more, strict=True) if before_it.fresh)


@pytest.mark.parametrize("plays", [0, 300, 900])
@pytest.mark.parametrize("enough", [300, 1000])
def test_a_share_that_falls_as_songs_get_known_is_kept_to_all_the_way(plays: int, enough: int) -> None:
    history = history_of(*((1, NOW_S - 240 * back, Outcome.FINISH) for back in range(plays, 0, -1)))
    known, fresh, wanted = enough // 2, 0, 0.0
    for _ in range(150):
        share = 1 - 0.9 * min(1.0, known / enough)
        (kind,) = kinds(moment(LIBRARY, history), 1, 0, share)
        history.append(1, NOW_S, 240_000, Outcome.FINISH)
        fresh, known, wanted = fresh + kind.fresh, known + kind.fresh, wanted + share
    assert fresh == pytest.approx(wanted, abs=4)


def test_who_hunts_is_asked_no_questions() -> None:
    assert all(kind.fresh for kind in kinds(after(5), 40, HUNTING - 1, 1.0))
    assert any(kind.trying for kind in kinds(after(5), 40, HUNTING - 1, 1.0))
    assert kinds(after(5), 40, HUNTING, 1.0) == [Kind(fresh=False, trying=False)] * 40
