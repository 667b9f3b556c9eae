"""What heart mode must know after a crash: that it was on, what it put aside, and what it put into the queue."""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Literal

from player_rec.domain.listening import Dials
from player_rec.domain.track import ContentId
from player_rec.store.db import transaction


class Phase(IntEnum):
    """How far heart mode has got on its way in and out."""

    ON = 0
    TO_LEAVE = 1
    """It was switched off while the player was away: nothing was put back yet."""
    LEAVING = 2
    """The former queue is being put back: some of it may be there."""
    BACK = 4
    """It is back; what is left is to take the picks out and to set the modes."""
    ENTERING = 3
    """The former queue is being put aside: some of it may be there still."""


Fate = Literal["waiting", "played", "dropped", "kept"]


@dataclass(frozen=True, slots=True)
class RadioState:
    """Heart mode as it was switched on.

    Attributes:
        player: on which player.
        since: when, UTC.
        anchor: the sound that was playing; empty for none.
        aside: the former queue: files, and the player's own names of the entries.
        modes: of the player, as they were; opaque.
        phase: how far it has got.
    """

    player: str
    since: datetime
    anchor: ContentId
    aside: tuple[tuple[Path, str], ...]
    modes: str
    phase: Phase = Phase.ON


@dataclass(frozen=True, slots=True)
class PickNote:
    """A pick as it was put into a player's queue.

    Attributes:
        id: number of the pick, 0 before it is kept.
        at: when it was put there.
        player: where.
        item: the player's own name of the entry.
        content: the sound.
        file: the file that was queued.
        trying: whether it is there to learn something.
        why: reason and parts, for people and scripts.
        fate: what became of it.
    """

    id: int
    at: datetime
    player: str
    item: str
    content: ContentId
    file: Path
    trying: bool
    why: Mapping[str, Any]
    fate: Fate = "waiting"


class Radio:
    """The radio, picks and dials tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def state(self, player: str) -> RadioState | None:
        """Heart mode on a player, None while it is off."""
        row = self._db.execute("SELECT * FROM radio WHERE player = ?", (player,)).fetchone()
        if row is None:
            return None
        aside = tuple((Path(os.fsdecode(bytes.fromhex(name))), key) for name, key in json.loads(row[3]))
        return RadioState(row[0], datetime.fromisoformat(row[1]), ContentId(row[2]), aside, row[4], Phase(row[5]))

    def on(self, state: RadioState) -> None:
        """Note that heart mode is on."""
        aside = json.dumps([[os.fsencode(file).hex(), key] for file, key in state.aside])
        self._db.execute(
            "INSERT OR REPLACE INTO radio VALUES (?, ?, ?, ?, ?, ?)",
            (state.player, state.since.isoformat(), state.anchor, aside, state.modes, state.phase),
        )

    def leave(self, player: str) -> None:
        """Note that heart mode is to be left as soon as the player is there."""
        self._db.execute(
            "UPDATE radio SET leaving = CASE leaving WHEN ? THEN ? WHEN ? THEN ? ELSE leaving END WHERE player = ?",
            (Phase.ON, Phase.TO_LEAVE, Phase.ENTERING, Phase.LEAVING, player),
        )

    def off(self, player: str) -> None:
        """Note that heart mode is off."""
        self._db.execute("DELETE FROM radio WHERE player = ?", (player,))

    def players(self) -> list[str]:
        """Players on which heart mode is on."""
        return [player for (player,) in self._db.execute("SELECT player FROM radio ORDER BY player")]

    def put(self, notes: Sequence[PickNote]) -> list[int]:
        """Keep picks, all or none; returns their numbers."""
        with transaction(self._db):
            return [self._put(note) for note in notes]

    def _put(self, note: PickNote) -> int:
        done = self._db.execute(
            "INSERT INTO picks (at, player, item, content, file, trying, why, fate) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (note.at.isoformat(), note.player, note.item, note.content, os.fsencode(note.file), note.trying,
             json.dumps(note.why, ensure_ascii=False), note.fate),
        )  # fmt: skip
        return int(done.lastrowid or 0)

    def settle(self, picks: Iterable[int], fate: Fate) -> None:
        """Note what became of picks, of all or none."""
        with transaction(self._db):
            self._db.executemany("UPDATE picks SET fate = ? WHERE id = ?", [(fate, pick) for pick in picks])

    def rename(self, pick: int, item: str) -> None:
        """The player calls the entry of a pick by another name now."""
        self._db.execute("UPDATE picks SET item = ? WHERE id = ?", (item, pick))

    def waiting(self, player: str) -> list[PickNote]:
        """Picks still in the queue of a player, as far as is known, in the order in which they were put there."""
        return self._notes("player = ? AND fate = 'waiting'", (player,))

    def picks(self, since: datetime) -> list[PickNote]:
        """All picks put into a queue since then."""
        return self._notes("at >= ?", (since.isoformat(),))

    def _notes(self, which: str, values: tuple[object, ...]) -> list[PickNote]:
        rows = self._db.execute(
            f"SELECT id, at, player, item, content, file, trying, why, fate FROM picks WHERE {which} ORDER BY id",  # noqa: S608
            values,
        )
        return [
            PickNote(row[0], datetime.fromisoformat(row[1]), row[2], row[3], ContentId(row[4]),
                     Path(os.fsdecode(row[5])), bool(row[6]), json.loads(row[7]), row[8])
            for row in rows
        ]  # fmt: skip

    def dials(self) -> Dials:
        """Where the dials stand."""
        row = self._db.execute(
            "SELECT close_far, familiar_forgotten, energy, fresh FROM dials ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return Dials(*row) if row else Dials()

    def turn(self, dials: Dials, now: datetime) -> None:
        """Turn the dials."""
        self._db.execute(
            "INSERT INTO dials (at, close_far, familiar_forgotten, energy, fresh) VALUES (?, ?, ?, ?, ?)",
            (now.isoformat(), *astuple(dials)),
        )
