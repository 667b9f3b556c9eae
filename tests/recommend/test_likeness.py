"""How alike tracks are."""

import numpy as np
import pytest

from player_rec.recommend.likeness import LEAST, MOST, Floats, Likeness, Scale
from player_rec.recommend.space.exact import ExactIndex
from tests.recommend.libraries import at_angles, entry, likeness_of
from tests.recommend.sounds import clustered


def between(likeness: Likeness) -> Floats:
    everything = likeness.places(np.arange(len(likeness.catalogue)))
    return likeness.between(everything, everything)


def around(*values: object) -> object:
    return pytest.approx(np.array(values), abs=1e-3)


def test_the_scale_puts_random_pairs_at_0_and_tenth_neighbours_at_1() -> None:
    vectors = clustered(600, 32)
    index = ExactIndex(32)
    index.add(np.arange(600), vectors)
    scale = Scale.of(index)
    cosines = vectors @ vectors.T
    pairs = scale(cosines[np.triu_indices(600, 1)])
    tenth = scale(np.sort(cosines, axis=1)[:, -11])
    assert abs(float(np.median(pairs))) < 0.15
    assert float(np.median(tenth)) == pytest.approx(1, abs=0.15)


def test_the_same_library_gives_the_same_scale_and_a_tiny_one_gives_any() -> None:
    scales = []
    for _ in range(2):
        index = ExactIndex(8)
        index.add(np.arange(50), clustered(50, 8))
        scales.append(Scale.of(index))
    assert scales[0] == scales[1]
    assert Scale.of(ExactIndex(8)) == Scale(0.0, 1.0)


def test_likeness_ends_a_little_beyond_the_landmarks() -> None:
    scale = Scale(0.2, 0.6)
    likeness = scale(np.array([-1.0, 0.2, 0.4, 0.6, 1.0], np.float32))
    assert likeness.tolist() == pytest.approx([LEAST, 0, 0.5, 1, MOST])


def test_copies_of_one_recording_do_not_make_a_scale_of_no_width() -> None:
    index = ExactIndex(2)
    index.add(np.arange(30), np.repeat(at_angles(0), 30, axis=0))
    assert np.isfinite(Scale.of(index)(np.ones(3, np.float32))).all()


def test_between_heard_tracks_sound_decides() -> None:
    likeness = likeness_of([entry(1, "a"), entry(2, "a"), entry(3, "b")], at_angles(0, 90, 60))
    assert between(likeness) == around([1, 0, 0.5], [0, 1, 0.866], [0.5, 0.866, 1])


def test_without_sound_tags_decide_the_closest_tie_first() -> None:
    likeness = likeness_of(
        [
            entry(1, "a", "one", genre="jazz", year=1970),
            entry(2, "a", "one", genre="jazz", year=1990),
            entry(3, "a", "two", genre="rock", year=1973),
            entry(4, "b", "two", genre="jazz", year=1964),
            entry(5),
            entry(6),
        ]
    )
    assert between(likeness)[0] == around(0.9, 0.8, 0.8, 0.5, 0, 0)
    assert not between(likeness)[4].any()  # what nobody tagged has nothing in common
    assert not likeness.heard.any()


def test_a_pair_of_which_only_one_was_heard_goes_by_tags() -> None:
    index = ExactIndex(2)
    index.add(np.array([1, 2]), at_angles(0, 0))
    likeness = Likeness(likeness_of([entry(1, "a"), entry(2, "b"), entry(3, "a")]).catalogue, index, Scale())
    assert between(likeness) == around([1, 1, 0.7], [1, 1, 0], [0.7, 0, 0.7])


def test_what_was_not_heard_lies_nowhere_in_sound_space() -> None:
    index = ExactIndex(2)
    index.add(np.array([2]), at_angles(0))
    likeness = Likeness(likeness_of([entry(1), entry(2)]).catalogue, index, Scale())
    places = likeness.places(np.array([0, 1]))
    assert places.heard.tolist() == [False, True]
    assert likeness.to_vectors(places, at_angles(60)).tolist() == [[0.0], [pytest.approx(0.5)]]
    assert likeness.of_tracks(np.array([7, 2])).rows.tolist() == [1]


def test_an_empty_index_is_as_good_as_none() -> None:
    likeness = Likeness(likeness_of([entry(1, "a"), entry(2, "a")]).catalogue, ExactIndex(4))
    assert between(likeness)[0] == around(0.7, 0.7)
