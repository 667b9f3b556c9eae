"""What MSD_musicnn's embedding is standardised by, and the file that keeps it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STATISTICS = Path(__file__).with_name("msd_musicnn_statistics.json")

# A unit that hardly moves must not be blown up until its noise outweighs the units that hear something.
LEAST_DEVIATION = 0.25
"""Deviations are raised to at least this part of their median."""


@dataclass(frozen=True, slots=True)
class Standardisation:
    """What the embedding subtracts from and divides the penultimate layer by, one number per dimension."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the embedding is standardised by, and the number of songs of each collection it comes from."""

    standardisation: Standardisation
    collections: Mapping[str, int]

    @property
    def songs(self) -> int:
        """Songs measured, over all collections."""
        return sum(self.collections.values())


def load_statistics(path: Path) -> Statistics:
    """Read what ``main`` wrote."""
    kept = json.loads(path.read_text())
    return Statistics(Standardisation(np.array(kept["mean"]), np.array(kept["deviation"])), dict(kept["collections"]))


def save_statistics(path: Path, statistics: Statistics) -> None:
    """Write the statistics as JSON, six digits a number."""
    numbers = statistics.standardisation
    kept = {
        "collections": dict(sorted(statistics.collections.items())),
        "mean": [float(f"{value:.6g}") for value in numbers.mean],
        "deviation": [float(f"{value:.6g}") for value in numbers.deviation],
    }
    path.write_text(json.dumps(kept, indent=1) + "\n")


def standardisation_of(songs: NDArray[np.float64]) -> Standardisation:
    """Mean and floored deviation of every dimension over song means, (songs, dimension)."""
    deviation = songs.std(axis=0)
    return Standardisation(songs.mean(axis=0), np.maximum(deviation, LEAST_DEVIATION * np.median(deviation)))
