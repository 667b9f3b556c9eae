"""Tiny sound files of every format, and one label written on each in the way that format is labelled."""

import struct
import tempfile
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from mutagen.aiff import AIFF
from mutagen.apev2 import APEBinaryValue, APEv2
from mutagen.asf import ASF
from mutagen.asf._attrs import ASFByteArrayAttribute
from mutagen.dsdiff import DSDIFF
from mutagen.dsf import DSF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TALB, TCMP, TCON, TDOR, TDRC, TIT2, TPE1, TPE2, TPOS, TRCK, TXXX, UFID
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.ogg import OggPage
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggspeex import OggSpeex
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

RATE_HZ = 48_000

CODED = {
    ".mp3": ("mp3", "libmp3lame"),
    ".aac": ("adts", "aac"),
    ".m4a": ("ipod", "aac"),
    ".mp4": ("ipod", "alac"),
    ".flac": ("flac", "flac"),
    ".ogg": ("ogg", "vorbis"),
    ".oga": ("ogg", "flac"),
    ".opus": ("ogg", "libopus"),
    ".wma": ("asf", "wmav2"),
    ".wav": ("wav", "pcm_s16le"),
    ".aiff": ("aiff", "pcm_s16be"),
    ".tta": ("tta", "tta"),
    ".wv": ("wv", "wavpack"),
}
"""Formats that there is an encoder for: container and codec, by extension."""

RECORDING = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
RELEASE = "1e0eee38-a9f6-49bf-84d0-45d0647799af"
RELEASE_TRACK = "0a7bd1b8-2ee2-3d6c-b21b-95cf03a2eb17"
ARTIST_IDS = ("5a6a5dd3-b6a4-4d6b-8b4f-3c5a8a3f0f5a", "a74b1b7f-71a5-4011-9441-d0b5e4122711")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def new(kind: Any) -> Callable[..., Any]:
    """A class of mutagen's without its types, which say nothing of what is done to it here."""
    made: Callable[..., Any] = kind
    return made


@cache
def sound(suffix: str) -> bytes:
    """A fifth of a second of a tone, as a file of the format that goes by an extension."""
    container, codec = CODED[suffix]
    tone = (0.2 * np.sin(np.arange(RATE_HZ // 5) * 0.05)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"tone{suffix}"
        with av.open(path, "w", format=container) as out:
            stream = out.add_stream(codec, rate=RATE_HZ, layout="stereo", options={"strict": "-2"})
            assert isinstance(stream, av.AudioStream)
            stream.bit_rate = 128_000
            for packet in (*stream.encode(frame), *stream.encode(None)):
                out.mux(packet)
        return path.read_bytes()


def shell(suffix: str) -> bytes:
    """As much of a file as its tags need, in the formats nobody offers an encoder for."""
    if suffix == ".spx":
        return _speex()
    if suffix == ".dsf":
        fmt = b"fmt " + struct.pack("<QIIIIIIQII", 52, 1, 0, 2, 2, 2_822_400, 1, 32_768, 4096, 0)
        data = b"data" + struct.pack("<Q", 12 + 8192) + bytes(8192)
        return b"DSD " + struct.pack("<QQQ", 28, 28 + len(fmt) + len(data), 0) + fmt + data
    if suffix == ".dff":
        prop = b"SND " + _iff(b"FS  ", struct.pack(">L", 2_822_400)) + _iff(b"CHNL", struct.pack(">H", 2) + b"SLFTSRGT")
        prop += _iff(b"CMPR", b"DSD \x0enot compressed\x00")
        body = b"DSD " + _iff(b"FVER", b"\1\5\0\0") + _iff(b"PROP", prop) + _iff(b"DSD ", bytes(4096))
        return b"FRM8" + struct.pack(">Q", len(body)) + body
    mark = {".ape": b"MAC \x96\x0f", ".mpc": b"MPCKSH", ".ofr": b"OFR \x0c", ".tak": b"tBaK"}[suffix]
    return mark + bytes(2048)


def _iff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">Q", len(data)) + data + bytes(len(data) % 2)


def _speex() -> bytes:
    head = b"Speex   1.2".ljust(28, b"\0") + struct.pack("<13i", 1, 80, 16_000, 1, 4, 1, -1, 320, 0, 1, 0, 0, 0)
    pages = []
    for sequence, packet in enumerate((head, struct.pack("<II", 0, 0), bytes(64))):
        page = new(OggPage)()
        page.packets, page.serial, page.sequence, page.position = [packet], 7, sequence, 320 * (sequence == 2)
        page.first, page.last = sequence == 0, sequence == 2
        pages.append(page.write())
    return b"".join(pages)


def write(path: Path, data: bytes | None = None) -> Path:
    """Put a sound at a path, that of the path's extension unless told otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if data is None:
        data = sound(path.suffix) if path.suffix in CODED else shell(path.suffix)
    path.write_bytes(data)
    return path


FREE = {
    "replaygain_track_gain": "-6.50 dB",
    "replaygain_track_peak": "0.987654",
    "replaygain_album_gain": "+1.25 dB",
    "replaygain_album_peak": "1.012",
}
VORBIS = {
    "title": ["Þúsund þúfur"],
    "artist": ["Björk", "Ólafur Arnalds"],
    "album": ["Für Elise & more"],
    "albumartist": ["Björk"],
    "tracknumber": ["3"],
    "tracktotal": ["12"],
    "discnumber": ["2"],
    "date": ["2011-05-17"],
    "originaldate": ["1997-09-22"],
    "genre": ["Ambient", "Folk"],
    "compilation": ["1"],
    "musicbrainz_trackid": [RECORDING],
    "musicbrainz_albumid": [RELEASE],
    "musicbrainz_releasetrackid": [RELEASE_TRACK],
    "musicbrainz_artistid": list(ARTIST_IDS),
    **{name: [text] for name, text in FREE.items()},
}


def label_id3(path: Path, container: Any = None) -> None:
    """Write the label as ID3v2.4, in front of the file or in the place its container has for it."""
    tags = new(ID3)()
    for kind, text in (
        (TIT2, VORBIS["title"]), (TPE1, VORBIS["artist"]), (TALB, VORBIS["album"]), (TPE2, VORBIS["albumartist"]),
        (TRCK, ["3/12"]), (TPOS, ["2/2"]), (TDRC, VORBIS["date"]), (TDOR, VORBIS["originaldate"]),
        (TCON, VORBIS["genre"]), (TCMP, ["1"]),
    ):  # fmt: skip
        tags.add(new(kind)(encoding=3, text=text))
    tags.add(new(UFID)(owner="http://musicbrainz.org", data=RECORDING.encode()))
    for name, texts in (
        ("MusicBrainz Album Id", [RELEASE]),
        ("MusicBrainz Release Track Id", [RELEASE_TRACK]),
        ("MusicBrainz Artist Id", list(ARTIST_IDS)),
        *((name.upper(), [text]) for name, text in FREE.items()),
    ):
        tags.add(new(TXXX)(encoding=3, desc=name, text=texts))
    tags.add(new(APIC)(encoding=0, mime="image/png", type=3, desc="", data=PNG))
    if container is None:
        tags.save(path)
        return
    file = new(container)(path)
    file.add_tags()
    file.tags.update(tags)
    file.save()


def label_vorbis(path: Path, container: Any) -> None:
    """Write the label as Vorbis comments."""
    file = new(container)(path)
    if file.tags is None:
        file.add_tags()
    for name, texts in VORBIS.items():
        file.tags[name.upper()] = texts
    picture = new(Picture)()
    picture.type, picture.mime, picture.data = 3, "image/png", PNG
    if container is FLAC:
        file.add_picture(picture)
    else:
        file.tags["METADATA_BLOCK_PICTURE"] = [b64encode(picture.write()).decode("ascii")]
    file.save()


def label_ape(path: Path) -> None:
    """Write the label as APEv2, at the end of the file."""
    names = {"albumartist": "Album Artist", "tracknumber": "Track", "discnumber": "Disc", "date": "Year"}
    tags = new(APEv2)()
    for name, texts in VORBIS.items():
        tags[names.get(name, name.title())] = texts
    tags["Track"] = "3/12"
    tags["Cover Art (Front)"] = new(APEBinaryValue)(b"cover.png\0" + PNG)
    tags.save(path)


def label_mp4(path: Path) -> None:
    """Write the label as iTunes and Picard do."""
    file = new(MP4)(path)
    if file.tags is None:
        file.add_tags()
    for key, name in (
        ("\xa9nam", "title"), ("\xa9ART", "artist"), ("\xa9alb", "album"), ("aART", "albumartist"), ("\xa9day", "date"),
        ("\xa9gen", "genre"),
    ):  # fmt: skip
        file.tags[key] = VORBIS[name]
    file.tags["trkn"], file.tags["disk"], file.tags["cpil"] = [(3, 12)], [(2, 2)], True
    for name, texts in (
        ("originaldate", VORBIS["originaldate"]),
        ("MusicBrainz Track Id", [RECORDING]),
        ("MusicBrainz Album Id", [RELEASE]),
        ("MusicBrainz Release Track Id", [RELEASE_TRACK]),
        ("MusicBrainz Artist Id", list(ARTIST_IDS)),
        *((name, [text]) for name, text in FREE.items()),
    ):
        file.tags[f"----:com.apple.iTunes:{name}"] = [new(MP4FreeForm)(text.encode()) for text in texts]
    file.tags["covr"] = [new(MP4Cover)(PNG, MP4Cover.FORMAT_PNG)]
    file.save()


def label_asf(path: Path) -> None:
    """Write the label as Windows Media Player and Picard do."""
    file = new(ASF)(path)
    for key, texts in (
        ("Title", VORBIS["title"]), ("Author", VORBIS["artist"]), ("WM/AlbumTitle", VORBIS["album"]),
        ("WM/AlbumArtist", VORBIS["albumartist"]), ("WM/TrackNumber", ["3"]), ("WM/PartOfSet", ["2/2"]),
        ("WM/Year", VORBIS["date"]), ("WM/OriginalReleaseYear", ["1997"]), ("WM/Genre", VORBIS["genre"]),
        ("WM/IsCompilation", ["1"]), ("MusicBrainz/Track Id", [RECORDING]), ("MusicBrainz/Album Id", [RELEASE]),
        ("MusicBrainz/Release Track Id", [RELEASE_TRACK]), ("MusicBrainz/Artist Id", list(ARTIST_IDS)),
        *((name, [text]) for name, text in FREE.items()),
    ):  # fmt: skip
        file.tags[key] = list(texts)
    picture = b"\3" + struct.pack("<I", len(PNG)) + "image/png\0".encode("utf-16-le") + "\0".encode("utf-16-le") + PNG
    file.tags["WM/Picture"] = [new(ASFByteArrayAttribute)(picture)]
    file.save()


LABELS: dict[str, Callable[[Path], None]] = {
    ".mp3": label_id3,
    ".aac": label_id3,
    ".tta": label_id3,
    ".aiff": lambda path: label_id3(path, AIFF),
    ".wav": lambda path: label_id3(path, WAVE),
    ".dsf": lambda path: label_id3(path, DSF),
    ".dff": lambda path: label_id3(path, DSDIFF),
    ".flac": lambda path: label_vorbis(path, FLAC),
    ".ogg": lambda path: label_vorbis(path, OggVorbis),
    ".oga": lambda path: label_vorbis(path, OggFLAC),
    ".opus": lambda path: label_vorbis(path, OggOpus),
    ".spx": lambda path: label_vorbis(path, OggSpeex),
    ".m4a": label_mp4,
    ".mp4": label_mp4,
    ".wma": label_asf,
    ".wv": label_ape,
    ".ape": label_ape,
    ".mpc": label_ape,
    ".ofr": label_ape,
    ".tak": label_ape,
}
"""How the label is written in each format, by extension."""
