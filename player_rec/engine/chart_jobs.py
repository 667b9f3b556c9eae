"""What a worker process is asked to do for the map, so that the program itself never waits for it.

The graph of a library is large: it stays with the worker, in memory and in a file beside the map, and only places
travel.
"""

import time
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.errors import PlayerRecError
from player_rec.engine.chart import Ids, Places
from player_rec.engine.space import SoundSpace
from player_rec.recommend.map.graph import NEIGHBOURS, Graph, graph
from player_rec.recommend.map.layout import State, advance
from player_rec.recommend.map.place import BY, placed
from player_rec.recommend.map.principal import directions
from player_rec.recommend.space.index import Index, make_index
from player_rec.recommend.space.rows import Ids as Tracks
from player_rec.store.db import open_rebuildable
from player_rec.store.library import Library

_BATCH = 1024


class GraphLost(PlayerRecError):
    """The file with the graph is not there any more, or damaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """The tracks (n,) of a graph that now lies in its file, and a first guess (n, 2) at their places."""

    ids: Ids
    guess: Places


@dataclass(frozen=True, slots=True, eq=False)
class Advanced:
    """A layout some iterations later, and the seconds they took."""

    state: State
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Places (n, 2) for tracks (n,) that came later."""

    ids: Ids
    places: Places


Done = Surveyed | Advanced | Placed


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the library and its index lie, and the model whose vectors count.

    Of a library of more than ``most`` tracks so many are laid out, and the others are placed between them.
    """

    library: Path
    index: Path
    model: str
    most: int = 150_000


def survey(file: Path, ground: Ground, ids: Ids) -> Surveyed:
    """Find the nearest of every one of ``ids`` among them all, and leave the graph in ``file``."""
    with closing(open_rebuildable(ground.library)) as db:
        index = _index(ground, Library(db), ids)
        here = index.ids()
        axes = directions(rows for _, rows in index.chunks())
        guess = np.concatenate([index.vectors(part) @ axes for part in _parts(here)])
        made = graph(*_nearest(index, here))
    draft = file.with_name(f"{file.name}.new")
    with draft.open("wb") as target:
        np.savez(target, starts=made.starts, others=made.others, weights=made.weights)
    draft.replace(file)
    return Surveyed(here, guess)


def go_on(file: Path, state: State, iterations: int) -> Advanced:
    """Work on a layout over the graph in ``file``. Raises: GraphLost."""
    begun = time.monotonic()
    try:
        made = _graph(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError) as error:
        raise GraphLost(f"{file}: {error}") from error
    return Advanced(advance(made, state, iterations), time.monotonic() - begun)


def place(library: Path, ground: Ground, known: Ids, places: Places, new: Ids) -> Placed:
    """Put ``new`` tracks between the ones they sound like of those ``known`` (n,), which lie at ``places`` (n, 2)."""
    with closing(open_rebuildable(library)) as db:
        index = _index(ground, Library(db), np.union1d(known, new))
        known, where = known[(here := np.isin(known, index.ids()))], places[here]
        new = new[np.isin(new, index.ids())]
        found = [index.nearest(vector, BY, known) for part in _parts(new) for vector in index.vectors(part)]
    at = np.searchsorted(known, np.array([one.ids for one in found], np.int64).reshape(len(new), -1))
    similarities = np.array([one.similarities for one in found], np.float32).reshape(at.shape)
    return Placed(new, placed(where[at], similarities))


def _index(ground: Ground, library: Library, ids: Ids) -> Index:
    """The neighbour index as it is; for a part of a large library, one of that part alone."""
    index = SoundSpace(library, ground.index, ground.model).index
    if index is None:
        raise PlayerRecError("nothing was heard")
    if len(ids) == len(index):
        return index
    ids = ids[np.isin(ids, index.ids())]
    fewer = make_index(index.dimension, len(ids))
    for part in _parts(ids):
        fewer.add(part, index.vectors(part))
    return fewer


def _nearest(index: Index, ids: Tracks) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Rows (n, k) of the nearest of each of all its tracks, −1 for none, and their similarities."""
    k = min(NEIGHBOURS, len(ids) - 1)
    rows, similarities = np.full((len(ids), k), -1, np.int32), np.zeros((len(ids), k), np.float32)
    everything = index.vectors(ids) if index.kind == "exact" else None
    for start, part in zip(range(0, len(ids), _BATCH), _parts(ids), strict=True):
        own = np.arange(start, start + len(part))
        if everything is not None:
            rows[own], similarities[own] = _looked_through(everything, own, k)
            continue
        for row, vector in zip(own, index.vectors(part), strict=True):
            found = index.nearest(vector, k + 1)
            others = (at := np.searchsorted(ids, found.ids)) != row
            rows[row], similarities[row] = at[others][:k], found.similarities[others][:k]
    return rows, similarities


def _looked_through(vectors: NDArray[np.float32], own: NDArray[np.int64], k: int) -> tuple[Ids, NDArray[np.float32]]:
    table = vectors[own] @ vectors.T
    table[np.arange(len(own)), own] = -np.inf
    nearest = np.argpartition(-table, k - 1, axis=1)[:, :k]
    return nearest, np.take_along_axis(table, nearest, axis=1)


def _parts(ids: Ids) -> list[Ids]:
    return [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]


@lru_cache(maxsize=1)
def _graph(file: Path, _stamp: int) -> Graph:
    with np.load(file, allow_pickle=False) as arrays:
        return Graph(arrays["starts"], arrays["others"], arrays["weights"])
