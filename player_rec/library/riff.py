"""Names and texts in the INFO list of a WAV file, which has no place for an encoding."""

from collections.abc import Iterator
from typing import BinaryIO

from player_rec.library.encoding import decode_all

_MOST_CHUNKS = 256
_LONGEST_LIST = 1 << 20


def info(file: BinaryIO) -> list[tuple[str, str]]:
    """Read all INFO lists, as four-letter codes with their texts; empty where there is none.

    Chunks are laid out as in Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991).
    """
    end = file.seek(0, 2)
    offset = 12
    lists: list[bytes] = []
    for _ in range(_MOST_CHUNKS):
        file.seek(offset)
        head = file.read(12)
        if len(head) < 12 or offset >= end:
            break
        size = int.from_bytes(head[4:8], "little")
        if head[:4] == b"LIST" and head[8:] == b"INFO":
            lists.append(file.read(min(max(size - 4, 0), _LONGEST_LIST)))
        offset += 8 + size + size % 2
    items = [item for data in lists for item in _items(data)]
    return list(zip((code for code, _ in items), decode_all(raw for _, raw in items), strict=True))


def _items(data: bytes) -> Iterator[tuple[str, bytes]]:
    offset = 0
    while offset + 8 <= len(data):
        size = int.from_bytes(data[offset + 4 : offset + 8], "little")
        yield data[offset : offset + 4].decode("latin-1"), data[offset + 8 : offset + 8 + size].split(b"\0")[0]
        offset += 8 + size + size % 2
