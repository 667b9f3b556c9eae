"""The whole program over a real library: ``python -m tests.endurance.end_to_end LIBRARY [--kills 20]``.

``LIBRARY`` is what ``tests.corpus.build`` made, with its ``truth.jsonl`` beside it. The program is run as a user
runs it, in a process of its own and without a network. Checked: every file is found, its tags read as the truth has
them, what fails is listed with a reason, a second scan has nothing to do, copies of one recording are one, and a
scan killed at random moments ends where an undisturbed one does. Prints a report; exit code 1 if a promise broke.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "player_rec.cli.main"]
ALONE = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
FIELDS = ("title", "artists", "album")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One promise: what was seen, and whether it holds."""

    promise: str
    seen: str
    kept: bool


def run(kept: Path, *command: str) -> Any:
    """Run the program without a network; its answer."""
    line = [*ALONE, *PROGRAM, *command, "--json", "--library", str(kept)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def first_scan(music: Path, kept: Path, truth: list[dict[str, Any]]) -> list[Outcome]:
    """Scan everything once and hold the library against the truth."""
    said = run(kept, "scan", str(music), "--hurry")
    failed = run(kept, "failed")["failed"]
    unusable = [f for f in failed if not f["playable"]]
    print(f"first scan: {said['heard']} tracks heard in {said['seconds']:.0f} s; failed: {len(unusable)}")
    for failure in failed:
        print(f"  {'odd ' if failure['playable'] else 'FAIL'} {failure['path']}: {failure['why']}")
    rows = library(kept)
    refused = {str(music / line["path"]) for line in truth if "ffmpeg refuses it" in line["odd"]}
    unexpected = [f for f in unusable if f["path"] not in refused]
    missing = [line["path"] for line in truth if os.fsencode(str(music / line["path"])) not in rows]
    return [
        Outcome("every file is found", f"{len(truth) - len(missing)} of {len(truth)}", not missing),
        Outcome(
            "every file is heard, or listed with a reason where FFmpeg refuses it",
            f"{said['heard']} tracks, {len(unusable)} listed, {len(unexpected)} of them unexpected",
            not unexpected and len(unusable) == len(refused),
        ),
        *tags_right(music, rows, truth),
        recordings_joined(music, rows, truth),
    ]


def tags_right(music: Path, rows: dict[bytes, dict[str, Any]], truth: list[dict[str, Any]]) -> list[Outcome]:
    """Title, artists and album of every file against what a careful reader would show.

    Where the tags say nothing the truth knows only the file's name, so a guess that says so is judged apart.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for line in truth:
        row = rows.get(os.fsencode(str(music / line["path"])))
        tags = json.loads(row["tags"]) if row and row["track"] else {}
        for field in FIELDS if tags else ():
            right = _plain(tags[field]) == _plain(line[field])
            what = "guessed" if field in tags["guessed"] else "right" if right else "wrong"
            seen[field, what] += 1
            if what == "wrong":
                print(f"  {field} of {line['path']!r}: {tags[field]!r}, should be {line[field]!r} ({line['odd']})")
    return [
        Outcome(
            f"the {field} is right where the tags tell it",
            f"{seen[field, 'right']} right, {seen[field, 'wrong']} wrong, {seen[field, 'guessed']} guessed",
            not seen[field, "wrong"],
        )
        for field in FIELDS
    ]


def _plain(text: str | list[str]) -> list[str]:
    """Texts with single blanks: two in a row mean nothing to a listener."""
    return [" ".join(one.split()) for one in ([text] if isinstance(text, str) else text)]


def recordings_joined(music: Path, rows: dict[bytes, dict[str, Any]], truth: list[dict[str, Any]]) -> Outcome:
    """Files of one recording share a number, and no others do."""
    named = {line["path"]: line["recording"] for line in truth}
    marked = {path: rows.get(os.fsencode(str(music / path)), {}).get("recording") for path in named}
    found = {path: mark for path, mark in marked.items() if mark is not None}
    named = {path: named[path] for path in found}
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path, recording in named.items():
        groups[recording].append(path)
    pairs = [pair for paths in groups.values() for pair in combinations(paths, 2)]
    joined = sum(found.get(a) == found.get(b) for a, b in pairs)
    marks: defaultdict[int, set[str]] = defaultdict(set)
    for path, mark in found.items():
        marks[mark].add(named[path])
    confused = [sorted(names) for names in marks.values() if len(names) > 1]
    for names in confused:
        print("  taken for one recording: " + "; ".join(names))
    return Outcome(
        "files of one recording count as one",
        f"{joined} of {len(pairs)} pairs joined, {len(confused)} wrongly joined",
        joined >= 0.95 * len(pairs) and not confused,
    )


def second_scan(kept: Path) -> Outcome:
    """An unchanged library costs next to nothing."""
    began = time.monotonic()
    said = run(kept, "scan")
    seconds = time.monotonic() - began
    idle = not (said["changed"] or said["heard"] or said["failed"])
    return Outcome("a second scan does nothing", f"{said['files']} files in {seconds:.2f} s, start-up included", idle)


def killed_scan(music: Path, kept: Path, kills: int, seed: int, first: Path) -> list[Outcome]:
    """Kill the scan again and again, let it finish, and compare with the undisturbed one."""
    rng = random.Random(seed)
    command = [*ALONE, *PROGRAM, "scan", str(music), "--hurry", "--json", "--library", str(kept)]
    moments, strays = [], 0
    for _ in range(kills):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        moment = rng.uniform(0.1, 12.0)
        time.sleep(moment)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        moments.append((moment, len(vectors(kept))))
        time.sleep(1.0)
        strays += workers_left()
    print("killed after s (tracks heard by then): " + ", ".join(f"{m:.1f} ({n})" for m, n in moments))
    run(kept, "scan", str(music), "--hurry")
    one, other = comparable(first), comparable(kept)
    differ = [key for key in one.keys() | other.keys() if one.get(key) != other.get(key)]
    for key in differ[:10]:
        print(f"  differs: {key!r}: {one.get(key)} / {other.get(key)}")
    return [
        Outcome(f"killed {kills} times, it ends where an undisturbed scan does", f"{len(differ)} differ", not differ),
        Outcome("no worker outlives its parent", f"{strays} were left", not strays),
    ]


def workers_left() -> int:
    """Worker processes whose parent is gone."""
    listing = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True).stdout
    return sum(line.split()[0] == "1" and "multiprocessing" in line for line in listing.splitlines())


def library(kept: Path) -> dict[bytes, dict[str, Any]]:
    """What the library knows of each file."""
    with closing(sqlite3.connect(kept / "library.db")) as db:
        db.row_factory = sqlite3.Row
        rows = db.execute("SELECT f.*, t.content, t.recording FROM files f LEFT JOIN tracks t ON t.id = f.track")
        return {bytes(row["path"]): dict(row) for row in rows}


def vectors(kept: Path) -> dict[str, bytes]:
    """Vectors by content."""
    if not (kept / "library.db").exists():
        return {}
    with closing(sqlite3.connect(kept / "library.db")) as db:
        try:
            rows = db.execute("SELECT t.content, v.vector FROM vectors v JOIN tracks t ON t.id = v.track").fetchall()
        except sqlite3.OperationalError:  # killed before the tables were made
            return {}
        return dict(rows)


def comparable(kept: Path) -> dict[object, object]:
    """All that must not depend on when a scan was interrupted; numbers given in order of arrival are left out."""
    rows = library(kept)
    together: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows.values():
        together[row["recording"]].add(row["content"])
    left_out = {"track", "recording"}
    known: dict[object, object] = {
        path: {name: value for name, value in row.items() if name not in left_out} for path, row in rows.items()
    }
    known |= {("recording of", path): frozenset(together[row["recording"]]) for path, row in rows.items()}
    return known | {("vector of", content): vector for content, vector in vectors(kept).items()}


def main() -> int:
    """Run everything and print the table of promises."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    music = args.library.absolute()
    lines = (music.parent / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    truth = [json.loads(line) for line in lines]
    print(
        f"{len(truth)} files: " + ", ".join(f"{n} {f}" for f, n in sorted(Counter(t["format"] for t in truth).items()))
    )
    work = Path(tempfile.mkdtemp(prefix="end-to-end-"))
    try:
        outcomes = first_scan(music, work / "first", truth)
        outcomes.append(second_scan(work / "first"))
        if args.kills:
            outcomes += killed_scan(music, work / "killed", args.kills, args.seed, work / "first")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for outcome in outcomes:
        print(f"{'kept  ' if outcome.kept else 'BROKEN'} {outcome.promise}: {outcome.seen}")
    return 0 if all(outcome.kept for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
