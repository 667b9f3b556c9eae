"""The one file that is being decoded, as loud as it is to be played. Belongs to the deck's thread."""

from typing import TYPE_CHECKING

import numpy as np

from player_rec.domain.errors import UnreadableTrack
from player_rec.players.builtin.buffer import Play, Samples
from player_rec.players.builtin.gain import GainSettings, LevelsOf, factor

if TYPE_CHECKING:
    from player_rec.players.builtin.stream import Stream

_AT_ONCE_S = 0.25


class Feed:
    """Gives the sound of plays, one after the other.

    Args:
        levels: what is known of a file's loudness.
    """

    def __init__(self, levels: LevelsOf) -> None:
        self._levels = levels
        self._play: Play | None = None
        self._stream: Stream | None = None
        self._frame = 0
        self._gain: GainSettings | None = None
        self._factor = 1.0
        self._breaks: UnreadableTrack | None = None

    def some(self, play: Play, from_s: float | None, rate_hz: int, gain: GainSettings) -> tuple[int, Samples | None]:
        """The next quarter of a second or more, and the number of its first sample in the song; None at the end.

        Args:
            play: what is decoded; ``duration_s`` is set when it is opened.
            from_s: where to go on; None for where it stands.
            rate_hz: samples a second.
            gain: what the listener wants.

        Raises:
            UnreadableTrack: it cannot be opened, or breaks here.
        """
        stream = self._stream
        if stream is None or self._play is not play or stream.rate_hz != rate_hz:
            stream = self._open(play, rate_hz)
            from_s = from_s or None
        if from_s is not None:
            self._breaks = None
            self._frame = stream.seek(round(from_s * rate_hz))
        if gain != self._gain:
            self._gain, self._factor = gain, factor(self._levels(play.item.path), gain)
        pieces = self._read(stream, round(_AT_ONCE_S * rate_hz))
        if not pieces:
            return self._frame, None
        sound, frame = np.concatenate(pieces), self._frame
        self._frame += len(sound)
        return frame, sound if self._factor == 1.0 else sound * np.float32(self._factor)

    def close(self) -> None:
        """Let go of the file."""
        if self._stream is not None:
            self._stream.close()
        self._stream = self._play = self._gain = self._breaks = None

    def _read(self, stream: "Stream", least: int) -> list[Samples]:
        """What can be read; that a file breaks is raised when all before it was given."""
        if self._breaks is not None:
            raise self._breaks
        pieces: list[Samples] = []
        try:
            while sum(map(len, pieces)) < least and (piece := stream.read()) is not None:
                pieces.append(piece)
        except UnreadableTrack as error:
            if not pieces:
                raise
            self._breaks = error
        return pieces

    def _open(self, play: Play, rate_hz: int) -> "Stream":
        self.close()
        from player_rec.players.builtin.stream import Stream  # with FFmpeg's libraries, which nobody needs in silence

        self._stream = Stream(play.item.path, rate_hz)
        self._play, self._frame = play, 0
        play.duration_s = self._stream.duration_s
        return self._stream
