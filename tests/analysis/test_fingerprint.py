"""Copies of a recording are known again; other music, however alike, is not taken for it."""

import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.analysis.decode import decode, excerpt
from player_rec.analysis.fingerprint import distance, fingerprint, same_recording
from tests.analysis.audio import write_audio

RATE = 16_000
LENGTH = 3 * RATE
MUSIC = Path(__file__).parents[1] / "data" / "music"
PIECES = sorted(path.relative_to(MUSIC).as_posix() for path in MUSIC.rglob("*.opus"))
SOURCE_RATE = 48_000

Sound = NDArray[np.float32]


def printed(path: Path, rate: int = RATE, count: int = 10, seconds: float = 3.0) -> bytes:
    heard = excerpt(path, rate_hz=rate, count=count, samples=round(rate * seconds))
    return fingerprint(heard.windows, rate, heard.starts_ms)


def cut(sound: Sound, rate: int = RATE, count: int = 6, seconds: float = 3.0) -> bytes:
    """The fingerprint of windows around (i + ½) / count of the whole."""
    length = round(seconds * rate)
    starts = [round((i + 0.5) / count * len(sound) - length / 2) for i in range(count)]
    windows = np.stack([sound[at : at + length] for at in starts])
    return fingerprint(windows, rate, [1000 * at / rate for at in starts])


def remastered(sound: Sound) -> Sound:
    """More bass, more treble, the loud parts squeezed."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / SOURCE_RATE)
    spectrum *= 10 ** ((4 * np.exp(-((np.log2((hertz + 1) / 100)) ** 2)) + 4 * (hertz > 4_000)) / 20)
    lifted = np.fft.irfft(spectrum, len(sound))
    return np.asarray(0.8 * np.tanh(2.5 * lifted / np.abs(lifted).max()), np.float32)


COPIES: dict[str, Callable[[Sound], Sound]] = {
    "as it is": lambda sound: sound,
    "12 dB down": lambda sound: sound * np.float32(0.25),
    "upside down": lambda sound: -sound,
    "without its first 0.7 s": lambda sound: sound[round(0.7 * SOURCE_RATE) :],
    "after 1.3 s of silence": lambda sound: np.pad(sound, (round(1.3 * SOURCE_RATE), 0)),
    "without its last 2 s": lambda sound: sound[: -2 * SOURCE_RATE],
    "remastered": remastered,
}


@pytest.mark.parametrize("change", COPIES)
@pytest.mark.parametrize("name", [PIECES[0], PIECES[3], PIECES[-1]], ids=lambda name: Path(name).stem)
def test_a_copy_as_64_kbit_mp3_is_the_same_recording(name: str, change: str, tmp_path: Path) -> None:
    changed = COPIES[change](decode(MUSIC / name, SOURCE_RATE))
    copy = write_audio(tmp_path / "copy.mp3", changed[None], SOURCE_RATE, coding={"b": "64000"})
    one, other = printed(MUSIC / name), printed(copy)
    assert same_recording(one, other)
    assert distance(one, other) == pytest.approx(distance(other, one), abs=0.02)


def test_different_pieces_are_different_recordings() -> None:
    prints = [printed(MUSIC / name) for name in PIECES]
    found = [distance(one, other) for one, other in combinations(prints, 2)]
    assert min(found) > 0.35


def test_two_stretches_of_one_electronic_piece_are_different_recordings() -> None:
    sound = decode(MUSIC / "SoundHelix/Jukebox/02 The Energetic Rat.opus", RATE)
    stretches = [cut(sound[at : at + 10 * RATE], count=3) for at in range(0, 15 * RATE, 5 * RATE)]
    assert not any(same_recording(one, other) for one, other in combinations(stretches, 2))


@pytest.mark.parametrize("shift_s", np.linspace(-1.3, 1.3, 9))
def test_windows_may_lie_elsewhere(shift_s: float) -> None:
    sound = decode(MUSIC / PIECES[2], RATE)[: 24 * RATE]
    starts = np.arange(2, 20, 3) * RATE
    at = starts + round(shift_s * RATE)
    one = fingerprint(np.stack([sound[k : k + LENGTH] for k in starts]), RATE, starts / RATE * 1000)
    told = fingerprint(np.stack([sound[k : k + LENGTH] for k in at]), RATE, at / RATE * 1000)
    untold = fingerprint(np.stack([sound[k : k + LENGTH] for k in at]), RATE, starts / RATE * 1000)
    assert same_recording(one, told)
    assert same_recording(one, untold)


def test_every_window_must_agree_on_the_shift() -> None:
    sound = decode(MUSIC / PIECES[2], RATE)[: 24 * RATE]
    starts = np.arange(2, 20, 3) * RATE
    scattered = starts + (np.array([-1.2, 0.9, -0.3, 1.2, -0.8, 0.4]) * RATE).astype(int)
    one = fingerprint(np.stack([sound[k : k + LENGTH] for k in starts]), RATE, starts / RATE * 1000)
    other = fingerprint(np.stack([sound[k : k + LENGTH] for k in scattered]), RATE, starts / RATE * 1000)
    assert not same_recording(one, other)


@pytest.mark.parametrize(
    ("rate", "count", "seconds"), [(22_050, 8, 3.0), (8_000, 8, 3.0), (16_000, 8, 3.5), (16_000, 5, 5.0)]
)
def test_it_may_be_heard_through_other_windows(rate: int, count: int, seconds: float) -> None:
    one, other = printed(MUSIC / PIECES[1], count=8), printed(MUSIC / PIECES[1], rate, count, seconds)
    assert same_recording(one, other)


@pytest.mark.parametrize(("count", "seconds"), [(10, 3.0), (40, 3.0), (10, 30.0), (1, 60.0)])
def test_it_is_small(count: int, seconds: float) -> None:
    windows = np.random.default_rng(0).normal(0, 0.1, (count, round(seconds * 8_000))).astype(np.float32)
    print_ = fingerprint(windows, 8_000, np.arange(count) * 20_000)
    assert len(print_) <= 1_300
    assert same_recording(print_, print_)


def test_fingerprints_of_another_version_never_match() -> None:
    known = printed(MUSIC / PIECES[0])
    assert distance(known, b"\xff" + known[1:]) == 1.0
    assert distance(b"", known) == 1.0


@pytest.mark.parametrize("shape", [(10, LENGTH), (10, 1_000), (1, 0), (0, LENGTH)])
def test_silence_is_no_recording(shape: tuple[int, int]) -> None:
    silent = fingerprint(np.zeros(shape, np.float32), RATE, np.arange(shape[0]) * 20_000)
    assert not same_recording(silent, silent)


def test_silence_that_two_tracks_share_does_not_join_them() -> None:
    rng = np.random.default_rng(9)
    one, other = (np.zeros((10, LENGTH), np.float32) for _ in range(2))
    for windows in (one, other):
        windows[:3] = rng.normal(0, 0.1, (3, LENGTH))
    starts = np.arange(10) * 20_000
    assert not same_recording(fingerprint(one, RATE, starts), fingerprint(other, RATE, starts))


def test_a_comparison_takes_less_than_a_millisecond() -> None:
    windows = np.random.default_rng(0).normal(0, 0.1, (2, 10, LENGTH)).astype(np.float32)
    one, other = (fingerprint(part, RATE, np.arange(10) * 20_000) for part in windows)
    taken = []
    for _ in range(50):
        begun = time.process_time()
        distance(one, other)
        taken.append(time.process_time() - begun)
    assert min(taken) < 0.001
