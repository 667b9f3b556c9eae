"""Windows reached by seeking hold what the whole song holds there, in every format and in broken files."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from player_rec.analysis.decode import Excerpt, decode, excerpt
from player_rec.analysis.frames import Samples
from player_rec.analysis.loudness import SILENCE_LUFS, integrated_lufs
from player_rec.domain.errors import UnreadableTrack
from tests.analysis.audio import LAYOUTS, music, sine, write_audio

RATE_HZ = 16_000
SONG_HZ = 44_100
SONG_S = 16.0
VARIABLE = {"flags": "+qscale", "global_quality": str(2 * 118)}
HEADERLESS = {"write_xing": "0", "id3v2_version": "0"}


class Format(NamedTuple):
    """How to write a file: the arguments of ``write_audio``."""

    suffix: str
    codec: str = ""
    muxing: dict[str, str] | None = None
    coding: dict[str, str] | None = None
    rate_hz: int = SONG_HZ


FORMATS = {
    "mp3": Format(".mp3"),
    "mp3 variable": Format(".mp3", coding=VARIABLE),
    "mp3 variable without header": Format(".mp3", muxing=HEADERLESS, coding=VARIABLE),
    "aac in mp4": Format(".m4a"),
    "aac in mp4, index in front": Format(".m4a", muxing={"movflags": "faststart"}),
    "aac in mp4 fragments": Format(".m4a", muxing={"movflags": "frag_keyframe+empty_moov"}),
    "aac alone": Format(".aac"),
    "alac": Format(".m4a", "alac"),
    "alac in caf": Format(".caf"),
    "flac": Format(".flac"),
    "flac in ogg": Format(".oga"),
    "flac in matroska": Format(".mka"),
    "vorbis": Format(".ogg"),
    "opus": Format(".opus", rate_hz=48_000),
    "wma": Format(".wma"),
    "wav": Format(".wav"),
    "wav of floats": Format(".wav", "pcm_f32le"),
    "wav of bytes": Format(".wav", "pcm_u8"),
    "wav of 24 bits": Format(".wav", "pcm_s24le"),
    "aiff": Format(".aiff"),
    "au": Format(".au"),
    "wavpack": Format(".wv"),
    "true audio": Format(".tta"),
    "ac3": Format(".ac3"),
}
WHOLE = {"flac in ogg": ("decoded whole: its time stamps are not exact",)}
if shutil.which("mpcenc"):
    FORMATS["musepack"] = Format(".mpc")


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The song in a format, encoded when first asked for."""
    folder, made = tmp_path_factory.mktemp("songs"), dict[str, Path]()

    def song(name: str) -> Path:
        if name not in made:
            suffix, codec, muxing, coding, rate = FORMATS[name]
            path = folder / f"{name}{suffix}"
            made[name] = write_audio(path, music(SONG_S, rate), rate, codec, muxing=muxing, coding=coding)
        return made[name]

    return song


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """The song as it was before any codec, mono at the rate of the windows."""
    return decode(write_audio(tmp_path_factory.mktemp("truth") / "a.wav", music(SONG_S), SONG_HZ), RATE_HZ)


def heard(path: Path, count: int = 4, samples: int = RATE_HZ) -> Excerpt:
    return excerpt(path, rate_hz=RATE_HZ, count=count, samples=samples)


def likeness(whole: Samples, window: Samples, start_ms: float, within_ms: int) -> float:
    """Best correlation of a window with the stretch of ``whole`` that begins near ``start_ms``.

    Read between samples too, off the parabola through the best and its neighbours.
    """
    start, reach = round(start_ms * RATE_HZ / 1000), within_ms * RATE_HZ // 1000 + 1
    first = max(0, start - reach)
    there = whole[first : start + reach + window.size]
    here = window[: max(0, there.size - 2 * reach)]
    size = 1 << (there.size + here.size).bit_length()
    lags = there.size - here.size + 1
    products = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(here, size)), size)
    sums = np.concatenate([[0.0], np.cumsum(there.astype(np.float64) ** 2)])
    energies = sums[here.size :] - sums[:lags]
    found = products[:lags] / np.sqrt(energies * np.sum(here.astype(np.float64) ** 2) + 1e-12)
    best = int(np.argmax(found[1:-1])) + 1
    before, at, after = found[best - 1 : best + 2]
    return float(at + (after - before) ** 2 / (8 * (2 * at - before - after) + 1e-12))


@pytest.mark.parametrize("name", FORMATS)
def test_windows_equal_the_same_stretch_of_the_whole(encoded: Callable[[str], Path], truth: Samples, name: str) -> None:
    path = encoded(name)
    whole, found = decode(path, RATE_HZ), heard(path)
    assert found.windows.shape == (4, RATE_HZ)
    assert found.windows.dtype == np.float32
    assert found.remarks == WHOLE.get(name, ())
    assert found.duration_ms == pytest.approx(whole.size / RATE_HZ * 1000, abs=60)
    assert found.duration_ms == pytest.approx(SONG_S * 1000, abs=120)
    for window, start_ms in zip(found.windows, found.starts_ms, strict=True):
        assert likeness(whole, window, start_ms, 30) > 0.99
        assert likeness(truth, window, start_ms, 60) > 0.9


@pytest.mark.parametrize("name", FORMATS)
def test_the_ends_are_the_ends(encoded: Callable[[str], Path], name: str) -> None:
    path = encoded(name)
    whole, found = decode(path, RATE_HZ), heard(path)
    assert found.head.size == pytest.approx(2.5 * RATE_HZ, abs=2)
    assert found.tail.size == pytest.approx(2.5 * RATE_HZ, abs=600)
    assert likeness(whole, found.head, 0, 2) > 0.99
    assert likeness(whole, found.tail, (whole.size - found.tail.size) / 16, 40) > 0.98


def test_a_seek_table_that_lies_does_not_mislead(encoded: Callable[[str], Path], tmp_path: Path) -> None:
    plain = encoded("flac").read_bytes()
    points = b"".join(
        (sample * SONG_HZ).to_bytes(8, "big") + (sample * 1000).to_bytes(8, "big") + (4096).to_bytes(2, "big")
        for sample in range(15)
    )
    table = b"\x03" + len(points).to_bytes(3, "big") + points
    path = tmp_path / "table.flac"
    path.write_bytes(plain[:42] + table + plain[42:])  # after the stream's own header
    np.testing.assert_array_equal(heard(path).windows, heard(encoded("flac")).windows)


def test_windows_are_centred_on_equal_parts(encoded: Callable[[str], Path]) -> None:
    assert heard(encoded("wav"), count=4).starts_ms == (1500, 5500, 9500, 13_500)


def test_where_a_seek_lands_leaves_no_mark_on_a_window(encoded: Callable[[str], Path]) -> None:
    path = encoded("mp3")
    whole = decode(path, RATE_HZ)
    found = heard(path, count=3)
    for window, start_ms in zip(found.windows, found.starts_ms, strict=True):
        start = start_ms * RATE_HZ // 1000
        np.testing.assert_allclose(window, whole[start : start + RATE_HZ], atol=2e-4)


def test_a_song_too_short_for_all_windows_gives_those_that_fit(tmp_path: Path) -> None:
    found = heard(write_audio(tmp_path / "short.wav", music(3.5), SONG_HZ), count=10)
    assert found.starts_ms == (83, 1250, 2416)


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".ogg", ".opus", ".m4a", ".flac"])
def test_a_sound_shorter_than_a_window_is_padded(tmp_path: Path, suffix: str) -> None:
    found = heard(write_audio(tmp_path / f"blip{suffix}", music(0.3, 48_000), 48_000))
    assert found.windows.shape == (1, RATE_HZ)
    assert found.duration_ms == pytest.approx(300, abs=60)
    assert np.abs(found.windows[0, :4000]).max() > 0.05
    assert np.abs(found.windows[0, 6000:]).max() == 0.0
    assert found.head.size == found.tail.size


def test_the_mean_of_the_channels_is_taken(tmp_path: Path) -> None:
    left = np.concatenate([sine(4.0, 440.0, -6.0, channels=1), np.zeros((1, 192_000), np.float32)])
    window = heard(write_audio(tmp_path / "left.wav", left, 48_000), count=1).windows[0]
    assert np.abs(window[1000:-1000]).max() == pytest.approx(10 ** (-6 / 20) / 2, rel=0.01)


@pytest.mark.parametrize("channels", LAYOUTS)
@pytest.mark.parametrize("rate", [8_000, 11_025, 48_000, 192_000])
def test_any_rate_and_number_of_channels_is_heard(tmp_path: Path, rate: int, channels: int) -> None:
    path = write_audio(tmp_path / "a.wav", sine(4.0, 1000.0, -6.0, rate, channels), rate)
    found = heard(path, count=2)
    assert (found.source_rate_hz, found.source_channels, found.codec) == (rate, channels, "pcm_s16le")
    spectrum = np.abs(np.fft.rfft(found.windows[0] * np.hanning(RATE_HZ)))
    assert np.argmax(spectrum) == 1000
    assert np.abs(found.windows[0, 500:-500]).max() == pytest.approx(10 ** (-6 / 20), rel=0.02)


@pytest.mark.parametrize("quiet_first", [True, False])
def test_a_variable_rate_without_a_header_does_not_mislead(tmp_path: Path, quiet_first: bool) -> None:
    song = music(SONG_S)
    half = song.shape[1] // 2
    song[:, :half] *= 0.001 if quiet_first else 1.0
    song[:, half:] *= 1.0 if quiet_first else 0.001
    path = write_audio(tmp_path / "a.mp3", song, SONG_HZ, muxing=HEADERLESS, coding=VARIABLE)
    found = heard(path)
    assert found.duration_ms == pytest.approx(SONG_S * 1000, abs=100)
    assert found.remarks == ()
    assert len(found.windows) == 4


@pytest.mark.parametrize("name", ["flac in matroska", "aac in mp4", "vorbis", "opus"])
def test_stamps_that_begin_late_do_not_mislead(tmp_path: Path, name: str) -> None:
    suffix, codec, muxing, coding, rate = FORMATS[name]
    path = write_audio(
        tmp_path / f"a{suffix}", music(12.0, rate), rate, codec, muxing=muxing, coding=coding, start_s=7.0
    )
    found, whole = heard(path, count=3), decode(path, RATE_HZ)
    assert found.duration_ms == pytest.approx(12_000, abs=60)
    for window, start_ms in zip(found.windows, found.starts_ms, strict=True):
        assert likeness(whole, window, start_ms, 30) > 0.99


@pytest.mark.parametrize("suffix", [".ogg", ".opus", ".oga"])
def test_recordings_chained_in_one_file_are_all_heard(tmp_path: Path, suffix: str) -> None:
    first = write_audio(tmp_path / f"1{suffix}", music(8.0, 48_000, seed=1), 48_000)
    second = write_audio(tmp_path / f"2{suffix}", music(12.0, 48_000, seed=2), 48_000)
    chain = tmp_path / f"chain{suffix}"
    chain.write_bytes(first.read_bytes() + second.read_bytes())
    found, whole = heard(chain, count=4), decode(chain, RATE_HZ)
    assert found.duration_ms == pytest.approx(20_000, abs=60)
    assert "decoded whole" in found.remarks[0]
    for window, start_ms in zip(found.windows, found.starts_ms, strict=True):
        assert likeness(whole, window, start_ms, 30) > 0.99


CUT = {"mp3": True, "mp3 variable": True, "flac": True, "wavpack": True, "au": True, "vorbis": False, "wav": False}


@pytest.mark.parametrize("name", [*CUT, "aac in mp4, index in front", "true audio", "wma", "aac alone"])
def test_a_file_cut_short_is_heard_as_far_as_it_goes(encoded: Callable[[str], Path], tmp_path: Path, name: str) -> None:
    whole = encoded(name)
    path = tmp_path / f"cut{whole.suffix}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 5])
    found, sound = heard(path), decode(path, RATE_HZ)
    assert found.duration_ms == pytest.approx(sound.size / 16, abs=60)
    assert found.duration_ms < 10_000
    assert found.starts_ms[-1] + 1000 <= found.duration_ms
    for window, start_ms in zip(found.windows, found.starts_ms, strict=True):
        assert likeness(sound, window, start_ms, 30) > 0.99
    if CUT.get(name, False):
        assert found.remarks[0].startswith("cut short: the header promises 0:16, the sound ends at 0:")


@pytest.mark.parametrize("name", ["mp3", "flac", "vorbis", "opus", "wavpack", "wma"])
def test_a_file_still_filled_with_zeros_is_heard_as_far_as_it_goes(
    encoded: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    whole = encoded(name)
    size = whole.stat().st_size
    path = tmp_path / f"partial{whole.suffix}"
    path.write_bytes(whole.read_bytes()[: size // 2] + bytes(size - size // 2))
    found = heard(path)
    assert found.duration_ms < 11_000
    assert all(np.abs(window).max() > 0.01 for window in found.windows)


@pytest.mark.parametrize("name", ["mp3", "aac in mp4", "flac", "vorbis", "opus", "wavpack", "true audio", "wma"])
def test_garbage_in_the_middle_costs_no_more_than_the_middle(
    encoded: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    whole = encoded(name)
    data = bytearray(whole.read_bytes())
    middle, size = len(data) // 2, len(data) // 20
    data[middle : middle + size] = np.random.default_rng(5).bytes(size)
    path = tmp_path / f"scratched{whole.suffix}"
    path.write_bytes(data)
    sound, good = heard(path), heard(whole)
    assert len(sound.windows) >= 3
    assert np.isfinite(sound.windows).all()
    assert np.abs(sound.windows).max() <= 16.0
    at = sound.starts_ms[0]
    assert likeness(decode(whole, RATE_HZ), sound.windows[0], at, 30) > 0.99
    assert sound.codec == good.codec


@pytest.mark.parametrize("name", ["aac in mp4", "musepack"] if "musepack" in FORMATS else ["aac in mp4"])
def test_a_file_that_lost_its_index_is_unreadable(encoded: Callable[[str], Path], tmp_path: Path, name: str) -> None:
    whole = encoded(name)
    path = tmp_path / f"cut{whole.suffix}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    with pytest.raises(UnreadableTrack):
        heard(path)


def test_floats_beyond_all_measure_are_kept_finite(tmp_path: Path) -> None:
    song = music(4.0)
    song[:, 88_200:88_300] = np.nan
    song[:, 100_000:100_100] = 1e30
    found = heard(write_audio(tmp_path / "wild.wav", song, SONG_HZ, "pcm_f32le"), count=1, samples=3 * RATE_HZ)
    assert np.isfinite(found.windows).all()
    assert np.isfinite(found.blocks).all()


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".m4a", ".wma", ".wav"])
def test_noise_is_no_song(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(np.random.default_rng(3).bytes(200_000))
    with pytest.raises(UnreadableTrack):
        heard(path)


def test_a_header_without_sound_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.write_bytes(write_audio(tmp_path / "a.wav", music(0.1), SONG_HZ).read_bytes()[:44])
    with pytest.raises(UnreadableTrack, match=r"no sound|damaged"):
        heard(path)


def test_the_loudness_of_the_windows_is_that_of_the_song(encoded: Callable[[str], Path]) -> None:
    windows = integrated_lufs(heard(encoded("flac"), count=4, samples=3 * RATE_HZ).blocks)
    whole = integrated_lufs(heard(encoded("flac"), count=1, samples=16 * RATE_HZ).blocks)
    assert windows == pytest.approx(whole, abs=0.5)


def test_silence_has_no_loudness_and_no_remark(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "silence.flac", np.zeros((2, 10 * SONG_HZ), np.float32), SONG_HZ)
    found = heard(path)
    assert integrated_lufs(found.blocks) == SILENCE_LUFS
    assert found.remarks == ()
