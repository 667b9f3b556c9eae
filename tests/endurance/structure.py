"""Where a file keeps the numbers its readers trust: sizes, counts, rates. For telling lies in the right places.

Layouts are those of ISO/IEC 14496-12 (MP4), the RIFF and AIFF specifications, RFC 9639 (FLAC), RFC 3533 (Ogg),
ID3v2.4.0, and Microsoft's Advanced Systems Format.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Order = Literal["big", "little"]

_MP4_FOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"ilst", b"edts", b"moof", b"traf"}
_MP4_TABLES = {b"stts", b"stsz", b"stsc", b"stco", b"co64", b"stsd", b"elst", b"mdhd", b"mvhd", b"tkhd", b"ctts"}
_OGG_POLYNOMIAL = 0x04C11DB7


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a file: where it starts, how many bytes it has, and in which order."""

    offset: int
    width: int
    order: Order = "big"

    def read(self, data: bytes | bytearray) -> int:
        """Return its value."""
        return int.from_bytes(data[self.offset : self.offset + self.width], self.order)

    def write(self, data: bytearray, value: int) -> None:
        """Put another value there, cut to its width."""
        value %= 1 << (8 * self.width)
        data[self.offset : self.offset + self.width] = value.to_bytes(self.width, self.order)


def numbers(data: bytes) -> list[Number]:
    """Return the numbers found in a file of any format; never none while it has four bytes."""
    found = list(_found(data))
    inside = [number for number in found if number.offset + number.width <= len(data)]
    return inside or [Number(offset, 4, "little") for offset in range(0, min(len(data) - 3, 256), 2)]


def _found(data: bytes) -> Iterator[Number]:
    if data.startswith(b"ID3"):
        yield from _id3(data)
    elif data.startswith(b"OggS"):
        for page in list(ogg_pages(data))[:8]:
            yield from (Number(page + 6, 8, "little"), Number(page + 14, 4, "little"), Number(page + 26, 1))
            body = page + 27 + data[page + 26]
            yield from (Number(offset, 4, "little") for offset in range(body + 7, min(body + 64, len(data) - 4)))
    elif data.startswith(b"fLaC"):
        yield from _flac(data)
    elif data[:4] in {b"RIFF", b"FORM"}:
        yield from _chunks(data, "little" if data.startswith(b"RIFF") else "big")
    elif data[4:8] == b"ftyp":
        yield from _boxes(data, 0, len(data))
    elif data.startswith(bytes.fromhex("3026b2758e66cf11")):
        yield from _asf(data)
    else:
        yield from _xing(data)


def _id3(data: bytes) -> Iterator[Number]:
    yield from (Number(3, 2), Number(5, 1), Number(6, 4))
    end = min(_syncsafe(data[6:10]), len(data)) + 10
    frame = 10
    while frame + 10 < end and data[frame : frame + 4].isalnum():
        yield from (Number(frame + 4, 4), Number(frame + 8, 2))
        frame += 10 + Number(frame + 4, 4).read(data)


def _syncsafe(number: bytes) -> int:
    value = 0
    for byte in number:
        value = value << 7 | byte & 0x7F
    return value


def _xing(data: bytes) -> Iterator[Number]:
    for mark in (b"Xing", b"Info", b"VBRI", b"APETAGEX"):
        if (place := data.find(mark)) >= 0:
            yield from (Number(place + step, 4) for step in (4, 8, 12, 16, 20))


def _flac(data: bytes) -> Iterator[Number]:
    block = 4
    while block + 4 < len(data):
        kind, length = data[block], Number(block + 1, 3).read(data)
        yield Number(block + 1, 3)
        if kind & 0x7F == 0:  # STREAMINFO: block sizes, frame sizes, rate, channels, bits, samples
            yield from (Number(block + 4 + step, 2) for step in (0, 2, 4, 7, 10, 12, 14, 16))
        elif kind & 0x7F == 4:  # comments: lengths of the vendor and of the list
            yield from (Number(block + 4, 4, "little"), Number(block + 8, 4, "little"))
        block += 4 + length
        if kind & 0x80:
            return


def _chunks(data: bytes, order: Order) -> Iterator[Number]:
    yield Number(4, 4, order)
    chunk = 12
    while chunk + 8 < len(data):
        yield Number(chunk + 4, 4, order)
        if data[chunk : chunk + 4] in {b"fmt ", b"COMM"}:
            yield from (Number(chunk + 8 + step, 2, order) for step in range(0, 18, 2))
            yield from (Number(chunk + 8 + step, 4, order) for step in (4, 8))
        chunk += 8 + Number(chunk + 4, 4, order).read(data)


def _boxes(data: bytes, start: int, end: int) -> Iterator[Number]:
    box = start
    while box + 8 <= end:
        size, kind = Number(box, 4).read(data), data[box + 4 : box + 8]
        yield Number(box, 4)
        if kind in _MP4_FOLDERS:
            yield from _boxes(data, box + 8, min(box + size, end))
        elif kind == b"meta":
            yield from _boxes(data, box + 12, min(box + size, end))
        elif kind in _MP4_TABLES:
            yield from (Number(box + step, 4) for step in range(8, min(size - 4, 60), 4))
        if size < 8:
            return
        box += size


def _asf(data: bytes) -> Iterator[Number]:
    yield from (Number(16, 8, "little"), Number(24, 4, "little"))
    part = 30
    while part + 24 < min(len(data), 8192):
        size = Number(part + 16, 8, "little")
        yield size
        yield from (Number(part + step, 4, "little") for step in range(24, 96, 4))
        if size.read(data) < 24:
            return
        part += size.read(data)


def ogg_pages(data: bytes | bytearray) -> Iterator[int]:
    """Yield where the pages of an Ogg file start, as far as its segment tables lead."""
    page = 0
    while data[page : page + 4] == b"OggS" and page + 27 <= len(data):
        yield page
        page += _ogg_page_size(data, page)


def with_ogg_checksums(data: bytes) -> bytes:
    """Make the checksums of an Ogg file right, so that what was changed in it is believed."""
    mended = bytearray(data)
    for page in list(ogg_pages(mended)):
        mended[page + 22 : page + 26] = bytes(4)
        checksum = _ogg_checksum(mended[page : page + _ogg_page_size(mended, page)])
        mended[page + 22 : page + 26] = checksum.to_bytes(4, "little")
    return bytes(mended)


def _ogg_page_size(data: bytes | bytearray, page: int) -> int:
    segments = data[page + 26]
    return 27 + segments + sum(data[page + 27 : page + 27 + segments])


def _ogg_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = value << 1 ^ (_OGG_POLYNOMIAL if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return table


_TABLE = _ogg_table()


def _ogg_checksum(page: bytes | bytearray) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value
