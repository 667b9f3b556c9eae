"""Read an open file: packets, and decoded frames with their place in time."""

import sys
from collections.abc import Iterator
from typing import NamedTuple

import av
import av.error
from av.audio.frame import AudioFrame

from player_rec.analysis.container import Source
from player_rec.analysis.header import latest_landing
from player_rec.domain.errors import UnreadableTrack

_DAMAGE_ALWAYS_ALLOWED = 200
_READ_FAILURES_IN_A_ROW = 10
_START = -sys.maxsize  # Opus begins before 0


class Timed(NamedTuple):
    """A frame and where it begins and ends, in seconds on the clock that was asked for."""

    start_s: float
    end_s: float
    frame: AudioFrame


class Unstamped(Exception):
    """The decoder cannot say where the sound it delivers belongs."""


class Reader:
    """Reads one open source. Its clock begins with the first frame it ever reads.

    Attributes:
        path: the file.
        damaged: how many damaged packets were skipped so far.
    """

    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.damaged = 0
        self._source = source
        self._sounding = 0
        self._origin_s: float | None = None
        self._latest_landing = latest_landing(source)
        self._skip_to = _START

    def seek(self, time_s: float) -> None:
        """Move to a packet at or before a time, as far as the format can; raises ``av.FFmpegError``."""
        container, stream = self._source.container, self._source.stream
        stamp_s = max(0.0, time_s + (self._origin_s or 0.0))
        # In the stream's own unit, rounded down: FFmpeg rounds its microseconds to the nearest packet.
        stamp = int(stamp_s // (stream.time_base or 1))
        container.seek(min(stamp, self._latest_landing), stream=stream)
        self._skip_to = stamp if stamp > self._latest_landing else _START

    def end_by_packets(self) -> float:
        """Read all packets from here on, decoding none, and say when the last one ends."""
        ends = (
            float((packet.pts + (packet.duration or 0)) * packet.time_base)
            for packet in self.packets()
            if packet.pts is not None
        )
        return max(ends, default=0.0) - (self._origin_s or 0.0)

    def packets(self) -> "Iterator[av.Packet[av.AudioStream]]":
        """Read packets from here to the end, past places where the container is damaged."""
        container, stream = self._source.container, self._source.stream
        failures = 0
        while failures < _READ_FAILURES_IN_A_ROW:
            try:
                for packet in container.demux(stream):
                    failures = 0
                    if packet.pts is None or packet.pts >= self._skip_to:
                        yield packet
            except av.FFmpegError:
                failures += 1
                self._note_damage()
            else:
                return

    def stamped(self) -> Iterator[Timed]:
        """Decode from here on; frames lie where their stamps say, or after the one before if they have none.

        Raises:
            Unstamped: the first frame has no stamp.
            UnreadableTrack: more of the file is damaged than sounds.
        """
        clock: float | None = None
        for frame in self._frames():
            start = self._placed(frame.time, clock)
            clock = start + frame.samples / frame.sample_rate
            yield Timed(start, clock, frame)

    def counted(self) -> Iterator[Timed]:
        """Decode from here on; frames lie where the samples before them end, the first at 0.

        Raises:
            UnreadableTrack: more of the file is damaged than sounds.
        """
        clock = 0.0
        for frame in self._frames():
            start, clock = clock, clock + frame.samples / frame.sample_rate
            yield Timed(start, clock, frame)

    def _placed(self, stamp_s: float | None, clock: float | None) -> float:
        if stamp_s is not None:
            if self._origin_s is None:
                self._origin_s = stamp_s
            return stamp_s - self._origin_s
        if clock is None:
            raise Unstamped
        return clock

    def _frames(self) -> Iterator[AudioFrame]:
        for packet in self.packets():
            try:
                decoded = packet.decode()
            except av.error.EOFError:
                return
            except av.FFmpegError:
                self._note_damage()
                continue
            self._sounding += 1
            yield from (frame for frame in decoded if frame.samples and frame.sample_rate)

    def _note_damage(self) -> None:
        self.damaged += 1
        if self.damaged > _DAMAGE_ALWAYS_ALLOWED + self._sounding:
            raise UnreadableTrack(self.path, "most of it is damaged")
