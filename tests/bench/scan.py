"""What listing and watching a folder cost, beside the plainest ways to do the same.

Each row runs in a process of its own, so that its memory is its own. The folders were just made, so their entries
are in the system's memory: a first look at a cold disk is as slow as the disk. Run as
``python -m tests.bench.scan [--files N] [--folder WHERE]``.
"""

import argparse
import multiprocessing
import os
import queue
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from player_rec.domain.track import Stamp
from player_rec.library.compare import compare
from player_rec.library.formats import is_audio
from player_rec.library.scan import list_audio, survey
from player_rec.library.watch import FilesChanged, FolderWatch, Report

FILES_PER_ALBUM, ALBUMS_PER_ARTIST = 10, 10
REPETITIONS = 3
IDLE_S = 20.0
NEW_FILES = 5

A = TypeVar("A")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians of wall and CPU seconds, memory grown by the answer and at the peak, and how many files it holds."""

    wall_s: float
    cpu_s: float
    held_mib: float
    peak_mib: float
    files: int


def main() -> None:
    """Make the folders, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--folder", help="where to make the files; default: the system's temporary folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        make(Path(folder), args.files)
        print(f"{args.files} files in {survey(folder).folders} folders, medians of {REPETITIONS}")
        print(f"{'':30} {'wall s':>8} {'CPU s':>8} {'held MiB':>9} {'peak MiB':>9} {'files':>8}")
        for name, way in WAYS.items():
            cost = apart(measure, way, folder)
            memory = f"{cost.held_mib:9.1f} {cost.peak_mib:9.1f}"
            print(f"{name:30} {cost.wall_s:8.3f} {cost.cpu_s:8.3f} {memory} {cost.files:8}")
        for line in apart(measure_watch, None, folder):
            print(line)


def make(root: Path, files: int) -> None:
    """Fill a folder with artists, albums and songs of a few bytes."""
    for number in range(0, files, FILES_PER_ALBUM):
        album = number // FILES_PER_ALBUM
        folder = root / f"Artist {album // ALBUMS_PER_ARTIST:05}" / f"Album {album:06}"
        folder.mkdir(parents=True)
        for song in range(min(FILES_PER_ALBUM, files - number)):
            (folder / f"{song + 1:02} A song with a name.mp3").write_bytes(b"sound")


def ours(root: str) -> dict[str, Stamp]:
    """The lister of the library."""
    return list_audio(root).files


def plain_walk(root: str) -> dict[str, Stamp]:
    """The standard library's walk, and a look at each file."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in filter(is_audio, names):
            path = os.path.join(folder, name)  # noqa: PTH118 - the peer is to be as fast as it can
            status = os.stat(path)  # noqa: PTH116 - as above
            found[path] = Stamp(status.st_size, status.st_mtime_ns)
    return found


def find(root: str) -> dict[str, Stamp]:
    """GNU find, its output counted but not made into anything."""
    lines = subprocess.run(
        ["find", root, "-type", "f", "-printf", r"%p %s %T@\n"], stdout=subprocess.PIPE, check=True
    ).stdout.splitlines()
    return {str(number): Stamp(0, 0) for number in range(len(lines))}


def again(root: str) -> dict[str, Stamp]:
    """A second listing and its comparison with the first, of which only the second is timed."""
    before = _known.get(root)
    listing = list_audio(root)
    if before is not None:
        changes = compare(listing, before)
        if changes.same != len(before) or changes.read or changes.gone:
            raise AssertionError("something changed meanwhile")
    _known[root] = listing.files
    return listing.files


def folders_only(root: str) -> dict[str, Stamp]:
    """The walk that plans a watch."""
    return dict.fromkeys(map(str, range(survey(root).folders)), Stamp(0, 0))


_known: dict[str, dict[str, Stamp]] = {}

Way = Callable[[str], dict[str, Stamp]]
WAYS: dict[str, Way] = {
    "list_audio": ours,
    "list_audio and compare": again,
    "os.walk and os.stat": plain_walk,
    "find -type f -printf": find,
    "survey (folders only)": folders_only,
}


def measure(way: Way, folder: str) -> Cost:
    """Time a way to list a folder; the first run of ``again`` has nothing to compare with and is left out."""
    before = resident_mib()
    if way is again:
        way(folder)
    walls, cpus, files = [], [], 0
    held = peak = 0.0
    for _ in range(REPETITIONS):
        wall_s, cpu_s = time.perf_counter(), cpu_seconds()
        found = way(folder)
        walls.append(time.perf_counter() - wall_s)
        cpus.append(cpu_seconds() - cpu_s)
        held = held or resident_mib() - before
        peak = peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10 - before
        files = len(found)
        del found
    return Cost(statistics.median(walls), statistics.median(cpus), held, peak, files)


def cpu_seconds() -> float:
    """CPU seconds of this process and the programs it ran."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def resident_mib() -> float:
    """Memory this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_watch(_: None, folder: str) -> list[str]:
    """Set up a watch, let it idle, then put files into its folder."""
    reports: queue.SimpleQueue[tuple[float, Report]] = queue.SimpleQueue()
    before, began_s = resident_mib(), time.perf_counter()
    watch = FolderWatch(folder, lambda report: reports.put((time.perf_counter(), report)))
    watch.start()
    ready_s, _report = reports.get()
    grown_mib = resident_mib() - before
    lines = [f"watch ({watch.places[0].mode}): ready in {ready_s - began_s:.2f} s, {grown_mib:+.1f} MiB"]
    cpu_s = time.process_time()
    time.sleep(IDLE_S)
    lines.append(f"idle: {(time.process_time() - cpu_s) / IDLE_S * 1000:.2f} ms of CPU a second, over {IDLE_S:.0f} s")
    delays = []
    for number in range(NEW_FILES):
        (Path(folder) / "Artist 00000" / f"new {number}.mp3").write_bytes(b"sound")
        written_s = time.perf_counter()
        heard_s, report = reports.get()
        if not isinstance(report, FilesChanged):
            raise TypeError(report)
        delays.append(heard_s - written_s)
    lines.append(f"a new file is reported after {statistics.median(delays):.3f} s (3 s of which it must be still)")
    watch.close()
    return lines


def apart(job: Callable[[A, str], R], argument: A, folder: str) -> R:
    """Run a job in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(job, (argument, folder))


if __name__ == "__main__":
    main()
