"""How fast, right and big the index is: ``python -m tests.bench.index [--sizes 10000 100000] [--dimension 200]``.

The vectors are those of ``tests.recommend.sounds``: Gaussian tracks around artists around genres, fitted to
embeddings of real music; the queries are further tracks of the same artists. Exact search and the graph are
measured one after the other, each size and kind in a process of its own, so that its memory is its own; it
reads the vectors from a file in portions. Queries run one at a time on one core and without a second BLAS
thread. Times are wall time with CPU time beside it: on a busy machine believe the latter. Memory is how much
the process has grown by, and its highest in all.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.hubness import Hubness
from player_rec.recommend.space.index import BATCH, Index
from player_rec.recommend.space.index_file import Saved, load, save
from player_rec.recommend.space.rows import Allowed, Ids, Vectors
from tests.recommend.sounds import clustered

K = 20
QUERIES = 500
MIB = 2**20
MODEL = "bench@1"
HEAD = (
    "tracks",
    "index",
    "build s (CPU)",
    "query ms p50 / p99 (CPU)",
    "1 in 10 allowed",
    "1 in 100 allowed",
    f"recall@{K}",
    "memory grown / highest MiB",
    "save / load s",
    "file MiB",
)


def main() -> None:
    """Read the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description="Measure the index.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--dimension", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1, help="threads that build the graph")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, metavar=("STEP", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        step, folder = given.child
        STEPS[step](given.sizes[0], Path(folder), given)
        return
    print(f"| {' | '.join(HEAD)} |\n{'| --- ' * len(HEAD)}|")
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            for step in STEPS:
                in_a_process_of_its_own(step, size, folder, given)


def in_a_process_of_its_own(step: str, size: int, folder: str, given: Namespace) -> None:
    """Run one step with one BLAS thread."""
    options = [f"--{name}={getattr(given, name)}" for name in ("dimension", "threads", "seed")]
    command = [sys.executable, "-m", "tests.bench.index", *options, f"--sizes={size}", "--child", step, folder]
    subprocess.run(command, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, check=True)


def write_vectors(size: int, folder: Path, given: Namespace) -> None:
    """Make the tracks and the queries."""
    vectors = clustered(size + QUERIES, given.dimension, given.seed)
    vectors[:size].tofile(folder / "tracks")
    vectors[size:].tofile(folder / "queries")


def measure_exact(size: int, folder: Path, given: Namespace) -> None:
    """Measure looking at everything, and leave the true neighbours behind."""
    measure(ExactIndex(given.dimension), size, folder)


def measure_hnsw(size: int, folder: Path, given: Namespace) -> None:
    """Measure the graph."""
    measure(HnswIndex(given.dimension, size, given.threads), size, folder)


STEPS: dict[str, Callable[[int, Path, Namespace], None]] = {
    "vectors": write_vectors,
    "exact": measure_exact,
    "hnsw": measure_hnsw,
}


def measure(index: Index, size: int, folder: Path) -> None:
    """Build, ask, save and load one index; print a row."""
    before = memory_mib("VmRSS")
    wall, cpu = time.perf_counter(), time.process_time()
    for ids, vectors in portions(folder / "tracks", index.dimension):
        index.add(ids, vectors)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    grown = memory_mib("VmRSS") - before
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    queries = np.fromfile(folder / "queries", np.float32).reshape(QUERIES, -1)
    rng = np.random.default_rng(0)
    tenth, hundredth = (frozenset(rng.choice(size, size // part, replace=False).tolist()) for part in (10, 100))
    row = [f"{size:,}", index.kind, f"{wall:.1f} ({cpu:.1f})"]
    row += [ask(index, queries), ask(index, queries, tenth), ask(index, queries, hundredth)]
    row += [f"{recall(index, queries, folder / 'true'):.4f}"]
    row += [f"{grown:.0f} / {memory_mib('VmHWM'):.0f}", *save_and_load(index, folder)]
    print(f"| {' | '.join(row)} |", flush=True)


def portions(file: Path, dimension: int) -> Iterator[tuple[Ids, Vectors]]:
    """The tracks, read a few thousand at a time."""
    size = BATCH * dimension * 4
    with file.open("rb") as tracks:
        for number, portion in enumerate(iter(lambda: tracks.read(size), b"")):
            vectors = np.frombuffer(portion, np.float32).reshape(-1, dimension)
            yield np.arange(len(vectors)) + number * BATCH, vectors


def ask(index: Index, queries: Vectors, allowed: Allowed | None = None) -> str:
    """Ask one query after the other: median and 99th percentile of wall time and of CPU time."""
    index.nearest(queries[0], K, allowed)
    wall_ms, cpu_ms = [], []
    for query in queries:
        wall, cpu = time.perf_counter(), time.thread_time()
        index.nearest(query, K, allowed)
        cpu_ms.append(1000 * (time.thread_time() - cpu))
        wall_ms.append(1000 * (time.perf_counter() - wall))
    wall_50, wall_99, cpu_50, cpu_99 = (np.percentile(ms, part) for ms in (wall_ms, cpu_ms) for part in (50, 99))
    return f"{wall_50:.2f} / {wall_99:.2f} ({cpu_50:.2f} / {cpu_99:.2f})"


def recall(index: Index, queries: Vectors, true: Path) -> float:
    """The share of the true neighbours that are found; exact search writes down which they are."""
    found = np.stack([index.nearest(query, K).ids for query in queries])
    if index.kind == "exact":
        found.tofile(true)
    expected = np.fromfile(true, np.int64).reshape(found.shape)
    hits = sum(len(np.intersect1d(one, other)) for one, other in zip(found, expected, strict=True))
    return hits / found.size


def save_and_load(index: Index, folder: Path) -> tuple[str, str]:
    """Seconds to save and to load, and the size of the files in MiB."""
    path = folder / f"{index.kind}.index"
    start = time.perf_counter()
    save(Saved(index, Hubness()), path, MODEL)
    saved = time.perf_counter()
    if load(path, MODEL, index.dimension) is None:
        raise RuntimeError("what was saved cannot be loaded")
    loaded = time.perf_counter()
    parts = sum(part.stat().st_size for part in folder.glob(f"{path.name}.*/*"))
    return f"{saved - start:.2f} / {loaded - saved:.2f}", f"{parts / MIB:.0f}"


def memory_mib(field: str) -> float:
    """A line of ``/proc/self/status``: ``VmRSS`` is what is resident now, ``VmHWM`` its highest so far."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


if __name__ == "__main__":
    main()
