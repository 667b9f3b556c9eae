"""Between files and the names MPD has for them, and where MPD is to be found."""

from pathlib import Path

import pytest

from player_rec.players.mpd.address import Address, addresses
from player_rec.players.mpd.paths import MusicPaths, common_directory, guess_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A music directory with one song, and a link to another place with one more."""
    (tmp_path / "music" / "rock").mkdir(parents=True)
    (tmp_path / "music" / "rock" / "a.flac").touch()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.flac").touch()
    (tmp_path / "music" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(tmp_path / "music")
    return tmp_path / "music"


@pytest.mark.parametrize("anywhere", [False, True])
def test_a_file_in_the_music_directory_has_a_relative_name_however_it_is_reached(root: Path, anywhere: bool) -> None:
    for directory in (root, root.parent / "link"):
        paths = MusicPaths(directory, [], anywhere=anywhere)
        for way in (root, root.parent / "link"):
            assert paths.uri_of(way / "rock" / "a.flac") == "rock/a.flac"
        assert paths.uri_of(root.parent / "elsewhere" / "b.flac") == "more/b.flac"


def test_a_file_outside_has_a_name_only_where_mpd_takes_any(root: Path) -> None:
    outside = root.parent / "c.flac"
    assert MusicPaths(root, [], anywhere=False).uri_of(outside) is None
    assert MusicPaths(root, [], anywhere=True).uri_of(outside) == str(outside)
    assert MusicPaths(None, [], anywhere=False).uri_of(root / "rock" / "a.flac") is None


def test_songs_are_given_as_the_library_reaches_them(root: Path) -> None:
    link, elsewhere = root.parent / "link", root.parent / "elsewhere"
    paths = MusicPaths(root, [link, elsewhere], anywhere=False)
    assert paths.path_of("rock/a.flac") == link / "rock" / "a.flac"
    assert paths.path_of("more/b.flac") == elsewhere / "b.flac"
    assert paths.path_of(f"file://{elsewhere}/a%20b.flac") == elsewhere / "a b.flac"


def test_the_music_directory_is_the_folder_or_parent_under_which_the_songs_are(root: Path) -> None:
    assert guess_root(["rock/a.flac", "more/b.flac"], [root.parent / "elsewhere", root / "rock"]) == root
    assert guess_root(["rock/a.flac", "gone.flac"], [root]) is None, "half of them may be chance"
    assert guess_root(["http://radio", "/rock/a.flac"], [root]) is None
    assert guess_root([], [root]) is None


def test_the_directory_to_look_into_again_holds_all_files() -> None:
    assert common_directory(["a/b/c.flac", "a/b/d.flac"]) == "a/b"
    assert common_directory(["a/b/c.flac", "a/d.flac"]) == "a"
    assert common_directory(["a/b.flac", "c.flac"]) == ""


def test_an_address_that_was_set_goes_before_the_environment() -> None:
    environment = {"MPD_HOST": "pass@word.example", "MPD_PORT": "7700"}
    assert addresses("music", 6601, "", environment) == (Address("music", 6601),)
    assert addresses("", 6600, "", environment) == (Address("word.example", 7700, "pass"),)
    assert addresses("", 6600, "mine", {"MPD_HOST": "p@@abstract"}) == (Address("@abstract", 6600, "mine"),)
    assert addresses("@abstract", 6600, "", {})[0].local
    assert addresses("/run/a@b/socket", 6600, "", {}) == (Address("/run/a@b/socket"),)


def test_without_a_setting_the_usual_places_are_tried(tmp_path: Path) -> None:
    (tmp_path / "mpd").mkdir()
    (tmp_path / "mpd" / "socket").touch()
    tried = addresses("", 6600, "", {"XDG_RUNTIME_DIR": str(tmp_path), "MPD_PORT": "no number"})
    assert tried[0] == Address(str(tmp_path / "mpd" / "socket"))
    assert tried[-1] == Address("localhost", 6600)
    assert "secret" not in repr(Address("host", password="secret"))  # noqa: S106 - no real one
