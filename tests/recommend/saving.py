"""Saves two indexes by turns until somebody ends it: ``python -m tests.recommend.saving FILE``."""

import itertools
import sys
from pathlib import Path

import numpy as np

from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.hubness import Hubness
from player_rec.recommend.space.index_file import Saved, save
from tests.recommend.sounds import clustered

DIMENSION = 32
SIZES = (400, 600)


def main() -> None:
    """Save for ever."""
    indexes = []
    for size in SIZES:
        index, hubness = HnswIndex(DIMENSION), Hubness()
        index.add(np.arange(size), clustered(size, DIMENSION))
        hubness.refresh(index, 100)
        indexes.append(Saved(index, hubness))
    print("ready", flush=True)
    for one in itertools.cycle(indexes):
        save(one, Path(sys.argv[1]), "model@1")
        print("saved", flush=True)


if __name__ == "__main__":
    main()
