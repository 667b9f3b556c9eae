"""A simulated listener who can be asked, song after song, what they would do with it now.

The same persona, catalogue, questions and generator give the same answers. One listener lives in one time: ``now``
must not go back.
"""

from dataclasses import dataclass
from datetime import datetime
from math import exp

import numpy as np

from models.eval.listeners.choosing import Choosing
from models.eval.listeners.library import Catalogue
from models.eval.listeners.memory import Memory
from models.eval.listeners.parameters import (
    APPEAL,
    FITTED,
    GIVEN,
    MOOD,
    NEVER,
    NOVELTY,
    RESTLESS,
    TIRED,
    Response,
    Temper,
    tables,
)
from models.eval.listeners.taste import Persona, Taste, taste_of
from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import EARLY_MS, FINISH_SHARE, Ending

QUICKEST_MS, SPREAD = 700, 0.9
"""The shortest skip, and the spread of the logarithm of early ones."""

LATE = 0.12
"""Share of songs not skipped early that are left later on by a listener of no patience who finds them middling."""

DEAR = 0.4
"""Appeal from which on a song may be given a heart."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the listener does with a song: how much of it is heard in ms, why it ends, and whether it gets a heart.

    ``Ending.STOPPED`` says that the listener leaves after it: the session is over, wherever the song stands.
    """

    heard_ms: int
    ending: Ending
    likes: bool


class Listener:
    """One persona with a memory. Starts without any history."""

    def __init__(
        self,
        persona: Persona,
        catalogue: Catalogue,
        temper: Temper,
        *,
        response: Response = FITTED,
        taste: Taste | None = None,
    ) -> None:
        """Bring a persona to life with the temper that was settled for it; its taste is worked out where not given."""
        self.persona, self.catalogue, self.temper = persona, catalogue, temper
        self.taste = taste or taste_of(persona, catalogue)
        self.memory = Memory(len(catalogue))
        self._rows = {track: row for row, track in enumerate(catalogue.ids.tolist())}
        self._choosing = Choosing(persona, catalogue, self.taste, response.runs)
        self._tables, self._same_artist = tables(response), response.same_artist

    def react(self, track: int, now: datetime, *, chosen: bool, rng: np.random.Generator) -> Reaction:
        """What is done with a track that starts now; it is remembered as heard.

        ``chosen`` says that the listener put it on, not somebody else.

        Raises:
            NoSuchTrack: the catalogue does not hold it.
        """
        row, now_s = self._row(track), now.timestamp()
        self._arrive(now_s, rng)
        skipped = bool(rng.random() < self._skip_chance(row, now_s, chosen=chosen))
        length_ms = int(self.catalogue.duration_ms[row])
        heard_ms = self._early_ms(length_ms, rng) if skipped else self._late_ms(row, length_ms, rng)
        self.memory.note(row, now_s + heard_ms / 1000, skipped=heard_ms < min(EARLY_MS, length_ms))
        ending = Ending.FINISHED if heard_ms >= length_ms else Ending.SKIPPED
        if rng.random() < self._leave_chance():
            ending = Ending.STOPPED
            self.memory.end()
        return Reaction(heard_ms, ending, self._likes(row, heard_ms, rng))

    def chooses(self, now: datetime, rng: np.random.Generator) -> int:
        """The track, by its number, that the listener puts on now. Ask ``react`` next."""
        now_s = now.timestamp()
        self._arrive(now_s, rng)
        return int(self.catalogue.ids[self._choosing.next(self.memory, now_s, rng)])

    def would_skip(self, track: int, now: datetime, *, chosen: bool) -> float:
        """The chance that a track that starts now is left within 30 seconds. Changes nothing."""
        return self._skip_chance(self._row(track), now.timestamp(), chosen=chosen)

    def appeal(self, track: int) -> float:
        """How much a track appeals to the listener, about −4 to 2, whatever the moment. The truth a radio looks for."""
        return float(self.taste.appeal[self._row(track)])

    def _row(self, track: int) -> int:
        if track not in self._rows:
            raise NoSuchTrack(f"the catalogue holds no track {track}")
        return self._rows[track]

    def _arrive(self, now_s: float, rng: np.random.Generator) -> None:
        if self.memory.over(now_s):
            weights = 0.6 ** np.arange(len(self.persona.loved))
            mood = int(rng.choice(len(weights), p=weights / weights.sum()))
            self.memory.begin(mood, float(rng.normal(0, RESTLESS)), float(rng.normal(0, TIRED)))
            self.memory.ended_s = now_s

    def _skip_chance(self, row: int, now_s: float, *, chosen: bool) -> float:
        memory, table = self.memory, self._tables
        bucket = memory.bucket(row, now_s)
        moods = self.taste.moods[:, row]
        terms = (
            self.temper.base + memory.restless,
            table.skips[min(memory.skips, len(table.skips) - 1)],
            table.listens[min(memory.listens, len(table.listens) - 1)],
            table.place[min(memory.place, len(table.place) - 1)],
            table.since[bucket],
            self._same_artist if self._again_by_same(row) else 0.0,
            -APPEAL * self.taste.appeal[row],
            MOOD * self.persona.moodiness * (moods.max() - moods[memory.mood]),
            NOVELTY * (0.12 - self.persona.novelty) if bucket == NEVER else 0.0,
            0.0 if chosen else GIVEN,
        )
        return 1 / (1 + exp(-sum(terms)))

    def _again_by_same(self, row: int) -> bool:
        artist, last = self.catalogue.artist, self.memory.last
        return last >= 0 and bool(artist[last] == artist[row])

    def _leave_chance(self) -> float:
        """The hazard that the session ends with the play just noted."""
        hazard = self._tables.hazard[min(self.memory.skips, len(self._tables.hazard) - 1)]
        return 1 - exp(-hazard * exp(self.temper.haste + self.memory.tired))

    def _early_ms(self, length_ms: int, rng: np.random.Generator) -> int:
        typical_ms = 4_000 + 8_000 * self.persona.patience
        heard_ms = int(typical_ms * rng.lognormal(0, SPREAD))
        return max(QUICKEST_MS, min(heard_ms, EARLY_MS - 1, length_ms - 1))

    def _late_ms(self, row: int, length_ms: int, rng: np.random.Generator) -> int:
        leaves = LATE * (1.5 - self.persona.patience) * exp(-0.5 * self.taste.appeal[row])
        if length_ms <= EARLY_MS / FINISH_SHARE or rng.random() >= leaves:
            return length_ms
        return int(rng.uniform(EARLY_MS, FINISH_SHARE * length_ms))

    def _likes(self, row: int, heard_ms: int, rng: np.random.Generator) -> bool:
        dear = self.taste.appeal[row] > DEAR and heard_ms >= FINISH_SHARE * self.catalogue.duration_ms[row]
        if not dear or row in self.memory.liked or rng.random() >= self.persona.like_rate:
            return False
        self.memory.liked.add(row)
        return True
