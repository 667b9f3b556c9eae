"""Settings are read once; what is wrong in them is said, never guessed at."""

from pathlib import Path

import pytest

from player_rec.app.settings import Settings, read_settings
from player_rec.domain.errors import BadSettings


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == Settings()


def test_what_is_given_replaces_the_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("workers = 3\nanalyse_on_battery = true\nfile_limit_s = 20\n")
    assert read_settings(path) == Settings(workers=3, analyse_on_battery=True, file_limit_s=20.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wokers = 3", "unknown settings: wokers"),
        ("workers = 'many'", "workers = 'many' does not fit"),
        ("workers = true", "does not fit"),
        ("workers = 1.5", "does not fit"),
        ("workers = -1", "does not fit"),
        ("analyse_on_battery = 1", "does not fit"),
        ("workers = ", "settings.toml"),
        ("ahead = 3\nsteady = 4", "steady = 4 of ahead = 3 songs cannot be; at most 3 can stay"),
        ("steady = 6", "steady = 6 of ahead = 5"),
        ("ahead = 0", "1 to 100 would"),
        ("mpd_port = 70000", "1 to 65535 would"),
        ("poll_seconds = 0", "does not fit"),
        ("repeat_hours = nan", "does not fit"),
        ("file_limit_s = inf", "does not fit"),
        (f"repeat_hours = 1{'0' * 400}", "does not fit"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(BadSettings, match=said):
        read_settings(path)


def test_bytes_that_are_no_text_are_a_mistake_too(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"workers = 1 # caf\xe9")
    with pytest.raises(BadSettings):
        read_settings(path)


def test_of_one_song_ahead_no_more_than_one_can_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("ahead = 1")
    assert read_settings(path).steady == 1
    path.write_text("ahead = 4\nsteady = 4")
    assert read_settings(path).steady == 4
