"""The identity of a sound outlives names and tags, and tells every other sound apart."""
# mypy: disable-error-code="no-untyped-call"

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from mutagen.aiff import AIFF
from mutagen.apev2 import APEBinaryValue, APEv2
from mutagen.asf import ASF
from mutagen.asf._attrs import ASFByteArrayAttribute
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, COMM, ID3, TIT2
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from player_rec.analysis.content import content_id
from player_rec.domain.errors import UnreadableTrack
from tests.analysis.audio import Samples, music, write_audio

RATE_HZ = 48_000
COVER = np.random.default_rng(8).bytes(700_000)
OGG = {".ogg": OggVorbis, ".opus": OggOpus, ".oga": OggFLAC}
CHUNKS = {".wav": WAVE, ".aiff": AIFF}
BARE = (".mp3", ".aac", ".ac3", ".wv", ".tta", ".flac")
FORMATS = (*BARE, *OGG, *CHUNKS, ".m4a", ".wma") + ((".mpc",) if shutil.which("mpcenc") else ())


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A song of 33 s, long enough for two of the set times, encoded when first asked for."""
    folder, made = tmp_path_factory.mktemp("songs"), dict[str, Path]()

    def of(suffix: str) -> Path:
        if suffix not in made:
            made[suffix] = write_audio(folder / f"song{suffix}", song(suffix, 33.0), RATE_HZ)
        return made[suffix]

    return of


def song(suffix: str, seconds: float, seed: int = 0) -> Samples:
    """Music in as few channels as the encoder takes, to be quick."""
    return music(seconds, RATE_HZ, 2 if suffix == ".ogg" else 1, seed)


def id3() -> ID3:
    tags = ID3()
    tags.add(TIT2(encoding=3, text="新しい題名"))
    tags.add(COMM(encoding=3, lang="eng", desc="", text="y" * 5000))
    tags.add(APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=COVER))
    return tags


def tag_around(path: Path) -> Iterator[str]:
    tags = id3()
    tags.save(path, v2_version=3)
    yield "ID3v2.3 with a cover"
    tags.save(path, v1=2)
    yield "ID3v2.4 and ID3v1"
    tags.delall("APIC")
    tags.save(path, v1=2, padding=lambda _: 0)
    yield "ID3 made smaller"
    ape = APEv2()
    ape["Title"], ape["Cover Art (Front)"] = "x" * 3000, APEBinaryValue(COVER)
    ape.save(path)
    yield "APEv2 before ID3v1"
    ID3(path).delete(path)
    yield "APEv2 alone"
    APEv2(path).delete(path)
    yield "no tag"


def tag_flac(path: Path) -> Iterator[str]:
    yield from tag_around(path)
    flac, picture = FLAC(path), Picture()
    picture.data = COVER
    flac["title"] = "a" * 100_000
    flac.add_picture(picture)
    flac.save()
    yield "comments and a picture"
    flac.clear_pictures()
    flac.save(padding=lambda _: 0)
    yield "no padding"
    flac.delete()
    yield "no comments"


def tag_ogg(path: Path) -> Iterator[str]:
    picture = Picture()
    picture.data = COVER
    ogg = OGG[path.suffix](path)
    ogg["title"] = "歌"
    ogg["metadata_block_picture"] = base64.b64encode(picture.write()).decode()
    ogg.save()
    yield "a picture over many pages"
    ogg = OGG[path.suffix](path)
    del ogg["metadata_block_picture"]
    ogg.save(padding=lambda _: 0)
    yield "one page again"
    ogg.delete()
    yield "no comments"


def tag_chunk(path: Path) -> Iterator[str]:
    file = CHUNKS[path.suffix](path)
    file.add_tags()
    tags = cast("ID3", file.tags)
    for frame in id3().values():
        tags.add(frame)
    file.save()
    yield "an ID3 chunk"
    file.delete()
    yield "none"


def tag_mp4(path: Path) -> Iterator[str]:
    mp4 = MP4(path)
    mp4["\xa9nam"], mp4["covr"] = "x" * 9000, [MP4Cover(COVER)]
    mp4.save()
    yield "atoms and a cover"
    del mp4["covr"]
    mp4.save(padding=lambda _: 0)
    yield "no padding"
    mp4.delete()
    yield "no atoms"


def tag_asf(path: Path) -> Iterator[str]:
    asf = ASF(path)
    asf["Title"] = "x" * 3000
    picture = b"\x03" + len(COVER).to_bytes(4, "little") + "image/jpeg\0\0".encode("utf-16-le") + COVER
    asf["WM/Picture"] = ASFByteArrayAttribute(picture)
    asf.save()
    yield "attributes and a picture"
    asf.delete()
    yield "no attributes"


def retagged(path: Path) -> Iterator[str]:
    """Tag a file in every way its format knows, one after another."""
    if path.suffix == ".flac":
        return tag_flac(path)
    if path.suffix in OGG:
        return tag_ogg(path)
    if path.suffix in CHUNKS:
        return tag_chunk(path)
    return {".m4a": tag_mp4, ".wma": tag_asf}.get(path.suffix, tag_around)(path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_new_tag_changes_nothing(encoded: Callable[[str], Path], tmp_path: Path, suffix: str) -> None:
    original = content_id(encoded(suffix))
    path = tmp_path / f"copy{suffix}"
    path.write_bytes(encoded(suffix).read_bytes())
    for how in retagged(path):
        assert content_id(path) == original, how


def test_a_new_name_changes_nothing(encoded: Callable[[str], Path], tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff 01 %d: \xe4.ogg")
    path.write_bytes(encoded(".ogg").read_bytes())
    assert content_id(path) == content_id(encoded(".ogg"))


def test_it_tells_codec_and_duration(encoded: Callable[[str], Path]) -> None:
    for suffix, codec in {".ogg": "vorbis", ".m4a": "aac", ".wav": "pcm_s16le", ".flac": "flac"}.items():
        found = content_id(encoded(suffix))
        assert found.codec == codec
        assert found.duration_ms == pytest.approx(33_000, abs=60)
        assert len(found.content) == 32


def test_formats_and_songs_differ(encoded: Callable[[str], Path], tmp_path: Path) -> None:
    found = [content_id(encoded(suffix)).content for suffix in FORMATS]
    found += [
        content_id(write_audio(tmp_path / f"b{suffix}", song(suffix, 33.0, seed=1), RATE_HZ)).content
        for suffix in (".flac", ".wv", ".wma")
    ]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".wma"])
def test_songs_that_begin_with_the_same_silence_differ(tmp_path: Path, suffix: str) -> None:
    found = []
    for seed in (1, 2):
        sound = song(suffix, 12.0, seed)
        sound[:, : 11 * RATE_HZ] = 0.0
        found.append(content_id(write_audio(tmp_path / f"{seed}{suffix}", sound, RATE_HZ)))
    assert found[0].content != found[1].content


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".wma"])
def test_two_edits_of_a_song_differ(tmp_path: Path, suffix: str) -> None:
    sound, at = song(suffix, 12.0), 10 * RATE_HZ
    edits = (
        sound,
        np.concatenate([sound[:, :at], sound[:, at:] * 0.2], axis=1),  # faded out earlier
        np.delete(sound, np.s_[at : at + RATE_HZ], axis=1),  # a bar left out
    )
    found = [content_id(write_audio(tmp_path / f"{i}{suffix}", edit, RATE_HZ)) for i, edit in enumerate(edits)]
    assert len({identity.content for identity in found}) == 3


@pytest.mark.parametrize("suffix", [s for s in FORMATS if s != ".m4a"])
def test_a_file_cut_short_differs_from_the_whole_and_from_another_cut(
    encoded: Callable[[str], Path], tmp_path: Path, suffix: str
) -> None:
    data = encoded(suffix).read_bytes()
    found = [content_id(encoded(suffix)).content]
    for hundredths in (98, 95, 60):
        path = tmp_path / f"{hundredths}{suffix}"
        path.write_bytes(data[: len(data) * hundredths // 100])
        found.append(content_id(path).content)
    assert len(set(found)) == 4


def test_an_mp4_cut_short_differs_from_the_whole(tmp_path: Path) -> None:
    whole = write_audio(tmp_path / "a.m4a", music(12.0, channels=1), 44_100, muxing={"movflags": "faststart"})
    cut = tmp_path / "b.m4a"
    for hundredths in (95, 50):
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * hundredths // 100])
        assert content_id(cut).content != content_id(whole).content


def test_what_is_silent_all_along_is_told_apart_by_its_rate_and_channels(tmp_path: Path) -> None:
    silence = np.zeros((1, 96_000), np.float32)
    kinds = [(silence, 48_000), (silence, 24_000), (np.zeros((2, 48_000), np.float32), 48_000)]
    found = [content_id(write_audio(tmp_path / f"{i}.wav", s, rate)) for i, (s, rate) in enumerate(kinds)]
    assert len({identity.content for identity in found}) == 3


def test_chained_recordings_are_identified_by_all_of_them(tmp_path: Path) -> None:
    one, two, three = (
        write_audio(tmp_path / f"{seed}.ogg", music(3.0, seed=seed), 44_100).read_bytes() for seed in range(3)
    )
    found = []
    for i, chain in enumerate([one + two, two + one, one + two + three, one]):
        path = tmp_path / f"chain {i}.ogg"
        path.write_bytes(chain)
        found.append(content_id(path).content)
    assert len(set(found)) == 4


def test_what_is_no_sound_has_no_identity(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128))
    with pytest.raises(UnreadableTrack):
        content_id(path)
