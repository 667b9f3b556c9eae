"""Pictures of every page, light and dark, in English and Chinese, of the real window over a real library.

Usage: python packaging/screenshots/window.py OUT LIBRARY    Needs Xvfb; with openbox and trayer the tray is seen, too.
LIBRARY is a folder that ``player-rec scan … --library`` filled; it is copied, never written to.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

SCREEN: Final = "1180x800x24"
PATIENCE_S: Final = 30.0


def main() -> int:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--look", default="", help="one look alone, in this process: light or dark, then en or zh")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.look:
        return picture(args.out, args.library, *args.look.split("-"))
    with ExitStack() as stack:
        display = _screen(stack)
        for look in ("light-en", "dark-en", "light-zh", "dark-zh"):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            shutil.copytree(args.library, folder / "library")
            line = [sys.executable, __file__, str(args.out), str(folder / "library"), "--look", look]
            subprocess.run(line, env=os.environ | {"DISPLAY": display}, check=True)
    return 0


def _screen(stack: ExitStack) -> str:
    display = f":{90 + os.getpid() % 100}"
    for line in (["Xvfb", display, "-screen", "0", SCREEN], ["openbox"], ["trayer", "--edge", "bottom"]):
        if shutil.which(line[0]):
            quiet = subprocess.DEVNULL
            program = subprocess.Popen(line, env=os.environ | {"DISPLAY": display}, stdout=quiet, stderr=quiet)
            stack.callback(program.wait)
            stack.callback(program.terminate)
            time.sleep(1)
    return display


def picture(out: Path, library: Path, look: str, language: str) -> int:
    """One look of all pages: a song plays, heart mode is on, some songs were heard, liked and skipped."""
    from PySide6.QtWidgets import QApplication

    from player_rec.app.places import places_in
    from player_rec.gui import theme, words
    from player_rec.gui.icons import badge
    from player_rec.gui.library_page import SONG
    from player_rec.gui.main import Program
    from player_rec.gui.window import Page

    app = QApplication([])
    words.speak(language)
    theme.dress(app, look)
    app.setWindowIcon(badge(theme.colours().accent, full=True))
    program = Program(places_in(library), "builtin", silent=True)
    window = program.window

    def until(right: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not right():
            if time.monotonic() > end:
                raise TimeoutError("the program does not get there")
            app.processEvents()
            time.sleep(0.01)

    def rest(seconds: float) -> None:
        end = time.monotonic() + seconds
        until(lambda: time.monotonic() > end)

    program.start(())
    window.show()
    window.open(Page.LIBRARY)
    table = window.library._table.model()  # noqa: SLF001 - a hand would click there
    until(table.rowCount)
    covered = [table.index(row, 0).data(SONG) for row in range(table.rowCount())]
    chosen = [song for song in covered if song.artist and song.album][:: max(1, len(covered) // 40)]
    for song in chosen[:6]:
        window.library.play([song])
        until(lambda song=song: window._scene and window._scene.playing and window._scene.playing.file == song.file)  # noqa: SLF001
        rest(1.2)
        if song in chosen[1:4] and song.track is not None:
            program.bridge.order(lambda wishes, track=song.track: wishes.like(track, on=True))
    program.bridge.order(lambda wishes: wishes.heart(on=True))
    until(lambda: window._scene and window._scene.heart and window._scene.queue)  # noqa: SLF001
    for page in Page:
        window.open(page)
        rest(1.5)
        window.grab().save(str(out / f"{page.name.lower()}-{look}-{language}.png"))
    window.open(Page.RADIO)
    rest(0.5)
    app.primaryScreen().grabWindow(0).save(str(out / f"desktop-{look}-{language}.png"))
    program.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
