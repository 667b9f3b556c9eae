"""Reads the tensors of a TensorFlow V2 checkpoint without TensorFlow.

Such a checkpoint is an index and a data file. The index is a sorted string table in the manner of LevelDB
(blocks of prefix-compressed keys, found through a last block of block handles); its values are protocol
buffers that say where in the data file a tensor lies, of which type and shape, and its checksum. Both the
table format and the messages (BundleHeaderProto, BundleEntryProto) are described in TensorFlow's sources,
tensor_bundle.proto and lib/io/table_format.txt. Every block and tensor is held to its CRC-32C.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FOOTER_BYTES = 48
_TABLE_MAGIC = 0xDB4775248B80FB57
_BLOCK_TRAILER_BYTES = 5
_TYPES: Mapping[int, str] = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8"}


class DamagedCheckpointError(ValueError):
    """The checkpoint is cut short, altered, or of a kind this reader does not know."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where one tensor lies in the data file."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    size: int
    checksum: int


def read_checkpoint(index: bytes, data: bytes) -> dict[str, NDArray[Any]]:
    """Every tensor of a one-shard checkpoint, by variable name.

    Args:
        index: the whole ``.index`` file.
        data: the whole ``.data-00000-of-00001`` file.

    Raises:
        DamagedCheckpointError: a magic number, checksum, type or shard count is not as it should be.
    """
    try:
        return {name: _tensor(name, entry, data) for name, entry in _entries(index)}
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise DamagedCheckpointError("the checkpoint index is cut short or altered") from error


def _entries(index: bytes) -> Iterator[tuple[str, _Entry]]:
    footer = index[-_FOOTER_BYTES:]
    if len(footer) < _FOOTER_BYTES or struct.unpack("<Q", footer[-8:])[0] != _TABLE_MAGIC:
        raise DamagedCheckpointError("the checkpoint index does not end as a sorted string table does")
    _, _, at = _handle(footer, 0)  # the meta-index block, unused by checkpoints
    offset, size, _ = _handle(footer, at)
    for _, handle in _pairs(_block(index, offset, size)):
        offset, size, _ = _handle(handle, 0)
        for key, value in _pairs(_block(index, offset, size)):
            if not key:
                _check_header(value)
            else:
                yield key.decode(), _entry(value)


def _block(table: bytes, offset: int, size: int) -> bytes:
    """One block of the table, without its trailer of compression type and checksum."""
    kind, checksum = struct.unpack_from("<BI", table, offset + size)
    if kind != 0:
        raise DamagedCheckpointError(f"a block of the checkpoint index is compressed (type {kind})")
    if masked_crc32c(table[offset : offset + size + 1]) != checksum:
        raise DamagedCheckpointError(f"the block at {offset} of the checkpoint index fails its checksum")
    return table[offset : offset + size]


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    end = len(block) - 4 * (restarts + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _handle(raw: bytes, at: int) -> tuple[int, int, int]:
    """Offset and size of a block, and where reading goes on."""
    offset, at = _varint(raw, at)
    size, at = _varint(raw, at)
    return offset, size, at


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and values of a protocol buffer, in order."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
        elif wire == 2:
            length, at = _varint(message, at)
            yield number, message[at : at + length]
            at += length
        elif wire == 5:
            yield number, struct.unpack_from("<I", message, at)[0]
            at += 4
        else:
            raise DamagedCheckpointError(f"the checkpoint index holds wire type {wire}")


def _check_header(message: bytes) -> None:
    header = dict(_fields(message))
    if header.get(1, 1) != 1 or header.get(2, 0) != 0:
        raise DamagedCheckpointError("only little-endian checkpoints of one shard can be read")


def _entry(message: bytes) -> _Entry:
    fields = dict(_fields(message))
    match fields.get(1), fields.get(2, b""), fields.get(4, 0), fields.get(5, 0), fields.get(6):
        case int(kind), bytes(shape), int(offset), int(size), int(checksum) if kind in _TYPES:
            return _Entry(_TYPES[kind], _shape(shape), offset, size, checksum)
    raise DamagedCheckpointError("a tensor has no known number type, place or checksum")


def _shape(message: bytes) -> tuple[int, ...]:
    sizes = (dict(_fields(part)).get(1, 0) for _, part in _fields(message) if isinstance(part, bytes))
    return tuple(size for size in sizes if isinstance(size, int))


def _tensor(name: str, entry: _Entry, data: bytes) -> NDArray[Any]:
    raw = data[entry.offset : entry.offset + entry.size]
    if masked_crc32c(raw) != entry.checksum:
        raise DamagedCheckpointError(f"{name} fails its checksum")
    return np.frombuffer(raw, entry.dtype).reshape(entry.shape)


def masked_crc32c(raw: bytes) -> int:
    """CRC-32C (Castagnoli polynomial, reflected), rotated and offset as LevelDB stores it."""
    crc = 0xFFFFFFFF
    for byte in raw:
        crc = _CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def _crc_row(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
    return byte


_CRC_TABLE = tuple(_crc_row(byte) for byte in range(256))
