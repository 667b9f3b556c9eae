"""Two ways of handing a folder of files to the program, and one account of what became of each."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from player_rec.analysis.pool import Pool
from player_rec.app.places import places_in, shipped_model
from player_rec.domain.errors import UnreadableTrack
from player_rec.engine import jobs
from player_rec.store.db import open_rebuildable
from player_rec.store.library import Library
from tests.endurance.specimens import Specimen


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. ``why`` is the reason it was refused, or the remark with which it is played."""

    refused: bool
    why: str = ""
    seconds: float = 0.0

    @property
    def hung(self) -> bool:
        """Whether it outlasted its limit."""
        return "took longer than" in self.why

    @property
    def lost(self) -> bool:
        """Whether it cost a worker."""
        return self.hung or "brought down" in self.why

    @property
    def internal(self) -> bool:
        """Whether the program itself is at fault."""
        return "internal error" in self.why


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what became of every file it gave account of, what crashed, and how many workers were lost."""

    outcomes: Mapping[Path, Outcome]
    crashes: Sequence[str] = ()
    deaths: int = 0


def run_pool(music: Path, made: Sequence[Specimen], library: Path, limit_s: float) -> Run:
    """Give every file to a worker: to be identified and read, and then to be heard."""
    model, waiting = shipped_model(), list(reversed(made))
    deaths = _Deaths()
    logging.getLogger("player_rec.analysis.pool").addHandler(deaths)
    outcomes: dict[Path, Outcome] = {}
    again: list[Path] = []
    with Pool[str, jobs.Finding](2, limit_s, polite=False) as pool:
        while waiting or again or pool.pending:
            while pool.wants_more and again:
                pool.submit("hear", jobs.hear, again.pop(), model)
            while pool.wants_more and waiting:
                pool.submit("read", jobs.read, waiting.pop().path, music)
            for result in pool.results(5.0):
                before = outcomes.get(result.path, Outcome(refused=False))
                match result.outcome:
                    case UnreadableTrack(why=why):
                        outcomes[result.path] = Outcome(True, why, before.seconds)
                    case jobs.Reading(remarks=remarks, seconds=seconds):
                        outcomes[result.path] = Outcome(False, "; ".join(remarks), seconds)
                        again.append(result.path)
                    case jobs.Hearing(analysis=analysis, seconds=seconds):
                        remarks = tuple(filter(None, (before.why, *analysis.remarks)))
                        outcomes[result.path] = Outcome(False, "; ".join(remarks), before.seconds + seconds)
    return Run(outcomes, deaths=deaths.count)


@dataclass(eq=False)
class _Deaths(logging.Handler):
    """Counts the workers that the pool says it lost."""

    count: int = field(default=0)

    def __post_init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        self.count += record.levelno == logging.WARNING


def run_program(music: Path, made: Sequence[Specimen], library: Path, limit_s: float) -> Run:
    """Scan the folder, given by its absolute path, and read what the program says of it afterwards."""
    library.mkdir(parents=True, exist_ok=True)
    places = places_in(library)
    places.settings.write_text(f"file_limit_s = {limit_s}\n")
    scan = _program("scan", "--hurry", music, "--library", library)
    crashes = [f"scan ended with {scan.returncode}: {scan.stderr[-2000:]}"] if scan.returncode else []
    failed, status = _program("failed", "--library", library), _program("status", "--library", library)
    for name, answer in (("scan", scan), ("failed", failed), ("status", status)):
        if "Traceback" in answer.stderr or answer.returncode:
            crashes.append(f"{name} ended with {answer.returncode}: {answer.stderr[-2000:]}")
    if crashes:
        return Run({}, crashes)
    if waiting := json.loads(status.stdout)["waiting"]:
        crashes.append(f"{waiting} tracks were left waiting")
    outcomes = _known(places.library, music)
    for specimen in made:  # what could not even be looked at is told while scanning
        _, told, after = scan.stderr.partition(f"player-rec: {specimen.path}: ")
        if told:
            outcomes[specimen.path] = Outcome(True, after.partition("\n")[0])
    for entry in json.loads(failed.stdout)["failed"]:
        outcomes[Path(entry["path"])] = Outcome(not entry["playable"], entry["why"])
    log = places.log.read_text("utf-8", errors="replace") if places.log.exists() else ""
    return Run(outcomes, crashes, log.count(", worker "))


def _program(command: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "player_rec.cli.main", command, *arguments, "--json"]
    return subprocess.run(program, capture_output=True, text=True, errors="surrogateescape", check=False)


def _known(database: Path, music: Path) -> dict[Path, Outcome]:
    """Every file the library knows, taken for heard until the list of failures says otherwise."""
    with closing(open_rebuildable(database)) as db:
        return {Path(path): Outcome(refused=False) for path in Library(db).files.known(str(music))}
