"""``embed``: the vectors of files, for use elsewhere. The library is neither read nor changed."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from player_rec.app.build import App
from player_rec.cli.numbers import processes
from player_rec.cli.show import print_json
from player_rec.cli.writing import check_folder, writing
from player_rec.domain.errors import NoSuchTrack, UnreadableTrack
from player_rec.domain.sound import Vector
from player_rec.engine import jobs
from player_rec.library.scan import list_audio


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("embed", parents=[common], help="write the vectors of files to an .npz")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE|FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="X.npz", help="arrays: paths (n,), vectors (n, d)")
    parser.add_argument("--workers", type=processes, default=2, metavar="N", help="processes to use (default 2)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Hear every file and write ``paths`` (as given) and unit ``vectors`` in the order given; 1 if some failed."""
    files = list(_files(args.files))
    if not files:
        raise NoSuchTrack("there is no audio file among " + ", ".join(str(path) for path in args.files))
    check_folder(args.out)
    heard, failed = _hear(app, files, max(1, args.workers))
    kept = [path for path in files if path in heard]
    vectors = np.array([heard[path] for path in kept], np.float32).reshape(len(kept), -1)
    with writing(args.out) as out:
        np.savez(out, paths=np.array([str(path) for path in kept]), vectors=vectors)
    for path, why in failed.items():
        print(f"player-rec: {path}: {why}", file=sys.stderr)
    answer = {"out": str(args.out), "model": app.spec.key, "embedded": len(kept), "failed": len(failed)}
    if args.json:
        print_json(answer)
    else:
        print(f"{len(kept)} vectors of {vectors.shape[1]} dimensions ({answer['model']}) in {args.out}")
    return 1 if failed else 0


def _files(given: list[Path]) -> Iterator[Path]:
    for path in dict.fromkeys(given):
        if path.is_dir():
            yield from (Path(found) for found in sorted(list_audio(str(path)).files))
        else:
            yield path


def _hear(app: App, files: list[Path], workers: int) -> tuple[dict[Path, Vector], dict[Path, str]]:
    heard: dict[Path, Vector] = {}
    failed: dict[Path, str] = {}
    todo = list(reversed(files))
    with app.pool(workers, hurry=True) as pool:
        while todo or pool.pending:
            while todo and pool.wants_more:
                path = todo.pop()
                pool.submit(path, jobs.hear, path.absolute(), app.model)
            for result in pool.results(1.0):
                match result.outcome:
                    case jobs.Hearing(analysis):
                        heard[result.key] = analysis.vector
                    case UnreadableTrack() as error:
                        failed[result.key] = error.why
    return heard, failed
