"""``failed``: the files the radio cannot use, or that are damaged though they play, and why."""

import argparse
from typing import Any

from player_rec.app.build import App
from player_rec.cli.show import print_json


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("failed", parents=[common], help="files that could not be read, and why")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """List failures; they are tried again when the file changes, or by ``scan --retry``."""
    failures = app.library.files.failures(app.spec.key)
    if args.json:
        print_json({"failed": [{"path": str(f.path), "why": f.why, "playable": f.playable} for f in failures]})
        return 0
    for playable, heading in ((False, "cannot be used"), (True, "plays, but is damaged")):
        some = [failure for failure in failures if failure.playable == playable]
        if some:
            print(f"{heading} ({len(some)}):")
        for failure in some:
            print(f"  {failure.path}\n      {failure.why}")
    if not failures:
        print("every file could be read")
    return 0
