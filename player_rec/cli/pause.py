"""``pause`` and ``resume``: let analysis rest, also that of a running ``watch``."""

import argparse
from functools import partial
from typing import Any

from player_rec.app.build import App
from player_rec.cli.show import print_json


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    for name, wanted, text in (("pause", True, "let analysis rest"), ("resume", False, "go on analysing")):
        parser = commands.add_parser(name, parents=[common], help=text)
        parser.set_defaults(run=partial(run, wanted=wanted))


def run(args: argparse.Namespace, app: App, *, wanted: bool) -> int:
    """Set or lift the pause; it lasts until it is lifted."""
    if wanted:
        app.places.pause.touch()
    else:
        app.places.pause.unlink(missing_ok=True)
    if args.json:
        print_json({"paused": wanted})
    else:
        print("analysis rests until: player-rec resume" if wanted else "analysis goes on")
    return 0
