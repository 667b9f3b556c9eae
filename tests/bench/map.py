"""How the map bears a large library: ``python -m tests.bench.map [TRACKS …] [--no-layout]``.

For each number of tracks: vectors that lie as those of real music do are laid out, from the graph to the last iteration
(on one thread if OPENBLAS_NUM_THREADS=1 is set; finding their neighbours is timed apart, the index may be quicker);
then the map is shown without a screen, 1000 × 700, and a hundred views of it are drawn, at all zooms; the pointer asks
ten thousand times; and a lasso is closed around half of it.
"""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from player_rec.engine.chart import UNKNOWN, Traits
from player_rec.recommend.map.graph import NEIGHBOURS, graph
from player_rec.recommend.map.layout import TOGETHER, advance, begin
from player_rec.recommend.map.principal import directions
from tests.recommend.sounds import clustered

_BATCH = 1024


def layout(count: int) -> NDArray[np.float32]:
    """Lay so many tracks out and tell what it took."""
    vectors = clustered(count)
    start = time.perf_counter()
    rows, similarities = np.empty((count, NEIGHBOURS), np.int32), np.empty((count, NEIGHBOURS), np.float32)
    for first in range(0, count, _BATCH):
        table = vectors[first : first + _BATCH] @ vectors.T
        own = np.arange(len(table))
        table[own, first + own] = -1
        nearest = np.argpartition(-table, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
        rows[first : first + _BATCH] = nearest
        similarities[first : first + _BATCH] = np.take_along_axis(table, nearest, axis=1)
    tell("neighbours, s", start)
    start = time.perf_counter()
    made = graph(rows, similarities)
    tell("graph, s", start)
    start = time.perf_counter()
    state = advance(made, begin(vectors @ directions([vectors])), TOGETHER)
    tell("pulled together, s", start)
    start = time.perf_counter()
    state = advance(made, state, 10_000)
    tell("apart, s", start)
    return state.places


def show(places: NDArray[np.float32]) -> None:
    """Show a map and tell how long the thread of the window is held by what."""
    from PySide6.QtWidgets import QApplication

    from player_rec.gui.look import theme
    from player_rec.gui.map.canvas import Canvas
    from player_rec.gui.map.colouring import By, coloured

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.dress(app, "light")
    rng, count = np.random.default_rng(0), len(places)
    share = rng.random(count, np.float32)
    kinds = rng.integers(0, UNKNOWN + 1, count).astype(np.uint8)
    traits = Traits(kinds, tuple("abcdefgh"), share, (60.0, 180.0), share, share)
    canvas = Canvas()
    canvas.resize(1000, 700)
    canvas.show()

    def colour(by: By) -> None:
        canvas.show_colours(coloured(traits, by, theme.colours()))

    timed("take in a map", 3, lambda: canvas.show_places(places))
    for by in By:
        timed(f"colour by {by}", 3, partial(colour, by))
    timed("first frame", 1, canvas.grab)

    def frame(factor: float) -> None:
        canvas.zoom(factor, *rng.uniform((200, 200), (800, 500)))
        canvas.grab()

    timed("frame while zooming in", 40, lambda: frame(1.15))
    timed("frame while zooming out", 40, lambda: frame(1 / 1.15))

    def whole() -> None:
        canvas.fit()
        canvas.grab()

    timed("frame of the whole", 20, whole)
    timed("hover", 10_000, lambda: canvas._point_at(*rng.uniform((0, 0), (1000, 700))))
    outline = np.stack((500 + 250 * np.cos(np.arange(300) / 48), 350 + 250 * np.sin(np.arange(300) / 48)), axis=1)
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPolygonF

    polygon = QPolygonF([QPointF(x, y) for x, y in outline.tolist()])
    timed("lasso", 5, lambda: canvas.choose(canvas._inside(polygon)))
    timed("frame with songs caught", 10, whole)


def timed(what: str, times: int, do: Callable[[], object]) -> None:
    """Tell the middle and the longest time of doing something."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        do()
        took.append(1000 * (time.perf_counter() - start))
    print(f"  {what + ', ms':32} {np.median(took):8.2f}   longest {max(took):8.2f}", flush=True)


def tell(what: str, start: float) -> None:
    """Tell how long something took."""
    print(f"  {what:32} {time.perf_counter() - start:8.1f}", flush=True)


def main() -> None:
    """Lay out and show."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tracks", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--no-layout", action="store_true", help="show the principal components instead")
    args = parser.parse_args()
    for count in args.tracks:
        print(f"{count} tracks", flush=True)
        if args.no_layout:
            vectors = clustered(count)
            show(vectors @ directions([vectors]) * 100)
        else:
            show(layout(count))


if __name__ == "__main__":
    main()
