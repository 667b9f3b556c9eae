"""Loudness agrees with the standard's own examples and with another implementation of it."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.filter import Graph

from player_rec.analysis.loudness import SILENCE_LUFS, block_energies, channel_weights, integrated_lufs
from tests.analysis.audio import LAYOUTS, Samples, music, sine

STEREO = (1.0, 1.0)


def lufs(sound: Samples, rate: int = 48_000, weights: tuple[float, ...] = STEREO) -> float:
    return integrated_lufs(block_energies(sound, rate, weights))


def sines(*parts: tuple[float, float], rate: int = 48_000) -> Samples:
    return np.concatenate([sine(seconds, 1000.0, dbfs, rate) for dbfs, seconds in parts], axis=1)


def ebur128(sound: Samples, rate: int) -> float:
    """Integrated loudness after FFmpeg's filter of that name."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format="fltp", layout=LAYOUTS[len(sound)], time_base=Fraction(1, rate))
    meter = graph.add("ebur128", "metadata=1:framelog=quiet")
    sink = graph.add("abuffersink")
    graph.link_nodes(source, meter, sink).configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), "fltp", LAYOUTS[len(sound)])
    frame.sample_rate, frame.pts = rate, 0
    graph.push(frame)
    graph.push(None)
    heard = ""
    while True:
        try:
            heard = graph.pull().metadata["lavfi.r128.I"]
        except EOFError:
            return float(heard)


@pytest.mark.parametrize("rate", [32_000, 44_100, 48_000, 96_000, 192_000])
def test_a_stereo_sine_of_1_khz_measures_its_level(rate: int) -> None:
    assert lufs(sine(5.0, 1000.0, -23.0, rate), rate) == pytest.approx(-23.0, abs=0.1)


def test_one_channel_is_three_decibels_less_than_two() -> None:
    one = lufs(sine(5.0, 1000.0, -23.0, channels=1), weights=(1.0,))
    assert one == pytest.approx(-26.0, abs=0.1)


# EBU Tech 3341, table 1, cases 1 to 5: level in dBFS and seconds of each part, and what a meter must show.
CASES = {
    "1": ([(-23.0, 20.0)], -23.0),
    "2": ([(-33.0, 20.0)], -33.0),
    "3": ([(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0),
    "4": ([(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)], -23.0),
    "5": ([(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)], -23.0),
}


@pytest.mark.parametrize("case", CASES)
def test_the_gates_work_as_the_standard_shows(case: str) -> None:
    parts, expected = CASES[case]
    assert lufs(sines(*parts)) == pytest.approx(expected, abs=0.1)


def test_surround_channels_weigh_more_and_the_low_frequency_channel_nothing() -> None:
    levels = {"FL": -28.0, "FR": -28.0, "FC": -24.0, "LFE": -10.0, "BL": -30.0, "BR": -30.0}
    sound = np.concatenate([sine(20.0, 1000.0, level, channels=1) for level in levels.values()])
    # EBU Tech 3341, case 6.
    assert lufs(sound, weights=channel_weights(tuple(levels))) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 2), (22_050, 1), (96_000, 2)])
def test_music_measures_as_in_another_implementation(rate: int, channels: int) -> None:
    sound = music(20.0, rate, channels, seed=rate)
    sound[:, : 5 * rate] *= 0.1
    sound[:, -3 * rate :] *= 0.01
    assert lufs(sound, rate, (1.0,) * channels) == pytest.approx(ebur128(sound, rate), abs=0.1)


def test_stretches_heard_apart_make_one_loudness() -> None:
    sound = music(30.0, 48_000)
    stretches = [sound[:, at * 48_000 : (at + 3) * 48_000] for at in range(0, 30, 3)]
    blocks = np.concatenate([block_energies(stretch, 48_000, STEREO) for stretch in stretches])
    assert integrated_lufs(blocks) == pytest.approx(lufs(sound), abs=0.2)


def test_silence_has_the_loudness_of_the_absolute_gate() -> None:
    assert lufs(np.zeros((2, 480_000), np.float32)) == SILENCE_LUFS
    assert lufs(sine(5.0, 1000.0, -90.0)) == SILENCE_LUFS
    assert integrated_lufs(np.zeros(0)) == SILENCE_LUFS


def test_a_moment_of_sound_is_measured_and_less_is_not() -> None:
    assert lufs(sine(0.15, 1000.0, -23.0)) == pytest.approx(-23.0, abs=0.1)
    assert block_energies(np.ones((2, 100), np.float32), 48_000, STEREO).size == 0


def test_a_constant_offset_is_not_heard() -> None:
    sound = sine(5.0, 1000.0, -23.0)
    assert lufs(sound + np.float32(0.3)) == pytest.approx(lufs(sound), abs=0.01)
