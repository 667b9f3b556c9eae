"""Run the program over damaged and hostile files, and see that it comes through.

    python -m tests.endurance.fuzz SOURCE_DIR --files 1000 --seed 1 [--library DIR] [--in-pool]

Exit code 1 if the program crashed, a file outlasted its limit, a good file was refused, or a file was neither
analysed nor listed with a reason. ``--in-pool`` hands the files to the workers without the program around them.
"""

import argparse
import logging
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

from tests.endurance.good import good_files
from tests.endurance.runs import Outcome, Run, run_pool, run_program
from tests.endurance.specimens import ODD_NAME, WHOLE, Specimen, specimens


def main() -> int:
    """Make the files, run, report."""
    args = _arguments()
    logging.basicConfig(format="%(message)s", level=logging.ERROR)
    with ExitStack() as stack:
        work = args.library or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fuzz-")))
        work = work.absolute()
        begun = time.monotonic()
        good = good_files(args.source, work / "good", Random(args.seed), args.songs)
        made = specimens(good, work / "music", args.files, args.seed)
        print(f"{len(made)} files made of {len(good)} good ones in {time.monotonic() - begun:.0f} s, seed {args.seed}")
        begun = time.monotonic()
        run = (run_pool if args.in_pool else run_program)(work / "music", made, work / "library", args.limit)
        report(made, run, time.monotonic() - begun)
        troubles = musts(made, run)
    for trouble in troubles:
        print(f"MUST NOT BE: {trouble}")
    return 1 if troubles else 0


def musts(made: Sequence[Specimen], run: Run) -> list[str]:
    """Name everything that may never happen, whatever lies in the folder."""
    troubles = list(run.crashes)
    for specimen in made:
        outcome = run.outcomes.get(specimen.path)
        if outcome is None:
            if not specimen.path.is_dir():
                troubles.append(f"neither analysed nor listed: {_shown(specimen)}")
        elif outcome.hung:
            troubles.append(f"outlasted its limit: {_shown(specimen)}")
        elif outcome.refused and specimen.kind in {WHOLE, ODD_NAME}:
            troubles.append(f"a good file was refused: {_shown(specimen)}: {outcome.why}")
        elif outcome.internal:
            troubles.append(f"our own fault: {_shown(specimen)}: {outcome.why}")
    return troubles


def report(made: Sequence[Specimen], run: Run, seconds: float) -> None:
    """Print what became of each kind of damage, and of which reasons there were how many."""
    of_kind: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for specimen in made:
        of_kind[specimen.kind][_column(run.outcomes.get(specimen.path))] += 1
    columns = ("read normally", "read, remarked", "refused", "worker lost", "unlisted")
    print(f"\n{'':26}" + "".join(f"{column:>16}" for column in columns))
    for kind, counts in of_kind.items():
        print(f"{kind:26}" + "".join(f"{counts[column] or '·':>16}" for column in columns))
    totals: Counter[str] = sum(of_kind.values(), Counter())
    print(f"{'all':26}" + "".join(f"{totals[column]:>16}" for column in columns))
    print("\nreasons and remarks:")
    for why, count in _reasons(run.outcomes).most_common(40):
        print(f"{count:6}  {why}")
    slowest = sorted(run.outcomes.items(), key=lambda item: item[1].seconds, reverse=True)[:8]
    if slowest and slowest[0][1].seconds:
        print("\nslowest:")
        for path, outcome in slowest:
            print(f"{outcome.seconds:6.1f} s  {path.name}: {outcome.why or 'read normally'}")
    print(f"\n{len(made)} files in {seconds:.0f} s; {run.deaths} workers lost")


def _column(outcome: Outcome | None) -> str:
    if outcome is None:
        return "unlisted"
    if outcome.lost:
        return "worker lost"
    if outcome.refused:
        return "refused"
    return "read, remarked" if outcome.why else "read normally"


def _reasons(outcomes: Mapping[Path, Outcome]) -> Counter[str]:
    return Counter(
        ("" if outcome.refused else "(plays) ") + re.sub(r"\d+([.:]\d+)*", "N", outcome.why)
        for outcome in outcomes.values()
        if outcome.why
    )


def _shown(specimen: Specimen) -> str:
    return f"{specimen.path.name} (from {specimen.origin})" if specimen.origin else specimen.path.name


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="a folder of real music")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--songs", type=int, default=2, help="good files of each format")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds one file may take")
    parser.add_argument("--library", type=Path, help="keep everything made in this new folder")
    parser.add_argument("--in-pool", action="store_true", help="workers only")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
