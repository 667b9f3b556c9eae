"""The player is told how loud songs are."""

from pathlib import Path

import pytest

from player_rec.app.levels import KnownLevels
from player_rec.app.places import places_in
from tests.cli.conftest import Library, scanned  # noqa: F401 - a fixture


def test_a_song_of_the_library_is_as_loud_as_it_was_measured(scanned: Library) -> None:  # noqa: F811 - a fixture
    song = next(scanned.music.rglob("*.opus"))
    levels = KnownLevels(places_in(scanned.kept))(song)
    assert levels.measured_lufs == pytest.approx(-18, abs=15)


def test_of_a_stranger_nothing_is_known(scanned: Library, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    assert KnownLevels(places_in(scanned.kept))(tmp_path / "stranger.mp3").measured_lufs is None
