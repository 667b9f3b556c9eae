"""How loud a file is played."""

import math

import numpy as np
import pytest

from player_rec.domain.track import ReplayGain
from player_rec.players.builtin.gain import GainMode, GainSettings, Levels, factor
from player_rec.players.builtin.ramp import Ramp, loudness_factor

TAGGED = Levels(ReplayGain(track_db=-6.0, track_peak=0.9, album_db=-3.0, album_peak=1.0), measured_lufs=-5.0)


def gain_db(levels: Levels, mode: GainMode = GainMode.TRACK, pre_amp_db: float = 0.0, *, careful: bool = True) -> float:
    return 20 * math.log10(factor(levels, GainSettings(mode, pre_amp_db, careful)))


def test_tags_go_before_what_was_measured() -> None:
    assert gain_db(TAGGED) == pytest.approx(-6)
    assert gain_db(TAGGED, GainMode.ALBUM) == pytest.approx(-3)
    assert gain_db(TAGGED, GainMode.OFF) == 0
    assert gain_db(Levels(measured_lufs=-8.0)) == pytest.approx(-10)
    assert gain_db(Levels()) == 0


def test_a_file_with_one_gain_has_it_for_both() -> None:
    assert gain_db(Levels(ReplayGain(album_db=-3.0))) == pytest.approx(-3)
    assert gain_db(Levels(ReplayGain(track_db=-6.0)), GainMode.ALBUM) == pytest.approx(-6)


def test_no_gain_makes_a_peak_clip_unless_asked_for() -> None:
    soft = Levels(ReplayGain(track_db=9.0, track_peak=0.5))
    assert gain_db(soft) == pytest.approx(20 * math.log10(2))
    assert gain_db(soft, careful=False) == pytest.approx(9)
    assert gain_db(Levels(measured_lufs=-30.0)) == 0, "nobody knows its peak"
    assert gain_db(TAGGED, pre_amp_db=4.0) == pytest.approx(-2)


def test_an_absurd_tag_hurts_nobody() -> None:
    assert gain_db(Levels(ReplayGain(track_db=500.0)), careful=False) == pytest.approx(24)
    assert gain_db(Levels(ReplayGain(track_db=-500.0))) == pytest.approx(-24)


def test_half_a_volume_is_an_eighth_of_the_amplitude() -> None:
    assert [loudness_factor(volume) for volume in (-1, 0, 0.5, 1, 2)] == [0, 0, 0.125, 1, 1]


def test_a_ramp_arrives_exactly_and_never_jumps() -> None:
    ramp = Ramp(0.0)
    ramp.go(1.0, 1000)
    pieces = [np.broadcast_to(ramp.over(count), (count, 1)) for count in (1, 300, 0, 698, 1, 50)]
    line = np.concatenate(pieces)[:, 0]
    assert np.abs(np.diff(line)).max() < 0.0011
    assert (ramp.level, ramp.left, line[-1]) == (1.0, 0, 1.0)
    assert line[998] < 1.0
