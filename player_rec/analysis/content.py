"""An identity of a file's sound that a new name, folder or tag does not change.

It is a digest of some of the compressed sound, found without decoding. Where the file is nothing but sound
once the tags around it are set aside, that is bytes at even distances; in a container, whose tags may lie
anywhere, the payload of packets at set times. Nothing a tagger may write is part of it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from hashlib import blake2b
from itertools import chain, dropwhile
from pathlib import Path
from typing import TypeAlias

import av

from player_rec.analysis.container import Source, opened
from player_rec.analysis.header import promise, unseekable
from player_rec.analysis.reader import Reader
from player_rec.analysis.untagged import Untagged
from player_rec.domain.track import ContentId, Identity

_DIGEST_BYTES = 16
_RUN_BYTES = 8192
_BARE = frozenset(
    {"mp3", "aac", "loas", "ac3", "eac3", "dts", "dtshd", "mlp", "truehd", "flac", "ape", "wv", "mpc", "mpc8"}
    | {"tta", "tak", "shn", "amr", "amrnb", "amrwb"}
)
_BARE_RUNS = 8
_TIMES_S = tuple(Fraction(time_s) for time_s in (10, 30, 90, 270, 810))
_BEFORE_S = 10
_END_S = Fraction(1, 2)
_FAR_S = 1e6

Packet: TypeAlias = "av.Packet[av.AudioStream]"
Add: TypeAlias = Callable[[bytes], None]


def content_id(path: Path) -> Identity:
    """Identify the sound of a file.

    Raises:
        UnreadableTrack: the file cannot be opened or read.
    """
    digest = blake2b(digest_size=_DIGEST_BYTES)

    def add(run: bytes) -> None:
        digest.update(len(run).to_bytes(4, "little") + run)

    with opened(path) as source:
        add(source.codec.encode())
        if source.codec.startswith("pcm"):  # alone in having no header of its own to tell these
            add(b"%d %d" % (source.stream.rate, source.stream.channels))
        if source.container.format.name in _BARE:
            duration_s = _add_bytes(add, source)
        elif unseekable(source):
            duration_s = _add_all_packets(add, source)
        else:
            duration_s = _add_packets(add, source)
        return Identity(ContentId(digest.hexdigest()), round(duration_s * 1000), source.codec)


def _add_bytes(add: Add, source: Source) -> float:
    start = _flac_frames(source.sound)
    size = len(source.sound) - start
    add(size.to_bytes(8, "little"))
    for i in range(_BARE_RUNS):
        at = max(0, size - _RUN_BYTES) * i // (_BARE_RUNS - 1)
        add(source.sound.peek(start + at, _RUN_BYTES))
    said = promise(source)
    if said.firm and said.seconds:
        return said.seconds
    return _end_s(deque(_stamped(Reader(source), _FAR_S), maxlen=1))


def _add_all_packets(add: Add, source: Source) -> float:
    units = 0
    for packet in Reader(source).packets():
        add(bytes(packet))
        units += packet.duration or 0
    return float(units * (source.stream.time_base or 0))


def _add_packets(add: Add, source: Source) -> float:
    """Add runs from the start, from set times and from the end."""
    reader, said = Reader(source), promise(source)
    add(_joined(_payload(reader.packets())))
    ending = _ending(reader, said.seconds or 0.0)
    last = _time(ending[-1]) if ending else Fraction(0)
    for time_s in _TIMES_S:
        if time_s < last:
            add(_joined(_payload(_packets_from(reader, time_s))))
    add(b"".join(_payload(ending))[-_RUN_BYTES:])
    add(round(last).to_bytes(8, "little"))
    return said.seconds if said.firm and said.seconds else _end_s(ending)


def _flac_frames(sound: Untagged) -> int:
    """Where frames begin in a FLAC stream, past its metadata blocks (RFC 9639, section 8); 0 in any other."""
    if sound.peek(0, 4) != b"fLaC":
        return 0
    at, last = 4, False
    while not last and len(header := sound.peek(at, 4)) == 4:
        last = bool(header[0] & 0x80)
        at += 4 + int.from_bytes(header[1:], "big")
    return at


def _payload(packets: Iterable[Packet]) -> Iterator[bytes]:
    return (bytes(packet) for packet in packets if packet.size)


def _ending(reader: Reader, said_s: float) -> deque[Packet]:
    """Packets of the last half second, wherever it was said to be."""
    ending: deque[Packet] = deque()
    for seek_s in (said_s - 2 * float(_END_S), said_s - _BEFORE_S, 0.0):
        ending.clear()
        complete = False
        for packet in _stamped(reader, seek_s):
            ending.append(packet)
            while _time(packet) - _time(ending[0]) > _END_S:
                ending.popleft()
                complete = True
        if complete:
            break
    return ending


def _packets_from(reader: Reader, time_s: Fraction) -> Iterator[Packet]:
    """Read from the first packet at or after a time on, wherever a seek to it leads."""
    for seek_s in (time_s, time_s - _BEFORE_S, 0.0):
        packets = _stamped(reader, float(seek_s))
        first = next(packets, None)
        if first is not None and (_time(first) <= time_s or not seek_s):
            return dropwhile(lambda packet: _time(packet) < time_s, chain([first], packets))
    return iter(())


def _stamped(reader: Reader, seek_s: float) -> Iterator[Packet]:
    try:
        reader.seek(seek_s)
    except av.FFmpegError:
        return
    for packet in reader.packets():
        if packet.size and packet.pts is not None:
            yield packet


def _joined(payloads: Iterator[bytes]) -> bytes:
    run = b""
    while len(run) < _RUN_BYTES and (payload := next(payloads, b"")):
        run += payload
    return run[:_RUN_BYTES]


def _end_s(packets: Sequence[Packet]) -> float:
    return float(_time(packets[-1]) + (packets[-1].duration or 0) * packets[-1].time_base) if packets else 0.0


def _time(packet: Packet) -> Fraction:
    return (packet.pts or 0) * packet.time_base
