"""``watch``: keep the library in step with its folders until stopped."""

import argparse
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from player_rec.app.build import App, open_watch
from player_rec.cli.numbers import processes
from player_rec.cli.progress import ProgressLine
from player_rec.cli.scan import remember
from player_rec.engine.ingest import Ingest, outermost
from player_rec.engine.loop import Engine


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("watch", parents=[common], help="analyse new music as it comes, until stopped")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="remembered; default: those known")
    parser.add_argument("--workers", type=processes, default=0, metavar="N", help="processes to use")
    parser.add_argument("--hurry", action="store_true", help="compete with other programs instead of coming last")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Watch in the foreground; ends on Ctrl-C or SIGTERM with everything kept."""
    folders = remember(app, args.folders)
    line = ProgressLine(quiet=args.json)
    working: list[Ingest] = []
    engine = Engine(lambda: _step(working[0], line) if working else None)
    with ExitStack() as stack:
        stack.callback(line.close)
        watching = open_watch(app, folders, engine.post, workers=args.workers, hurry=args.hurry)
        working.append(stack.enter_context(watching))
        signal.signal(signal.SIGTERM, lambda *_: engine.stop())
        print(f"watching {', '.join(outermost(folders))}; Ctrl-C ends it", file=sys.stderr)
        engine.run()
    return 0


def _step(ingest: Ingest, line: ProgressLine) -> float | None:
    wait_s = ingest.step(0.2)
    if wait_s is None:
        line.close()
    else:
        line.show(ingest.progress())
    return wait_s
