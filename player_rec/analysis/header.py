"""What a file says of its own length, and how far that can be believed."""

import re
import struct
import sys
from typing import NamedTuple

from player_rec.analysis.container import Source
from player_rec.analysis.untagged import Untagged

# Streams without a header: the length is guessed from the first frames and the size of the file. So it is
# for ASF where tags have made the file larger than its header says.
_GUESSED = frozenset({"mp3", "aac", "loas", "ac3", "eac3", "dts", "dtshd", "mlp", "truehd", "amr", "asf"})
_MP3_HEADERS = (b"Xing", b"Info", b"VBRI")
# Of these FFmpeg knows how long each packet lasts, so it can count back from the one stamp a page has.
_EXACT_IN_OGG = frozenset({"vorbis", "opus"})
_PAGE_HEADER = struct.Struct("<xqI")
_PAGE_BYTES = 1 << 16
_LAST_PAGES_BYTES = 1 << 17


class Promise(NamedTuple):
    """Length in seconds, None where nothing is said; ``firm`` where a header says it, not a guess."""

    seconds: float | None
    firm: bool


def promise(source: Source) -> Promise:
    """Say how long a file claims to be."""
    duration = source.container.duration
    if duration is None or duration <= 0:
        return Promise(None, firm=False)
    guessed = source.container.format.name in _GUESSED
    if guessed and source.container.format.name == "mp3":
        first = source.sound.peek(0, 4096)
        guessed = not any(header in first for header in _MP3_HEADERS)
    return Promise(duration / 1e6, firm=not guessed)


def unseekable(source: Source) -> str:
    """Say why places in a file cannot be reached exactly; empty where they can."""
    if promise(source).seconds is None:
        return "its header tells no length"
    if source.container.format.name != "ogg":
        return ""
    if source.codec not in _EXACT_IN_OGG:
        return "its time stamps are not exact"
    if _chained(source.sound):
        return "it is several recordings chained in one file"
    return "" if latest_landing(source) else "it is too short to seek in"


def latest_landing(source: Source) -> int:
    """Tell the latest stamp that a seek may aim at; what lies after it must be reached by reading on.

    FFmpeg takes the first packet of an Ogg file's last page for whatever time was sought. It reads the first
    entries of a Musepack seek table for earlier than they are; Musepack packets are long and few.
    """
    if source.container.format.name == "mpc8":
        return 0
    if source.container.format.name != "ogg":
        return sys.maxsize
    pages = _pages(source.sound.peek(len(source.sound) - _LAST_PAGES_BYTES, _LAST_PAGES_BYTES))
    ends = [page.granule for page in pages if page.serial == pages[-1].serial and page.granule >= 0]
    return ends[-3] if len(ends) >= 3 else 0


class _Page(NamedTuple):
    """The position and the stream of an Ogg page, as its header tells them (RFC 3533, section 6)."""

    granule: int
    serial: int


def _chained(sound: Untagged) -> bool:
    # Each recording has serial numbers of its own (section 4), so the last page of a chain belongs to no
    # stream that began in front.
    in_front = {page.serial for page in _pages(sound.peek(0, _PAGE_BYTES))}
    at_the_end = _pages(sound.peek(len(sound) - _PAGE_BYTES, _PAGE_BYTES))
    return bool(at_the_end) and at_the_end[-1].serial not in in_front


def _pages(data: bytes) -> list[_Page]:
    headers = (data[match.end() : match.end() + _PAGE_HEADER.size] for match in re.finditer(rb"OggS\0", data))
    return [_Page(*_PAGE_HEADER.unpack(header)) for header in headers if len(header) == _PAGE_HEADER.size]
