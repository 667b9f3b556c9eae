"""Write tags the way the world does: properly in every container, and wrongly in the ways that are met.

``write_label`` dispatches on the container name of ``tests.corpus.encode``; a style other than ``PROPER`` is only
meant for containers that hold ID3 tags or, for ``RIFF_INFO``, for WAV.
"""

# mypy: untyped-calls-exclude="mutagen"

import struct
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from mutagen import aiff, apev2, asf, flac, id3, mp4, oggopus, oggvorbis, wave
from mutagen.asf._attrs import ASFByteArrayAttribute

from player_rec.domain.track import Tags


class Style(StrEnum):
    """How tags are written."""

    PROPER = "proper"
    NONE = "none"
    ID3_V23 = "id3v2.3 in UTF-16"
    GBK = "gbk bytes in latin-1 id3 frames"
    UTF8_AS_LATIN1 = "utf-8 bytes in latin-1 id3 frames"
    ID3V1_GBK = "id3v1 only, in gbk"
    ID3V1_LATIN1 = "id3v1 only, in latin-1"
    RIFF_INFO = "riff info chunk"
    ID3_BEFORE_ADTS = "id3v2 before adts"


_WRONG_BYTES = {Style.GBK: "gbk", Style.UTF8_AS_LATIN1: "utf-8"}
_ID3V1_BYTES = {Style.ID3V1_GBK: "gbk", Style.ID3V1_LATIN1: "latin-1"}
_GAINS = ("replaygain_track_gain", "replaygain_track_peak", "replaygain_album_gain", "replaygain_album_peak")


def write_label(path: Path, container: str, tags: Tags, style: Style, cover: bytes | None) -> None:
    """Put tags and an optional JPEG cover into a file that has none."""
    if style is Style.NONE:
        return
    if style is Style.RIFF_INFO:
        append_riff_info(path, tags)
    elif style in _ID3V1_BYTES:
        with path.open("ab") as file:
            file.write(id3v1(tags, _ID3V1_BYTES[style]))
    elif style is Style.ID3_BEFORE_ADTS or container in {"id3", "wav", "aiff"}:
        write_id3(path, container, tags, style, cover)
    else:
        _WRITERS[container](path, tags, cover)


def plain(tags: Tags) -> Iterator[tuple[str, list[str]]]:
    """The fields that are there, under the names Vorbis comments have for them, numbers as text."""
    gain = tags.replay_gain
    values: dict[str, tuple[object, ...]] = {
        "title": (tags.title,),
        "artist": tags.artists,
        "album": (tags.album,),
        "albumartist": tags.album_artists,
        "compilation": ("1" if tags.compilation else "",),
        "tracknumber": (tags.track_number,),
        "discnumber": (tags.disc_number,),
        "date": (tags.year,),
        "genre": tags.genres,
    }
    peaks = (gain.track_db, gain.track_peak, gain.album_db, gain.album_peak)
    for name, value in zip(_GAINS, peaks, strict=True):
        if value is not None:
            values[name] = (f"{value:.2f} dB" if name.endswith("gain") else f"{value:.6f}",)
    for name, items in values.items():
        if texts := [str(item) for item in items if item]:
            yield name, texts


def id3v1(tags: Tags, encoding: str) -> bytes:
    """The 128 bytes of an ID3v1.1 tag in an encoding of the writer's country."""

    def fixed(text: str, size: int) -> bytes:
        return text.encode(encoding, "replace")[:size].ljust(size, b"\0")

    artist, year = ", ".join(tags.artists), str(tags.year or "")
    head = b"TAG" + fixed(tags.title, 30) + fixed(artist, 30) + fixed(tags.album, 30) + fixed(year, 4)
    return head + bytes(29) + bytes((tags.track_number or 0, 255))


def append_riff_info(path: Path, tags: Tags) -> None:
    """Add a ``LIST INFO`` chunk in UTF-8 and correct the size of the RIFF chunk."""
    names = {"title": b"INAM", "artist": b"IART", "album": b"IPRD", "tracknumber": b"ITRK", "date": b"ICRD"}
    body = b"INFO"
    for name, texts in plain(tags):
        if name in names:
            text = "; ".join(texts).encode() + b"\0"
            body += names[name] + struct.pack("<I", len(text)) + text + bytes(len(text) % 2)
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        file.write(bytes(size % 2) + b"LIST" + struct.pack("<I", len(body)) + body)
        end = file.tell()
        file.seek(4)
        file.write(struct.pack("<I", end - 8))


_CHUNKED: Mapping[str, Any] = {"wav": wave.WAVE, "aiff": aiff.AIFF}
_ID3_NAMES: Mapping[str, str] = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "albumartist": "TPE2",
    "compilation": "TCMP",
    "tracknumber": "TRCK",
    "discnumber": "TPOS",
    "date": "TDRC",
    "genre": "TCON",
}


def write_id3(path: Path, container: str, tags: Tags, style: Style, cover: bytes | None) -> None:
    """Write ID3v2 frames: v2.4 in UTF-8, v2.3 in UTF-16, or bytes of another encoding labelled Latin-1."""
    frames = new_id3(path, container)
    wrong = _WRONG_BYTES.get(style)
    encoding = id3.Encoding.UTF16 if style is Style.ID3_V23 else id3.Encoding.UTF8
    if wrong:
        encoding = id3.Encoding.LATIN1
    for name, texts in plain(tags):
        told = [text.encode(wrong).decode("latin-1") for text in texts] if wrong else texts
        if name in _ID3_NAMES:
            frames.add(id3.Frames[_ID3_NAMES[name]](encoding=encoding, text=told))
        else:
            frames.add(id3.TXXX(encoding=encoding, desc=name, text=told))
    if cover:
        frames.add(id3.APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=cover))
    if style in {Style.ID3_V23, Style.GBK, Style.UTF8_AS_LATIN1}:
        frames.update_to_v23()
        frames.save(path, v2_version=3)
    else:
        frames.save(path)


def new_id3(path: Path, container: str) -> id3.ID3:
    """An empty tag that knows where its container keeps it."""
    if container not in _CHUNKED:
        return id3.ID3()
    file = _CHUNKED[container](path)
    file.add_tags()
    frames: id3.ID3 = file.tags
    return frames


def picture(cover: bytes) -> flac.Picture:
    """A front cover as FLAC and Ogg hold it."""
    block = flac.Picture()
    block.type, block.mime, block.data = 3, "image/jpeg", cover
    return block


def write_flac(path: Path, tags: Tags, cover: bytes | None) -> None:
    """Vorbis comments and a picture block."""
    file = flac.FLAC(path)
    file.update(dict(plain(tags)))
    if cover:
        file.add_picture(picture(cover))
    file.save()


def write_vorbis(path: Path, tags: Tags, cover: bytes | None) -> None:
    """Vorbis comments; a cover travels as base64."""
    file = oggvorbis.OggVorbis(path)
    file.update(dict(plain(tags)))
    if cover:
        file["metadata_block_picture"] = [b64encode(picture(cover).write()).decode()]
    file.save()


def write_opus(path: Path, tags: Tags, cover: bytes | None) -> None:
    """As Vorbis, but gains are whole 256ths of a dB relative to -23 LUFS, 5 dB under ReplayGain (RFC 7845)."""
    file = oggopus.OggOpus(path)
    file.update({name: texts for name, texts in plain(tags) if name not in _GAINS})
    gain = tags.replay_gain
    for name, value_db in (("R128_TRACK_GAIN", gain.track_db), ("R128_ALBUM_GAIN", gain.album_db)):
        if value_db is not None:
            file[name] = [str(round((value_db - 5) * 256))]
    if cover:
        file["metadata_block_picture"] = [b64encode(picture(cover).write()).decode()]
    file.save()


def write_mp4(path: Path, tags: Tags, cover: bytes | None) -> None:
    """The atoms of iTunes, with freeform ones for ReplayGain."""
    names = {"title": "©nam", "artist": "©ART", "album": "©alb", "albumartist": "aART", "date": "©day", "genre": "©gen"}
    file = mp4.MP4(path)
    for name, texts in plain(tags):
        if name in names:
            file[names[name]] = texts
        elif name in _GAINS:
            file[f"----:com.apple.iTunes:{name}"] = [mp4.MP4FreeForm(text.encode()) for text in texts]
    if tags.track_number:
        file["trkn"] = [(tags.track_number, 0)]
    if tags.disc_number:
        file["disk"] = [(tags.disc_number, 0)]
    if tags.compilation:
        file["cpil"] = True
    if cover:
        file["covr"] = [mp4.MP4Cover(cover, mp4.MP4Cover.FORMAT_JPEG)]
    file.save()


def write_asf(path: Path, tags: Tags, cover: bytes | None) -> None:
    """The attributes of Windows Media."""
    names = {
        "title": "Title",
        "artist": "Author",
        "album": "WM/AlbumTitle",
        "albumartist": "WM/AlbumArtist",
        "compilation": "WM/IsCompilation",
        "tracknumber": "WM/TrackNumber",
        "discnumber": "WM/PartOfSet",
        "date": "WM/Year",
        "genre": "WM/Genre",
    }
    file = asf.ASF(path)
    for name, texts in plain(tags):
        file[names.get(name, name)] = texts
    if cover:
        head = struct.pack("<BI", 3, len(cover)) + "image/jpeg\0".encode("utf-16-le") + bytes(2)
        file["WM/Picture"] = [ASFByteArrayAttribute(head + cover)]
    file.save()


def write_ape(path: Path, tags: Tags, cover: bytes | None) -> None:
    """APEv2, as Monkey's Audio, WavPack and Musepack carry it."""
    names = {"albumartist": "Album Artist", "tracknumber": "Track", "discnumber": "Disc", "date": "Year"}
    items = apev2.APEv2()
    for name, texts in plain(tags):
        items[names.get(name, name.title() if name not in _GAINS else name)] = texts
    if cover:
        items["Cover Art (Front)"] = apev2.APEValue(b"cover.jpg\0" + cover, apev2.BINARY)
    items.save(path)


_WRITERS: Mapping[str, Callable[[Path, Tags, bytes | None], None]] = {
    "flac": write_flac,
    "vorbis": write_vorbis,
    "opus": write_opus,
    "mp4": write_mp4,
    "asf": write_asf,
    "ape": write_ape,
    "none": lambda path, tags, cover: None,
}
