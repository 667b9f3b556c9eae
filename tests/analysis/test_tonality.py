"""The key of plain cadences is found in every key and tuning, and none is found in noise."""

import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.analysis.tonality import chroma, key

RATE = 16_000
NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# A chord a window: semitones over the tonic.
MAJOR = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7), (9, 12, 16), (2, 5, 9), (7, 11, 14, 17), (0, 4, 7))
MINOR = ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7), (8, 12, 15), (2, 5, 8), (7, 11, 14, 17), (0, 3, 7))
C_MAJOR, C_SHARP_MINOR = 0, 13


def note(semitones_over_c4: float, seconds: float, rate: int, tuning_hz: float) -> NDArray[np.float64]:
    """Six partials, struck and dying away."""
    time = np.arange(round(seconds * rate)) / rate
    hz = tuning_hz * 2 ** ((semitones_over_c4 - 9) / 12)
    partials = (np.sin(2 * np.pi * hz * k * time + k) / k for k in range(1, 7) if hz * k < rate / 2)
    return np.asarray(sum(partials) * np.exp(-time))


def piece(which: int, rate: int = RATE, tuning_hz: float = 440.0, seconds: float = 3.0) -> NDArray[np.float32]:
    """A cadence in one of the 24 keys, with the root of each chord in the bass."""
    tonic, chords = which % 12, MINOR if which >= 12 else MAJOR
    windows = []
    for chord in chords:
        pitches = [tonic + chord[0] - 12, *(tonic + step for step in chord)]
        windows.append(sum(note(pitch, seconds, rate, tuning_hz) for pitch in pitches))
    return np.asarray(np.array(windows) * 0.05, np.float32)


@pytest.mark.parametrize("which", range(24), ids=[*NAMES, *(f"{name}m" for name in NAMES)])
def test_a_cadence_is_heard_in_its_key(which: int) -> None:
    found, confidence = key(piece(which), RATE)
    assert found == which
    assert confidence > 0.6


@pytest.mark.parametrize("tuning_hz", [430.5, 435.0, 446.0, 449.0])
@pytest.mark.parametrize("which", [C_MAJOR, C_SHARP_MINOR])
def test_the_tuning_does_not_matter(which: int, tuning_hz: float) -> None:
    assert key(piece(which, tuning_hz=tuning_hz), RATE)[0] == which


@pytest.mark.parametrize(
    ("rate", "seconds"), [(8_000, 3.0), (22_050, 3.0), (44_100, 2.0), (32_000, 1.0), (48_000, 4.0)]
)
def test_any_rate_and_length_will_do(rate: int, seconds: float) -> None:
    assert key(piece(C_SHARP_MINOR, rate, seconds=seconds), rate)[0] == C_SHARP_MINOR


def test_turning_it_down_changes_nothing() -> None:
    loud = piece(C_MAJOR)
    soft = loud * np.float32(0.01)
    assert key(soft, RATE) == pytest.approx(key(loud, RATE), rel=1e-3)


def test_drums_over_it_do_not_hide_the_key() -> None:
    windows = piece(C_SHARP_MINOR)
    rng, fading = np.random.default_rng(4), 0.15 * np.exp(-np.arange(1_600) / 300)
    for at in range(0, windows.shape[1] - len(fading), 4_000):
        strokes = rng.standard_normal((len(windows), len(fading))) * fading
        windows[:, at : at + len(fading)] += strokes.astype(np.float32)
    assert key(windows, RATE)[0] == C_SHARP_MINOR


def test_a_single_note_is_the_strongest_pitch_class() -> None:
    sound = np.asarray(note(4, 3.0, RATE, 440.0)[None], np.float32)
    assert int(chroma(sound, RATE).argmax()) == 4


@pytest.mark.parametrize("seed", range(5))
def test_noise_has_no_key(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 0.1, (10, 48_000)).astype(np.float32)
    assert key(noise, RATE)[1] < 0.05


def test_all_twelve_notes_at_once_are_hardly_a_key() -> None:
    rng = np.random.default_rng(6)
    windows = [sum(note(p + 12 * int(rng.integers(-1, 2)), 3.0, RATE, 440.0) for p in range(12)) for _ in range(10)]
    assert key(np.asarray(np.array(windows) * 0.02, np.float32), RATE)[1] < 0.3


@pytest.mark.parametrize("shape", [(10, 48_000), (2, 300), (1, 1), (3, 0), (0, 48_000)])
def test_silence_or_too_little_sound_has_no_key(shape: tuple[int, int]) -> None:
    assert key(np.zeros(shape, np.float32), RATE) == (0, 0.0)
