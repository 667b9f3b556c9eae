"""What MPD answers, in our own terms."""

from collections.abc import Iterator, Sequence
from typing import Final

from player_rec.domain.errors import PlayerGone
from player_rec.players.base import QueueItem
from player_rec.players.mpd.follow import Glance
from player_rec.players.mpd.paths import MusicPaths
from player_rec.players.mpd.wire import Pairs

ORDER_MODES: Final = ("random", "repeat", "single")
"""The modes under which a queue is not played in order and to its end."""


class Reader:
    """Reads the answers of one MPD.

    Args:
        paths: where its songs lie.
        mark: sets its entries apart from those of another run of MPD, which numbers them anew.
    """

    def __init__(self, paths: MusicPaths, mark: str) -> None:
        self.paths = paths
        self._mark = mark

    def key(self, song: str) -> str:
        """The key of the entry that MPD knows under this number; one that no entry has where there is none."""
        return f"{self._mark}:{song}"

    def items(self, songs: Pairs) -> Iterator[QueueItem]:
        """The entries in a list of songs."""
        uri = ""
        for key, value in songs:
            if key == "file":
                uri = value
            elif key == "id":
                yield QueueItem(self.paths.path_of(uri), self.key(value))

    def upcoming(self, status_pairs: Pairs, queue: Pairs) -> list[QueueItem]:
        """What waits, from answers to ``status`` and ``playlistinfo``.

        Nothing is current while MPD is stopped: then the song it would begin with is the first that waits. Under
        ``random`` only the next song is known; the others follow in the order of the queue.
        """
        status, waiting = dict(status_pairs), list(self.items(queue))
        stopped = status.get("state") == "stop"
        if status.get("random") == "1":
            current = "" if stopped else self.key(status.get("songid", ""))
            following = self.key(status.get("nextsongid", ""))
            others = [item for item in waiting if item.key != current]
            return sorted(others, key=lambda item: item.key != following)
        if "song" not in status:
            return waiting
        return waiting[int(status["song"]) + (not stopped) :]

    def glance(self, at_s: float, answers: Sequence[Pairs]) -> Glance:
        """A glance from answers to ``status`` and ``currentsong``. Raises PlayerGone if they make no sense."""
        status, song = (dict(answer) for answer in answers)
        # that of the status may be of the song after this one already, when both are decoded long before they are heard
        length_s = song.get("duration") or status.get("duration") or "0"
        alone = status.get("single", "0") != "0" or status.get("playlistlength") == "1"
        modes = (status.get(mode, "0") for mode in (*ORDER_MODES, "consume"))
        try:
            return Glance(
                at_s=at_s,
                state=status.get("state", "stop"),
                item=next(self.items(answers[1]), None),
                elapsed_ms=1000 * float(status.get("elapsed", "0")),
                duration_ms=round(1000 * float(length_s)),
                error=status.get("error", ""),
                crossfade_ms=1000 * int(status.get("xfade", "0")),
                again=status.get("repeat") == "1" and alone,
                version=status.get("playlist", ""),
                order=(*modes, status.get("nextsongid", "")),
            )
        except ValueError as error:
            raise PlayerGone(f"MPD says what cannot be understood: {error}") from error
