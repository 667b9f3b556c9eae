"""Pictures of every page, light and dark, in English and Chinese, of the real window over a real library.

Usage: python packaging/screenshots/window.py OUT LIBRARY [--looks light-en,dark-zh]
Needs Xvfb; with openbox and trayer the tray and its menu are seen, too.
LIBRARY is a folder that ``player-rec scan … --library`` filled; it is copied, never written to. Besides the pages of a
window with music there are those of a new listener, of an analysis under way, and of a library another process holds.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, nullcontext
from pathlib import Path
from typing import Any, Final

SCREEN: Final = "1180x800x24"
PATIENCE_S: Final = 30.0
LOOKS: Final = "light-en,dark-en,light-zh,dark-zh"


def main() -> int:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--looks", default=LOOKS, help="of which kinds, with commas between")
    parser.add_argument("--scene", default="", help="one scene alone, in this process")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.scene:
        Sitting(args.out, args.library, args.looks).take(args.scene)
        return 0
    with ExitStack() as stack:
        display = _screen(stack)
        for look in args.looks.split(","):
            for scene in SCENES:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()), "library")
                PREPARED.get(scene, shutil.copytree)(args.library, folder)
                line = [sys.executable, __file__, str(args.out), str(folder), "--looks", look, "--scene", scene]
                subprocess.run(line, env=os.environ | {"DISPLAY": display}, check=True)
    return 0


def _screen(stack: ExitStack) -> str:
    quiet = subprocess.DEVNULL
    line = ["Xvfb", "-displayfd", "1", "-screen", "0", SCREEN]
    server = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=quiet)
    stack.callback(server.wait)
    stack.callback(server.terminate)
    display = ":" + (server.stdout.readline().decode().strip() if server.stdout else "")
    for line in (["openbox"], ["trayer", "--edge", "bottom", "--align", "right"]):
        if shutil.which(line[0]):
            program = subprocess.Popen(line, env=os.environ | {"DISPLAY": display}, stdout=quiet, stderr=quiet)
            stack.callback(program.wait)
            stack.callback(program.terminate)
            time.sleep(1)
    return display


def _nothing(_: Path, folder: Path) -> None:
    folder.mkdir()


def _half_heard(library: Path, folder: Path) -> None:
    """As a scan leaves it that was stopped half-way."""
    shutil.copytree(library, folder)
    with closing(sqlite3.connect(folder / "library.db")) as db, db:
        db.execute("DELETE FROM vectors WHERE track % 2")


class Sitting:
    """The program in this process, in one look, and the camera."""

    def __init__(self, out: Path, library: Path, look: str) -> None:
        from PySide6.QtWidgets import QApplication

        from player_rec.app.places import places_in
        from player_rec.gui import words
        from player_rec.gui.look import theme
        from player_rec.gui.look.icons import badge

        self._out, self._look = out, look
        scheme, language = look.split("-")
        self._app = QApplication([])
        self._app.setQuitOnLastWindowClosed(False)
        words.speak(language)
        theme.dress(self._app, scheme)
        self._app.setWindowIcon(badge(theme.colours().accent, full=True))
        self._places = places_in(library)

    def take(self, scene: str) -> None:
        """Take the pictures of a scene."""
        from filelock import FileLock

        from player_rec.gui.main import Program

        with FileLock(self._places.lock) if scene == "trouble" else nullcontext():
            self.program = Program(self._places, "builtin", silent=True, scheme=self._look.partition("-")[0])
            self.window = self.program.window
            self.program.start(())
            self.window.show()
            SCENES[scene](self)
            self.program.close()

    def until(self, right: Callable[[], object]) -> None:
        """Let the program go on until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not right():
            if time.monotonic() > end:
                raise TimeoutError("the program does not get there")
            self._app.processEvents()
            time.sleep(0.01)

    def rest(self, seconds: float) -> None:
        """Let the program go on for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)

    def window_taken(self, name: str) -> None:
        """A picture of the window."""
        self.window.grab().save(str(self._out / f"{name}-{self._look}.png"))

    def screen_taken(self, name: str) -> None:
        """A picture of all that is on the screen."""
        self._app.primaryScreen().grabWindow(0).save(str(self._out / f"{name}-{self._look}.png"))

    def busy_listener(self) -> None:
        """A song plays, heart mode is on, some songs were heard, liked and skipped."""
        from player_rec.gui.pages.library import SONG
        from player_rec.gui.window import Page

        self.window.open(Page.LIBRARY)
        table = self.window.library._table.model()  # noqa: SLF001 - a hand would click there
        self.until(table.rowCount)
        found = [table.index(row, 0).data(SONG) for row in range(table.rowCount())]
        chosen = [song for song in found if song.artist and song.album][:: max(1, len(found) // 40)]
        for number, song in enumerate(chosen[:6]):
            self.window.library.play([song])
            self.until(lambda song=song: self.scene and self.scene.playing and self.scene.playing.file == song.file)
            self.rest(1.2)
            if number in (1, 2, 3) and song.track is not None:
                self.program.bridge.order(lambda wishes, track=song.track: wishes.like(track, on=True))
        self.program.bridge.order(lambda wishes: wishes.heart(on=True))
        self.until(lambda: self.scene and self.scene.heart and self.scene.queue)

    @property
    def scene(self) -> Any:
        """What the window was told last."""
        return self.window._scene  # noqa: SLF001 - what it shows, without reading pixels


def pages(sitting: Sitting) -> None:
    """Every page, the card of a pick, and the whole screen with the menu of the tray open."""
    from PySide6.QtCore import QPoint

    from player_rec.gui.window import Page

    sitting.busy_listener()
    for page in Page:
        sitting.window.open(page)
        sitting.rest(1.5)
        sitting.window_taken(page.name.lower())
    sitting.window.open(Page.RADIO)
    sitting.window.radio._queue.wanted.emit("why", sitting.window.radio._model.at(1))  # noqa: SLF001 - as Return does
    sitting.rest(0.5)
    sitting.window_taken("card")
    corner = sitting.window.screen().geometry().bottomRight()
    menu = sitting.program.tray.menu
    menu.popup(corner - QPoint(menu.sizeHint().width() + 4, menu.sizeHint().height() + 30))
    sitting.rest(0.5)
    sitting.screen_taken("desktop")
    menu.close()


def first(sitting: Sitting) -> None:
    """What a new listener sees, and a radio that has nothing to play."""
    from player_rec.gui.window import Page

    sitting.rest(1.5)
    sitting.window_taken("first")
    for page in (Page.RADIO, Page.LIBRARY, Page.HISTORY, Page.TASTE):
        sitting.window.open(page)
        sitting.rest(0.5)
        sitting.window_taken(f"first-{page.name.lower()}")


def analysis(sitting: Sitting) -> None:
    """Songs are listened to."""
    from player_rec.gui.window import Page

    for page in (Page.FOLDERS, Page.LIBRARY):
        sitting.window.open(page)
        sitting.until(sitting.window._work.isVisible)  # noqa: SLF001 - the bar that grows
        sitting.rest(2)
        sitting.window_taken(f"analysis-{page.name.lower()}")
    sitting.screen_taken("analysis-desktop")


def trouble(sitting: Sitting) -> None:
    """Another process holds the library."""
    sitting.until(sitting.window.notice.isVisible)
    sitting.rest(0.5)
    sitting.window_taken("trouble")


SCENES: Final = {"pages": pages, "first": first, "analysis": analysis, "trouble": trouble}
PREPARED: Final = {"first": _nothing, "analysis": _half_heard}


if __name__ == "__main__":
    sys.exit(main())
