"""Energy puts music in order from calm to fierce, and each of its parts only raises it."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.analysis.decode import excerpt
from player_rec.analysis.energy import energy
from player_rec.analysis.loudness import SILENCE_LUFS, integrated_lufs

RATE = 16_000
MUSIC = Path(__file__).parents[1] / "data" / "music"
CALM = ("HoliznaCC0/Background Music/01 Creppy Piano 1.opus", "HoliznaCC0/Background Music/04 Creppy Piano 4.opus")
FIERCE = ("SoundHelix/Jukebox/02 The Energetic Rat.opus", "HeroOfTheWinds/Jukebox/07 Synthgroove.opus")

Windows = NDArray[np.float32]


def noise(seed: int = 0) -> Windows:
    return np.random.default_rng(seed).normal(0, 0.05, (10, 3 * RATE)).astype(np.float32)


def pad(seed: int = 1) -> Windows:
    """Held low chords, a new one in each window."""
    time = np.arange(3 * RATE) / RATE
    pitches = 110 * 2 ** (np.random.default_rng(seed).integers(0, 24, (10, 3, 1)) / 12)
    return np.asarray(np.sin(2 * np.pi * pitches * time).sum(axis=1) * 0.05, np.float32)


def struck(windows: Windows, a_second: float) -> Windows:
    """The same, swelling and dying away so many times a second."""
    phase = np.arange(windows.shape[1]) / RATE * a_second % 1
    return np.asarray(windows * np.exp(-6 * phase), np.float32)


def measured(name: str) -> float:
    heard = excerpt(MUSIC / name, rate_hz=RATE, count=10, samples=48_128)
    return energy(heard.windows, RATE, integrated_lufs(heard.blocks))


@pytest.mark.parametrize("calm", CALM)
@pytest.mark.parametrize("fierce", FIERCE)
def test_lonely_pianos_are_calmer_than_dance_music(calm: str, fierce: str) -> None:
    assert measured(calm) + 0.2 < measured(fierce)


def test_louder_is_never_calmer() -> None:
    found = [energy(pad(), RATE, lufs) for lufs in (-70, -35, -25, -18, -12, -6, 0)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_brighter_is_never_calmer() -> None:
    high = np.sin(2 * np.pi * 3_500 * np.arange(3 * RATE) / RATE).astype(np.float32)
    found = [energy(pad() + high * np.float32(level), RATE, -18.0) for level in np.geomspace(1e-4, 0.05, 7)]
    assert all(later >= earlier - 0.02 for earlier, later in pairwise(found))
    assert found[-1] > found[0] + 0.1


def test_more_strokes_are_fiercer() -> None:
    found = [energy(struck(noise(), a_second), RATE, -18.0) for a_second in (0.5, 1.0, 2.0, 4.0)]
    assert found == sorted(found)


def test_denser_is_fiercer() -> None:
    plain = struck(noise(), 2.0)
    squeezed = np.asarray(np.tanh(plain * 30) / 30, np.float32)
    assert energy(squeezed, RATE, -18.0) > energy(plain, RATE, -18.0)


def test_level_alone_changes_nothing_and_loudness_alone_makes_nothing_fierce() -> None:
    windows = excerpt(MUSIC / CALM[0], rate_hz=RATE, count=10, samples=48_128).windows
    at_rest = energy(windows, RATE, -28.0)
    assert energy(windows * np.float32(0.1), RATE, -28.0) == pytest.approx(at_rest, abs=1e-4)
    turned_up = energy(windows * np.float32(4), RATE, -16.0)
    assert turned_up <= at_rest + 0.25
    assert turned_up < min(map(measured, FIERCE))


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100])
def test_it_stays_between_nought_and_one_at_any_rate(rate: int) -> None:
    assert 0 <= energy(noise(), rate, -3.0) <= 1
    assert 0 <= energy(pad(), rate, -50.0) <= 1


@pytest.mark.parametrize("shape", [(10, 48_000), (2, 300), (3, 0), (0, 48_000)])
@pytest.mark.parametrize("lufs", [SILENCE_LUFS, -np.inf])
def test_silence_is_calm(shape: tuple[int, int], lufs: float) -> None:
    assert energy(np.zeros(shape, np.float32), RATE, lufs) == 0.0
