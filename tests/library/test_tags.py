"""What a file's tags say is read whole, in every format, from every tagger, and a broken file says so in words."""

import errno
import os
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC
from mutagen.id3 import ID3, RVA2, TALB, TCON, TDRC, TIT2, TPE1, TPE2, TXXX
from mutagen.mp4 import MP4, MP4FreeForm
from mutagen.oggopus import OggOpus

from player_rec.domain.errors import UnreadableTrack
from player_rec.domain.track import Cover, CoverKind, MusicBrainzIds, ReplayGain, Tags
from player_rec.library.blocks import tag_blocks
from player_rec.library.tags import TagReading, read_tags
from tests.library.tagged import (
    ARTIST_IDS,
    LABELS,
    RECORDING,
    RELEASE,
    RELEASE_TRACK,
    label_ape,
    label_id3,
    label_mp4,
    label_vorbis,
    new,
    sound,
    write,
)

LABEL = Tags(
    title="Þúsund þúfur",
    artists=("Björk", "Ólafur Arnalds"),
    album="Für Elise & more",
    album_artists=("Björk",),
    compilation=True,
    track_number=3,
    disc_number=2,
    year=1997,
    genres=("Ambient", "Folk"),
    replay_gain=ReplayGain(-6.5, 0.987654, 1.25, 1.012),
    musicbrainz=MusicBrainzIds(RECORDING, RELEASE, RELEASE_TRACK, ARTIST_IDS),
)


@pytest.mark.parametrize("suffix", sorted(LABELS))
def test_the_same_label_reads_the_same_in_every_format(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"file{suffix}")
    LABELS[suffix](path)
    before = path.read_bytes()
    assert read_tags(path, tmp_path) == TagReading(replace(LABEL, cover=Cover(CoverKind.EMBEDDED, path)))
    assert path.read_bytes() == before


def id3(path: Path, *frames: Any, version: int = 4) -> None:
    """Write ID3v2 frames, and nothing but them, on an MP3."""
    write(path, sound(".mp3"))
    tags = new(ID3)()
    for frame in frames:
        tags.add(frame)
    if version == 3:
        tags.update_to_v23()
    tags.save(path, v2_version=version, v23_sep=None)


def text(kind: Any, *texts: str, encoding: int = 3) -> Any:
    """A text frame of ID3."""
    return new(kind)(encoding=encoding, text=list(texts))


def free(name: str, *texts: str) -> Any:
    """A free text frame of ID3."""
    return new(TXXX)(encoding=3, desc=name, text=list(texts))


def flac(path: Path, **fields: str | list[str]) -> Tags:
    """Write Vorbis comments on a FLAC file and read them."""
    write(path, sound(".flac"))
    file = new(FLAC)(path)
    for name, value in fields.items():
        file.tags[name.replace("__", " ")] = value
    file.save()
    return read_tags(path, path.parent).tags


# what a file is, is seen by what is in it


@pytest.mark.parametrize(
    ("name", "really", "label"),
    [
        ("song.mp3", ".flac", lambda path: label_vorbis(path, FLAC)),
        ("song.flac", ".mp3", label_id3),
        ("song.aac", ".m4a", label_mp4),
        ("song.ogg", ".opus", lambda path: label_vorbis(path, OggOpus)),
        ("song.wma", ".mp3", label_ape),
        ("song", ".mp3", label_id3),
    ],
)
def test_an_extension_that_lies_is_not_believed(
    name: str, really: str, label: Callable[[Path], None], tmp_path: Path
) -> None:
    path = write(tmp_path / name, sound(really))
    label(path)
    assert read_tags(path, tmp_path).tags.title == LABEL.title


def test_flac_behind_an_id3_tag_is_still_flac(tmp_path: Path) -> None:
    path = write(tmp_path / "song.flac", sound(".flac"))
    file = new(FLAC)(path)
    file.tags["TITLE"] = "From the comments"
    file.save()
    tags = new(ID3)()
    tags.add(text(TIT2, "From ID3"))
    tags.add(text(TALB, "Only in ID3"))
    tags.save(path)
    reading = read_tags(path, tmp_path)
    assert (reading.tags.title, reading.tags.album) == ("From the comments", "Only in ID3")
    assert reading.remarks == ()


def test_an_mp3_may_have_ape_tags_only(tmp_path: Path) -> None:
    path = write(tmp_path / "song.mp3")
    label_ape(path)
    assert read_tags(path, tmp_path).tags.artists == LABEL.artists


def test_the_gain_that_mp3gain_writes_beside_id3_is_found(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    id3(path, text(TIT2, "Song"))
    tags = new(APEv2)()
    tags["REPLAYGAIN_TRACK_GAIN"] = "-3.5 dB"
    tags["Title"] = "Less trusted"
    tags.save(path)
    found = read_tags(path, tmp_path).tags
    assert (found.title, found.replay_gain.track_db) == ("Song", -3.5)


def id3v1(words: Sequence[bytes], year: bytes = b"", track: int = 0, genre: int = 255) -> bytes:
    """The 128 bytes of an ID3v1.1 tag, with title, artist and album as far as given."""
    title, artist, album = (*words, b"", b"", b"")[:3]
    return struct.pack("3s30s30s30s4s28sBBB", b"TAG", title, artist, album, year, b"", 0, track, genre)


def test_id3v1_alone_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "song.mp3", sound(".mp3") + id3v1([b"Title", b"Artist", b"Album"], b"1988", track=7, genre=17)
    )
    tags = read_tags(path, tmp_path).tags
    assert (tags.title, tags.artists, tags.album) == ("Title", ("Artist",), "Album")
    assert (tags.year, tags.track_number, tags.genres) == (1988, 7, ("Rock",))


def test_id3v2_2_is_read(tmp_path: Path) -> None:
    frames = b"".join(
        name + struct.pack(">I", len(body) + 1)[1:] + b"\0" + body
        for name, body in (
            (b"TT2", b"Old"),
            (b"TP1", b"Older"),
            (b"TYE", b"1996"),
            (b"TRK", b"4/9"),
            (b"TCO", b"(17)"),
            (b"TCP", b"1"),
        )
    )
    path = write(tmp_path / "x.mp3", b"ID3\2\0\0" + bytes([0, 0, 0, len(frames)]) + frames + sound(".mp3"))
    tags = read_tags(path, tmp_path).tags
    assert (tags.title, tags.artists, tags.year) == ("Old", ("Older",), 1996)
    assert (tags.track_number, tags.genres, tags.compilation) == (4, ("Rock",), True)


def test_a_wav_with_nothing_but_an_info_list_is_read(tmp_path: Path) -> None:
    items = b"".join(
        code + struct.pack("<I", len(raw)) + raw + bytes(len(raw) % 2)
        for code, raw in (
            (b"INAM", b"Caf\xe9 del Mar\0"),
            (b"IART", "Sigur Rós".encode() + b"\0"),
            (b"IPRD", b"An album\0"),
            (b"ICRD", b"1994-01-01\0"),
            (b"ITRK", b"5\0"),
        )
    )
    chunk = b"LIST" + struct.pack("<I", len(items) + 4) + b"INFO" + items
    wav = sound(".wav") + chunk
    path = write(tmp_path / "x.wav", wav[:4] + struct.pack("<I", len(wav) - 8) + wav[8:])
    tags = read_tags(path, tmp_path).tags
    assert (tags.title, tags.artists, tags.album) == ("Café del Mar", ("Sigur Rós",), "An album")
    assert (tags.year, tags.track_number) == (1994, 5)


# encodings, as they lie in files


@pytest.mark.parametrize(
    ("codec", "title", "artist", "album"),
    [
        ("cp1251", "Группа крови", "Кино", "Лучшее"),
        ("gbk", "月亮代表我的心", "邓丽君", "岛国之情歌第四集"),
        ("cp950", "月亮代表我的心", "鄧麗君", "島國之情歌第四集"),
        ("cp932", "さくらんぼ", "大塚愛", "ラブジャム"),
        ("cp949", "사랑했지만", "김광석", "다시 부르기"),
        ("utf-8", "Þúsund þúfur", "Björk", "Ágætis byrjun"),
    ],
)
@pytest.mark.parametrize("how", ["id3v1", "id3v2", "utf-16 of the wrong letters", "vorbis"])
def test_bytes_of_another_encoding_are_read_as_they_were_meant(
    codec: str, title: str, artist: str, album: str, how: str, tmp_path: Path
) -> None:
    raws = [word.encode(codec) for word in (title, artist, album)]
    path = tmp_path / "x.mp3"
    if how == "id3v1":
        write(path, sound(".mp3") + id3v1(raws))
    elif how == "vorbis":
        path = tmp_path / "x.flac"
        _misencoded_flac(path, dict(zip(("TITLE", "ARTIST", "ALBUM"), raws, strict=True)))
    else:
        wrong = [raw.decode("latin-1") for raw in raws]
        encoding = 0 if how == "id3v2" else 1
        id3(path, *(text(kind, word, encoding=encoding) for kind, word in zip((TIT2, TPE1, TALB), wrong, strict=True)))
    reading = read_tags(path, tmp_path)
    assert (reading.tags.title, reading.tags.artists, reading.tags.album) == (title, (artist,), album)
    assert reading.tags.guessed == frozenset()
    if how != "vorbis" or codec != "utf-8":
        assert reading.remarks == (f"its tags were written in {codec} but are not marked as such",)


def _misencoded_flac(path: Path, comments: dict[str, bytes]) -> None:
    """A FLAC file with comments in whatever bytes."""
    pairs = [name.encode() + b"=" + raw for name, raw in comments.items()]
    block = struct.pack("<I", 0) + struct.pack("<I", len(pairs))
    block += b"".join(struct.pack("<I", len(pair)) + pair for pair in pairs)
    data = sound(".flac")
    info = data[4:42]  # STREAMINFO comes first, always of this length
    head = bytes([info[0] & 0x7F]) + info[1:]
    path.write_bytes(b"fLaC" + head + b"\x84" + struct.pack(">I", len(block))[1:] + block + data[42:])


def test_western_text_is_left_alone_in_latin_1_frames(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    id3(path, text(TIT2, "Café", encoding=0), text(TPE1, "Motörhead", encoding=0), text(TALB, "Für Elise", encoding=0))
    reading = read_tags(path, tmp_path)
    assert (reading.tags.title, reading.tags.artists, reading.tags.album) == ("Café", ("Motörhead",), "Für Elise")
    assert reading.remarks == ()


def test_quotes_of_windows_survive_latin_1_frames(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    id3(path, text(TIT2, "Don\x92t \x93Stop\x94 \x96 Now", encoding=0), text(TPE1, "X", encoding=0))
    assert read_tags(path, tmp_path).tags.title == "Don’t “Stop” – Now"


# artists


@pytest.mark.parametrize(
    ("given", "artists"),
    [
        ("AC/DC", ("AC/DC",)),
        ("Simon & Garfunkel", ("Simon & Garfunkel",)),
        ("Earth, Wind & Fire", ("Earth, Wind & Fire",)),
        ("Tyler, The Creator", ("Tyler, The Creator",)),
        ("Little Feat", ("Little Feat",)),
        ("Little Feat Live", ("Little Feat Live",)),
        ("Daft Punk feat. Pharrell Williams", ("Daft Punk", "Pharrell Williams")),
        ("Jay-Z ft. Alicia Keys", ("Jay-Z", "Alicia Keys")),
        ("Gorillaz Featuring De La Soul & Gruff Rhys", ("Gorillaz", "De La Soul & Gruff Rhys")),
        ("Santana (feat. Rob Thomas)", ("Santana", "Rob Thomas")),
        ("Queen; David Bowie", ("Queen", "David Bowie")),
        ("Queen;David Bowie;queen", ("Queen", "David Bowie")),
        ("椎名林檎／宇多田ヒカル", ("椎名林檎", "宇多田ヒカル")),
        ("Brian Eno / David Byrne", ("Brian Eno", "David Byrne")),
        ("Brian Eno/David Byrne", ("Brian Eno/David Byrne",)),
        ("Simon &amp; Garfunkel", ("Simon & Garfunkel",)),
        ("Unknown Artist", ()),
        ("<unknown>", ()),
        ("[unknown]", ()),
        ("Various Artists", ()),
        ("\ufeff  \u200b", ()),
        ("ft. Nobody", ("ft. Nobody",)),
    ],
)
def test_artists_are_parted_only_where_they_are_parted(given: str, artists: tuple[str, ...], tmp_path: Path) -> None:
    assert flac(tmp_path / "x.flac", artist=given).artists == artists


def test_several_values_of_id3_are_several_artists(tmp_path: Path) -> None:
    for version in (3, 4):
        id3(tmp_path / "x.mp3", text(TPE1, "AC/DC", "Björk"), text(TIT2, "Song"), version=version)
        assert read_tags(tmp_path / "x.mp3", tmp_path).tags.artists == ("AC/DC", "Björk")


def test_a_list_of_artists_beats_the_line_for_show(tmp_path: Path) -> None:
    found = flac(tmp_path / "x.flac", artist="A with B & C", artists=["A", "B", "C"])
    assert found.artists == ("A", "B", "C")
    assert flac(tmp_path / "x.flac", artist="A feat. B", artists="A/B").artists == ("A", "B")
    id3(tmp_path / "x.mp3", text(TPE1, "A with B"), free("Artists", "A", "B"))
    assert read_tags(tmp_path / "x.mp3", tmp_path).tags.artists == ("A", "B")


@pytest.mark.parametrize(
    "fields",
    [
        {"compilation": "1"},
        {"albumartist": "Various Artists"},
        {"album__artist": "VA"},
        {"albumartist": "Verschiedene Interpreten"},
        {"artist": "Various"},
    ],
)
def test_a_compilation_is_known_by_its_flag_or_by_whose_it_is(fields: dict[str, str], tmp_path: Path) -> None:
    assert flac(tmp_path / "x.flac", **fields).compilation


def test_no_compilation_is_made_up(tmp_path: Path) -> None:
    assert not flac(tmp_path / "x.flac", compilation="0", albumartist="Vargas", artist="Various Blends").compilation


# numbers, years, genres


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("3", 3),
        ("03", 3),
        ("3/12", 3),
        ("3 of 12", 3),
        (" 3", 3),
        ("0", None),
        ("", None),
        ("A1", None),
        ("99999", None),
    ],
)
def test_a_place_in_a_row_is_read_in_any_form(given: str, number: int | None, tmp_path: Path) -> None:
    found = flac(tmp_path / "x.flac", tracknumber=given, discnumber=given)
    assert (found.track_number, found.disc_number) == (number, number)


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ("1997", 1997), ("1997-09-22", 1997), ("1997-09-22T12:30:00Z", 1997), ("22.09.1997", 1997), ("9/22/1997", 1997),
        ("19970922", 1997), ("September 1997", 1997), ("(P) 1997 Label", 1997), ("1997/2003", 1997), ("0000", None),
        ("0", None), ("97", None), ("19", None), ("123456", None), ("3005", None), ("unknown", None), ("", None),
    ],
)  # fmt: skip
def test_a_year_is_found_in_a_date_of_any_form(given: str, year: int | None, tmp_path: Path) -> None:
    assert flac(tmp_path / "x.flac", date=given).year == year


def test_the_year_of_the_first_release_comes_before_that_of_a_reissue(tmp_path: Path) -> None:
    assert flac(tmp_path / "x.flac", date="2011", originaldate="1977-01-23").year == 1977
    assert flac(tmp_path / "x.flac", date="2011", originalyear="1977").year == 1977


def test_a_date_of_id3_survives_though_it_is_in_no_form_of_id3(tmp_path: Path) -> None:
    id3(tmp_path / "x.mp3", text(TDRC, "22.09.1997"))
    assert read_tags(tmp_path / "x.mp3", tmp_path).tags.year == 1997


@pytest.mark.parametrize(
    ("given", "genres"),
    [
        (["Rock"], ("Rock",)),
        (["(17)"], ("Rock",)),
        (["17"], ("Rock",)),
        (["(17)Rock"], ("Rock",)),
        (["(4)Eurodisco"], ("Disco", "Eurodisco")),
        (["Rock; Pop; rock"], ("Rock", "Pop")),
        (["rock, indie, pop"], ("rock", "indie", "pop")),
        (["Folk, World, & Country"], ("Folk, World, & Country",)),
        (["Hip-Hop/Rap", "R&B"], ("Hip-Hop/Rap", "R&B")),
        (["Other"], ()),
        (["(255)"], ()),
    ],
)
def test_genres_are_named_one_by_one(given: list[str], genres: tuple[str, ...], tmp_path: Path) -> None:
    id3(tmp_path / "x.mp3", text(TCON, *given))
    assert read_tags(tmp_path / "x.mp3", tmp_path).tags.genres == genres


# ReplayGain


@pytest.mark.parametrize(
    ("name", "given", "gain_db"),
    [
        ("replaygain_track_gain", "-6.54 dB", -6.54),
        ("REPLAYGAIN_TRACK_GAIN", "+1.2 dB", 1.2),
        ("ReplayGain_Track_Gain", "-6,54 dB", -6.54),
        ("replaygain_track_gain", "\u22126.54dB", -6.54),
        ("replaygain_track_gain", "-6.54", -6.54),
        ("replaygain_track_gain", "0", 0.0),
        ("replaygain_track_gain", "-120 dB", None),
        ("replaygain_track_gain", "nan", None),
        ("replaygain_track_gain", "inf dB", None),
        ("replaygain_track_gain", "1e300", None),
        ("replaygain_track_gain", "loud", None),
        ("RG_RADIO", "-2.5 dB", -2.5),
    ],
)
def test_a_gain_is_read_in_every_spelling_and_an_absurd_one_dropped(
    name: str, given: str, gain_db: float | None, tmp_path: Path
) -> None:
    assert flac(tmp_path / "x.flac", **{name: given}).replay_gain.track_db == gain_db
    id3(tmp_path / "x.mp3", free(name, given))
    assert read_tags(tmp_path / "x.mp3", tmp_path).tags.replay_gain.track_db == gain_db


@pytest.mark.parametrize(("given", "peak"), [("0.5", 0.5), ("1.3", 1.3), ("0", None), ("32768", None), ("-1", None)])
def test_an_absurd_peak_is_dropped(given: str, peak: float | None, tmp_path: Path) -> None:
    assert flac(tmp_path / "x.flac", replaygain_track_peak=given).replay_gain.track_peak == peak


def test_volume_frames_of_id3_are_replay_gain_too(tmp_path: Path) -> None:
    id3(
        tmp_path / "x.mp3",
        new(RVA2)(desc="track", channel=1, gain=-4.5, peak=0.75),
        new(RVA2)(desc="ALBUM", channel=1, gain=2.0, peak=0.0),
        new(RVA2)(desc="somebody's taste", channel=1, gain=9.0, peak=0.1),
    )
    found = read_tags(tmp_path / "x.mp3", tmp_path).tags.replay_gain
    assert replace(found, track_peak=None) == ReplayGain(-4.5, None, 2.0, None)
    assert found.track_peak == pytest.approx(0.75)


def test_r128_gains_of_opus_are_turned_to_the_reference_of_replay_gain(tmp_path: Path) -> None:
    path = write(tmp_path / "x.opus")
    file = new(OggOpus)(path)
    file.tags["R128_TRACK_GAIN"] = "-2560"  # -10 dB towards -23 LUFS
    file.tags["R128_ALBUM_GAIN"] = "99999999"
    file.save()
    assert read_tags(path, tmp_path).tags.replay_gain == ReplayGain(track_db=-5.0)


# identifiers, placeholders, rubbish


def test_what_is_no_identifier_is_no_identifier(tmp_path: Path) -> None:
    found = flac(
        tmp_path / "x.flac",
        musicbrainz_trackid="n/a",
        musicbrainz_albumid=f"  {RELEASE.upper()} ",
        musicbrainz_artistid=f"{ARTIST_IDS[0]}/{ARTIST_IDS[1]}; {ARTIST_IDS[0]}",
    )
    assert found.musicbrainz == MusicBrainzIds(release=RELEASE, artists=ARTIST_IDS)


def test_mp4_free_text_of_any_case_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "x.m4a")
    file = new(MP4)(path)
    file.tags["----:com.apple.iTunes:REPLAYGAIN_TRACK_GAIN"] = [new(MP4FreeForm)(b"-7.1 dB")]
    file.tags["----:org.example:musicbrainz track id"] = [new(MP4FreeForm)(RECORDING.encode())]
    file.save()
    found = read_tags(path, tmp_path).tags
    assert (found.replay_gain.track_db, found.musicbrainz.recording) == (-7.1, RECORDING)


@pytest.mark.parametrize(
    "title", ["Track 01", "track01", "AudioTrack 07", "Titel 3", "<unknown>", "", "   ", "\x00\x01", "-"]
)
def test_a_title_that_says_nothing_is_read_off_the_path(title: str, tmp_path: Path) -> None:
    path = tmp_path / "Nina Simone" / "Pastel Blues" / "09 - Sinnerman.flac"
    path.parent.mkdir(parents=True)
    found = flac(path, title=title, artist="Unknown Artist", album="Unknown Album (1/2/2003 4:05:06 PM)")
    assert read_tags(path, tmp_path).tags == replace(
        found,
        title="Sinnerman",
        artists=("Nina Simone",),
        album="Pastel Blues",
        track_number=9,
        guessed=frozenset({"title", "artists", "album", "track_number"}),
    )


def test_only_what_is_missing_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "Somebody" / "2003 - Something" / "CD 2" / "04. Else.flac"
    path.parent.mkdir(parents=True)
    flac(path, title="Its title", artist="Its artist")
    found = read_tags(path, tmp_path).tags
    assert (found.title, found.artists, found.album) == ("Its title", ("Its artist",), "Something")
    assert (found.track_number, found.disc_number, found.year) == (4, 2, 2003)
    assert found.guessed == {"album", "track_number", "disc_number", "year"}


def test_the_artist_of_the_tags_tells_the_parts_of_the_name(tmp_path: Path) -> None:
    path = tmp_path / "River Man - Nick Drake.flac"
    flac(path, artist="Nick Drake")
    assert read_tags(path, tmp_path).tags.title == "River Man"
    flac(path, title="River Man")
    assert read_tags(path, tmp_path).tags.artists == ("Nick Drake",)


def test_text_is_made_clean(tmp_path: Path) -> None:
    found = flac(tmp_path / "x.flac", title="\ufeff A &amp;amp; B\x00\x07\r\n&#8211; e\u0301 \u202e", artist="X")
    assert found.title == "A & B – é"


def test_a_title_that_is_no_title_is_cut(tmp_path: Path) -> None:
    found = flac(
        tmp_path / "x.flac", title="la " * 100_000, artist=[f"Artist {n}" for n in range(500)], genre="a;" * 9999
    )
    assert len(found.title) <= 250
    assert found.title.endswith("…")
    assert len(found.artists) <= 16


# damage


def test_damaged_id3_leaves_the_old_tag_and_the_path(tmp_path: Path) -> None:
    broken = b"ID3\4\0\0\xff\xff\xff\xff" + bytes(64)
    path = write(tmp_path / "Artist - Name.mp3", broken + sound(".mp3") + id3v1([b"From ID3v1"]))
    reading = read_tags(path, tmp_path)
    assert (reading.tags.title, reading.tags.artists) == (
        "From ID3v1",
        ("Artist",),
    ) or reading.tags.title == "From ID3v1"
    assert reading.remarks == ("its ID3 tags are damaged",)


@pytest.mark.parametrize("suffix", sorted(LABELS))
def test_half_a_file_is_read_as_far_as_it_goes(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"Artist - Name{suffix}")
    LABELS[suffix](path)
    data = path.read_bytes()
    for share in (0.9, 0.5, 0.1, 0.02):
        path.write_bytes(data[: int(len(data) * share)])
        assert read_tags(path, tmp_path).tags.title in {"Name", LABEL.title}


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 4096, b"ID3", b"OggS", b"fLaC", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x20ftypM4A "]
)
def test_a_file_that_is_nothing_is_named_by_its_path(data: bytes, tmp_path: Path) -> None:
    path = write(tmp_path / "Artist - Name.mp3", data)
    assert read_tags(path, tmp_path).tags == Tags(
        title="Name", artists=("Artist",), guessed=frozenset({"title", "artists"})
    )


def test_what_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.mp3"
    os.mkfifo(fifo)
    for path in (tmp_path / "gone.mp3", tmp_path, fifo, tmp_path / "x\0.mp3"):
        with pytest.raises(UnreadableTrack):
            read_tags(path, tmp_path)


def test_a_drive_that_fails_is_no_damage() -> None:
    with pytest.raises(UnreadableTrack):
        read_tags(Path("/proc/self/mem"), None)  # a regular file, and its first bytes are an I/O error


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".m4a", ".ogg", ".wma", ".wav", ".ape"])
def test_a_drive_that_fails_halfway_is_no_damage(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"x{suffix}")
    LABELS[suffix](path)
    with pytest.raises(OSError, match="drive"):
        tag_blocks(FailingDrive(path.read_bytes()))


class FailingDrive(BytesIO):
    """A file of which only the first bytes can be read."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, or fail as a drive does."""
        if self.tell() + max(size or 0, 0) > 512:
            raise OSError(errno.EIO, "drive")
        return super().read(size)


def _texts(tags: Tags) -> list[str]:
    mb = tags.musicbrainz
    return [
        tags.title, *tags.artists, tags.album, *tags.album_artists, *tags.genres, mb.recording, mb.release, *mb.artists
    ]  # fmt: skip


def _is_clean(word: str) -> bool:
    return word == " ".join(word.split()) and not any(
        char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" for char in word
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.text(max_size=40), min_size=7, max_size=7), encoding=st.sampled_from([1, 3]))
def test_whatever_the_tags_say_comes_out_clean(values: list[str], encoding: int, tmp_path: Path) -> None:
    kinds = (TIT2, TPE1, TALB, TPE2, TCON)
    clean = [value.encode("utf-8", "replace").decode() for value in values]
    path = tmp_path / "x.mp3"
    id3(
        path,
        *(text(kind, value, encoding=encoding) for kind, value in zip(kinds, clean, strict=False)),
        free(*clean[5:]),
    )
    found = read_tags(path, tmp_path).tags
    assert all(map(_is_clean, _texts(found)))
    assert found.title


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.binary(min_size=1, max_size=30), min_size=3, max_size=3))
def test_whatever_bytes_old_tags_hold_come_out_clean(words: list[bytes], tmp_path: Path) -> None:
    path = write(tmp_path / "x.mp3", sound(".mp3") + id3v1(words))
    assert all(map(_is_clean, _texts(read_tags(path, tmp_path).tags)))


@pytest.mark.parametrize("suffix", sorted(LABELS))
def test_no_damage_raises(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"x{suffix}")
    LABELS[suffix](path)
    whole = path.read_bytes()
    ends = st.one_of(st.integers(0, min(2000, len(whole) - 1)), st.integers(max(0, len(whole) - 1200), len(whole) - 1))

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(ends, st.integers(0, 255)), min_size=1, max_size=12))
    def damaged(changes: list[tuple[int, int]]) -> None:
        data = bytearray(whole)
        for place, byte in changes:
            data[place] = byte
        path.write_bytes(data)
        assert all(map(_is_clean, _texts(read_tags(path, tmp_path).tags)))

    damaged()
