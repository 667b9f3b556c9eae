"""``like`` and ``unlike``: give a song a heart, or take it back."""

import argparse
from datetime import UTC, datetime
from functools import partial
from typing import Any

from player_rec.app.build import App
from player_rec.cli.asked import HELP, asked_track, tell_radio
from player_rec.cli.show import fields, print_json


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    for verb, wanted, text in (("like", True, "give a song a heart"), ("unlike", False, "take a heart back")):
        parser = commands.add_parser(verb, parents=[common], help=text)
        parser.add_argument("track", nargs="?", metavar="FILE|QUERY", help=HELP)
        parser.set_defaults(run=partial(run, wanted=wanted))


def run(args: argparse.Namespace, app: App, *, wanted: bool) -> int:
    """Like or unlike one track; what is liked is heard first and follows its sound wherever the file goes."""
    track = asked_track(app, args.track)
    now = datetime.now(UTC)
    changed = app.listener.hearts.give(track, now) if wanted else app.listener.hearts.take(track, now)
    tell_radio(app)
    if args.json:
        print_json({"liked": wanted, "changed": changed} | fields(track))
    elif wanted or changed:
        print(f"{'♥' if wanted else 'no longer liked:'} {track.label}")
    else:
        print(f"{track.label} had no heart")
    return 0
