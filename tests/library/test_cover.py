"""A cover is found wherever people and programs put it, and comes out as it was put in."""

import os
from base64 import b64encode
from pathlib import Path

import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3
from mutagen.oggvorbis import OggVorbis

from player_rec.domain.errors import UnreadableTrack
from player_rec.domain.track import Cover, CoverKind
from player_rec.library.cover import load_cover
from player_rec.library.tags import read_tags
from tests.library.tagged import LABELS, PNG, new, sound, write

JPEG = b"\xff\xd8\xff\xe0" + bytes(100)


def cover_of(path: Path) -> Cover | None:
    return read_tags(path, None).tags.cover


@pytest.mark.parametrize("suffix", sorted(LABELS))
def test_an_embedded_cover_is_found_and_loaded(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"x{suffix}")
    assert cover_of(path) is None
    LABELS[suffix](path)
    cover = cover_of(path)
    assert cover == Cover(CoverKind.EMBEDDED, path)
    assert load_cover(cover) == PNG


def id3_with(path: Path, *pictures: tuple[int, bytes], mime: str = "image/png") -> None:
    write(path)
    tags = new(ID3)()
    for place, (kind, data) in enumerate(pictures):
        tags.add(new(APIC)(encoding=0, mime=mime, type=kind, desc=str(place), data=data))
    tags.save(path)


def test_the_front_is_preferred_to_the_back(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    id3_with(path, (4, b"back"), (3, PNG), (0, b"other"))
    assert load_cover(Cover(CoverKind.EMBEDDED, path)) == PNG


def test_any_picture_is_better_than_none(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    id3_with(path, (0, PNG))
    assert load_cover(Cover(CoverKind.EMBEDDED, path)) == PNG


def test_an_address_or_an_empty_picture_is_no_cover(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    id3_with(path, (3, b"http://example.com/x.png"), mime="-->")
    assert cover_of(path) is None
    id3_with(path, (3, b""))
    assert cover_of(path) is None


def test_the_old_way_of_vorbis_comments_is_known(tmp_path: Path) -> None:
    path = write(tmp_path / "x.ogg")
    file = new(OggVorbis)(path)
    file.tags["COVERART"] = b64encode(PNG).decode("ascii")
    file.save()
    cover = cover_of(path)
    assert cover == Cover(CoverKind.EMBEDDED, path)
    assert load_cover(cover) == PNG


@pytest.mark.parametrize("name", ["cover.jpg", "Cover.JPG", "folder.jpeg", "FRONT.png", "album.webp", "Folder.jpg"])
def test_a_picture_in_the_folder_is_found_whatever_its_case(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.mp3")
    (tmp_path / name).write_bytes(JPEG)
    cover = cover_of(path)
    assert cover == Cover(CoverKind.FOLDER, tmp_path / name)
    assert load_cover(cover) == JPEG


@pytest.mark.parametrize("name", ["back.jpg", "cover.txt", "cover", "coverage.jpg", "my cover.jpg", "cover.gif"])
def test_other_files_are_no_covers(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "x.mp3")
    (tmp_path / name).write_bytes(JPEG)
    assert cover_of(path) is None


def test_the_embedded_cover_is_preferred_and_then_the_best_name(tmp_path: Path) -> None:
    path = write(tmp_path / "x.mp3")
    for name in ("album.jpg", "front.jpg", "folder.jpg", "cover.png"):
        (tmp_path / name).write_bytes(JPEG)
        assert cover_of(path) == Cover(CoverKind.FOLDER, tmp_path / name)
    id3_with(path, (3, PNG))
    assert cover_of(path) == Cover(CoverKind.EMBEDDED, path)


def test_a_disc_is_covered_by_its_album(tmp_path: Path) -> None:
    disc, plain = write(tmp_path / "Album" / "CD 2" / "x.mp3"), write(tmp_path / "Album" / "Bonus" / "x.mp3")
    (tmp_path / "Album" / "cover.jpg").write_bytes(JPEG)
    assert cover_of(disc) == Cover(CoverKind.FOLDER, tmp_path / "Album" / "cover.jpg")
    assert cover_of(plain) is None


def test_a_cover_that_is_put_there_later_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "x.mp3")
    os.utime(tmp_path, ns=(1, 1))
    assert cover_of(path) is None
    (tmp_path / "cover.jpg").write_bytes(JPEG)
    assert cover_of(path) == Cover(CoverKind.FOLDER, tmp_path / "cover.jpg")
    (tmp_path / "cover.jpg").unlink()
    os.utime(tmp_path, ns=(2, 2))
    assert cover_of(path) is None


def test_a_cover_that_is_gone_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "x.mp3")
    for kind, place in (
        (CoverKind.EMBEDDED, path),
        (CoverKind.EMBEDDED, tmp_path / "gone.mp3"),
        (CoverKind.FOLDER, tmp_path / "gone.jpg"),
    ):
        with pytest.raises(UnreadableTrack):
            load_cover(Cover(kind, place))


def test_a_picture_is_found_beside_damaged_comments(tmp_path: Path) -> None:
    path = write(tmp_path / "x.flac", sound(".flac"))
    file = new(FLAC)(path)
    picture = new(Picture)()
    picture.type, picture.mime, picture.data = 3, "image/png", PNG
    file.add_picture(picture)
    file.tags["METADATA_BLOCK_PICTURE"] = "no base64 !"
    file.save()
    cover = cover_of(path)
    assert cover is not None
    assert load_cover(cover) == PNG
