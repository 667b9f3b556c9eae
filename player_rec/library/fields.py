"""Every dialect of tags put into one: plain names with the texts that stand under them."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from player_rec.library.blocks import Block, Dialect

Fields = dict[str, list[str]]
"""Texts by plain name, such as ``title`` or ``replaygaintrackgain``, as they stand in the file."""

LONGEST_RAW = 4096
"""Characters read of a text before it is cleaned."""

_MOST_VALUES = 64

_NAMES = {
    "wmpartofset": "discnumber", "partofset": "discnumber", "disc": "discnumber", "disk": "discnumber",
    "disknumber": "discnumber", "wmtracknumber": "tracknumber", "track": "tracknumber", "tracknum": "tracknumber",
    "author": "artist", "wmalbumtitle": "album", "wmalbumartist": "albumartist", "wmartists": "artists",
    "wmgenre": "genre", "wmyear": "date", "year": "date", "wmoriginalreleaseyear": "originaldate",
    "wmoriginalreleasetime": "originaldate", "originalyear": "originaldate", "originalreleasedate": "originaldate",
    "wmiscompilation": "compilation", "iscompilation": "compilation", "itunescompilation": "compilation",
    "rgradio": "replaygaintrackgain", "rgaudiophile": "replaygainalbumgain", "rgpeak": "replaygaintrackpeak",
    "TIT2": "title", "TPE1": "artist", "TPE2": "albumartist", "TALB": "album", "TRCK": "tracknumber",
    "TPOS": "discnumber", "TCMP": "compilation", "TDRC": "date", "TYER": "date", "TDRL": "date", "TDOR": "originaldate",
    "TORY": "originaldate",
    "\xa9nam": "title", "\xa9ART": "artist", "aART": "albumartist", "\xa9alb": "album", "\xa9gen": "genre",
    "\xa9day": "date", "trkn": "tracknumber", "cpil": "compilation",
    "INAM": "title", "IART": "artist", "IPRD": "album", "IGNR": "genre", "ICRD": "date", "ITRK": "tracknumber",
    "IPRT": "tracknumber",
}  # fmt: skip
"""Plain names of what has another: first spellings of free names, then the codes of ID3, MP4 and RIFF."""

_KNOWN = frozenset(_NAMES.values()) | {
    "artists", "replaygainalbumpeak", "r128trackgain", "r128albumgain",
    "musicbrainztrackid", "musicbrainzalbumid", "musicbrainzreleasetrackid", "musicbrainzartistid",
}  # fmt: skip


def fields_of(blocks: Iterable[Block]) -> Fields:
    """Gather the texts of all blocks; where two blocks name the same thing, the first one is believed."""
    fields: Fields = {}
    for block in blocks:
        read = _READERS.get(block.dialect)
        here: Fields = {}
        for name, value in read(block.content) if read else ():
            values = here.setdefault(name, [])
            if value.strip("\0 \t\r\n") and len(values) < _MOST_VALUES:
                values.append(value[:LONGEST_RAW])
        for name, values in here.items():
            if values:
                fields.setdefault(name, values)
    return fields


def _plain(name: str) -> str:
    """A free name in its plain form: MusicBrainz Album Id, MUSICBRAINZ_ALBUMID and the like are one."""
    squashed = re.sub(r"[^a-z0-9]", "", name.lower())
    return _NAMES.get(squashed, squashed)


Named = Iterator[tuple[str, str]]


def _id3(frames: Iterable[Any]) -> Named:
    said: set[str] = set()
    free: list[tuple[str, str]] = []
    for frame in frames:
        code = frame.FrameID
        if name := _NAMES.get(code):
            said.add(name)
            yield from ((name, str(text)) for text in frame.text)
        elif code == "TCON":
            yield from (("genre", genre) for genre in frame.genres)
        elif code == "TXXX":
            free += ((_plain(frame.desc), str(text)) for text in frame.text)
        elif code == "RVA2":
            free += _volume(frame)
        elif code == "UFID" and "musicbrainz.org" in frame.owner:
            yield "musicbrainztrackid", frame.data.decode("latin-1")
    yield from ((name, text) for name, text in free if name in _KNOWN and name not in said)


def _volume(frame: Any) -> list[tuple[str, str]]:
    """The gain and peak of an RVA2 frame, under the names they have as free text."""
    which = frame.desc.strip().lower()
    if which not in {"track", "album"} or frame.channel != 1:
        return []
    return [(f"replaygain{which}gain", str(frame.gain)), (f"replaygain{which}peak", str(frame.peak))]


def _ape(tags: Any) -> Named:
    for name, value in tags.items():
        if value.kind == 0 and (plain := _plain(name)) in _KNOWN:
            yield from ((plain, text) for text in value)


def _vorbis(pairs: Iterable[tuple[str, str]]) -> Named:
    for name, text in pairs:
        if (plain := _plain(name)) in _KNOWN:
            yield plain, text


def _riff(pairs: Iterable[tuple[str, str]]) -> Named:
    for code, text in pairs:
        if name := _NAMES.get(code.upper()):
            yield name, text


def _mp4(tags: Any) -> Named:
    for key, value in tags.items():
        if key.startswith("----:"):
            if (plain := _plain(key.split(":", 2)[2])) in _KNOWN:
                yield from ((plain, bytes(data).decode("utf-8", "replace")) for data in value)
        elif key in {"trkn", "disk"}:
            yield from ((_NAMES[key], str(pair[0])) for pair in value)
        elif key == "cpil":
            yield "compilation", str(int(value))
        elif name := _NAMES.get(key):
            yield from ((name, text) for text in value)


def _asf(tags: Any) -> Named:
    for name, value in tags:
        if (plain := _plain(name)) in _KNOWN:
            yield plain, str(value)


_READERS: dict[Dialect, Callable[[Any], Named]] = {
    Dialect.ID3: _id3,
    Dialect.APE: _ape,
    Dialect.VORBIS: _vorbis,
    Dialect.RIFF: _riff,
    Dialect.MP4: _mp4,
    Dialect.ASF: _asf,
}
