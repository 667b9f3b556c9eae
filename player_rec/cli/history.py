"""``history``: what was heard, and taking it away or bringing it back."""

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from player_rec.app.build import App
from player_rec.cli.asked import tell_radio
from player_rec.cli.numbers import count
from player_rec.cli.show import clock, print_json
from player_rec.cli.writing import writing
from player_rec.domain.errors import BadImport
from player_rec.engine.exchange import bring_back, taken_away
from player_rec.store.plays import Noted


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command and its parts."""
    parser = commands.add_parser("history", parents=[common], help="what was heard; export and import")
    parser.add_argument("-n", type=count, default=20, metavar="N", help="the last N plays (default 20)")
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the plays of one day")
    parser.add_argument(
        "--export", type=Path, metavar="FILE", help="write likes, bans and plays as JSON Lines; - prints"
    )
    parser.add_argument("--import", dest="bring", type=Path, metavar="FILE", help="bring such a file back; - reads")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Show plays, or exchange all that was said and heard."""
    if args.export:
        return _export(args.export, app)
    if args.bring:
        return _import(args, app)
    noted = list(app.listener.plays.all(*day(args.day)))[0 if args.day else -args.n :]
    if args.json:
        print_json({"plays": [shown(one) for one in noted]})
        return 0
    for one in noted:
        print(_line(one))
    if not noted:
        print("nothing was heard" + (f" on {args.day}" if args.day else " yet"))
    return 0


def day(of: date | None) -> tuple[datetime | None, datetime | None]:
    """When a day begins and ends here, in UTC: not always 24 hours, for clocks are put forward and back."""
    if of is None:
        return None, None
    return _midnight(of), _midnight(of + timedelta(days=1)) if of < date.max else None


def _midnight(of: date) -> datetime:
    """When a day begins here; the first and the last there are may begin before or after all time."""
    try:
        return datetime(of.year, of.month, of.day).astimezone(UTC)
    except (OverflowError, ValueError):
        return datetime.min.replace(tzinfo=UTC) if of.year < 1000 else datetime.max.replace(tzinfo=UTC)


def shown(one: Noted) -> dict[str, Any]:
    """What scripts are told of a play."""
    play = one.play
    return {
        "number": one.id,
        "started": play.started.isoformat(),
        "title": play.title,
        "artist": play.artist,
        "file": str(play.file),
        "content": play.content,
        "heard_ms": play.heard_ms,
        "duration_ms": play.duration_ms,
        "ending": play.ending.value,
        "outcome": play.outcome.name.lower(),
        "source": play.source.value,
        "player": play.player,
        "counts": one.counts,
    }


def _line(one: Noted) -> str:
    play = one.play
    name = f"{play.artist} – {play.title}" if play.artist and play.title else play.title or play.file.name
    heard = f"{clock(play.heard_ms)} of {clock(play.duration_ms)}" if play.duration_ms else clock(play.heard_ms)
    taken_back = "" if one.counts else "  (not learned from)"
    when = play.started.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{one.id:6}  {when}  {play.ending:8}  {play.source:5}  {heard:>14}  {name}{taken_back}"


def _export(file: Path, app: App) -> int:
    lines = taken_away(app.listener)
    if str(file) == "-":
        for line in lines:
            print(line)
    else:
        with writing(file) as out:
            out.writelines(f"{line}\n".encode() for line in lines)
    return 0


def _import(args: argparse.Namespace, app: App) -> int:
    try:
        text = sys.stdin.read() if str(args.bring) == "-" else args.bring.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadImport(f"{args.bring}: {error}") from error
    brought = bring_back(app.listener, text.split("\n"))
    tell_radio(app)
    if args.json:
        print_json({"hearts": brought.hearts, "bans": brought.bans, "plays": brought.plays, "known": brought.known})
    else:
        print(f"brought back: {brought.hearts} hearts, {brought.bans} bans and snoozes, {brought.plays} plays;"
              f" {brought.known} were there already, or overtaken")  # fmt: skip
    return 0
