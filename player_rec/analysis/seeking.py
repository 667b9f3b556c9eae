"""Hear a track by seeking to its windows, checking every landing."""

from collections import deque
from collections.abc import Iterator
from itertools import chain, takewhile

import av

from player_rec.analysis.container import Source
from player_rec.analysis.header import promise, unseekable
from player_rec.analysis.heard import ENDS_S, MARGIN_S, Heard, Wanted, head, places, tail, window
from player_rec.analysis.reader import Reader, Timed, Unstamped
from player_rec.domain.errors import UnreadableTrack

# Decoders need what came before: a bit reservoir (MP3), an overlap (AAC, Vorbis), 80 ms (Opus).
_PREROLL_S = 0.2
_LATEST_LANDING_S = 0.05
_EARLIEST_LANDING_S = 20.0
_OVERRUN_S = 3.0


class Inexact(Exception):
    """The file cannot be heard by seeking, for a reason in words."""


def hear(source: Source, wanted: Wanted) -> Heard:
    """Hear the windows and ends of a freshly opened track.

    Raises:
        Inexact, Unstamped: seeking does not lead where it should.
        UnreadableTrack: there is no sound, or most of it is damaged.
    """
    if why := unseekable(source):
        raise Inexact(why)
    reader = Reader(source)
    first = _first_frames(reader)
    last = _last_frames(reader, promise(source).seconds or 0.0)
    duration_s = last[-1].end_s
    starts = places(duration_s, wanted)
    landed = ((_frames(reader, start, wanted.window_s), start) for start in starts)
    windows = [window(frames, start, wanted) for frames, start in landed if frames]
    if 3 * len(windows) < 2 * len(starts):
        raise Inexact("seeking in it is not exact")
    ends = head(first, wanted.rate_hz), tail(last, wanted.rate_hz)
    return Heard(duration_s, *ends, windows, len(starts) - len(windows), reader.damaged)


def _first_frames(reader: Reader) -> list[Timed]:
    frames = list(takewhile(lambda timed: timed.start_s < ENDS_S + MARGIN_S, reader.stamped()))
    if not frames:
        raise UnreadableTrack(reader.path, "there is no sound in it")
    return frames


def _last_frames(reader: Reader, said_s: float) -> deque[Timed]:
    last = _frames_to_end(reader, said_s)
    if last and last[0].start_s > max(0.0, last[-1].end_s - ENDS_S) + _LATEST_LANDING_S:
        last = _frames_to_end(reader, last[-1].end_s)  # it is a little shorter than it said
    if not last:
        reader.seek(0.0)
        last = _frames_to_end(reader, reader.end_by_packets())
    if not last:
        raise Inexact("its end cannot be reached")
    return last


def _frames_to_end(reader: Reader, end_s: float) -> deque[Timed]:
    """Frames of the last seconds; none where nothing lies there, or where the sound goes on after all."""
    last: deque[Timed] = deque()
    for timed in _stamped_from(reader, end_s - ENDS_S):
        if timed.start_s > end_s + _OVERRUN_S:
            return deque()
        last.append(timed)
        while last[0].end_s < timed.end_s - ENDS_S - MARGIN_S:
            last.popleft()
    return last


def _frames(reader: Reader, start_s: float, length_s: float) -> list[Timed]:
    """Frames that cover a window; none where seeking does not lead to it."""
    frames = _stamped_from(reader, start_s)
    first = next(frames, None)
    if first is None or not -_EARLIEST_LANDING_S < first.start_s - start_s < _LATEST_LANDING_S:
        return []
    covering = takewhile(lambda timed: timed.start_s < start_s + length_s + MARGIN_S, chain([first], frames))
    return [timed for timed in covering if timed.end_s > start_s - MARGIN_S]


def _stamped_from(reader: Reader, start_s: float) -> Iterator[Timed]:
    try:
        reader.seek(start_s - MARGIN_S - _PREROLL_S)
        yield from reader.stamped()
    except (av.FFmpegError, Unstamped):
        return
