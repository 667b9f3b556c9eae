"""``forget``: watch a folder no longer. Files are never touched, likes stay."""

import argparse
from pathlib import Path
from typing import Any

from player_rec.app.build import App
from player_rec.cli.show import print_json
from player_rec.domain.errors import NoSuchTrack
from player_rec.engine.folders import leave_out


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("forget", parents=[common], help="watch a folder no longer (no file is touched)")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Take a folder out of the library; scanning it again brings everything back without analysis."""
    folder = str(args.folder.absolute())
    files = leave_out(folder, app.library, app.listener)
    if files is None:
        raise NoSuchTrack(f"{folder} is not watched; player-rec status shows what is")
    if args.json:
        print_json({"forgot": folder, "files": files})
    else:
        print(f"{folder} is watched no longer; its {files} files were not touched")
    return 0
