"""Covers for the desktop: few, small, and each written once."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from player_rec.domain.track import Cover, CoverKind
from player_rec.gui.desktop.cover_files import CoverFiles
from tests.gui.pictures import png, put_cover

SONG = next((Path(__file__).parents[1] / "data" / "music").rglob("*.opus"))


@pytest.fixture
def files(tmp_path: Path, qapp: QApplication) -> CoverFiles:
    return CoverFiles(tmp_path / "cache" / "covers")


def embedded(song: Path, size: int, colour: str = "#336699") -> Cover:
    song.write_bytes(SONG.read_bytes())
    put_cover(song, "A title", size, colour)
    return Cover(CoverKind.EMBEDDED, song)


def test_songs_of_one_album_share_one_small_picture(files: CoverFiles, tmp_path: Path) -> None:
    first = files.of(embedded(tmp_path / "a.opus", 1400))
    second = files.of(embedded(tmp_path / "b.opus", 1400))
    assert first is not None
    assert first == second
    assert QImage(str(first)).size().toTuple() == (512, 256)
    assert first.read_bytes()[:3] == b"\xff\xd8\xff"
    small = files.of(embedded(tmp_path / "c.opus", 100))
    assert small is not None
    assert QImage(str(small)).size().toTuple() == (100, 50)


def test_old_pictures_go(files: CoverFiles, tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "covers"
    for number in range(70):
        made = files.of(embedded(tmp_path / "a.opus", 60, f"#0000{number:02x}"))
        assert made is not None
        assert made.exists()
        assert len(list(folder.iterdir())) <= 64


def test_a_picture_beside_the_song_is_left_where_it_is(files: CoverFiles, tmp_path: Path) -> None:
    (picture := tmp_path / "cover.png").write_bytes(png(900))
    assert files.of(Cover(CoverKind.FOLDER, picture)) == picture
    picture.unlink()
    assert files.of(Cover(CoverKind.FOLDER, picture)) is None


def test_what_is_no_picture_is_none(files: CoverFiles, tmp_path: Path) -> None:
    assert files.of(None) is None
    (song := tmp_path / "a.opus").write_bytes(SONG.read_bytes())
    assert files.of(Cover(CoverKind.EMBEDDED, song)) is None
    assert files.of(Cover(CoverKind.EMBEDDED, tmp_path / "gone.opus")) is None
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, qapp: QApplication) -> None:
    (taken := tmp_path / "taken").write_text("")
    assert CoverFiles(taken / "covers").of(embedded(tmp_path / "a.opus", 60)) is None
