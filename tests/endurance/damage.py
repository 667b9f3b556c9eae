"""Damage of many kinds, done to the bytes of good files by chance and repeatably."""

import zlib
from collections.abc import Callable, Mapping
from functools import cache
from random import Random

from tests.endurance.structure import numbers, with_ogg_checksums

Damage = Callable[[Random, bytes], bytes]


def cut_short(rng: Random, data: bytes) -> bytes:
    """Keep the start: a broken download, anywhere from the first byte to the last."""
    return data[: int(len(data) * rng.random() ** rng.choice((0.3, 1, 4)))]


def cut_off_the_start(rng: Random, data: bytes) -> bytes:
    return data[int(len(data) * rng.random() ** rng.choice((1, 4, 12))) :]


def few_bits(rng: Random, data: bytes) -> bytes:
    return _flipped(rng, data, rng.randint(1, 20), len(data))


def many_bits(rng: Random, data: bytes) -> bytes:
    return _flipped(rng, data, int(len(data) * rng.uniform(0.001, 0.05)), len(data))


def header_bits(rng: Random, data: bytes) -> bytes:
    return _flipped(rng, data, rng.randint(1, 12), rng.choice((64, 512, 4096)))


def _flipped(rng: Random, data: bytes, bits: int, within: int) -> bytes:
    changed = bytearray(data)
    for _ in range(bits):
        changed[rng.randrange(min(within, len(data)))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def rubbish_inside(rng: Random, data: bytes) -> bytes:
    """Overwrite a stretch with chance, zeros or ones: a bad sector."""
    start, length = rng.randrange(len(data)), int(len(data) * rng.uniform(0.001, 0.3))
    filling = rng.choice((rng.randbytes(length), bytes(length), b"\xff" * length))
    return data[:start] + filling[: len(data) - start] + data[start + length :]


def stretch_missing(rng: Random, data: bytes) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randint(1, len(data) // 3) :]


def stretch_repeated(rng: Random, data: bytes) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start : start + rng.randint(1, 65536)] * rng.randint(2, 20) + data[start:]


def zeros_from_a_point(rng: Random, data: bytes) -> bytes:
    """Zero the rest: a place kept for a download that never came."""
    end = int(len(data) * rng.random())
    return data[:end] + bytes(len(data) - end)


def all_zeros(rng: Random, data: bytes) -> bytes:
    return bytes(len(data))


def rubbish_in_front(rng: Random, data: bytes) -> bytes:
    return rng.randbytes(rng.choice((1, 7, 512, 70_000))) + data


def rubbish_behind(rng: Random, data: bytes) -> bytes:
    return data + rng.randbytes(rng.choice((1, 128, 4096, 300_000)))


def twice(rng: Random, data: bytes) -> bytes:
    return data + data


def lies(rng: Random, data: bytes) -> bytes:
    """Put an extreme value where the format keeps a size, a count or a rate."""
    changed = bytearray(data)
    if len(data) < 4:
        return data
    for number in rng.choices(numbers(data), k=rng.randint(1, 3)):
        top = 1 << (8 * number.width)
        now = number.read(changed)
        extremes = (0, 1, top - 1, top // 2, top // 2 - 1, now + 1, now - 1, now * 2, len(data), rng.randrange(top))
        number.write(changed, rng.choice(extremes))
    return with_ogg_checksums(bytes(changed)) if data.startswith(b"OggS") else bytes(changed)


def believed_bits(rng: Random, data: bytes) -> bytes:
    """Flip bits and make the checksums right again, where the format has checksums we can make (Ogg)."""
    return with_ogg_checksums(_flipped(rng, data, rng.randint(1, 40), rng.choice((4096, len(data)))))


def huge_id3(rng: Random, data: bytes) -> bytes:
    """Prepend a tag that claims up to 256 MiB, of which little is there."""
    return id3(rng.randbytes(300), claimed=rng.choice((2**28 - 1, 2**27, len(data), len(data) + 9))) + data


def id3_upon_id3(rng: Random, data: bytes) -> bytes:
    return id3(frame(b"TIT2", b"\x03again")) * rng.choice((2, 50, 5000)) + data


def id3_bomb(rng: Random, data: bytes) -> bytes:
    """Prepend a tag with a compressed picture of a quarter of a gigabyte of zeros."""
    body = _syncsafe(2**28 - 1) + _packed_zeros(256)
    return id3(b"APIC" + _syncsafe(len(body)) + b"\x00\x09" + body) + data


@cache
def _packed_zeros(mib: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mib)) + packer.flush()


def id3_frames_that_lie(rng: Random, data: bytes) -> bytes:
    frames = b"".join(
        rng.choice((b"TIT2", b"APIC", b"TXXX", b"COMM", b"RVA2", b"CHAP", b"\0\0\0\0", b"ZZZZ"))
        + rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x05", b"\x7f\x7f\x7f\x7f"))
        + rng.randbytes(2)
        + rng.randbytes(rng.randint(0, 40))
        for _ in range(20)
    )
    return id3(frames, flags=rng.choice((0, 0x80, 0x40, 0x10, 0xF0))) + data


def id3(body: bytes, claimed: int | None = None, flags: int = 0) -> bytes:
    """Return an ID3v2.4 tag; ``claimed`` is the size it states."""
    return b"ID3\x04\x00" + bytes([flags]) + _syncsafe(len(body) if claimed is None else claimed) + body


def frame(name: bytes, body: bytes) -> bytes:
    """Return one frame of an ID3v2.4 tag."""
    return name + _syncsafe(len(body)) + b"\0\0" + body


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


DAMAGES: Mapping[str, Damage] = {
    each.__name__.replace("_", " "): each
    for each in (
        cut_short, cut_off_the_start, few_bits, many_bits, header_bits, rubbish_inside, stretch_missing,
        stretch_repeated, zeros_from_a_point, all_zeros, rubbish_in_front, rubbish_behind, twice, lies, believed_bits,
        huge_id3, id3_upon_id3, id3_bomb, id3_frames_that_lie,
    )
}  # fmt: skip
