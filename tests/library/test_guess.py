"""A path is read as the person who named it would read it out."""

import os
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player_rec.library.guess import Guess, guess
from player_rec.library.text import clean

ROOT = Path("/music")


def read(path: str, artists: tuple[str, ...] = (), title: str = "") -> Guess:
    return guess(ROOT / path, ROOT, artists, title)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # artist and album as folders
        ("Pink Floyd/Animals/02 - Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/02. Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/02 Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/02-Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/02_Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/(02) Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/[02] Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/Track 02 - Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/12 Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals", track_number=12)),
        ("Pink Floyd/Animals/Dogs.flac", Guess("Dogs", "Pink Floyd", "Animals")),
        ("Pink Floyd/Animals/02.flac", Guess("02", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Animals/B1. Sheep.flac", Guess("Sheep", "Pink Floyd", "Animals")),
        ("Rock/British/Pink Floyd/Animals/02 Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Music/Albums/Pink Floyd/Animals/02 Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("A/ABBA/Arrival/02 Dancing Queen.mp3", Guess("Dancing Queen", "ABBA", "Arrival", track_number=2)),
        # years
        ("Pink Floyd/Animals (1977)/02 Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2, year=1977)),
        ("Pink Floyd/1977 - Animals/02 Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2, year=1977)),
        ("Pink Floyd/(1977) Animals/02 Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2, year=1977)),
        ("Pink Floyd/[1977-01-23] Animals [FLAC]/02 Dogs.mp3",
         Guess("Dogs", "Pink Floyd", "Animals", track_number=2, year=1977)),
        ("Van Halen/1984/01 1984.mp3", Guess("1984", "Van Halen", "1984", track_number=1, year=1984)),
        ("Taylor Swift/1989 (Deluxe)/06 Shake It Off.mp3",
         Guess("Shake It Off", "Taylor Swift", "1989 (Deluxe)", track_number=6)),
        ("J. Cole/2014 Forest Hills Drive/01 Intro.mp3",
         Guess("Intro", "J. Cole", "2014 Forest Hills Drive", track_number=1)),
        # artist and album in one folder
        ("Pink Floyd - Animals (1977)/02 - Dogs.mp3",
         Guess("Dogs", "Pink Floyd", "Animals", track_number=2, year=1977)),
        ("Pink Floyd - 1977 - Animals/02 - Dogs.mp3",
         Guess("Dogs", "Pink Floyd", "Animals", track_number=2, year=1977)),
        ("Pink Floyd - Animals [FLAC] [24bit]/02 - Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Rock/Pink Floyd - Animals/02 - Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Pink Floyd/Pink Floyd - Animals/02 - Dogs.mp3", Guess("Dogs", "Pink Floyd", "Animals", track_number=2)),
        ("Beatles/Anthology - Part 1/02 Yes.mp3", Guess("Yes", "Beatles", "Anthology - Part 1", track_number=2)),
        # one folder, which is either
        ("Nick Drake/River Man.mp3", Guess("River Man", "Nick Drake")),
        ("Five Leaves Left/03 River Man.mp3", Guess("River Man", "", "Five Leaves Left", track_number=3)),
        ("Downloads/River Man.mp3", Guess("River Man")),
        # discs
        ("Artist/Album/CD1/05 Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=1)),
        ("Artist/Album/Disc 2/05 Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        ("Artist/Album/CD 2 - Live/05 Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        ("Artist/Album/Disc Two/05 Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        ("Artist/Album (Disc 2)/05 Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        ("Artist/Album CD2/05 Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        ("Artist/Album/2-05 Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        ("Artist/Album/2.05 - Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        ("Artist/Album/205 - Song.mp3", Guess("Song", "Artist", "Album", track_number=5, disc_number=2)),
        # by many
        ("Various Artists/Hits/07 - Nena - 99 Luftballons.mp3",
         Guess("99 Luftballons", "Nena", "Hits", "Various Artists", 7)),
        ("VA - Hits (1984)/07. Nena - 99 Luftballons.mp3",
         Guess("99 Luftballons", "Nena", "Hits", "VA", 7, year=1984)),
        ("Soundtracks/Pulp Fiction/02 - Dick Dale - Misirlou.mp3",
         Guess("Misirlou", "Dick Dale", "Pulp Fiction", track_number=2)),
        # everything in the name
        ("Nick Drake - River Man.mp3", Guess("River Man", "Nick Drake")),
        ("Nick Drake – River Man.mp3", Guess("River Man", "Nick Drake")),
        ("Nick_Drake_-_River_Man.mp3", Guess("River Man", "Nick Drake")),
        ("Nick%20Drake%20-%20River%20Man.mp3", Guess("River Man", "Nick Drake")),
        ("03. Nick Drake - River Man.mp3", Guess("River Man", "Nick Drake", track_number=3)),
        ("03 - Nick Drake - River Man.mp3", Guess("River Man", "Nick Drake", track_number=3)),
        ("Nick Drake - 03 - River Man.mp3", Guess("River Man", "Nick Drake", track_number=3)),
        ("Nick Drake - Five Leaves Left - 03 - River Man.mp3",
         Guess("River Man", "Nick Drake", "Five Leaves Left", track_number=3)),
        ("Nick Drake - Five Leaves Left - 03 River Man.mp3",
         Guess("River Man", "Nick Drake", "Five Leaves Left", track_number=3)),
        ("Nick Drake - Five Leaves Left - River Man.mp3", Guess("River Man", "Nick Drake", "Five Leaves Left")),
        ("01-daft_punk-one_more_time.mp3", Guess("one more time", "daft punk", track_number=1)),
        ("01-daft_punk-one_more_time-fnt.mp3", Guess("one more time", "daft punk", track_number=1)),
        ("Nick Drake/River Man - Nick Drake.mp3", Guess("River Man", "Nick Drake")),
        ("Nick Drake/Five Leaves Left/03 - Nick Drake - River Man.mp3",
         Guess("River Man", "Nick Drake", "Five Leaves Left", track_number=3)),
        # what nobody named it for
        ("Nick Drake - River Man [320kbps].mp3", Guess("River Man", "Nick Drake")),
        ("Nick Drake - River Man (Official Video).mp3", Guess("River Man", "Nick Drake")),
        ("Nick Drake - River Man (Official Music Video) [HD].mp3", Guess("River Man", "Nick Drake")),
        ("Nick Drake - River Man (Lyrics) [dQw4w9WgXcQ].m4a", Guess("River Man", "Nick Drake")),
        ("Nick Drake - River Man-dQw4w9WgXcQ.m4a", Guess("River Man", "Nick Drake")),
        ("Nick Drake - River Man (1).mp3", Guess("River Man", "Nick Drake")),
        ("Nick Drake - River Man - Copy.mp3", Guess("River Man", "Nick Drake")),
        ("www.example.com - Nick Drake - River Man.mp3", Guess("River Man", "Nick Drake")),
        ("Nick Drake - River Man (Live) (2003 Remaster).mp3",
         Guess("River Man (Live) (2003 Remaster)", "Nick Drake")),
        # numbers that are names
        ("99 Luftballons.mp3", Guess("99 Luftballons")),
        ("Nena/Nena/99 Luftballons.mp3", Guess("99 Luftballons", "Nena", "Nena")),
        ("Youssou N'Dour/The Guide/7 Seconds.mp3", Guess("7 Seconds", "Youssou N'Dour", "The Guide")),
        ("50 Cent - In da Club.mp3", Guess("In da Club", "50 Cent")),
        ("311 - Down.mp3", Guess("Down", "311")),
        ("10cc - Donna.mp3", Guess("Donna", "10cc")),
        ("U2 - One.mp3", Guess("One", "U2")),
        ("Jay-Z - 99 Problems.mp3", Guess("99 Problems", "Jay-Z")),
        ("Logic/Everybody/1-800-273-8255.mp3", Guess("1-800-273-8255", "Logic", "Everybody")),
        ("Ciara/Goodies/1, 2 Step.mp3", Guess("1, 2 Step", "Ciara", "Goodies")),
        ("24-7.mp3", Guess("24-7")),
        # dashes that are names
        ("Beethoven/Symphonies/01 - Symphony No. 5 - Allegro.mp3",
         Guess("Symphony No. 5 - Allegro", "Beethoven", "Symphonies", track_number=1)),
        ("Nick Drake - River Man - Live.mp3", Guess("River Man - Live", "Nick Drake")),
        ("Nick Drake/Family Tree/River Man - Live.mp3", Guess("River Man - Live", "Nick Drake", "Family Tree")),
        ("Wings - Live and Let Die.mp3", Guess("Live and Let Die", "Wings")),
        # signs that no file name can hold
        ("AC_DC - Thunderstruck.mp3", Guess("Thunderstruck", "AC/DC")),
        ("Blink-182 - What's My Age Again_.mp3", Guess("What's My Age Again", "Blink-182")),
        ("!!!/Myth Takes/04 Heart of Hearts.mp3", Guess("Heart of Hearts", "!!!", "Myth Takes", track_number=4)),
        ("!!! - Heart of Hearts.mp3", Guess("Heart of Hearts", "!!!")),
        # nothing to go by
        ("Unknown Artist/Unknown Album/Track 03.mp3", Guess("Track 03", track_number=3)),
        ("song.mp3", Guess("song")),
        ("___.mp3", Guess("___")),
        # scripts
        ("Кино/Группа крови/01 - Группа крови.mp3", Guess("Группа крови", "Кино", "Группа крови", track_number=1)),
        ("宇多田ヒカル/First Love/04 First Love.mp3",
         Guess("First Love", "宇多田ヒカル", "First Love", track_number=4)),
    ],
)  # fmt: skip
def test_a_path_is_read(path: str, expected: Guess) -> None:
    assert read(path) == expected


@pytest.mark.parametrize(
    ("codec", "artist", "album", "title"),
    [
        ("latin-1", "Björk", "Début", "Human Behaviour à deux"),
        ("cp1251", "Кино", "Группа крови", "Закрой за мной дверь"),
        ("gbk", "邓丽君", "岛国之情歌第四集", "月亮代表我的心"),
        ("cp932", "大塚愛", "ラブジャム", "さくらんぼ"),
        ("cp949", "김광석", "다시 부르기", "사랑했지만"),
    ],
)
def test_names_that_are_not_utf_8_are_read(codec: str, artist: str, album: str, title: str) -> None:
    raw = f"{artist}/{album}/03 - {title}.mp3".encode(codec)
    assert read(os.fsdecode(raw)) == Guess(title, artist, album, track_number=3)


def test_outside_the_watched_folder_only_an_unmistakable_folder_is_believed() -> None:
    assert guess(Path("/home/anna/stuff/03 Song.mp3"), None) == Guess("Song", track_number=3)
    assert guess(Path("/home/anna/Artist - Album/03 Song.mp3"), ROOT) == Guess(
        "Song", "Artist", "Album", track_number=3
    )
    assert guess(Path("/song.mp3"), None) == Guess("song")


def test_what_the_tags_know_tells_artist_from_title() -> None:
    assert read("River Man - Nick Drake.mp3", artists=("Nick Drake",)).title == "River Man"
    assert read("Nick Drake/03 River Man.mp3", artists=("Nick Drake",)).album == ""
    assert read("AC_DC - Thunderstruck.mp3", artists=("AC/DC",)).title == "Thunderstruck"
    assert read("Somebody - Something.mp3", artists=("Nick Drake",)).title == "Somebody - Something"
    assert read("River Man - Nick Drake.mp3", title="River Man").artist == "Nick Drake"


def test_the_root_itself_says_nothing() -> None:
    root = Path("/media/Nick Drake - Five Leaves Left")
    assert guess(root / "03 River Man.mp3", root) == Guess("River Man", track_number=3)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=40).filter(lambda name: not {0, 47} & set(name)), min_size=1, max_size=5)
)
def test_no_name_is_too_strange(names: list[bytes]) -> None:
    for root in (ROOT, None):
        found = guess(ROOT.joinpath(*map(os.fsdecode, names)), root)
        assert found.title
        for text in (found.title, found.artist, found.album, found.album_artist):
            assert text == clean(text)
            assert not {"Cc", "Cs", "Co", "Zl", "Zp"} & set(map(category, text))
        assert all(
            number is None or 0 < number < 3000 for number in (found.track_number, found.disc_number, found.year)
        )


@settings(max_examples=200, deadline=None)
@given(st.text(" -_.()[]0123456789abcXY/feat", min_size=1, max_size=60).filter(lambda path: path.strip("/. ")))
def test_no_arrangement_of_dashes_and_numbers_is_too_strange(path: str) -> None:
    assert read(path).title


def test_a_very_long_name_is_read_at_once() -> None:
    assert len(read("/".join(["(" * 200 + "official " * 5] * 6) + ".mp3").title) <= 250
