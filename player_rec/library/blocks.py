"""The blocks of tags that lie in a file, found by what the file holds and not by what it is called."""

import errno
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, BinaryIO

from mutagen import MutagenError
from mutagen.aiff import AIFF
from mutagen.apev2 import APENoHeaderError, APEv2
from mutagen.asf import ASF
from mutagen.dsdiff import DSDIFF
from mutagen.dsf import DSF
from mutagen.flac import FLAC
from mutagen.id3 import ID3, ID3NoHeaderError, ParseID3v1
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggspeex import OggSpeex
from mutagen.oggtheora import OggTheora
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from player_rec.library import comments, riff


class Dialect(StrEnum):
    """The ways of writing tags."""

    ID3 = "ID3"
    APE = "APEv2"
    VORBIS = "Vorbis comment"
    MP4 = "MP4"
    ASF = "ASF"
    RIFF = "RIFF INFO"
    PICTURE = "FLAC picture"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of tags: mutagen's object for it, or for RIFF and rescued comments pairs of name and text."""

    dialect: Dialect
    content: Any


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds.

    Attributes:
        blocks: the most trusted first; what one does not say the next may.
        damage: the dialects of blocks that are there but cannot be read.
    """

    blocks: tuple[Block, ...]
    damage: frozenset[Dialect]


Read = Callable[[BinaryIO], Iterator[Block]]

_DAMAGED = (
    MutagenError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, RecursionError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What mutagen lets out where a file is broken."""

_HARMLESS = {None, errno.EINVAL}
"""Numbers of the I/O errors that a wrong offset in a broken file makes; the others come from the drive."""

_open_id3: Callable[..., Any] = ID3
_open_ape: Callable[..., Any] = APEv2
_open_flac: Callable[..., Any] = FLAC
_parse_id3v1: Callable[..., Any] = ParseID3v1


def tag_blocks(file: BinaryIO) -> Found:
    """Find and read every block of tags.

    Args:
        file: opened for reading; its position does not matter.

    Raises:
        OSError: the drive fails. Damage never raises.
    """
    blocks: list[Block] = []
    damage: set[Dialect] = set()
    for dialect, read in _plan(file):
        file.seek(0)
        try:
            blocks.extend(read(file))  # what was read before the damage stays
        except (*_DAMAGED, OSError) as error:
            _raise_if_drive_fails(error)
            damage.add(dialect)
    return Found(tuple(blocks), frozenset(damage))


def _raise_if_drive_fails(error: BaseException) -> None:
    """Mutagen wraps I/O errors in its own; those that say something about the drive come out again."""
    cause: object = error
    while isinstance(cause, Exception) and not isinstance(cause, OSError) and cause.args:
        cause = cause.args[0]
    if isinstance(cause, OSError) and cause.errno not in _HARMLESS:
        raise cause


def _plan(file: BinaryIO) -> list[tuple[Dialect, Read]]:
    """Which readers suit the content."""
    head, after_id3 = _head(file)
    at_the_ends: list[tuple[Dialect, Read]] = [(Dialect.ID3, _id3), (Dialect.APE, _ape)]
    if head.startswith(b"fLaC"):
        return [(Dialect.VORBIS, _flac), *(at_the_ends if after_id3 else ())]
    if (container := _container(head)) is None:
        return at_the_ends
    dialect, open_container = container
    in_lists: list[tuple[Dialect, Read]] = [(Dialect.RIFF, _riff)] if open_container is WAVE else []
    return [(dialect, _inside(dialect, open_container)), *in_lists]


def _container(head: bytes) -> tuple[Dialect, Callable[..., Any]] | None:
    """What mutagen opens a container with, and in which dialect its tags are; None where tags hang on its ends."""
    if head.startswith(b"OggS"):
        return next(((Dialect.VORBIS, open_ogg) for mark, open_ogg in _OGG.items() if mark in head), None)
    if head.startswith((b"RF64", b"BW64")):  # WAV beyond 4 GiB, whose sizes mutagen does not understand
        return None
    return next(
        ((dialect, open_it) for mark, place, dialect, open_it in _CONTAINERS if head.startswith(mark, place)), None
    )


_OGG: dict[bytes, Callable[..., Any]] = {
    b"\x01vorbis": OggVorbis,
    b"OpusHead": OggOpus,
    b"\x7fFLAC": OggFLAC,
    b"Speex   ": OggSpeex,
    b"\x80theora": OggTheora,
}
_CONTAINERS: tuple[tuple[bytes, int, Dialect, Callable[..., Any]], ...] = (
    (b"ftyp", 4, Dialect.MP4, MP4),
    (b"moov", 4, Dialect.MP4, MP4),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, Dialect.ASF, ASF),
    (b"WAVE", 8, Dialect.ID3, WAVE),
    (b"AIFF", 8, Dialect.ID3, AIFF),
    (b"AIFC", 8, Dialect.ID3, AIFF),
    (b"DSD ", 0, Dialect.ID3, DSF),
    (b"FRM8", 0, Dialect.ID3, DSDIFF),
)
"""Marks of containers, where they stand, and what is behind them."""


def _head(file: BinaryIO) -> tuple[bytes, bool]:
    """The first bytes of the sound itself, and whether ID3 tags stand before it."""
    offset = 0
    for _ in range(4):
        file.seek(offset)
        head = file.read(512)
        if not head.startswith(b"ID3") or len(head) < 10:
            break
        a, b, c, d = head[6:10]
        offset += 10 + ((a & 0x7F) << 21 | (b & 0x7F) << 14 | (c & 0x7F) << 7 | d & 0x7F)
    return head, offset > 0


def _id3(file: BinaryIO) -> Iterator[Block]:
    try:
        frames = _open_id3(file, translate=False).values()
    except ID3NoHeaderError:
        return
    except _DAMAGED:
        yield from _id3v1(file)
        raise  # so that it is remarked upon
    yield Block(Dialect.ID3, frames)


def _id3v1(file: BinaryIO) -> Iterator[Block]:
    """The old tag at the end, all that is left where the new one is beyond reading."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 128))
    if frames := _parse_id3v1(file.read()):
        yield Block(Dialect.ID3, list(frames.values()))


def _ape(file: BinaryIO) -> Iterator[Block]:
    try:
        yield Block(Dialect.APE, _open_ape(file))
    except APENoHeaderError:
        return


def _flac(file: BinaryIO) -> Iterator[Block]:
    flac = _open_flac(file)
    if flac.tags is not None:
        yield Block(Dialect.VORBIS, comments.rescued(file, flac.tags))
    yield from (Block(Dialect.PICTURE, picture) for picture in flac.pictures)


def _inside(dialect: Dialect, open_container: Callable[..., Any]) -> Read:
    """A reader of the tags that lie within a container."""

    def read(file: BinaryIO) -> Iterator[Block]:
        tags = open_container(file).tags
        if tags is None:
            return
        if dialect is Dialect.ID3:
            tags = tags.values()
        elif dialect is Dialect.VORBIS:
            tags = comments.rescued(file, tags)
        yield Block(dialect, tags)

    return read


def _riff(file: BinaryIO) -> Iterator[Block]:
    yield Block(Dialect.RIFF, riff.info(file))
