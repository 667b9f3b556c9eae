"""A finished map on disk: a copy that can always be made again, and is trusted only when it is whole."""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player_rec.engine.chart import Ids, Places

_FORMAT = 1
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Places of tracks.

    Attributes:
        ids: (n,) ascending.
        places: (n, 2).
        laid: (n,) which were part of the layout; the others were only put beside their neighbours.
    """

    ids: Ids
    places: Places
    laid: NDArray[np.bool_]

    def only(self, wanted: Ids) -> "Kept":
        """The same without tracks that are no more."""
        here = np.isin(self.ids, wanted)
        return self if here.all() else Kept(self.ids[here], self.places[here], self.laid[here])

    def joined(self, ids: Ids, places: Places) -> "Kept":
        """The same with tracks that were placed."""
        together = np.concatenate((self.ids, ids))
        order = np.argsort(together, kind="stable")
        laid = np.concatenate((self.laid, np.zeros(len(ids), np.bool_)))
        return Kept(together[order], np.concatenate((self.places, places))[order], laid[order])


NOTHING = Kept(np.empty(0, np.int64), np.empty((0, 2), np.float32), np.empty(0, np.bool_))


def save(kept: Kept, path: Path, model: str) -> None:
    """Put a map on disk, in one step, in the place of what was there. Raises OSError."""
    body = io.BytesIO()
    np.savez(body, ids=kept.ids, places=kept.places, laid=kept.laid, told=_told(model))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(hashlib.sha256(body.getbuffer()).digest())
        file.write(body.getbuffer())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def load(path: Path, model: str) -> Kept:
    """The map that was kept; nothing where there is none to trust: damaged, or made from vectors of another model."""
    try:
        whole = path.read_bytes()
        if hashlib.sha256(whole[_DIGEST:]).digest() != whole[:_DIGEST]:
            return NOTHING
        with np.load(io.BytesIO(whole[_DIGEST:]), allow_pickle=False) as arrays:
            if not np.array_equal(arrays["told"], _told(model)):
                return NOTHING
            return Kept(arrays["ids"], arrays["places"], arrays["laid"])
    except (OSError, ValueError, KeyError):
        return NOTHING


def _told(model: str) -> NDArray[np.str_]:
    return np.array([str(_FORMAT), model])
