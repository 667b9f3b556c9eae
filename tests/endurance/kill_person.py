"""A person at the player and at the command line, whose whims come from a seed; and what must be true afterwards."""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.endurance.kill_music import FIRST, program
from tests.endurance.kill_witness import Looked, Mpd, Witness

MOST_BANS = 4
LEAST_WAITING = 2
"""With fewer entries waiting than this, the person adds some: a queue that runs dry is another story."""


@dataclass(slots=True)
class Said:
    """What the program took from the person: its command ended with 0.

    Attributes:
        liked: for each file whether the last word was a heart.
        avoided: numbers of bans and snoozes, and whether each is a ban.
        lifted: numbers of those taken back.
        refused: commands that did not end with 0.
    """

    liked: dict[str, bool] = field(default_factory=dict)
    avoided: dict[int, bool] = field(default_factory=dict)
    lifted: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Ledger:
    """The person's own entries: which were added, began or were taken out again.

    An entry that was put aside comes back under another number, so what counts are names of files.
    """

    added: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    gone_under_new_number: Counter[str] = field(default_factory=Counter)

    def waiting(self) -> Counter[str]:
        """The names that still wait, in the queue or put aside."""
        names = Counter(name for number, name in self.added.items() if number not in self.gone)
        return names - self.gone_under_new_number


class Person:
    """Acts on one thread."""

    def __init__(
        self,
        mpd: Mpd,
        witness: Witness,
        kept: Path,
        songs: list[str],
        rng: Random,
        picks: Callable[[], set[str]],
    ) -> None:
        """``picks`` tells MPD's numbers of what the radio queued, so that the person can tell it from the own."""
        self._mpd, self._witness, self._kept, self._rng, self._picks = mpd, witness, kept, rng, picks
        self._music = kept.parent / "music"
        self._songs = songs
        self.ledger, self.said = Ledger(), Said()

    def begin(self, former: list[str]) -> None:
        """Play ``FIRST``, with a queue behind it."""
        for name in (FIRST, *former):
            self.add(name)
        self._mpd.ask("play 0")

    def add(self, name: str) -> None:
        """Put a song at the end of the queue."""
        answer = dict(self._mpd.ask(f'addid "{name}"') or [])
        self.ledger.added[answer["Id"]] = name

    def keep_going(self) -> None:
        """See to it that there is something to play, and that it plays."""
        looked = Looked.at(self._mpd)
        while len(looked.upcoming) < LEAST_WAITING or looked.playing is None:
            self._add_one()
            if looked.playing is None:
                self._mpd.ask(f"playid {list(self.ledger.added)[-1]}")
            looked = Looked.at(self._mpd)

    def act(self) -> str:
        """Do something."""
        deeds = {
            self._skip: 2,
            self._add_one: 3,
            self._remove_waiting: 3,
            self._like: 4,
            self._unlike: 1,
            self._ban: 1,
            self._snooze: 1,
            self._lift: 2,
        }
        deed = self._rng.choices(list(deeds), list(deeds.values()))[0]
        deed()
        return deed.__name__.removeprefix("_")

    def _skip(self) -> None:
        if len(Looked.at(self._mpd).upcoming) >= LEAST_WAITING:
            self._witness.touch()
            self._mpd.ask("next")
            time.sleep(0.1)

    def _add_one(self) -> None:
        taken = self.ledger.waiting()
        self.add(self._rng.choice([name for name in self._songs if not taken[name]]))

    def _remove_waiting(self) -> None:
        looked, known = Looked.at(self._mpd), self._picks() | self.ledger.added.keys()
        chosen = [entry for entry in looked.upcoming[1:] if entry.id in known]  # the very next may begin meanwhile
        if len(looked.upcoming) > LEAST_WAITING and chosen:
            entry = self._rng.choice(chosen)
            if self._mpd.ask(f"deleteid {entry.id}") is not None and entry.id in self.ledger.added:
                self.ledger.gone.add(entry.id)

    def _like(self) -> None:
        name = self._rng.choice(self._songs)
        if self._tell("like", name) is not None:
            self.said.liked[name] = True

    def _unlike(self) -> None:
        liked = [name for name, given in self.said.liked.items() if given]
        if liked and self._tell("unlike", name := self._rng.choice(liked)) is not None:
            self.said.liked[name] = False

    def _ban(self) -> None:
        self._avoid("ban", ban=True)

    def _snooze(self) -> None:
        self._avoid("snooze", ban=False)

    def _avoid(self, verb: str, *, ban: bool) -> None:
        if len(self.said.avoided) - len(self.said.lifted) >= MOST_BANS:
            self._lift()
        elif told := self._tell(verb, self._rng.choice(self._songs)):
            self.said.avoided[int(told["number"])] = ban

    def _lift(self) -> None:
        told = program(self._kept, "bans", "--json")
        holding = [one["number"] for one in json.loads(told.stdout)["bans"]] if told.returncode == 0 else []
        if holding and (done := self._tell("unban", str(self._rng.choice(holding)))):
            self.said.lifted |= set(done["lifted"])

    def _tell(self, verb: str, what: str) -> dict[str, Any] | None:
        named = what if what.isdecimal() else str(self._music / what)
        done = program(self._kept, verb, named, "--json")
        if done.returncode:
            self.said.refused.append(f"{verb} {what} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
            return None
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
