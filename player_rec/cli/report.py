"""``report``: how well the radio does, by its own books."""

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from player_rec.app.build import App
from player_rec.cli.show import print_json
from player_rec.engine.report import Skips, report


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("report", parents=[common], help="how well the radio does")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Print the self-report."""
    picks = app.listener.radio.picks(datetime.min.replace(tzinfo=UTC))
    found = report(
        list(app.listener.plays.all()),
        frozenset(app.library.tracks.contents()),
        frozenset(pick.content for pick in picks if pick.trying),
        datetime.now(UTC),
    )
    if args.json:
        print_json(asdict(found))
        return 0
    print(f"{found.plays} plays, {found.hours:.1f} hours")
    print(f"early skips: {_skips(found.picks)} of the radio's picks, {_skips(found.others)} of the rest,"
          f" {_skips(found.tries)} of its tries")  # fmt: skip
    print(f"repeats within the hour: {found.repeats_per_hour:.2f} an hour")
    print(f"distinct artists in 20 plays: {found.artists_per_20:.1f}")
    print(f"library reached: {found.reached:.1%} ever, {found.reached_30_days:.1%} in 30 days")
    if found.hit_rate is None:
        print("habit: too few own choices to tell")
    else:
        print(f"habit: {found.hit_rate:.1%} of {found.asked} own choices were among its first 20")
    return 0


def _skips(skips: Skips) -> str:
    return f"{skips.early:.1%} of {skips.plays}" if skips.plays else "none"
