"""``path``: a way through the library from one song to another."""

import argparse
from typing import Any

from player_rec.app.build import App
from player_rec.cli.numbers import count
from player_rec.cli.seeds import seeds
from player_rec.cli.show import fields, print_json, print_tracks


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("path", parents=[common], help="songs that lead from one to another")
    parser.add_argument("start", metavar="FROM", help="a file, or words of title, artist or album")
    parser.add_argument("goal", metavar="TO")
    parser.add_argument("-n", type=count, default=8, metavar="N", help="songs in between (default 8)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Print the songs in between, each with how alike it is to the one before."""
    space = app.space()
    start, goal = seeds(app, space, [args.start, args.goal])
    steps = space.path(start, goal, min(args.n, len(space)))
    tracks = app.library.tracks.get([step.track for step in steps])
    rows = [(step.similarity, tracks[step.track]) for step in steps]
    if args.json:
        print_json({
            "from": start.label,
            "to": goal.label,
            "path": [{"similarity": round(similarity, 4)} | fields(track) for similarity, track in rows],
        })  # fmt: skip
        return 0
    print(f"from {start.label} to {goal.label}")
    print_tracks(rows)
    return 0
