"""``watch``: keep the library in step with its folders until stopped."""

import argparse
import signal
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from player_rec.app.build import App, open_ingest
from player_rec.cli.progress import ProgressLine
from player_rec.cli.scan import remember
from player_rec.engine.ingest import Ingest, outermost
from player_rec.engine.loop import Engine
from player_rec.library.watch import FilesChanged, FolderChanged, FolderWatch, Report, WatchTimes


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("watch", parents=[common], help="analyse new music as it comes, until stopped")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="remembered; default: those known")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="processes to use")
    parser.add_argument("--hurry", action="store_true", help="compete with other programs instead of coming last")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Watch in the foreground; ends on Ctrl-C or SIGTERM with everything kept."""
    folders = outermost(remember(app, args.folders))
    line = ProgressLine(quiet=args.json)
    times = WatchTimes(poll_s=app.settings.poll_seconds, renew_s=app.settings.rescan_minutes * 60)
    with ExitStack() as stack:
        stack.callback(line.close)
        ingest = stack.enter_context(open_ingest(app, workers=args.workers, background=True, hurry=args.hurry))
        ingest.follow(folders)
        engine = Engine(partial(_step, ingest, line))
        for folder in folders:
            watch = FolderWatch(folder, lambda news: engine.post(partial(_take, ingest, news)), times)
            stack.callback(watch.close)
            watch.start()
        signal.signal(signal.SIGTERM, lambda *_: engine.stop())
        print(f"watching {', '.join(folders)}; Ctrl-C ends it", file=sys.stderr)
        engine.run()
    return 0


def _step(ingest: Ingest, line: ProgressLine) -> float | None:
    wait_s = ingest.step(0.2)
    if wait_s is None:
        line.close()
    else:
        line.show(ingest.progress())
    return wait_s


def _take(ingest: Ingest, news: Report) -> None:
    match news:
        case FilesChanged(paths):
            ingest.touch(paths)
        case FolderChanged(folder, root):
            ingest.look_into(root, folder)
