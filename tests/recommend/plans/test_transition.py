"""Whether one song may follow another."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player_rec.domain.track import Entry, TrackId
from player_rec.recommend.catalogue import Catalogue
from player_rec.recommend.plans.transition import smoothness, tempo_apart
from tests.recommend.libraries import entry

MEASURED: dict[str, Any] = {
    "loudness_lufs": -12.0,
    "tempo_bpm": 120.0,
    "tempo_confidence": 1.0,
    "key": 0,
    "key_confidence": 1.0,
    "energy": 0.5,
}


def song(**more: Any) -> Entry:
    return entry(0, **MEASURED | more)


def follows(before: Entry, after: Entry, energy_dial: float = 0.0) -> float:
    known = Catalogue.of([before._replace(track=TrackId(1)), after._replace(track=TrackId(2))])
    return float(smoothness(known, np.array([0]), np.array([1]), energy_dial)[0, 0])


def test_the_same_again_follows_as_smoothly_as_can_be() -> None:
    assert follows(song(), song()) == 1


@pytest.mark.parametrize("tempo", [30.0, 60.0, 240.0, 480.0])
def test_half_and_double_tempo_are_equal(tempo: float) -> None:
    assert follows(song(), song(tempo_bpm=tempo)) == 1


@given(st.floats(30, 300), st.floats(30, 300), st.integers(-3, 3))
def test_tempo_is_apart_by_no_more_than_half_an_octave_whatever_the_octave(a: float, b: float, up: int) -> None:
    one, other = np.array([a], np.float32), np.array([b], np.float32)
    apart = float(tempo_apart(one, other)[0])
    assert 0 <= apart <= 0.5
    assert apart == pytest.approx(float(tempo_apart(other * np.float32(2.0**up), one)[0]), abs=1e-5)


def test_a_quarter_of_an_octave_in_tempo_costs_a_third_of_all_and_more_costs_no_more() -> None:
    assert follows(song(), song(tempo_bpm=120 * 2**0.25)) == pytest.approx(0.65)
    assert follows(song(), song(tempo_bpm=120 * 2**0.5)) == pytest.approx(0.65)
    assert follows(song(), song(tempo_bpm=120 * 2**0.125)) == pytest.approx(0.825)


def test_an_uncertain_tempo_counts_less_and_none_counts_halfway() -> None:
    clash = 120 * 2**0.5
    assert follows(song(), song(tempo_bpm=clash, tempo_confidence=0.25)) == pytest.approx(1 - 0.35 * 0.75)
    for unknown in (0.0, np.nan):
        assert follows(song(), song(tempo_bpm=unknown)) == pytest.approx(1 - 0.35 / 2)
        assert follows(song(tempo_bpm=unknown), song(tempo_bpm=unknown)) == pytest.approx(1 - 0.35 / 2)


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [(0, 7, 1), (0, 5, 1), (0, 2, 2), (0, 6, 6), (0, 21, 0), (9, 18, 0), (12, 3, 0), (4, 13, 0), (11, 0, 5)],
)
def test_keys_are_as_far_apart_as_on_the_circle_of_fifths(one: int, other: int, steps: int) -> None:
    assert follows(song(key=one), song(key=other)) == pytest.approx(1 - 0.15 * steps / 6)
    assert follows(song(key=other), song(key=one)) == pytest.approx(1 - 0.15 * steps / 6)


def test_an_unknown_or_doubtful_key_counts_halfway() -> None:
    assert follows(song(key=-1), song()) == pytest.approx(1 - 0.15 / 2)
    assert follows(song(), song(key=6, key_confidence=0.0)) == pytest.approx(1 - 0.15 / 2)


def test_loudness_counts_up_to_10_lu() -> None:
    assert follows(song(), song(loudness_lufs=-17)) == pytest.approx(1 - 0.15 / 2)
    assert follows(song(), song(loudness_lufs=-60)) == pytest.approx(1 - 0.15)
    assert follows(song(), song(loudness_lufs=np.nan)) == pytest.approx(1 - 0.15 / 2)


def test_the_dial_asks_for_more_energy_or_less() -> None:
    rising, falling, steady = song(energy=0.58), song(energy=0.42), song()
    assert follows(song(), rising, 1.0) == pytest.approx(1)
    assert follows(song(), falling, -1.0) == pytest.approx(1)
    assert follows(song(), steady, 0.0) == pytest.approx(1)
    assert follows(song(), falling, 1.0) < follows(song(), steady, 1.0) < follows(song(), rising, 1.0)


def test_at_the_top_no_more_energy_can_be_asked_for() -> None:
    assert follows(song(energy=1.0), song(energy=1.0), 1.0) == pytest.approx(1)
    assert follows(song(energy=0.0), song(energy=0.0), -1.0) == pytest.approx(1)


def test_a_jolt_of_energy_is_a_clash() -> None:
    assert follows(song(energy=0.0), song(energy=0.2)) == pytest.approx(1 - 0.35 / 2)
    assert follows(song(energy=0.0), song(energy=0.4)) == pytest.approx(0.65)
    assert follows(song(energy=0.0), song(energy=0.5)) == pytest.approx(0.65 - 4 * 0.1)
    assert follows(song(energy=1.0), song(energy=0.0)) == pytest.approx(0.65 - 4 * 0.6)
    anything_else = song(energy=0.4, key=6, loudness_lufs=-30, tempo_bpm=120 * 2**0.5)
    assert follows(song(energy=0.0), song(energy=0.6)) < follows(song(energy=0.0), anything_else)


def test_a_rise_that_was_asked_for_is_no_jolt() -> None:
    assert follows(song(energy=0.3), song(energy=0.76), 1.0) > follows(song(energy=0.3), song(energy=0.76)) + 0.1
    assert follows(song(energy=0.3), song(energy=0.78), 1.0) == pytest.approx(0.65)


def test_nothing_measured_is_halfway() -> None:
    assert follows(entry(1), entry(2)) == pytest.approx(0.5)
    known = Catalogue.of([entry(1), song()._replace(track=TrackId(2))])
    assert np.isfinite(smoothness(known, np.arange(2), np.arange(2), 1.0)).all()
