"""What a file says of its own length, and how far that can be believed."""

from typing import NamedTuple

from player_rec.analysis.container import Source

# Streams without a header: the length is guessed from the first frames and the size of the file. So it is
# for ASF where tags have made the file larger than its header says.
_GUESSED = frozenset({"mp3", "aac", "loas", "ac3", "eac3", "dts", "dtshd", "mlp", "truehd", "amr", "asf"})
_MP3_HEADERS = (b"Xing", b"Info", b"VBRI")
_OGG_PAGE = b"OggS"
_OGG_SERIAL = slice(14, 18)
_PROBE_BYTES = 65536


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


def chained(source: Source) -> bool:
    """Tell whether an Ogg file holds one recording after another (RFC 3533, section 4).

    Each has serial numbers of its own, so the last page then belongs to no stream that began in front.
    """
    if source.container.format.name != "ogg":
        return False
    size = len(source.sound)
    in_front = set(_serials(source.sound.peek(0, _PROBE_BYTES)))
    at_the_end = _serials(source.sound.peek(size - _PROBE_BYTES, _PROBE_BYTES))
    return bool(at_the_end) and at_the_end[-1] not in in_front


def _serials(data: bytes) -> list[bytes]:
    serials, at = [], data.find(_OGG_PAGE)
    while at >= 0:
        serials.append(data[at:][_OGG_SERIAL])
        at = data.find(_OGG_PAGE, at + 4)
    return [serial for serial in serials if len(serial) == 4]
