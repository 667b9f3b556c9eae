"""How much a collection suffers from hubs, and what each correction does about it.

    python -m models.eval.hubness VECTORS.npz

The file holds ``paths`` (n,), strings, and ``vectors`` (n, dimension). For plain cosine and each correction this prints
the hubness (skewness of the 10-occurrence, Radovanović et al., 2010), the largest 10-occurrence, the share of tracks
that are nobody's neighbour, and how many of the five nearest lie in the same folder: the first one below the folder
that all have in common, which is the artist or the album where music is sorted that way.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os.path import commonpath
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hubness import (
    NEIGHBOURS,
    Around,
    Hubness,
    around,
    local_scaling,
    mutual_proximity,
    skewness,
)
from player_rec.recommend.space.rows import Vectors

OCCURRENCE = 10
AGREEMENT = 5
CLASSIC = 10
"""The neighbourhood of Conneau et al. (2018)."""

Scores = NDArray[np.floating]
"""Of every track (row) to every track (column), the larger the nearer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a way of measuring nearness does to a collection."""

    hubness: float
    largest_hub: int
    nobodys_neighbour: float
    same_folder: float


def main() -> None:
    """Read the command line and print one line for each correction."""
    parser = argparse.ArgumentParser(description="Measure hubs with and without each correction.")
    parser.add_argument("vectors", type=Path, help="npz file with the arrays paths and vectors")
    given = parser.parse_args()
    with np.load(given.vectors) as file:
        paths, vectors = [Path(path) for path in file["paths"].tolist()], file["vectors"].astype(np.float32)
    labels = folders(paths)
    print(f"{len(paths)} tracks in {len(set(labels.tolist()))} folders")
    print(f"{'':40}{'hubness':>10}{'largest':>10}{'nobody':>10}{'same folder @5':>16}")
    for name, scores in ways(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)):
        verdict = judge(scores, labels)
        print(
            f"{name:40}{verdict.hubness:10.2f}{verdict.largest_hub:10d}{verdict.nobodys_neighbour:10.3f}"
            f"{verdict.same_folder:16.3f}"
        )


def folders(paths: Sequence[Path]) -> NDArray[np.str_]:
    """The first folder of each path below the one they share; empty for files that lie in that one itself."""
    shared = Path(commonpath([path.parent for path in paths]))
    return np.array([next(iter(path.parent.relative_to(shared).parts), "") for path in paths])


def ways(vectors: Vectors) -> Iterator[tuple[str, Scores]]:
    """Each way of measuring nearness between unit vectors (n, dimension), with its scores (n, n)."""
    similarity = vectors @ vectors.T
    yield "cosine", similarity
    classic = _table(_neighbourhoods(similarity, CLASSIC))
    yield f"local scaling, {CLASSIC} nearest", local_scaling(similarity, *classic)
    local = _table(_kept(vectors))
    yield f"local scaling, {NEIGHBOURS} nearest (used)", local_scaling(similarity, *local)
    yield f"mutual proximity, {NEIGHBOURS} nearest", mutual_proximity(similarity, *local)
    everybody = _table(_neighbourhoods(similarity, len(vectors) - 1))
    yield "mutual proximity, all tracks", mutual_proximity(similarity, *everybody)


def _kept(vectors: Vectors) -> Around:
    """What is around each track, as the program itself keeps it."""
    index, hubness = ExactIndex(vectors.shape[1]), Hubness()
    index.add(np.arange(len(vectors)), vectors)
    while hubness.refresh(index, len(vectors)):
        pass
    return hubness.around(index.ids())


def _neighbourhoods(similarity: Vectors, k: int) -> Around:
    """What is around each track, from the table of all similarities (n, n)."""
    others = similarity - 3 * np.eye(len(similarity), dtype=np.float32)
    return around(np.sort(others, axis=1)[:, : -k - 1 : -1])


def _table(each: Around) -> tuple[Around, Around]:
    """The same for rows and for columns."""
    rows = Around(each.mean[:, None], each.deviation[:, None])
    return rows, Around(each.mean[None, :], each.deviation[None, :])


def judge(scores: Scores, labels: NDArray[np.str_]) -> Verdict:
    """Measure hubs and agreement in a table of scores (n, n)."""
    nearest = np.argsort(-(scores - 1e9 * np.eye(len(scores))), axis=1, kind="stable")
    counts = np.bincount(nearest[:, :OCCURRENCE].ravel(), minlength=len(scores))
    agreeing = labels[nearest[:, :AGREEMENT]] == labels[:, None]
    return Verdict(skewness(counts), int(counts.max()), float((counts == 0).mean()), float(agreeing.mean()))


if __name__ == "__main__":
    main()
