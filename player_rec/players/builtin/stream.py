"""One file as stereo sound at the rate of the device, from any sample on, without the padding of its encoder."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import av
import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from player_rec.domain.errors import UnreadableTrack
from player_rec.players.builtin.buffer import Samples
from player_rec.players.builtin.mix import Rate, Stereo
from player_rec.players.builtin.opening import DECODING_FAILS, Opened

_PRE_ROLL_S: Final = 0.25
"""Decoding begins so much before a place sought: MP3 and AAC need the sound before it, Opus wants 80 ms."""

_DAMAGE_ALWAYS_ALLOWED: Final = 200
_READ_FAILURES_IN_A_ROW: Final = 10


class Stream:
    """An open file that gives its sound piece by piece. Belongs to one thread.

    Encoder delay and padding are cut off where the file tells of them: LAME's tag, Opus and Vorbis by FFmpeg
    itself; the end of AAC in MP4, by the length of its last packet or by iTunes' word, here.

    Attributes:
        path: the file.
        rate_hz: samples a second of what is given.
        duration_s: how long it says it is; 0 where it does not say.

    Raises:
        UnreadableTrack: it cannot be opened, or holds no sound that can be decoded.
    """

    def __init__(self, path: Path, rate_hz: int) -> None:
        self.path, self.rate_hz = path, rate_hz
        self._opened = Opened(path)
        self.duration_s = self._opened.duration_s
        self._last_s, self._cuts = self._opened.last_s, self._opened.cuts_packets
        self._origin_s = self._landed_s = 0.0
        self._pieces: Iterator[Samples] = iter(())
        self._drop = 0
        self._first_stamp = 0  # below zero where an encoder put something before the sound
        try:
            self._begin()
        except DECODING_FAILS as error:
            self.close()
            raise self._opened.unreadable(error) from error
        self._origin_s = self._landed_s

    def close(self) -> None:
        """Let go of the file. Twice is fine."""
        self._opened.close()

    def read(self) -> Samples | None:
        """The next piece, never empty; None at the end.

        Raises:
            UnreadableTrack: the rest cannot be read: too much of it is damaged, or the drive is gone.
        """
        try:
            for piece in self._pieces:
                sound, self._drop = piece[self._drop :], max(0, self._drop - len(piece))
                if len(sound):
                    return sound
        except DECODING_FAILS as error:
            raise self._opened.unreadable(error) from error
        if failure := self._opened.bytes.failure:
            raise self._opened.unreadable(failure)
        return None

    def seek(self, frame: int) -> int:
        """Go on from that sample of the sound; says from which one it really does, where a format cannot.

        Raises:
            UnreadableTrack: as ``read``.
        """
        opened = self._opened
        stamp_s = min(frame / self.rate_hz - _PRE_ROLL_S, opened.latest_landing_s) + self._origin_s
        stamp = max(self._first_stamp, int(stamp_s // (opened.stream.time_base or 1)))
        try:
            opened.container.seek(stamp, stream=opened.stream)
            self._begin()
        except EOFError:  # behind the last packet nothing is left
            self._pieces = iter(())
            return frame
        except DECODING_FAILS as error:
            raise opened.unreadable(error) from error
        landed = round((self._landed_s - self._origin_s) * self.rate_hz)
        self._drop = max(0, frame - landed)
        return max(frame, landed)

    def _begin(self) -> None:
        """Make ready to give sound from where the container stands now."""
        frames = self._frames()
        first = next(frames, None)
        if first is None:
            raise EOFError
        self._landed_s, self._drop = first.time or 0.0, 0
        self._pieces = self._resampled(first, frames)

    def _resampled(self, first: AudioFrame, rest: Iterator[AudioFrame]) -> Iterator[Samples]:
        stereo, rate = Stereo(first), Rate(first.sample_rate, self.rate_hz)
        for frame in chain((first,), rest):
            if not stereo.fits(frame):  # some streams change in the middle
                yield rate.finish()
                stereo, rate = Stereo(frame), Rate(frame.sample_rate, self.rate_hz)
            kept = self._kept(frame)
            yield rate.push(stereo.of(frame)[:kept])
        yield rate.finish()

    def _kept(self, frame: AudioFrame) -> int:
        """How many samples of a frame are sound and no padding."""
        kept = frame.samples
        if self._cuts and frame.duration and frame.time_base:
            kept = min(kept, round(frame.duration * frame.time_base * frame.sample_rate))
        if self._last_s is not None and frame.time is not None:
            left_s = self._last_s - (frame.time - self._origin_s)
            kept = min(kept, max(0, round(left_s * frame.sample_rate)))
        return kept

    def _frames(self) -> Iterator[AudioFrame]:
        damaged = sounding = 0
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.error.EOFError:
                return
            except av.FFmpegError:
                damaged += 1
                if damaged > _DAMAGE_ALWAYS_ALLOWED + sounding:
                    raise
                continue
            sounding += 1
            yield from (frame for frame in frames if frame.samples and frame.sample_rate)

    def _packets(self) -> "Iterator[av.Packet[AudioStream]]":
        failures = 0
        while True:
            try:
                for packet in self._opened.container.demux(self._opened.stream):
                    failures = 0
                    self._first_stamp = min(self._first_stamp, packet.pts or 0)
                    yield packet
            except av.FFmpegError:
                failures += 1
                if failures == _READ_FAILURES_IN_A_ROW or self._opened.bytes.failure:
                    raise
            else:
                return


def playable(path: Path) -> bool:
    """Whether a file holds sound that can be decoded, by its beginning."""
    try:
        Stream(path, 48_000).close()
    except UnreadableTrack:
        return False
    return True
