"""``status``: what the library holds and what is still to be done."""

import argparse
from typing import Any

from player_rec.app.build import App, pause_reason
from player_rec.cli.show import print_json


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("status", parents=[common], help="what the library holds")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Print the state of the library."""
    model = app.spec.key
    counts = app.library.files.counts()
    answer: dict[str, Any] = {
        "folders": app.listener.folders(),
        "files": dict(counts),
        "tracks": len(app.library.tracks.here()),
        "heard": len(app.library.vectors.ids(model) & app.library.tracks.here()),
        "waiting": len(app.library.tracks.waiting(model)),
        "likes": len(app.listener.hearts.all()),
        "model": model,
        "models": dict(app.library.vectors.models()),
        "paused": pause_reason(app, background=True),
        "kept_in": str(app.places.data),
    }
    if args.json:
        print_json(answer)
        return 0
    for folder in answer["folders"] or ["(none yet: player-rec scan FOLDER)"]:
        print(f"folder   {folder}")
    print(f"files    {counts['here']} here, {counts['away']} away, {counts['unreadable']} unreadable")
    print(f"tracks   {answer['tracks']}: {answer['heard']} heard, {answer['waiting']} waiting")
    print(f"likes    {answer['likes']}")
    print(f"model    {model}")
    if answer["paused"]:
        print(f"resting  {answer['paused']}")
    print(f"kept in  {answer['kept_in']}")
    return 0
