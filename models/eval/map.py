"""How well the map of a library keeps what sounds alike together: ``python -m models.eval.map LIBRARY``.

LIBRARY is a folder as the program keeps it; it is only read. Printed, for the principal components and for the layout
the program makes, are the share of the ten nearest in sound that are among the ten nearest on the map, and the
trustworthiness of its neighbourhoods (Venna and Kaski, 2001): 1 where nothing lies near that does not sound near. Then
every tenth song is left out of a layout and placed afterwards, as a new one would be: told is how near these lie to
the songs they sound like, against the others.
"""

import argparse
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.map.graph import NEIGHBOURS, graph
from player_rec.recommend.map.layout import APART, TOGETHER, advance, begin
from player_rec.recommend.map.place import BY, placed
from player_rec.recommend.map.principal import directions

K = 10
_SAMPLE = 2000
_EVERY = 10

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


def main() -> None:
    """Read the vectors of the model that has heard most, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path, help="folder of a library")
    given = parser.parse_args()
    vectors = read(given.library)
    sample = np.random.default_rng(0).permutation(len(vectors))[:_SAMPLE]
    print(f"{len(vectors)} songs{'':12}{'kept @10':>12}{'trustworthy':>14}{'seconds':>10}")
    flat = vectors @ directions([vectors])
    report("principal components", vectors, flat, sample, 0.0)
    begun = time.perf_counter()
    places = layout(vectors)
    report("t-SNE", vectors, places, sample, time.perf_counter() - begun)
    late = np.arange(len(vectors)) % _EVERY == 0
    mixed = np.empty_like(places)
    mixed[~late] = layout(vectors[~late])
    near, similarities = nearest(vectors[late], vectors[~late], BY)
    mixed[late] = placed(mixed[~late][near], similarities)
    report("placed afterwards", vectors, mixed, np.flatnonzero(late), 0.0)
    report("laid out beside them", vectors, mixed, np.flatnonzero(~late), 0.0)


def read(library: Path) -> Floats:
    """The vectors (n, dimension) in a library."""
    with closing(sqlite3.connect(f"{(library / 'library.db').absolute().as_uri()}?mode=ro", uri=True)) as db:
        (model,) = db.execute("SELECT model FROM vectors GROUP BY model ORDER BY count(*) DESC").fetchone()
        rows = db.execute("SELECT vector FROM vectors WHERE model = ? ORDER BY track", (model,)).fetchall()
    return np.frombuffer(b"".join(row for (row,) in rows), "<f4").reshape(len(rows), -1).astype(np.float32)


def layout(vectors: Floats) -> Floats:
    """Places (n, 2), as the program finds them."""
    near, similarities = nearest(vectors, vectors, min(NEIGHBOURS, len(vectors) - 1), themselves=True)
    made = graph(near.astype(np.int32), similarities)
    return advance(made, begin(vectors @ directions([vectors])), TOGETHER + APART).places


def nearest(of: Floats, among: Floats, k: int, *, themselves: bool = False) -> tuple[Rows, Floats]:
    """The ``k`` nearest rows of ``among`` to each ``of``, and how similar; not themselves where both are the same."""
    table = of @ among.T
    if themselves:
        np.fill_diagonal(table, -np.inf)
    rows = np.argsort(-table, axis=1, kind="stable")[:, :k]
    return rows, np.take_along_axis(table, rows, axis=1)


def report(name: str, vectors: Floats, places: Floats, sample: Rows, seconds: float) -> None:
    """Print one line."""
    kept, trust = judge(vectors, places, sample)
    print(f"{name:22}{kept:12.3f}{trust:14.4f}{seconds:10.1f}")


def judge(vectors: Floats, places: Floats, sample: Rows) -> tuple[float, float]:
    """The share of neighbours kept, and trustworthiness, both over the rows in ``sample``."""
    count, hits, strangers = len(vectors), 0, 0.0
    for row in sample.tolist():
        similar, apart = vectors @ vectors[row], ((places - places[row]) ** 2).sum(axis=1)
        similar[row], apart[row] = -np.inf, np.inf
        order = np.argsort(-similar, kind="stable")
        rank = np.empty(count, np.int64)
        rank[order] = np.arange(1, count + 1)
        seen = np.argpartition(apart, K)[:K]
        hits += int((rank[seen] <= K).sum())
        strangers += float(np.maximum(rank[seen] - K, 0).sum())
    return hits / (K * len(sample)), 1 - 2 * strangers / (len(sample) * K * (2 * count - 3 * K - 1))


if __name__ == "__main__":
    main()
