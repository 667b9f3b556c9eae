"""One line of what is taken away and brought back: from JSON to a value that can be relied on, and to JSON."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from player_rec.domain.errors import BadImport
from player_rec.domain.listening import Avoidance, Ending, Play, Scope, Source
from player_rec.domain.track import ContentId

_YEARS: Final = range(1900, 9000)
_MOST_MS: Final = 2**53
_SHOWN: Final = 40
"""So many characters of what is wrong are shown."""


@dataclass(frozen=True, slots=True)
class Word:
    """A heart given or taken back."""

    content: ContentId
    at: datetime
    given: bool
    title: str
    artist: str


@dataclass(frozen=True, slots=True)
class Avoided:
    """A ban or a snooze, and when it was lifted, if it was."""

    avoidance: Avoidance
    lifted: datetime | None


def understood(number: int, line: str) -> Word | Avoided | Play | None:
    """What a line says; None for an empty one. Raises BadImport."""
    if not line.strip():
        return None
    try:
        return _read(json.loads(line))
    except KeyError as error:
        why = f"it says nothing of {error}"
    except RecursionError:
        why = "it is nested too deeply"
    except json.JSONDecodeError as error:
        why = f"it is no JSON ({error.msg} at {error.pos})"
    except (TypeError, ValueError, OverflowError) as error:
        why = str(error)
    raise BadImport(f"line {number} cannot be understood: {why}")


def _read(given: Any) -> Word | Avoided | Play:
    if not isinstance(given, dict):
        raise TypeError("it is no object")
    match given["kind"]:
        case "heart":
            return Word(
                ContentId(_text(given, "content")),
                _time(given, "at"),
                _yes(given, "given"),
                _text(given, "title"),
                _text(given, "artist"),
            )
        case "ban" | "snooze":
            until, lifted = (_time(given, name) if given[name] is not None else None for name in ("until", "lifted"))
            scope, since = Scope(_text(given, "scope")), _time(given, "since")
            one = Avoidance(scope, _text(given, "subject"), since, until, _text(given, "label"))
            return Avoided(one, lifted)
        case "play":
            return _play(given)
        case other:
            raise ValueError(f"{other!r} is no kind of line")


def _play(given: dict[str, Any]) -> Play:
    return Play(
        content=ContentId(_text(given, "content")),
        file=_file(given, "file"),
        started=_time(given, "started"),
        heard_ms=_ms(given, "heard_ms"),
        duration_ms=_ms(given, "duration_ms"),
        ending=Ending(_text(given, "ending")),
        source=Source(_text(given, "source")),
        player=_text(given, "player"),
        title=_text(given, "title"),
        artist=_text(given, "artist"),
        learned=_yes(given, "learned"),
    )


def _text(given: dict[str, Any], name: str) -> str:
    value = _string(given, name)
    value.encode("utf-8")
    return value


def _file(given: dict[str, Any], name: str) -> Path:
    value = _string(given, name)
    os.fsencode(value)
    return Path(value)


def _string(given: dict[str, Any], name: str) -> str:
    value = given[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text: {_short(value)}")
    return value


def _yes(given: dict[str, Any], name: str) -> bool:
    value = given[name]
    if not isinstance(value, bool):
        raise TypeError(f"{name} is neither true nor false: {_short(value)}")
    return value


def _ms(given: dict[str, Any], name: str) -> int:
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_MS:
        raise ValueError(f"{name} is no number of milliseconds: {_short(value)}")
    return int(value)


def _time(given: dict[str, Any], name: str) -> datetime:
    """A moment in UTC, which it is taken for where it does not tell."""
    time = datetime.fromisoformat(_text(given, name))
    if time.year not in _YEARS:
        raise ValueError(f"{name} is no time at which anything was heard or said: {_short(given[name])}")
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _short(value: object) -> str:
    try:
        shown = json.dumps(value)
    except RecursionError:
        return "…"
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def written(kind: str, **fields: Any) -> str:
    """A line of that kind."""
    return json.dumps({"kind": kind} | fields, ensure_ascii=True, separators=(",", ":"))
