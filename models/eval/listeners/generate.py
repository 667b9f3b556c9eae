"""Listeners left to themselves for months: ``python -m models.eval.listeners.generate LIBRARY_DIR OUT_DIR``.

Writes ``tracks.npz`` and ``plays.csv`` in the replay format. With ``--tracks N`` the library is first enlarged with
made tracks to N: a library of hundreds is soon known by heart, and the share of new tracks falls short of people's.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.eval.listeners.alone import Row, life, settled
from models.eval.listeners.library import Catalogue, enlarged, read
from models.eval.listeners.listener import Listener
from models.eval.listeners.personas import population
from models.eval.listeners.plays import Plays
from models.eval.listeners.taste import Persona

LONGEST_TRIAL = 5_000
"""Plays of a life lived to settle a temper, at most."""


def generate(catalogue: Catalogue, persons: Sequence[Persona], plays: int, seed: int) -> Plays:
    """``plays`` plays of each person, alone with the catalogue. The same arguments give the same plays."""
    lives = []
    for number, person in enumerate(persons):
        listener = Listener(person, catalogue, settled(person, catalogue, min(plays, LONGEST_TRIAL)))
        lives.append(list(life(listener, plays, np.random.default_rng((seed, number)))))
    return as_plays(catalogue, lives)


def as_plays(catalogue: Catalogue, lives: Sequence[Sequence[Row]]) -> Plays:
    """The plays of several listeners, numbered from 0, as one table."""
    rows = np.array([(user, *row) for user, life_ in enumerate(lives) for row in life_], np.int64).reshape(-1, 4)
    artist_of = dict(zip(catalogue.ids.tolist(), catalogue.artist.tolist(), strict=True))
    artists = np.array([artist_of[track] for track in rows[:, 2].tolist()], np.int64)
    return Plays(user=rows[:, 0], end_minute=rows[:, 1], artist=artists, track=rows[:, 2], ms=rows[:, 3])


def arguments(description: str) -> argparse.ArgumentParser:
    """What every command here asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("library", type=Path, help="folder of an analysed library")
    parser.add_argument("--listeners", type=int, default=10)
    parser.add_argument("--plays", type=int, default=5000, help="of each listener")
    parser.add_argument("--tracks", type=int, default=0, help="enlarge the library with made tracks to so many")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def asked_catalogue(given: argparse.Namespace) -> Catalogue:
    """The library that was named, enlarged if that was asked for."""
    return enlarged(read(given.library), given.tracks, np.random.default_rng((given.seed, 3)))


def main() -> None:
    """Read the command line and write the two files."""
    parser = arguments("Write the plays of simulated listeners in the replay format.")
    parser.add_argument("out", type=Path, help="folder for tracks.npz and plays.csv")
    given = parser.parse_args()
    catalogue = asked_catalogue(given)
    plays = generate(catalogue, population(catalogue, given.listeners, given.seed), given.plays, given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    catalogue.save(given.out / "tracks.npz")
    plays.save(given.out / "plays.csv")
    print(f"{len(plays.user)} plays of {given.listeners} listeners over {len(catalogue)} tracks: {given.out}")


if __name__ == "__main__":
    main()
