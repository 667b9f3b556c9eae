"""What is going on, as one value: for a window to show, for a script to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from player_rec.domain.listening import Dials, Source
from player_rec.domain.track import Track, TrackId
from player_rec.engine.follower import Follower
from player_rec.players.base import CanExplain, CanMove, QueueItem
from player_rec.store.library import Library
from player_rec.store.listener import Listener
from player_rec.store.radio import PickNote

SHOWN = 200
"""So many entries of a longer queue are shown."""


@dataclass(frozen=True, slots=True)
class Song:
    """A song by what people call it. ``track`` is None for a file that is not in the library."""

    track: TrackId | None
    file: Path
    title: str
    artist: str = ""
    album: str = ""
    duration_ms: int = 0
    liked: bool = False

    @property
    def label(self) -> str:
        """Artist – Title."""
        return f"{self.artist} – {self.title}" if self.artist else self.title


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of the queue; ``pick`` is what was written down of it if the radio put it there."""

    item: QueueItem
    song: Song
    pick: PickNote | None


@dataclass(frozen=True, slots=True)
class Scene:
    """One player and its queue.

    Attributes:
        player: its name.
        connected: whether it is there; ``why`` says why not, or why heart mode could not be switched on.
        heart: whether heart mode is on, and since when.
        by_tags: picks go by tags because nothing was analysed yet.
        playing: the song, None for none; ``source`` tells who chose it.
        queue: the first ``SHOWN`` entries, own ones first; ``more`` are not shown.
        movable: whether entries can change places.
    """

    player: str
    connected: bool
    why: str
    heart: bool
    since: datetime | None
    by_tags: bool
    shortcomings: tuple[str, ...]
    playing: Song | None
    source: Source | None
    queue: tuple[Waiting, ...]
    more: int
    movable: bool
    dials: Dials
    learning: bool


class Scenes:
    """Looks at what is going on. Belongs to the engine's thread."""

    def __init__(self, follower: Follower, library: Library, listener: Listener) -> None:
        self._follower, self._library, self._listener = follower, library, listener

    def now(self) -> Scene:
        """How things stand. Raises PlayerGone."""
        follower, player = self._follower, self._follower.player
        following, entries = follower.following(), follower.entries()
        playing = following.playing
        play = self._listener.plays.in_progress(player.name) if playing else None
        state = follower.radio.state
        return Scene(
            player=player.name,
            connected=following.connected,
            why=following.why,
            heart=following.heart,
            since=state.since if state else None,
            by_tags=follower.radio.by_tags,
            shortcomings=tuple(player.shortcomings()) if isinstance(player, CanExplain) else (),
            playing=self.song(playing.path) if playing else None,
            source=play.source if play else None,
            queue=self._waiting(entries[:SHOWN]),
            more=max(0, len(entries) - SHOWN),
            movable=isinstance(player, CanMove),
            dials=self._listener.radio.dials(),
            learning=self._listener.lessons.learning,
        )

    def song(self, file: Path) -> Song:
        """The song in a file, as the library has it."""
        track = self._library.tracks.in_file(file)
        if track is None:
            return Song(None, file, file.stem or str(file))
        return named(track, file, liked=self._listener.hearts.has(track.identity.content))

    def _waiting(self, entries: Sequence[tuple[QueueItem, PickNote | None]]) -> tuple[Waiting, ...]:
        return tuple(Waiting(item, self.song(item.path), note) for item, note in entries)


def named(track: Track, file: Path, *, liked: bool) -> Song:
    """A track as people call it."""
    tags = track.tags
    title = tags.title or file.stem
    return Song(track.id, file, title, ", ".join(tags.artists), tags.album, track.identity.duration_ms, liked)
