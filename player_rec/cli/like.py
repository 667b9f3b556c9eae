"""``like`` and ``unlike``: give a song a heart, or take it back."""

import argparse
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from player_rec.app.build import App
from player_rec.cli.show import fields, print_json
from player_rec.domain.errors import NoSuchTrack
from player_rec.engine.seeds import find_track


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    for verb, wanted, text in (("like", True, "give a song a heart"), ("unlike", False, "take a heart back")):
        parser = commands.add_parser(verb, parents=[common], help=text)
        parser.add_argument("track", metavar="FILE|QUERY")
        parser.set_defaults(run=partial(run, wanted=wanted))


def run(args: argparse.Namespace, app: App, *, wanted: bool) -> int:
    """Like or unlike one track; what is liked is heard first and follows its sound wherever the file goes."""
    track_id = find_track(app.library, args.track)
    track = app.library.tracks.get([track_id]).get(track_id) if track_id is not None else None
    if track is None:
        raise NoSuchTrack(f"{Path(args.track)} is not in the library; scan its folder first")
    now = datetime.now(UTC)
    changed = app.listener.hearts.give(track, now) if wanted else app.listener.hearts.take(track, now)
    if args.json:
        print_json({"liked": wanted, "changed": changed} | fields(track))
    elif changed:
        print(f"{'♥' if wanted else 'no longer liked:'} {track.label}")
    else:
        print(f"{track.label} had no heart")
    return 0
