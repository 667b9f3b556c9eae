"""Where the music starts and where it ends."""

import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.analysis.silence import edges

RATE = 16_000
Sound = NDArray[np.float32]


def silence(seconds: float, rate: int = RATE) -> Sound:
    return np.zeros(round(seconds * rate), np.float32)


def tune(seconds: float, dbfs: float = -12.0, rate: int = RATE) -> Sound:
    """A chord of that root mean square level."""
    time = np.arange(round(seconds * rate)) / rate
    chord = np.asarray(sum(np.sin(2 * np.pi * hz * time + hz) for hz in (220.0, 330.0, 554.0)))
    return np.asarray(chord * (10 ** (dbfs / 20) / np.sqrt(1.5)), np.float32)


def noise(seconds: float, dbfs: float) -> Sound:
    return np.random.default_rng(2).normal(0, 10 ** (dbfs / 20), round(seconds * RATE)).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100])
@pytest.mark.parametrize(("before", "after"), [(0.0, 0.0), (0.5, 1.2), (1.73, 0.04)])
def test_silence_is_measured_to_the_hundredth_of_a_second(before: float, after: float, rate: int) -> None:
    head = np.concatenate([silence(before, rate), tune(3 - before, rate=rate)])
    tail = np.concatenate([tune(3 - after, rate=rate), silence(after, rate)])
    start_ms, end_ms = edges(head, tail, rate)
    assert start_ms == pytest.approx(1000 * before, abs=10)
    assert end_ms == pytest.approx(1000 * after, abs=10)


def test_dither_is_silence() -> None:
    head = np.concatenate([noise(1.0, -90.0), tune(2.0)])
    assert edges(head, head[::-1], RATE) == (1000, 1000)


def test_the_hiss_of_a_tape_is_silence_before_music() -> None:
    hiss = noise(3.0, -56.0)
    head = hiss + np.concatenate([silence(1.2), tune(1.8)])
    assert edges(head, head[::-1], RATE) == (1200, 1200)


def test_soft_music_is_not_taken_for_hiss() -> None:
    soft = tune(3.0, -54.0)
    assert edges(soft, soft, RATE) == (0, 0)


def test_a_soft_start_before_a_loud_entry_is_music() -> None:
    head = np.concatenate([silence(0.6), tune(1.0, -40.0), tune(1.4, -6.0)])
    assert edges(head, head[::-1], RATE) == (600, 600)


def test_a_click_does_not_begin_the_music() -> None:
    head = np.concatenate([silence(1.5), tune(1.5)])
    head[8_000:8_004] = 0.5
    assert edges(head, head[::-1], RATE) == (1500, 1500)


def test_a_fade_ends_where_it_falls_under_sixty_decibels() -> None:
    seconds = np.arange(3 * RATE) / RATE
    tail = tune(3.0, -12.0) * (10 ** (-30 * seconds / 20)).astype(np.float32)  # -12 dBFS falling 30 dB a second
    assert edges(tune(1.0), tail, RATE)[1] == pytest.approx(1400, abs=30)


def test_a_constant_offset_is_no_sound() -> None:
    head = np.concatenate([silence(0.9), tune(1.1)]) + np.float32(0.02)
    assert edges(head, head, RATE) == (900, 0)


@pytest.mark.parametrize("seconds", [0.0, 0.004, 2.5])
def test_where_nothing_is_heard_all_of_it_is_silence(seconds: float) -> None:
    quiet = silence(seconds)
    lasts_ms = round(1000 * seconds) if seconds >= 0.01 else 0
    assert edges(quiet, quiet, RATE) == (lasts_ms, lasts_ms)
