"""The mel spectrogram is librosa's, for any model's numbers."""

from collections.abc import Callable
from dataclasses import replace

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from player_rec.analysis.mel import log_mel, mel_filters
from player_rec.domain.sound import ModelSpec

Sound = Callable[[int, float], NDArray[np.float32]]

WIDE = ModelSpec(
    name="any",
    version="1",
    licence="CC0-1.0",
    sample_rate_hz=16_000,
    fft=512,
    hop=256,
    mels=96,
    mel_low_hz=0,
    mel_high_hz=8_000,
    log_factor=10_000,
    patch_frames=187,
    windows=10,
    batch=1,
    pooling="mean",
    dimension=200,
)
SPECS = {
    "16 kHz": WIDE,
    "22.05 kHz": replace(WIDE, sample_rate_hz=22_050, fft=1024, hop=512, mels=128, mel_high_hz=11_025),
    "32 kHz": replace(WIDE, sample_rate_hz=32_000, fft=1024, hop=320, mels=128, mel_high_hz=15_000),
    "band": replace(WIDE, sample_rate_hz=44_100, fft=2048, hop=441, mels=64, mel_low_hz=30.5, mel_high_hz=16_000),
}


def tune(rate_hz: int, seconds: float) -> NDArray[np.float32]:
    """Plucked chords over a drum of filtered noise: partials that decay, attacks, and quiet between them."""
    rng = np.random.default_rng(7)
    time = np.arange(int(rate_hz * seconds)) / rate_hz
    beat = time % 0.5
    chord = 110 * 2 ** (rng.integers(0, 24, size=(int(seconds * 2) + 1, 3)) / 12)
    pitch = chord[(time / 0.5).astype(int)]
    partials = [np.sin(2 * np.pi * pitch * beat[:, None] * n) / n**2 for n in range(1, 9)]
    strings = np.sum(partials, axis=(0, 2)) * np.exp(-4 * beat)
    drum = rng.standard_normal(len(time)) * np.exp(-60 * beat)
    return np.asarray(0.2 * strings + 0.3 * drum, np.float32)


def noise(rate_hz: int, seconds: float) -> NDArray[np.float32]:
    return np.random.default_rng(3).uniform(-1, 1, int(rate_hz * seconds)).astype(np.float32)


def by_librosa(samples: NDArray[np.float32], spec: ModelSpec) -> NDArray[np.float64]:
    mel = librosa.feature.melspectrogram(
        y=samples.astype(np.float64),
        sr=spec.sample_rate_hz,
        n_fft=spec.fft,
        hop_length=spec.hop,
        n_mels=spec.mels,
        fmin=spec.mel_low_hz,
        fmax=spec.mel_high_hz,
        center=False,
    )
    return np.log10(1 + spec.log_factor * np.asarray(mel, np.float64).T)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
@pytest.mark.parametrize("sound", [tune, noise])
def test_values_are_those_of_librosa(spec: ModelSpec, sound: Sound) -> None:
    samples = sound(spec.sample_rate_hz, 9.3)
    np.testing.assert_allclose(log_mel(samples, spec), by_librosa(samples, spec), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("gain", [1e-4, 4])
def test_quiet_and_overdriven_sound_agree_too(gain: float) -> None:
    samples = np.float32(gain) * tune(WIDE.sample_rate_hz, 3)
    np.testing.assert_allclose(log_mel(samples, WIDE), by_librosa(samples, WIDE), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_filters_are_those_of_librosa(spec: ModelSpec) -> None:
    theirs = librosa.filters.mel(
        sr=spec.sample_rate_hz, n_fft=spec.fft, n_mels=spec.mels, fmin=spec.mel_low_hz, fmax=spec.mel_high_hz
    )
    np.testing.assert_allclose(mel_filters(spec).T, theirs, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_a_patch_of_samples_is_a_patch_of_frames(spec: ModelSpec) -> None:
    mel = log_mel(np.zeros(spec.patch_samples, np.float32), spec)
    assert mel.shape == (spec.patch_frames, spec.mels)
    assert mel.dtype == np.float32
    one_short = log_mel(np.zeros(spec.patch_samples - 1, np.float32), spec)
    assert len(one_short) == spec.patch_frames - 1


def test_windows_come_out_as_they_would_one_by_one() -> None:
    windows = tune(WIDE.sample_rate_hz, 10)[: 3 * WIDE.patch_samples].reshape(3, -1)
    together = log_mel(windows, WIDE)
    assert together.shape == (3, WIDE.patch_frames, WIDE.mels)
    for one, window in zip(together, windows, strict=True):
        np.testing.assert_array_equal(one, log_mel(window, WIDE))


def test_a_window_may_be_a_view_of_something_larger() -> None:
    samples = tune(WIDE.sample_rate_hz, 4)
    stereo = np.stack([samples, samples], axis=1)
    np.testing.assert_array_equal(log_mel(stereo[:, 1], WIDE), log_mel(samples, WIDE))


def test_silence_is_zero_and_too_little_sound_is_no_frame() -> None:
    assert not log_mel(np.zeros(WIDE.patch_samples, np.float32), WIDE).any()
    assert log_mel(np.zeros(WIDE.fft - 1, np.float32), WIDE).shape == (0, WIDE.mels)
    assert log_mel(np.zeros((2, 0), np.float32), WIDE).shape == (2, 0, WIDE.mels)


def test_samples_are_left_as_they_were() -> None:
    samples = tune(WIDE.sample_rate_hz, 1)
    before = samples.copy()
    log_mel(samples, WIDE)
    np.testing.assert_array_equal(samples, before)
    with pytest.raises(ValueError, match="read-only"):
        mel_filters(WIDE)[0, 0] = 1
