"""Nothing is missing and nothing too much where song joins song, in what a sound server is given to play.

``tests.endurance.gapless`` measures the same for more formats and beside another player.
"""

from pathlib import Path

import numpy as np
import pytest

from player_rec.players.builtin.player import BuiltinPlayer
from tests.live.joins import cut, joins
from tests.live.sink import Sink

KINDS = [kind for kind in (".flac", ".opus", ".mp3", ".wav") for _ in range(3)]
LOSSLESS = (".flac.flac", ".wav.wav")
LEAST_DB = -25.0
"""How much a cut in a sound of noise may be heard as another noise: what MP3 makes of the ends of a file."""


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_song_joins_song_at_the_sink(rate_hz: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cut(tmp_path / "music", KINDS)
    sink = Sink(tmp_path / "pulse", rate_hz)
    for name, value in sink.environment.items():
        monkeypatch.setenv(name, value)
    player = BuiltinPlayer()
    try:
        with sink.recording() as recording:
            player.play_now(made.files)
            recording.until_silent(0.3, rate_hz)
        assert player.underruns == 0
        found = joins(recording.sound, made, rate_hz)
    finally:
        player.quit()
        sink.close()
    assert len(found) == len(KINDS) - 1
    assert len(np.trim_zeros(recording.sound)) == pytest.approx(len(made.sound(rate_hz)), abs=3), "no hole anywhere"
    assert np.abs([join.added for join in found]).max() < 0.01, found
    assert max(join.silent for join in found) <= 2, found
    assert max(join.off_db for join in found) < LEAST_DB, found
    exact = -100.0 if rate_hz == 44_100 else -40.0
    assert max(join.off_db for join in found if join.name in LOSSLESS) < exact, found
