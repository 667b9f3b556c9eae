"""``dial``: what the radio is to sound like."""

import argparse
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from player_rec.app.build import App
from player_rec.cli.asked import tell_radio
from player_rec.cli.show import print_json
from player_rec.domain.errors import BadSettings
from player_rec.domain.listening import Dials

_WORDS = {
    "close_far": {"close": -1.0, "middle": 0.0, "far": 1.0},
    "familiar_forgotten": {"familiar": -1.0, "middle": 0.0, "forgotten": 1.0},
    "energy": {"winding-down": -1.0, "steady": 0.0, "rising": 1.0},
    "fresh": {},
}
_LEAST = {"fresh": 0.0}


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("dial", parents=[common], help="close or far, familiar or forgotten, steady or rising")
    parser.add_argument(
        "turns",
        nargs="*",
        metavar="DIAL=VALUE",
        help="close-far, familiar-forgotten, energy: -1 to 1 or a word (far, forgotten, rising, winding-down …);"
        " fresh: share of songs never heard, 0 to 1. Without any, shows where they stand",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Turn dials; a radio that is on plans anew at once."""
    before = app.listener.radio.dials()
    dials = before
    for turn in args.turns:
        dials = replace(dials, **_turned(turn))
    if dials != before:
        app.listener.radio.turn(dials, datetime.now(UTC))
        tell_radio(app)
    if args.json:
        print_json(asdict(dials))
        return 0
    for name, value in asdict(dials).items():
        word = next((word for word, at in _WORDS[name].items() if at == value), "")
        print(f"{name.replace('_', '-'):19} {value:+.2f}  {word}".rstrip())
    return 0


def _turned(turn: str) -> dict[str, float]:
    name, _, given = turn.partition("=")
    name = name.replace("-", "_")
    if name not in asdict(Dials()):
        raise BadSettings(f"there is no dial {turn.partition('=')[0]!r}; there are {', '.join(_shown())}")
    try:
        value = _WORDS[name].get(given.lower())
        value = float(given) if value is None else value
    except ValueError:
        value = float("nan")
    least = _LEAST.get(name, -1.0)
    if not least <= value <= 1:
        words = f" or {', '.join(_WORDS[name])}" if _WORDS[name] else ""
        raise BadSettings(f"{turn!r}: a number from {least:g} to 1{words} is meant")
    return {name: value}


def _shown() -> list[str]:
    return [name.replace("_", "-") for name in asdict(Dials())]
