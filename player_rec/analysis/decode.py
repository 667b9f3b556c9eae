"""A track heard through a few windows spread over it, its beginning and its end: file → samples.

Windows are reached by seeking. Where a format does not seek exactly, or a file is too damaged for it, the
file is decoded whole instead, keeping no more of it than the windows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player_rec.analysis import seeking, whole
from player_rec.analysis.container import Source, opened
from player_rec.analysis.frames import Mono, Samples, stretches
from player_rec.analysis.header import Promise, promise
from player_rec.analysis.heard import ENDS_S, Heard, Wanted
from player_rec.analysis.reader import Reader, Unstamped
from player_rec.domain.errors import UnreadableTrack

_CUT_SHORT_S = 1.0
_FRAMES_AT_ONCE = 16
# Its two ends are most of it already.
_SHORT_S = 2 * ENDS_S


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is heard of one track.

    Attributes:
        duration_ms: how long the sound really is.
        windows: (n, samples) mono float32 at the asked rate; where the track is shorter than a window,
            its last samples are zero.
        starts_ms: where each window begins.
        head: (m,) mono float32 at the asked rate: the first seconds of the track, for finding silence.
        tail: (m,) the same of its last seconds; the last sample is the track's last.
        blocks: (k,) energies of the loudness blocks of all windows, for ``loudness.integrated_lufs``.
        codec: how the sound is coded, in FFmpeg's words.
        source_rate_hz: sample rate of the file.
        source_channels: its number of channels.
        remarks: what is odd about the file though it plays, in words.
    """

    duration_ms: int
    windows: Samples
    starts_ms: tuple[int, ...]
    head: Samples
    tail: Samples
    blocks: NDArray[np.float64]
    codec: str
    source_rate_hz: int
    source_channels: int
    remarks: tuple[str, ...]


def excerpt(path: Path, *, rate_hz: int, count: int, samples: int) -> Excerpt:
    """Decode ``count`` windows of ``samples`` at ``rate_hz`` spread evenly over a track, and its two ends.

    Each channel is resampled and their mean is taken, so levels are those of ``librosa.load``. A track too
    short for that many windows side by side gives fewer; one shorter than a window gives one, padded.

    Raises:
        UnreadableTrack: the file cannot be opened or decoded.
    """
    wanted = Wanted(rate_hz, count, samples)
    with opened(path) as source:
        said = promise(source)
        if said.seconds and said.seconds < _SHORT_S:
            return _excerpt(source, said, whole.hear(path, wanted))
        try:
            return _excerpt(source, said, seeking.hear(source, wanted))
        except Unstamped:
            why = "its sound carries no time stamps"
        except seeking.Inexact as inexact:
            why = str(inexact)
        return _excerpt(source, said, whole.hear(path, wanted), f"decoded whole: {why}")


def decode(path: Path, rate_hz: int) -> Samples:
    """Decode a whole file to mono (n,) float32 at ``rate_hz``.

    Raises:
        UnreadableTrack: the file cannot be opened or decoded.
    """
    pieces: list[Samples] = []
    mono, from_hz = None, 0
    with opened(path) as source:
        frames = Reader(source).counted()
        while batch := list(islice(frames, _FRAMES_AT_ONCE)):
            for stretch in stretches(batch):
                if mono is None or stretch.rate_hz != from_hz:
                    pieces += mono.finish() if mono else []
                    mono, from_hz = Mono(stretch.rate_hz, rate_hz), stretch.rate_hz
                pieces += mono.push(stretch.sound)
        pieces += mono.finish() if mono else []
    if not pieces:
        raise UnreadableTrack(path, "there is no sound in it")
    return np.concatenate(pieces)


def _excerpt(source: Source, said: Promise, heard: Heard, *remarks: str) -> Excerpt:
    duration_ms = round(heard.duration_s * 1000)
    if not duration_ms:
        raise UnreadableTrack(source.path, "there is no sound in it")
    return Excerpt(
        duration_ms=duration_ms,
        windows=np.stack([window.sound for window in heard.windows]),
        starts_ms=tuple(round(window.start_s * 1000) for window in heard.windows),
        head=heard.head,
        tail=heard.tail,
        blocks=np.concatenate([window.blocks for window in heard.windows]),
        codec=source.codec,
        source_rate_hz=source.stream.rate,
        source_channels=source.stream.channels,
        remarks=(*_remarks(said, heard), *remarks),
    )


def _remarks(said: Promise, heard: Heard) -> Iterator[str]:
    if said.seconds and said.firm and said.seconds - heard.duration_s > _CUT_SHORT_S:
        promised, found = _clock(said.seconds), _clock(heard.duration_s)
        yield f"cut short: the header promises {promised}, the sound ends at {found}"
    if heard.missed:
        yield f"{heard.missed} of {heard.missed + len(heard.windows)} windows lost to damage"
    if heard.damaged:
        yield f"{heard.damaged} damaged {'packet' if heard.damaged == 1 else 'packets'} skipped"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
