"""A listening room: a real library and history on disk, a simulated player, and a clock that is turned by hand."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from player_rec.domain.sound import Analysis, Sound
from player_rec.domain.track import ContentId, Identity, Stamp, Tags
from player_rec.engine.follower import Follower
from player_rec.engine.memory import Memory, Tuning
from player_rec.engine.space import SoundSpace
from player_rec.engine.wishes import Wishes
from player_rec.players.base import PlayerAdapter, QueueItem
from player_rec.players.simulated import SimulatedPlayer
from player_rec.store.db import open_db
from player_rec.store.library import Library
from player_rec.store.listener import Listener
from player_rec.store.plays import Noted

BEGIN = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
LENGTH_MS = 200_000
CORNERS, PER_CORNER = 6, 20
"""Sound space is six corners of twenty songs by twenty artists; song n lies in corner n // 20."""


def song(number: int) -> Path:
    """The file of a song."""
    return Path(f"/music/{number:03}.mp3")


def number(path: Path) -> int:
    """The song in a file."""
    return int(path.stem)


def corner(path: Path) -> int:
    """Where in sound space a file lies."""
    return number(path) // PER_CORNER


def fill(library: Library, *, heard: bool = True) -> None:
    """Put the songs into a library, analysed or only read."""
    rng = np.random.default_rng(7)
    corners = np.eye(16, dtype=np.float32)
    with library.transaction():
        for n in range(CORNERS * PER_CORNER):
            tags = Tags(f"Song {n}", (f"Artist {n}",), f"Album {n}", genres=(f"Genre {n // PER_CORNER}",))
            identity = Identity(ContentId(f"sound-{n}"), LENGTH_MS, "mp3")
            track = library.files.put(str(song(n)), "/music", Stamp(1, 1), identity, tags, ())
            if heard:
                vector = corners[n // PER_CORNER] + rng.normal(0, 0.12, 16).astype(np.float32)
                sound = Sound(-14.0, 120.0, 0.5, 0, 0.5, 0.5, 0, 0)
                library.vectors.put(track, Analysis("m", vector / np.linalg.norm(vector), sound, b"", LENGTH_MS))


@dataclass
class WallClock:
    """The time that people can set."""

    player: SimulatedPlayer
    set_by_s: float = 0

    def __call__(self) -> datetime:
        """What it shows."""
        return BEGIN + timedelta(seconds=self.player.now + self.set_by_s)


@dataclass
class Room:
    """Everything of one evening. ``jobs`` is the engine's inbox, emptied by ``settle``."""

    player: SimulatedPlayer
    library: Library
    listener: Listener
    follower: Follower
    wishes: Wishes
    wall: "WallClock"
    jobs: deque[Callable[[], None]] = field(default_factory=deque)

    def now(self) -> datetime:
        """The time in this room."""
        return self.wall()

    def settle(self) -> None:
        """Let the engine do all it has to do now."""
        self.follower.step()
        while self.jobs:
            self.jobs.popleft()()
        self.follower.step()

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        until = self.player.now + seconds
        while self.player.now < until:
            self.player.advance(min(1.0, until - self.player.now))
            self.settle()

    def listen(self, file: Path, seconds: float = 5) -> None:
        """Play a file by hand and hear some of it."""
        self.player.play(file)
        self.settle()
        self.passes(seconds)

    def skip(self, after_s: float = 5) -> None:
        """Hear some of what plays, then go on to the next."""
        self.passes(after_s)
        self.player.skip()
        self.settle()

    def finish(self) -> None:
        """Hear what plays to its end."""
        self.passes(LENGTH_MS / 1000 + 0.5)

    def heart(self, *, on: bool) -> None:
        """Switch heart mode."""
        self.follower.heart(on=on)
        self.settle()

    @property
    def playing(self) -> Path | None:
        """The file playing."""
        return self.follower.current.path if self.follower.current else None

    @property
    def queue(self) -> list[Path]:
        """The files that wait."""
        return [item.path for item in self.player.upcoming()]

    @property
    def picks(self) -> list[Path]:
        """Those of them that the radio put there."""
        return [item.path for item, _ in self.follower.picks()]

    @property
    def plays(self) -> list[Noted]:
        """What is in the history."""
        return list(self.listener.plays.all())

    def item(self, file: Path) -> QueueItem:
        """The waiting entry of a file."""
        return next(item for item in self.player.upcoming() if item.path == file)


@contextmanager
def opened(
    folder: Path,
    *,
    heard: bool = True,
    player: SimulatedPlayer | None = None,
    only: Callable[[SimulatedPlayer], PlayerAdapter] | None = None,
) -> Iterator[Room]:
    """A room kept in ``folder``: opened again it is as it was left, however it was left.

    Args:
        folder: where the databases are.
        heard: whether the songs of a new library are analysed.
        player: one that runs already, with its queue and its clock.
        only: makes the player show less of what it can.
    """
    with ExitStack() as stack:
        new = not (folder / "library.db").exists()
        library = Library(stack.enter_context(closing(open_db(folder / "library.db", "library"))))
        listener = Listener(stack.enter_context(closing(open_db(folder / "listening.db", "listening"))))
        if new:
            fill(library, heard=heard)
        player = player or SimulatedPlayer(lambda _: LENGTH_MS)
        memory = Memory(library, listener, SoundSpace(library, folder / "index", "m"), Tuning())
        jobs: deque[Callable[[], None]] = deque()
        seen = only(player) if only else player
        wall = WallClock(player)
        begun = player.now
        follower = Follower(seen, library, listener, memory, jobs.append, wall, lambda: player.now)
        assert begun == player.now
        wishes = Wishes(follower, library, listener, wall)
        room = Room(player, library, listener, follower, wishes, wall, jobs)
        room.settle()
        room.passes(4)  # the player has its say first
        yield room
