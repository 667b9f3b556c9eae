"""A file without the tags around its sound, so that neither identity nor decoder ever sees them."""

import io
import os
from pathlib import Path

_ID3V2_HEADER_BYTES = 10
_ID3V1_BYTES = 128
_APE_FOOTER_BYTES = 32
_APE_HAS_HEADER = 1 << 31
_LYRICS_END_BYTES = 15
# Containers keep their tags inside, and their last bytes may look like anything.
_CONTAINERS = (b"RIFF", b"RF64", b"FORM", b"OggS", b"caff", b"\x1aE\xdf\xa3", b"0&\xb2u")


class Untagged:
    """The bytes of a regular file between the tags, as a read-only file object for the decoder.

    Skipped are ID3v2 (ID3v2.4.0 structure, M. Nilsson, 2000) at either end, and ID3v1, APEv2 and Lyrics3v2
    at the end. A read that fails ends the file, and the error is kept in ``failure``: the decoder cannot
    carry it.
    """

    def __init__(self, file: io.FileIO, path: Path) -> None:
        self.name = str(path)  # the decoder weighs the suffix when it guesses the format
        self.failure: OSError | None = None
        self._file = file
        size = os.fstat(file.fileno()).st_size
        self._start = _id3v2_end(file, size)
        self._end = _sound_end(file, self._start, size)
        self._at = 0
        file.seek(self._start)

    def __len__(self) -> int:
        return self._end - self._start

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes; fewer at the end, or after a failure."""
        left = max(0, len(self) - self._at)
        wanted = left if size < 0 else min(size, left)
        try:
            got = self._file.read(wanted) or b""
        except OSError as error:
            self.failure, got = error, b""
        self._at += len(got)
        return got

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset`` bytes from the start, from here, or from the end of the sound."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self)}[whence]
        self._at = max(0, origin + offset)
        self._file.seek(self._start + self._at)
        return self._at

    def tell(self) -> int:
        """Where the next byte is read, from the start of the sound."""
        return self._at

    def peek(self, offset: int, size: int) -> bytes:
        """Look at up to ``size`` bytes anywhere in the sound, without moving; raises OSError."""
        offset = max(0, offset)
        seen = _at(self._file, self._start + offset, max(0, min(size, len(self) - offset)))
        self._file.seek(self._start + self._at)
        return seen


def _id3v2_end(file: io.FileIO, size: int) -> int:
    end = 0
    while (header := _at(file, end, _ID3V2_HEADER_BYTES)).startswith(b"ID3") and len(header) == _ID3V2_HEADER_BYTES:
        footer = _ID3V2_HEADER_BYTES if header[5] & 0x10 else 0
        after = end + _ID3V2_HEADER_BYTES + _synchsafe(header[6:]) + footer
        # A tag as long as the file says so wrongly; then only its header is set aside.
        end = after if after < size else end + _ID3V2_HEADER_BYTES
    return end


def _sound_end(file: io.FileIO, start: int, end: int) -> int:
    magic = _at(file, start, 12)
    if magic.startswith(_CONTAINERS) or magic[4:8] == b"ftyp":
        return end
    while start <= (shorter := _before_last_tag(file, end)) < end:
        end = shorter
    return end


def _before_last_tag(file: io.FileIO, end: int) -> int:
    tail = _at(file, max(0, end - _ID3V1_BYTES), min(end, _ID3V1_BYTES))
    if len(tail) == _ID3V1_BYTES and tail.startswith(b"TAG"):
        return end - _ID3V1_BYTES
    footer = tail[-_APE_FOOTER_BYTES:]
    if footer.startswith(b"APETAGEX"):
        size, flags = int.from_bytes(footer[12:16], "little"), int.from_bytes(footer[20:24], "little")
        return end - size - (_APE_FOOTER_BYTES if flags & _APE_HAS_HEADER else 0)
    footer = tail[-_ID3V2_HEADER_BYTES:]
    if footer.startswith(b"3DI"):
        return end - 2 * _ID3V2_HEADER_BYTES - _synchsafe(footer[6:])
    lyrics = tail[-_LYRICS_END_BYTES:]
    if lyrics.endswith(b"LYRICS200") and lyrics[:6].isdigit():
        return end - _LYRICS_END_BYTES - int(lyrics[:6])
    return end


def _synchsafe(four: bytes) -> int:
    size = 0
    for byte in four:
        size = size << 7 | byte & 0x7F
    return size


def _at(file: io.FileIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size) or b""
