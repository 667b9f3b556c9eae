"""Hear a track by decoding all of it, keeping no more than its windows and its ends."""

from collections import deque
from pathlib import Path

from player_rec.analysis.container import opened
from player_rec.analysis.heard import ENDS_S, MARGIN_S, Heard, Wanted, Window, head, places, tail, window
from player_rec.analysis.reader import Reader, Timed
from player_rec.domain.errors import UnreadableTrack

_TOLERANCE_S = 1.0


def hear(path: Path, wanted: Wanted) -> Heard:
    """Hear the windows and ends of a track; its time is counted in samples, whatever its stamps say.

    Raises:
        UnreadableTrack: the file cannot be opened or decoded.
    """
    length_s = _length_by_packets(path)
    heard = _hear(path, wanted, length_s)
    if abs(heard.duration_s - length_s) > _TOLERANCE_S:
        heard = _hear(path, wanted, heard.duration_s)
    return heard


def _length_by_packets(path: Path) -> float:
    with opened(path) as source:
        units = sum(packet.duration or 0 for packet in Reader(source).packets())
        return float(units * (source.stream.time_base or 0))


def _hear(path: Path, wanted: Wanted, length_s: float) -> Heard:
    starts = deque(places(length_s, wanted))
    first: list[Timed] = []
    last: deque[Timed] = deque()
    at_hand: list[Timed] = []
    windows: list[Window] = []
    with opened(path) as source:
        reader = Reader(source)
        for timed in reader.counted():
            if timed.start_s < ENDS_S + MARGIN_S:
                first.append(timed)
            last.append(timed)
            while last[0].end_s < timed.end_s - ENDS_S - MARGIN_S:
                last.popleft()
            at_hand.append(timed)
            while starts and timed.end_s > starts[0] + wanted.window_s + MARGIN_S:
                windows.append(window(_from(at_hand, starts[0]), starts.popleft(), wanted))
            at_hand = _from(at_hand, starts[0]) if starts else []
        if not last:
            raise UnreadableTrack(path, "there is no sound in it")
        end = last[-1].end_s
        if not windows or (starts and end - starts[0] > wanted.window_s / 2):
            windows.append(window(at_hand, starts[0], wanted))
        ends = head(first, wanted.rate_hz), tail(last, wanted.rate_hz)
        return Heard(end, *ends, windows, 0, reader.damaged)


def _from(frames: list[Timed], start_s: float) -> list[Timed]:
    return [timed for timed in frames if timed.end_s > start_s - MARGIN_S]
