"""Bans and snoozes, and when they were lifted."""

import math
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from player_rec.domain.listening import Avoidance, Scope


@dataclass(frozen=True, slots=True)
class Kept:
    """An avoidance with its number, and when it was lifted, if it was."""

    id: int
    avoidance: Avoidance
    lifted: datetime | None


class Avoidances:
    """The avoidances and lifted tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, avoidance: Avoidance) -> int:
        """Keep a ban or a snooze, and return its number. Asked for twice, it is kept twice, and holds as one."""
        done = self._db.execute(
            "INSERT INTO avoidances (scope, subject, since, until, label) VALUES (?, ?, ?, ?, ?)",
            (avoidance.scope.value, avoidance.subject, avoidance.since.isoformat(),
             avoidance.until.isoformat() if avoidance.until else None, avoidance.label),
        )  # fmt: skip
        return int(done.lastrowid or 0)

    def all(self) -> list[Kept]:
        """Every ban and snooze there ever was, oldest first."""
        rows = self._db.execute(
            "SELECT a.id, scope, subject, since, until, label, l.at FROM avoidances a"
            " LEFT JOIN lifted l ON l.avoidance = a.id ORDER BY a.id"
        )
        return [
            Kept(
                number,
                Avoidance(Scope(scope), subject, datetime.fromisoformat(since),
                          datetime.fromisoformat(until) if until else None, label),
                datetime.fromisoformat(lifted) if lifted else None,
            )
            for number, scope, subject, since, until, label, lifted in rows
        ]  # fmt: skip

    def holding(self, now: datetime) -> list[Kept]:
        """Those that hold at ``now``, oldest first; of several about the same subject the one that ends last."""
        last: dict[tuple[Scope, str], Kept] = {}
        for one in self.all():
            if one.lifted is None and one.avoidance.holds(now):
                about = (one.avoidance.scope, one.avoidance.subject)
                last[about] = max(last.get(about, one), one, key=_end)
        return sorted(last.values(), key=lambda kept: kept.id)

    def lift(self, number: int, now: datetime, why: Literal["asked", "played"]) -> list[int]:
        """End a ban or a snooze before its time, with all others about the same subject; returns their numbers."""
        ended = self._db.execute(
            "INSERT OR IGNORE INTO lifted SELECT o.id, ?, ? FROM avoidances a"
            " JOIN avoidances o ON o.scope = a.scope AND o.subject = a.subject"
            " WHERE a.id = ? AND (o.id = a.id OR o.until IS NULL OR o.until > ?) RETURNING avoidance",
            (now.isoformat(), why, number, now.isoformat()),
        )
        return sorted(number for (number,) in ended.fetchall())

    def note_lifted(self, number: int, at: datetime, why: Literal["asked", "played"]) -> None:
        """Note that this very ban or snooze was lifted; twice is fine."""
        self._db.execute("INSERT OR IGNORE INTO lifted VALUES (?, ?, ?)", (number, at.isoformat(), why))


def _end(kept: Kept) -> float:
    until = kept.avoidance.until
    return until.timestamp() if until else math.inf
