"""One day: the person puts a song on, switches heart mode on, and does with every pick what they would."""

import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from models.eval.day.stage import Stage
from models.eval.listeners.alone import BEGINNING, life, settled
from models.eval.listeners.library import Catalogue
from models.eval.listeners.listener import Listener as Person
from models.eval.listeners.taste import Persona
from player_rec.app.places import places_in
from player_rec.domain.listening import EARLY_MS, Ending, Play, Source
from player_rec.domain.track import TrackId
from player_rec.engine.follower import Follower
from player_rec.engine.memory import Memory, Tuning
from player_rec.engine.space import SoundSpace, serving_model
from player_rec.players.base import QueueItem
from player_rec.store.db import open_db, open_rebuildable
from player_rec.store.library import Library
from player_rec.store.listener import Listener

AWAY_S = 2 * 3600.0
PAST_THE_END_MS = 100_000
"""A player that goes on by itself is waited for: by a real one until the song changes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One song of the day."""

    track: int
    at_s: float
    heard_ms: int
    skipped: bool
    appeal: float
    pick: bool
    session: int
    ahead: tuple[int, ...]


@dataclass(slots=True)
class Day:
    """What happened, and how long each new plan took in ms."""

    heard: list[Heard] = field(default_factory=list)
    plans_ms: list[float] = field(default_factory=list)
    likes: int = 0


class Life:
    """A person with a past: songs they chose for themselves before the radio came."""

    def __init__(self, persona: Persona, catalogue: Catalogue, past: int) -> None:
        """Live ``past`` plays."""
        self.person = Person(persona, catalogue, settled(persona, catalogue, plays=1500))
        self.rows = list(life(self.person, past, np.random.default_rng((persona.seed, 10))))
        end_s = 60 * self.rows[-1][0] if self.rows else BEGINNING.timestamp()
        self.begin = datetime.fromtimestamp(end_s, UTC) + timedelta(hours=9)

    def tell(self, library: Library, listener: Listener) -> None:
        """Write the past down as history."""
        tracks = library.tracks.get({TrackId(track) for _, track, _ in self.rows})
        with listener.transaction():
            for end_minute, number, heard_ms in self.rows:
                track = tracks[TrackId(number)]
                ended = datetime.fromtimestamp(60 * end_minute, UTC)
                ending = Ending.FINISHED if heard_ms >= track.identity.duration_ms else Ending.SKIPPED
                listener.plays.add(
                    Play(
                        *(track.identity.content, track.path, ended - timedelta(milliseconds=heard_ms), heard_ms),
                        *(track.identity.duration_ms, ending, Source.OWN, "before"),
                    )
                )


def live(folder: Path, past: Life, stage: Stage, home: Path, plays: int, weights: Mapping[str, float]) -> Day:
    """Spend a day of ``plays`` songs with a radio that knows no more of this person than the past.

    Args:
        folder: the analysed library; not written to.
        past: who listens.
        stage: where.
        home: an empty folder for what is remembered.
        plays: how many songs.
        weights: of the parts of the radio's score.
    """
    rng = np.random.default_rng((past.person.persona.seed, 11))
    day = Day()
    with ExitStack() as stack:
        library = Library(stack.enter_context(closing(open_rebuildable(places_in(folder).library))))
        listener = Listener(stack.enter_context(closing(open_db(home / "listening.db", "listening"))))
        past.tell(library, listener)
        space = SoundSpace(library, home, serving_model(library, ""))
        memory = Memory(library, listener, space, Tuning(weights=weights))
        follower = Follower(
            stage.player, library, listener, memory, stage.post, stage.now, clock=lambda: stage.now().timestamp()
        )
        stack.callback(stage.player.close)
        _timed(follower, day)
        _Evening(follower, library, listener, past.person, stage, rng, day).go(plays)
    return day


def _timed(follower: Follower, day: Day) -> None:
    """Note how long every new plan takes."""
    plain = follower.radio.replan

    def replan(current: QueueItem | None) -> None:
        begun = time.perf_counter()
        plain(current)
        day.plans_ms.append(1000 * (time.perf_counter() - begun))

    follower.radio.replan = replan  # type: ignore[method-assign]  # measured from outside


@dataclass(slots=True)
class _Evening:
    follower: Follower
    library: Library
    listener: Listener
    person: Person
    stage: Stage
    rng: np.random.Generator
    day: Day
    session: int = -1

    def go(self, plays: int) -> None:
        self.stage.wait(5, self.follower.step)
        while len(self.day.heard) < plays:
            self._begin()
            while len(self.day.heard) < plays and self._one():
                pass
            self.follower.heart(on=False)
            self.stage.stop(self.follower.step)
            self.stage.wait(AWAY_S, self.follower.step)

    def _begin(self) -> None:
        """Put a song on and switch heart mode on."""
        self.session += 1
        while not self.stage.play(self._file(self.person.chooses(self.stage.now(), self.rng)), self.follower.step):
            pass
        self.follower.heart(on=True)

    def _one(self) -> bool:
        """Hear one song; False when the person leaves."""
        item = self.follower.current
        if item is None:
            return False
        track = self.library.tracks.at(item.path)
        if track is None:
            return False
        first = not self.day.heard or self.day.heard[-1].session != self.session
        now = self.stage.now()
        ahead = tuple(int(self.library.tracks.at(note.file) or 0) for _, note in self.follower.picks())
        reaction = self.person.react(int(track), now, chosen=first, rng=self.rng)
        length_ms = int(self.person.catalogue.duration_ms[self.person.catalogue.rows([int(track)])[0]])
        ends = reaction.heard_ms >= length_ms
        self.stage.hear(reaction.heard_ms + (PAST_THE_END_MS if ends else 0), self.follower.step)
        skipped = reaction.heard_ms < min(EARLY_MS, length_ms)
        self.day.heard.append(
            Heard(
                int(track),
                now.timestamp(),
                reaction.heard_ms,
                skipped,
                self.person.appeal(int(track)),
                not first,
                self.session,
                ahead,
            )
        )
        if reaction.likes:
            self._like(TrackId(int(track)))
        if reaction.ending is Ending.STOPPED:
            return False
        if not ends:
            self.stage.skip(self.follower.step)
        return True

    def _like(self, track: TrackId) -> None:
        self.day.likes += 1
        self.listener.hearts.give(self.library.tracks.get([track])[track], self.stage.now())
        self.follower.memory.said_changed()
        self.follower.replan()

    def _file(self, track: int) -> Path:
        return self.library.tracks.get([TrackId(track)])[TrackId(track)].path
