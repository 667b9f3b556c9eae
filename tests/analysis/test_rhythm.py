"""A pulse is found at its tempo, and none is found where there is none."""

from pathlib import Path

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.analysis.decode import decode
from player_rec.analysis.rhythm import tempo

Windows = NDArray[np.float32]
MUSIC = Path(__file__).parents[1] / "data" / "music"

METRONOME = ("x", "-")
ROCK = ("kh", "h", "sh", "h", "kh", "kh", "sh", "h")  # half beats: kick, snare, hi-hat
KIT = {"k": (70.0, 0.25, 1.0), "s": (0.0, 0.15, 0.5), "h": (0.0, 0.03, 0.2), "x": (1500.0, 0.03, 0.7)}


def stroke(drum: str, rate: int) -> NDArray[np.float64]:
    """A tone that dies away, or noise where its frequency is 0."""
    hz, seconds, level = KIT[drum]
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(1).standard_normal(len(time))
    return np.asarray((np.sin(2 * np.pi * hz * time) if hz else noise) * level * np.exp(-5 * time / seconds))


def drums(
    bpm: float, rate: int = 16_000, count: int = 10, seconds: float = 3.0, bar: tuple[str, ...] = ROCK
) -> Windows:
    """Windows of one performance, 13.37 s apart, over faint noise: the beat falls elsewhere in each."""
    windows = np.random.default_rng(7).normal(0, 1e-3, (count, round(seconds * rate)))
    apart = 60 / bpm / 2
    for k, window in enumerate(windows):
        begins = 13.37 * k
        for step in range(int(begins / apart) + 1, int((begins + seconds) / apart) + 1):
            at = round((step * apart - begins) * rate)
            for drum in bar[step % len(bar)].strip("-"):
                sound = stroke(drum, rate)[: max(0, len(window) - at)]
                window[at : at + len(sound)] += sound
    return np.asarray(windows, np.float32)


def off_by(found: float, truth: float) -> float:
    """Relative error, half and double being right."""
    return min(abs(found / (truth * factor) - 1) for factor in (0.5, 1.0, 2.0))


@pytest.mark.parametrize("bpm", [52.0, 60.0, 97.0, 120.0, 133.3, 171.0, 199.0])
@pytest.mark.parametrize("bar", [METRONOME, ROCK], ids=["metronome", "rock"])
def test_a_tempo_is_found_within_a_hundredth(bpm: float, bar: tuple[str, ...]) -> None:
    found, confidence = tempo(drums(bpm, bar=bar), 16_000)
    assert 50 <= found <= 200
    assert off_by(found, bpm) < 0.01
    assert confidence > 0.7


@pytest.mark.parametrize(
    ("rate", "count", "seconds"), [(8_000, 6, 4.0), (22_050, 20, 2.5), (44_100, 10, 3.0), (16_000, 1, 30.0)]
)
def test_any_rate_and_any_cut_will_do(rate: int, count: int, seconds: float) -> None:
    found, confidence = tempo(drums(104.0, rate, count, seconds), rate)
    assert off_by(found, 104.0) < 0.01
    assert confidence > 0.7


def test_turning_it_down_changes_nothing() -> None:
    loud = drums(128.0)
    assert tempo(loud * np.float32(0.01), 16_000) == pytest.approx(tempo(loud, 16_000), rel=1e-3)


def test_a_pulse_under_noise_is_believed_less() -> None:
    clean = drums(110.0)
    noise = np.random.default_rng(3).normal(0, 0.3, clean.shape).astype(np.float32)
    found, confidence = tempo(clean + noise, 16_000)
    assert off_by(found, 110.0) < 0.02
    assert 0 < confidence < tempo(clean, 16_000)[1]


@pytest.mark.parametrize("seed", range(8))
def test_noise_has_no_pulse(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.1, (10, 48_000)).astype(np.float32)
    assert tempo(noise, 16_000) == (0.0, 0.0)


def test_a_held_chord_has_no_pulse_to_speak_of() -> None:
    time = np.arange(48_000) / 16_000 + 7.0 * np.arange(10)[:, None]
    chord = sum(np.sin(2 * np.pi * hz * time) for hz in (220.0, 277.2, 329.6)) * 0.1
    assert tempo(np.asarray(chord, np.float32), 16_000)[1] < 0.15


def test_strokes_at_random_are_no_pulse() -> None:
    rng = np.random.default_rng(5)
    windows = rng.normal(0, 1e-3, (10, 48_000))
    click = stroke("x", 16_000)
    for window in windows:
        for at in rng.integers(0, 48_000 - len(click), 7):
            window[at : at + len(click)] += click
    assert tempo(np.asarray(windows, np.float32), 16_000)[1] < 0.25


@pytest.mark.parametrize("shape", [(10, 48_000), (10, 2_000), (1, 100), (3, 0), (0, 48_000)])
def test_silence_or_too_little_sound_has_no_pulse(shape: tuple[int, int]) -> None:
    assert tempo(np.zeros(shape, np.float32), 16_000) == (0.0, 0.0)


@pytest.mark.parametrize(
    "name", ["SoundHelix/Jukebox/02 The Energetic Rat.opus", "HeroOfTheWinds/Jukebox/07 Synthgroove.opus"]
)
def test_real_music_beats_as_librosa_hears_it(name: str) -> None:
    heard = decode(MUSIC / name, 16_000)
    windows = heard[: 8 * 48_000].reshape(8, 48_000)
    theirs = float(librosa.feature.tempo(y=heard, sr=16_000)[0])
    ours, confidence = tempo(windows, 16_000)
    assert off_by(ours, theirs) < 0.04
    assert confidence > 0.4
