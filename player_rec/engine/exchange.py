"""Likes, bans, snoozes and plays as JSON Lines, one thing a line, to take away and to bring back.

Bringing the same file twice changes nothing. File names that are no text keep their bytes as lone surrogates.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from player_rec.domain.errors import BadImport
from player_rec.domain.listening import Avoidance, Ending, Play, Scope, Source
from player_rec.domain.track import ContentId
from player_rec.store.listener import Listener


@dataclass(frozen=True, slots=True)
class Brought:
    """How many lines of each kind were new, and how many were there already."""

    hearts: int = 0
    plays: int = 0
    bans: int = 0
    known: int = 0


def taken_away(listener: Listener) -> Iterator[str]:
    """Everything the listener said and heard, oldest first within each kind, a line each."""
    for content, at, given, title, artist in listener.hearts.log():
        yield _line("heart", content=content, at=at.isoformat(), given=given, title=title, artist=artist)
    for kept in listener.avoidances.all():
        one = kept.avoidance
        yield _line(
            "ban" if one.until is None else "snooze",
            scope=one.scope.value,
            subject=one.subject,
            since=one.since.isoformat(),
            until=one.until.isoformat() if one.until else None,
            lifted=kept.lifted.isoformat() if kept.lifted else None,
            label=one.label,
        )
    for noted in listener.plays.all():
        play = noted.play
        yield _line(
            "play",
            content=play.content,
            file=str(play.file),
            started=play.started.isoformat(),
            heard_ms=play.heard_ms,
            duration_ms=play.duration_ms,
            ending=play.ending.value,
            source=play.source.value,
            player=play.player,
            title=play.title,
            artist=play.artist,
            learned=noted.counts,
        )


def bring_back(listener: Listener, lines: Iterable[str]) -> Brought:
    """Add what is not there yet: all of it or, where a line cannot be understood, nothing.

    Raises:
        BadImport: a line is not one of ours; says which.
    """
    brought = {"hearts": 0, "plays": 0, "bans": 0, "known": 0}
    with listener.transaction():
        said = {(content, at): given for content, at, given, _, _ in listener.hearts.log()}
        bans = {_mark(kept.avoidance) for kept in listener.avoidances.all()}
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                kind = _bring(listener, json.loads(line), said, bans)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadImport(f"line {number} cannot be understood ({type(error).__name__}: {error})") from error
            brought[kind] += 1
    return Brought(**brought)


def _bring(
    listener: Listener,
    given: dict[str, Any],
    said: dict[tuple[ContentId, datetime], bool],
    bans: set[tuple[object, ...]],
) -> str:
    match given["kind"]:
        case "heart":
            content, at = ContentId(str(given["content"])), _time(given["at"])
            if (content, at) in said:
                return "known"
            new = listener.hearts.say(
                content, at, given=bool(given["given"]), title=given["title"], artist=given["artist"]
            )
            return "hearts" if new else "known"
        case "ban" | "snooze":
            until = _time(given["until"]) if given["until"] else None
            one = Avoidance(Scope(given["scope"]), str(given["subject"]), _time(given["since"]), until, given["label"])
            if _mark(one) in bans:
                return "known"
            number = listener.avoidances.add(one)
            if given["lifted"]:
                listener.avoidances.lift(number, _time(given["lifted"]), "asked")
            return "bans"
        case "play":
            return "plays" if listener.plays.add(_play(given)) is not None else "known"
        case other:
            raise ValueError(f"{other!r} is no kind of line")


def _play(given: dict[str, Any]) -> Play:
    return Play(
        content=ContentId(str(given["content"])),
        file=Path(given["file"]),
        started=_time(given["started"]),
        heard_ms=int(given["heard_ms"]),
        duration_ms=int(given["duration_ms"]),
        ending=Ending(given["ending"]),
        source=Source(given["source"]),
        player=str(given["player"]),
        title=str(given["title"]),
        artist=str(given["artist"]),
        learned=bool(given["learned"]),
    )


def _mark(one: Avoidance) -> tuple[object, ...]:
    return one.scope, one.subject, one.since, one.until


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _line(kind: str, **fields: Any) -> str:
    return json.dumps({"kind": kind} | fields, ensure_ascii=True, separators=(",", ":"))
