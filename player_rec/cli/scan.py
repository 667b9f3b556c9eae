"""``scan``: bring the library up to date with its folders, and stop."""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from player_rec.app.build import App, open_ingest
from player_rec.cli.numbers import processes
from player_rec.cli.progress import ProgressLine
from player_rec.cli.show import about, print_json
from player_rec.domain.errors import NoSuchTrack
from player_rec.engine.ingest import Ingest, Looked


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("scan", parents=[common], help="find, read and analyse the music in folders")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="remembered; default: those known")
    parser.add_argument("--workers", type=processes, default=0, metavar="N", help="processes to use")
    parser.add_argument("--hurry", action="store_true", help="compete with other programs instead of coming last")
    parser.add_argument("--retry", action="store_true", help="try files again that failed before")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Scan until nothing is left to do; an interrupted scan goes on where it stopped."""
    folders = remember(app, args.folders)
    again = app.library.files.failed_paths(app.spec.key) if args.retry else []
    begun = time.monotonic()
    with open_ingest(app, workers=args.workers, background=False, hurry=args.hurry) as ingest:
        looked = ingest.look(folders, again=again)
        for trouble in looked.troubles:
            print(f"player-rec: {trouble}", file=sys.stderr)
        _work(ingest, ProgressLine(quiet=args.json))
        progress = ingest.progress()
    _report(args, app, looked, progress.heard, progress.failed, time.monotonic() - begun)
    return 0


def remember(app: App, folders: list[Path]) -> list[str]:
    """Add folders to those watched, and return all of them. Raises: NoSuchTrack where there is nothing to scan."""
    for folder in folders:
        if not folder.is_dir():
            raise NoSuchTrack(f"{folder} is not a folder")
    for folder in folders:
        app.listener.add_folder(str(folder.absolute()), datetime.now(UTC))
    known = app.listener.folders()
    if not known:
        raise NoSuchTrack("no folder is known yet; try: player-rec scan FOLDER")
    return known


def _work(ingest: Ingest, line: ProgressLine) -> None:
    try:
        while (wait_s := ingest.step(0.5)) is not None:
            line.show(ingest.progress())
            time.sleep(wait_s)
    except KeyboardInterrupt:
        line.close()
        print("stopping; the next scan goes on from here", file=sys.stderr)
        raise
    finally:
        line.close()


def _report(args: argparse.Namespace, app: App, looked: Looked, heard: int, failed: int, seconds: float) -> None:
    counts = app.library.files.counts()
    tracks = len(app.library.tracks.here())
    answer = {
        "files": looked.found, "changed": looked.changed, "gone": looked.gone, "away": looked.away,
        "tracks": tracks, "heard": heard, "failed": failed, "unreadable": counts["unreadable"],
        "seconds": round(seconds, 3),
    }  # fmt: skip
    if args.json:
        print_json(answer)
        return
    print(
        f"{looked.found} files, {tracks} tracks: {looked.changed} new or changed, {looked.gone} gone, "
        f"{looked.away} away; {heard} heard in {about(seconds)}"
    )
    if failed:
        print(f"{failed} could not be read or heard: player-rec failed tells why")
