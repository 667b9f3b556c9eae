"""What must be true whatever moment the program was killed at. Reads the database as it was left, changes nothing."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.endurance.kill_person import Ledger, Said
from tests.endurance.kill_witness import Entry, Heard, Looked

AHEAD = 5
AGAIN_S = 45.0
"""A song that came so shortly before, too, is not looked for in the history."""

TOLERANCE_S, HEARD_TOLERANCE_MS = 1.5, 500
"""A song found playing begins by the position that MPD tells, which may be a second off beside a change of song."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One play as it was kept; times in Unix seconds."""

    name: str
    content: str
    began: float
    heard_ms: int
    length_ms: int
    ending: str
    source: str

    @property
    def told(self) -> str:
        """In words."""
        return f"{self.name} at {self.began:.1f}, {self.heard_ms / 1000:.1f} s, {self.ending}"


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A database, to look at only."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        yield db


def plays(kept: Path) -> list[Kept]:
    """The plays that were kept, in order of their beginning."""
    with reading(kept / "listening.db") as db:
        rows = db.execute(
            "SELECT file, content, started, heard_ms, duration_ms, ending, source FROM plays ORDER BY started"
        ).fetchall()
    return [Kept(_name(row[0]), row[1], datetime.fromisoformat(row[2]).timestamp(), *row[3:]) for row in rows]


def intact(kept: Path) -> list[str]:
    """What SQLite finds wrong."""
    found = []
    for name in ("listening.db", "library.db"):
        with reading(kept / name) as db:
            found += [f"{name}: {line}" for (line,) in db.execute("PRAGMA integrity_check") if line != "ok"]
    return found


def words_kept(kept: Path, said: Said) -> list[str]:
    """Hearts, bans and snoozes that are not as the commands that ended with 0 left them."""
    with reading(kept / "listening.db") as db:
        liked = {content for (content,) in db.execute("SELECT content FROM likes")}
        avoided = {number for (number,) in db.execute("SELECT id FROM avoidances")}
        lifted = dict(db.execute("SELECT avoidance, why FROM lifted"))
    content = contents(kept)
    wrong = [f"the {'heart' if on else 'unlike'} of {name} is lost" for name, on in said.liked.items()
             if (content[name] in liked) is not on]  # fmt: skip
    wrong += [f"ban or snooze {number} is lost" for number in said.avoided.keys() - avoided]
    wrong += [f"{number} was lifted in vain" for number in said.lifted - lifted.keys()]
    wrong += [f"ban {number} was lifted by nobody" for number, ban in said.avoided.items()
              if number not in said.lifted and number in lifted and (ban or lifted[number] != "played")]  # fmt: skip
    return wrong


def plays_kept(kept: Sequence[Kept], songs: Sequence[Heard], alive: Sequence[tuple[float, float]]) -> list[str]:
    """Finished songs that are not there exactly once, and plays of what nobody heard.

    Args:
        kept: what is in the history.
        songs: what the witness heard.
        alive: from when to when the program certainly followed and had the time to write; Unix seconds.
    """
    wrong = []
    for song in songs:
        found = [one for one in kept if _heard(one, songs) is song]
        if len(found) > 1:
            wrong.append(f"one song, {len(found)} plays: " + "; ".join(one.told for one in found))
        elif any(0 < song.began - other.began < AGAIN_S for other in songs if other.entry.name == song.entry.name):
            continue  # found playing after a crash, it may be taken for the play before
        elif song.finished and any(begin <= song.ended <= end for begin, end in alive):
            if not found:
                wrong.append(f"a finished play is lost: {song.entry.name} {song.began:.1f} to {song.ended:.1f}")
            elif found[0].ending != "finished":
                wrong.append(f"a finished play is kept as another: {found[0].told}")
    strange = [one for one in kept if _heard(one, songs) is None]
    return wrong + [f"nobody heard this play: {one.told}" for one in strange]


def plays_possible(kept: Sequence[Kept]) -> list[str]:
    """Plays longer than their song, and two of one sound at the same time."""
    wrong = [f"heard for longer than it is: {one.told} of {one.length_ms} ms" for one in kept
             if one.length_ms and one.heard_ms > one.length_ms + HEARD_TOLERANCE_MS]  # fmt: skip
    for content in {one.content for one in kept}:
        same = [one for one in kept if one.content == content]
        wrong += [f"doubled: {a.told}; {b.told}" for a, b in pairwise(same)
                  if a.began + a.heard_ms / 1000 > b.began + TOLERANCE_S]  # fmt: skip
    return wrong


@dataclass(frozen=True, slots=True)
class Radio:
    """What the database says of heart mode.

    Attributes:
        on: whether it is on.
        waiting: MPD's numbers of the picks that wait, with the names of their files.
        unnamed: the files of picks that wait and have no number yet.
        aside: the files of the former queue.
        repeating: MPD's numbers of the waiting picks for which the repeat window had to give way, and says so.
        ever: MPD's numbers of all picks there ever were.
        nameless: the files of all picks that never had a number.
    """

    on: bool
    waiting: dict[str, str]
    unnamed: list[str]
    aside: Counter[str]
    repeating: set[str]
    ever: set[str]
    nameless: set[str]

    @classmethod
    def read(cls, kept: Path) -> "Radio":
        """As it is now."""
        with reading(kept / "listening.db") as db:
            db.execute("BEGIN")
            states = db.execute("SELECT aside FROM radio").fetchall()
            noted = db.execute("SELECT item, file, why FROM picks WHERE fate = 'waiting'").fetchall()
            ever = {_number(item) for (item,) in db.execute("SELECT item FROM picks WHERE item <> ''")}
            nameless = {_name(file) for (file,) in db.execute("SELECT file FROM picks WHERE item = ''")}
        aside = [_name(bytes.fromhex(name)) for (told,) in states for name, _ in json.loads(told)]
        named = {_number(item): _name(file) for item, file, _ in noted if item}
        unnamed = [_name(file) for item, file, _ in noted if not item]
        repeating = {_number(item) for item, _, why in noted if "repeat" in json.loads(why)["gave_way"]}
        return cls(bool(states), named, unnamed, Counter(aside), repeating, ever, nameless)


def queue_sane(kept: Path, looked: Looked, radio: Radio, ledger: Ledger) -> list[str]:
    """What is wrong with the queue of a radio that is on and has settled."""
    own = [entry for entry in looked.upcoming if entry.id not in radio.waiting]
    picks = [entry for entry in looked.upcoming if entry.id in radio.waiting]
    wrong = [] if radio.on else ["heart mode is not on"]
    wrong += balance(own, radio.aside, ledger)
    if len(picks) != AHEAD:
        wrong.append(f"{len(picks)} picks wait, not {AHEAD}")
    if looked.upcoming != (*own, *picks):
        wrong.append("an own entry waits behind a pick")
    if ghosts := set(radio.waiting) - {entry.id for entry in looked.upcoming}:
        wrong.append(f"picks are noted that do not wait: {sorted(ghosts)}")
    if radio.unnamed:
        wrong.append(f"picks are noted without a name: {radio.unnamed}")
    recordings = _recordings(kept)
    for place, entry in enumerate(looked.upcoming):
        before = {recordings[other.name] for other in looked.upcoming[:place]}
        if entry in picks and recordings[entry.name] in before and entry.id not in radio.repeating:
            wrong.append(f"{entry.name} is picked though it waits already: {[one.name for one in looked.upcoming]}")
    if banned := avoided_names(kept) & {pick.name for pick in picks}:
        wrong.append(f"banned songs are picked: {sorted(banned)}")
    return wrong


def balance(own: Sequence[Entry], aside: Counter[str], ledger: Ledger) -> list[str]:
    """Own entries that are lost or too many, waiting and put aside taken together."""
    there, due = Counter(entry.name for entry in own) + aside, ledger.waiting()
    seen = f" (waiting {[entry.name for entry in own]}, aside {sorted(aside.elements())})"
    wrong = [f"own entries are lost: {sorted((due - there).elements())}{seen}"] if due - there else []
    return wrong + ([f"nobody queued these: {sorted((there - due).elements())}"] if there - due else [])


def contents(kept: Path) -> dict[str, str]:
    """The content of each file."""
    return _of_files(kept, "content")


def avoided_names(kept: Path) -> set[str]:
    """Files whose very sound is banned or snoozed."""
    with reading(kept / "listening.db") as db:
        subjects = {subject for (subject,) in db.execute(
            "SELECT subject FROM avoidances WHERE id NOT IN (SELECT avoidance FROM lifted)")}  # fmt: skip
    return {name for name, content in contents(kept).items() if content in subjects}


def _recordings(kept: Path) -> dict[str, int]:
    return _of_files(kept, "recording")


def _of_files(kept: Path, column: str) -> dict[str, Any]:
    with reading(kept / "library.db") as db:
        rows = db.execute(f"SELECT f.path, t.{column} FROM files f JOIN tracks t ON t.id = f.track").fetchall()  # noqa: S608 - one of two words
    return {_name(path): value for path, value in rows}


def _heard(play: Kept, songs: Sequence[Heard]) -> Heard | None:
    """The song that the witness heard and the play must be of: of the same name, begun about then."""
    same = [song for song in songs if song.entry.name == play.name]
    nearest = min(same, key=lambda song: abs(play.began - song.began), default=None)
    return nearest if nearest and abs(play.began - nearest.began) <= TOLERANCE_S else None


def _name(file: bytes) -> str:
    return Path(os.fsdecode(file)).name


def _number(item: str) -> str:
    return item.rpartition(":")[2]
