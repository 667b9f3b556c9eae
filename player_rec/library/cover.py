"""The cover of a track: found without being read, and read when it is to be shown."""

import base64
import binascii
import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from mutagen import MutagenError
from mutagen.flac import Picture

from player_rec.domain.errors import UnreadableTrack
from player_rec.domain.track import Cover, CoverKind
from player_rec.library.blocks import Block, Dialect, tag_blocks
from player_rec.library.folders import disc_of

_FRONT = 3
"""Number of the front cover among the picture types of ID3, which FLAC and ASF share."""

_STEMS = ("cover", "folder", "front", "album")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_RANKS = {stem + suffix: rank for rank, (stem, suffix) in enumerate((a, b) for a in _STEMS for b in _SUFFIXES)}
_LARGEST_BYTES = 64 << 20

Shot = tuple[int, bytes]
"""A picture: its type after ID3, and the bytes of the image file."""


def find_cover(path: Path, blocks: Iterable[Block]) -> Cover | None:
    """Say where the cover of a track is to be had: in it, else beside it, else beside the folder of its disc."""
    if any(_holds_picture(block) for block in blocks):
        return Cover(CoverKind.EMBEDDED, path)
    folders = [path.parent]
    if disc_of(path.parent.name):
        folders.append(path.parent.parent)
    pictures = (_picture_in(folder) for folder in folders)
    return next((Cover(CoverKind.FOLDER, picture) for picture in pictures if picture), None)


def load_cover(cover: Cover) -> bytes:
    """Read a cover, as the bytes of a JPEG, PNG or WebP file.

    Raises:
        UnreadableTrack: it is not there any more, or the drive fails.
    """
    try:
        if cover.kind is CoverKind.FOLDER:
            with cover.path.open("rb") as file:
                return file.read(_LARGEST_BYTES)
        with cover.path.open("rb") as file:
            blocks = tag_blocks(file).blocks
    except OSError as error:
        raise UnreadableTrack(cover.path, error.strerror or "it cannot be opened") from error
    shots = [shot for block in blocks for shot in _shots(block) if shot[1]]
    if not shots:
        raise UnreadableTrack(cover.path, "there is no cover in it any more")
    return min(shots, key=lambda shot: shot[0] != _FRONT)[1]


def _picture_in(folder: Path) -> Path | None:
    try:
        changed_ns = os.stat(folder).st_mtime_ns  # noqa: PTH116 - a third of the time, once for every track
    except OSError:
        return None
    return _best_picture(folder, changed_ns)


@lru_cache(maxsize=256)
def _best_picture(folder: Path, changed_ns: int) -> Path | None:  # noqa: ARG001 - a changed folder is listed anew
    """The picture in a folder whose name most says cover, whatever its case."""
    try:
        with os.scandir(folder) as entries:
            ranked = [(_RANKS[name], entry.name) for entry in entries if (name := entry.name.lower()) in _RANKS]
    except OSError:
        return None
    return folder / min(ranked)[1] if ranked else None


def _holds_picture(block: Block) -> bool:
    if block.dialect is Dialect.VORBIS:
        return any(name.lower() in _IN_COMMENTS for name, _ in block.content)
    return any(data for _, data in _shots(block))


def _shots(block: Block) -> Iterator[Shot]:
    """Every picture in a block."""
    if shoot := _SHOOT.get(block.dialect):
        yield from shoot(block.content)


def _id3(frames: Iterable[Any]) -> Iterator[Shot]:
    for frame in frames:
        if frame.FrameID == "APIC" and frame.mime != "-->":
            yield int(frame.type), bytes(frame.data)


def _ape(tags: Any) -> Iterator[Shot]:
    for name, value in tags.items():
        if name.lower().startswith("cover art") and value.kind == 1:
            kind = _FRONT if "front" in name.lower() else 0
            yield kind, value.value.partition(b"\0")[2]


_IN_COMMENTS = {"metadata_block_picture", "coverart"}
_open_picture: Callable[..., Any] = Picture


def _vorbis(pairs: Iterable[tuple[str, str]]) -> Iterator[Shot]:
    for name, text in pairs:
        try:
            if name.lower() == "metadata_block_picture":
                yield from _flac(_open_picture(base64.b64decode(text)))
            elif name.lower() == "coverart":
                yield 0, base64.b64decode(text)
        except (binascii.Error, MutagenError, ValueError, EOFError):
            continue


def _flac(picture: Any) -> Iterator[Shot]:
    yield int(picture.type), bytes(picture.data)


def _mp4(tags: Any) -> Iterator[Shot]:
    yield from ((_FRONT, bytes(data)) for data in tags.get("covr", ()))


def _asf(tags: Any) -> Iterator[Shot]:
    for name, value in tags:
        if name == "WM/Picture":
            yield from _wm_picture(value.value)


def _wm_picture(data: bytes) -> Iterator[Shot]:
    """One byte of type, four of size, two UTF-16 texts that end in a zero each, and the image."""
    size = int.from_bytes(data[1:5], "little")
    if data and 0 < size < len(data):
        yield data[0], data[-size:]


_SHOOT: dict[Dialect, Callable[[Any], Iterator[Shot]]] = {
    Dialect.ID3: _id3,
    Dialect.APE: _ape,
    Dialect.VORBIS: _vorbis,
    Dialect.PICTURE: _flac,
    Dialect.MP4: _mp4,
    Dialect.ASF: _asf,
}
