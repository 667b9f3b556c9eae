"""How the window bears a large library: ``python -m tests.bench.window [TRACKS …] [--looks DIR]``.

A library of so many tracks is made on disk, with vectors and measures; the real program is started on it without a
screen. A heart beats every 5 ms on the thread of the window; a beat that comes late was held up by something. Told are
the time from the start of Python to the first event, to the first scene and to an index that is ready; memory; how
much processor an idle minute takes; and the longest time the thread was held in start, search, switching heart mode
on, skips and change of pages.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BEAT_MS = 5
LINKS = 30_000
"""Names of one file, of which a file system bears only so many."""

IDLE_S = 20.0


def make(folder: Path, count: int, heard: int | None = None) -> None:
    """A library of ``count`` tracks in ``folder``, as a scan would leave it that has ``heard`` so many, or all."""
    from player_rec.analysis.spec import read_spec
    from player_rec.app.places import places_in, shipped_model
    from player_rec.domain.sound import Analysis, Sound
    from player_rec.domain.track import ContentId, Identity, Stamp, Tags
    from player_rec.store.db import open_rebuildable
    from player_rec.store.library import Library

    spec = read_spec(shipped_model())
    rng = np.random.default_rng(count)
    centres = rng.normal(size=(200, spec.dimension)).astype(np.float32)
    song = next((Path(__file__).parents[1] / "data" / "music").rglob("*.opus")).resolve()
    places = places_in(folder)
    (folder / "music").mkdir(parents=True)
    copy = shutil.copy(song, folder / "song.opus")
    with closing(open_rebuildable(places.library)) as db:
        library = Library(db)
        with library.transaction():
            for n in range(count):
                artist = f"Artist {n // 25}"
                tags = Tags(f"Song {n}", (artist,), f"Album {n // 12}", track_number=n % 12 + 1)
                path = folder / "music" / f"{n:06}.opus"
                if n % LINKS == LINKS - 1:
                    copy = shutil.copy(song, folder / f"song-{n}.opus")
                path.hardlink_to(copy)
                identity = Identity(ContentId(f"{n:032}"), 200_000, "opus")
                track = library.files.put(str(path), str(path.parent), Stamp(1, 1), identity, tags, ())
                if heard is not None and n >= heard:
                    continue
                vector = centres[n % 200] + rng.normal(0, 1.0, spec.dimension).astype(np.float32)
                sound = Sound(-14.0, 120.0, 0.5, n % 24, 0.5, float(rng.random()), 0, 0)
                analysis = Analysis(spec.key, vector / np.linalg.norm(vector), sound, b"", 200_000)
                library.vectors.put(track, analysis)


class Watched:
    """The program on a library, in this process, and the heart that beats beside it."""

    def __init__(self, folder: Path, begun: float) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        from player_rec.app.places import places_in
        from player_rec.gui.look import theme
        from player_rec.gui.main import Program

        self.app = QApplication([])
        theme.dress(self.app, "light")
        self.told: dict[str, float] = {}
        self._beat_at, self._late_ms = time.perf_counter(), 0.0
        self.heart = QTimer()
        self.heart.setInterval(BEAT_MS)
        self.heart.timeout.connect(self._beat)
        self.program = Program(places_in(folder), "builtin", silent=True)
        self.window = self.program.window
        self.program.start(())
        self.window.show()
        self.app.processEvents()
        self.told["start to window, s"] = time.perf_counter() - begun
        self._beat_at = time.perf_counter()
        self.heart.start()
        self.until(lambda: self.window._scene and self.window._scene.connected)
        self.told["start to radio ready, s"] = time.perf_counter() - begun
        self.told["held in start, ms"] = self._late_ms

    def _beat(self) -> None:
        now = time.perf_counter()
        self._late_ms = max(self._late_ms, 1000 * (now - self._beat_at) - BEAT_MS)
        self._beat_at = now

    def until(self, right: Callable[[], object], seconds: float = 120.0) -> float:
        """Let the program go on until something is so; seconds it took."""
        start = time.perf_counter()
        while not right() and time.perf_counter() - start < seconds:
            self.app.processEvents()
            time.sleep(0.001)
        return time.perf_counter() - start

    def held(self, what: str, act: Callable[[], object], right: Callable[[], object] = lambda: True) -> float:
        """Note the longest the thread was held by doing something, in ms; seconds until it was so."""
        self.until(lambda: False, 0.05)
        self._late_ms = 0.0
        act()
        took = self.until(right)
        self.until(lambda: False, 0.8)
        name = f"held by {what}, ms"
        self.told[name] = max(self.told.get(name, 0.0), self._late_ms)
        return took

    def idle(self) -> None:
        """Note what the hidden window costs while nothing happens."""
        from PySide6.QtCore import QTimer

        self.window.hide()
        self.heart.stop()
        self.until(lambda: False, 2.0)
        used, since = time.process_time(), time.perf_counter()
        QTimer.singleShot(round(1000 * IDLE_S), self.app.quit)
        self.app.exec()
        self.told["idle processor, ms a second"] = 1000 * (time.process_time() - used) / (time.perf_counter() - since)
        self.told["memory now, MiB"] = _rss_mib()
        self.told["memory at most, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def watch(folder: Path) -> None:
    """Start the program in this process, use it, and print what was seen."""
    watched = Watched(folder, time.perf_counter() - _age_s())
    from player_rec.gui.window import Page

    window, order = watched.window, watched.program.bridge.order
    table = window.library._table.model()
    took = watched.held("opening the library", partial(window.open, Page.LIBRARY), table.rowCount)
    watched.told["library shown after, s"] = took
    window.library.search()
    for letters in ("s", "so", "son", "song 12", "song 123"):
        watched.held("typing", partial(window.library._words.setText, letters))
    window.open(Page.RADIO)
    on = partial(order, lambda wishes: wishes.heart(on=True))
    took = watched.held("heart mode", on, lambda: window._scene and window._scene.heart and window._scene.queue)
    watched.told["heart mode on after, s"] = took
    for page in Page:
        watched.held("a change of page", partial(window.open, page))
    order(lambda wishes: wishes.heart(on=False))
    watched.until(lambda: window._scene and not window._scene.heart)
    watched.idle()
    watched.program.close()
    for name, value in watched.told.items():
        print(f"  {name:32} {value:9.2f}")


def _age_s() -> float:
    """How long this process is there."""
    fields = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    up_s = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    return up_s - int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _rss_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    """Make each library, then watch the program in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tracks", nargs="*", type=int, default=[20_000, 100_000])
    parser.add_argument("--watch", type=Path, help="watch the program on this library, in this process")
    args = parser.parse_args()
    if args.watch:
        watch(args.watch)
        return
    for count in args.tracks:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), count)
            for run in ("first start, the index is built", "second start"):
                print(f"{count} tracks, {run}", flush=True)
                subprocess.run([sys.executable, "-m", "tests.bench.window", "--watch", folder], check=True)


if __name__ == "__main__":
    main()
