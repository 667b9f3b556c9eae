"""What an unchanged library costs the whole program: ``python -m tests.bench.rescan [--files 10000 50000]``.

Small files are made on disk and noted in a library as a first scan would have left them, each with a vector. Then the
real ``player-rec scan`` runs: start-up, listing, comparing, loading the neighbour index. Printed: its wall and CPU
seconds, per 10 000 files, beside ``find`` listing the same folder.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from player_rec.analysis.spec import read_spec
from player_rec.app.places import places_in, shipped_model
from player_rec.domain.sound import Analysis, Sound
from player_rec.domain.track import ContentId, Identity, Stamp, Tags
from player_rec.store.db import open_db
from player_rec.store.library import Library
from player_rec.store.listener import Listener

FILES_A_FOLDER = 10
SOUND = Sound(-14.0, 120.0, 0.5, 0, 0.5, 0.5, 0, 0)


def make(music: Path, kept: Path, count: int) -> None:
    """Write ``count`` small files and a library that knows them."""
    spec = read_spec(shipped_model())
    rng = np.random.default_rng(1)
    then = time.time() - 3600
    places = places_in(kept)
    with (
        closing(open_db(places.library, "library")) as db,
        closing(open_db(places.listening, "listening")) as listening,
    ):
        library = Library(db)
        Listener(listening).add_folder(str(music), datetime.now(UTC))
        with library.transaction():
            for number in range(count):
                path = music / f"artist {number // 100}" / f"album {number // FILES_A_FOLDER}" / f"{number}.mp3"
                if number % FILES_A_FOLDER == 0:
                    path.parent.mkdir(parents=True)
                path.write_bytes(b"x" * 64)
                os.utime(path, (then, then))
                stamp = Stamp(64, path.stat().st_mtime_ns)
                identity = Identity(ContentId(f"{number:032x}"), 200_000, "mp3")
                track = library.files.put(str(path), str(music), stamp, identity, Tags(title=str(number)), ())
                vector = rng.normal(size=spec.dimension).astype(np.float32)
                found = Analysis(spec.key, vector / np.linalg.norm(vector), SOUND, b"", 200_000)
                library.vectors.put(track, found)


def timed(*command: str) -> tuple[float, float]:
    """Wall and CPU seconds of a command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, nargs="+", default=[10_000, 50_000])
    print("files   scan wall s  CPU s  wall s per 10 000   find wall s  CPU s")
    for count in parser.parse_args().files:
        with tempfile.TemporaryDirectory() as folder:
            music, kept = Path(folder) / "music", Path(folder) / "kept"
            make(music, kept, count)
            scan = (sys.executable, "-m", "player_rec.cli.main", "scan", "--json", "--library", str(kept))
            timed(*scan)  # builds and keeps the neighbour index
            wall_s, cpu_s = min(timed(*scan) for _ in range(3))
            find_s, find_cpu_s = min(timed("find", str(music), "-type", "f", "-printf", "%s %T@\n") for _ in range(3))
            print(
                f"{count:6} {wall_s:12.2f} {cpu_s:6.2f} {wall_s * 10_000 / count:18.2f} "
                f"{find_s:13.2f} {find_cpu_s:6.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
