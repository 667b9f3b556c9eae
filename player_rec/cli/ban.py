"""``ban``, ``snooze``, ``unsnooze`` and ``bans``: what the radio must not play, and for how long."""

import argparse
from datetime import UTC, datetime
from functools import partial
from typing import Any

from player_rec.app.build import App
from player_rec.cli.asked import HELP, asked_track, tell_radio
from player_rec.cli.show import print_json
from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import Scope
from player_rec.engine.avoid import avoid, is_about
from player_rec.store.avoidances import Kept

_SNOOZE_DAYS = 30.0
_MOST_DAYS = 36_500.0


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    for verb, days, text in (("ban", None, "never play it"), ("snooze", _SNOOZE_DAYS, "do not play it for a while")):
        parser = commands.add_parser(verb, parents=[common], help=text)
        parser.add_argument("track", nargs="?", metavar="FILE|QUERY", help=HELP)
        parser.add_argument("--scope", type=Scope, choices=list(Scope), default=Scope.RECORDING,
                            help="this track, this recording (default), its artist, its album")  # fmt: skip
        parser.add_argument("--days", type=_days, default=days, metavar="N", help="7, 30, … or always"
                            + (f" (default {days:g})" if days else " (default always)"))  # fmt: skip
        parser.set_defaults(run=_avoid)
    for verb in ("unsnooze", "unban"):
        parser = commands.add_parser(verb, parents=[common], help="play it again")
        parser.add_argument("what", nargs="?", metavar="NUMBER|FILE|QUERY", help=f"a number from bans; {HELP}")
        parser.set_defaults(run=partial(_lift))
    parser = commands.add_parser("bans", parents=[common], help="what is banned or snoozed")
    parser.set_defaults(run=_list)


def _days(text: str) -> float | None:
    if text == "always":
        return None
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days; 7, 30 or always would be")
    return days


def _avoid(args: argparse.Namespace, app: App) -> int:
    """Ban or snooze; a radio that is on takes it out of the queue at once."""
    track = asked_track(app, args.track)
    kept = avoid(app.library, app.listener, track, args.scope, datetime.now(UTC), args.days)
    tell_radio(app)
    one = kept.avoidance
    if args.json:
        print_json({"number": kept.id, "scope": one.scope, "label": one.label,
                    "until": one.until.isoformat() if one.until else None})  # fmt: skip
    else:
        print(f"not played {_until(one.until)}: {one.scope} {one.label}")
    return 0


def _lift(args: argparse.Namespace, app: App) -> int:
    now = datetime.now(UTC)
    holding = app.listener.avoidances.holding(now)
    if args.what and args.what.isdecimal():
        chosen = [kept for kept in holding if str(kept.id) == args.what.lstrip("0")]
        if not chosen:
            raise NoSuchTrack(f"there is no ban or snooze {args.what}; player-rec bans lists those there are")
    else:
        track = asked_track(app, args.what)
        chosen = [kept for kept in holding if is_about(kept.avoidance, track, app.library)]
        if not chosen:
            raise NoSuchTrack(f"{track.label} is neither banned nor snoozed; player-rec bans lists what is")
    lifted = [number for kept in chosen for number in app.listener.avoidances.lift(kept.id, now, "asked")]
    tell_radio(app)
    if args.json:
        print_json({"lifted": lifted})
    else:
        for kept in chosen:
            print(f"may be played again: {kept.avoidance.scope} {kept.avoidance.label}")
    return 0


def _list(args: argparse.Namespace, app: App) -> int:
    holding = app.listener.avoidances.holding(datetime.now(UTC))
    if args.json:
        print_json({"bans": [_shown(kept) for kept in holding]})
    elif not holding:
        print("nothing is banned or snoozed")
    for kept in [] if args.json else holding:
        print(
            f"{kept.id:4}  {kept.avoidance.scope:9}  {kept.avoidance.label}  {_until(kept.avoidance.until, 'always')}"
        )
    return 0


def _shown(kept: Kept) -> dict[str, Any]:
    one = kept.avoidance
    return {
        "number": kept.id,
        "scope": one.scope.value,
        "label": one.label,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
    }


def _until(until: datetime | None, always: str = "ever again") -> str:
    return f"until {until.astimezone():%Y-%m-%d}" if until else always
