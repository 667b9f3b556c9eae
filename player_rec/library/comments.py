"""Vorbis comments that are not the UTF-8 they must be, read once more from their bytes."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

_LOST = "\ufffd"
_SEARCHED = 1 << 18
_MOST = 1024
_MARKS = {b"\x03vorbis": 7, b"OpusTags": 8, b"\x04": 4, b"\x84": 4}
"""What stands before the comments in Ogg and FLAC, and how far before."""


def rescued(file: BinaryIO, tags: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The comments as they are; where letters were lost, as Latin-1, in which no byte is.

    Args:
        file: the file they were read from.
        tags: names and texts, with U+FFFD where a byte was not UTF-8.
    """
    pairs = [(name, text) for name, text in tags]
    if not any(_LOST in text for _, text in pairs):
        return pairs
    file.seek(0)
    raw = dict(_raw_comments(file.read(_SEARCHED)))
    return [(name, raw.get(text, text) if _LOST in text else text) for name, text in pairs]


def _raw_comments(head: bytes) -> Iterator[tuple[str, str]]:
    """Every comment near the start of a file: how it reads with letters lost, and how as Latin-1."""
    for mark, length in _MARKS.items():
        start = head.find(mark)
        while start >= 0:
            if pairs := list(_parsed(head, start + length)):
                yield from pairs
                break
            start = head.find(mark, start + 1)


def _parsed(head: bytes, offset: int) -> Iterator[tuple[str, str]]:
    """Walk vendor, count and comments, each behind its length in 4 bytes; stop where they make no sense."""
    offset += 4 + int.from_bytes(head[offset : offset + 4], "little")
    count = int.from_bytes(head[offset : offset + 4], "little")
    offset += 4
    for _ in range(min(count, _MOST)):
        size = int.from_bytes(head[offset : offset + 4], "little")
        name, equals, value = head[offset + 4 : offset + 4 + size].partition(b"=")
        if not equals or not name.isascii():
            return
        yield value.decode("utf-8", "replace"), value.decode("latin-1")
        offset += 4 + size
