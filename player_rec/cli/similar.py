"""``similar``: what sounds like this."""

import argparse
from typing import Any

from player_rec.app.build import App
from player_rec.cli.numbers import count
from player_rec.cli.seeds import seeds
from player_rec.cli.show import fields, print_json, print_tracks


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("similar", parents=[common], help="what sounds like a file or a song by name")
    parser.add_argument("seeds", nargs="+", metavar="FILE|QUERY", help="a file, or words of title, artist or album")
    parser.add_argument("-k", type=count, default=10, metavar="N", help="how many (default 10)")
    parser.add_argument("--not", dest="against", action="append", default=[], metavar="FILE|QUERY", help="unlike this")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Print the nearest tracks, one per recording, best first."""
    space = app.space()
    wanted = seeds(app, space, args.seeds)
    against = seeds(app, space, args.against)
    found = space.similar(wanted, against, args.k)
    tracks = app.library.tracks.get([neighbour.id for neighbour in found])
    rows = [(neighbour, tracks[neighbour.id]) for neighbour in found]
    if args.json:
        print_json({
            "seeds": [seed.label for seed in wanted],
            "against": [seed.label for seed in against],
            "similar": [
                {"score": round(n.score, 4), "similarity": round(n.similarity, 4), "like": wanted[n.seed].label}
                | fields(track)
                for n, track in rows
            ],
        })  # fmt: skip
        return 0
    print("sounds like " + "; ".join(seed.label for seed in wanted))
    if against:
        print("but not like " + "; ".join(seed.label for seed in against))
    print_tracks([(n.score, track) for n, track in rows])
    return 0
