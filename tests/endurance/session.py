"""Hours in the window in a quarter of an hour: ``python -m tests.endurance.session LIBRARY [--hours 8] [--speed 40]``.

The real program plays the music of a real library (a folder that ``player-rec scan … --library`` filled; it is copied)
to a device that takes samples so many times as fast as time: songs are decoded whole, end, and are followed by others.
A person skips, likes, seeks, turns dials, opens pages, searches, hides the window and switches heart mode; twice in the
first hour the program is quit and started again. Every ten minutes of music it is noted what the program holds.
Exit code 1 if memory, threads, open files or Qt's objects grow, or the log holds a warning.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ACTS_EVERY_S = 30.0
"""Of music."""

NOTED_EVERY_MIN = 10.0
LIVES_MIN = (20.0, 30.0)
"""So long are the lives before the last one, which takes the rest."""


def live(folder: Path, life: int, begin_min: float, end_min: float, speed: float, noted_every_min: float) -> None:
    """One life of the program, in this process."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from player_rec.app.log import start_log
    from player_rec.app.places import places_in
    from player_rec.gui import words
    from player_rec.gui.look import theme
    from player_rec.gui.main import Program
    from tests.endurance.hasty import Hasty
    from tests.endurance.session_figures import take
    from tests.endurance.session_person import Person

    places = places_in(folder)
    start_log(places.log, verbose=False)
    app = QApplication(["session"])
    app.setQuitOnLastWindowClosed(False)
    words.speak("en")
    theme.dress(app, "light")
    device = Hasty(speed)
    program = Program(places, "builtin", sound=device.open)
    player = program.player
    assert player is not None
    device.decoded_ahead_s = lambda: player.decoded_ahead_s
    program.start(())
    program.window.show()
    person, did = Person(program, Random(life)), Counter[str]()
    noted = [begin_min]

    def look() -> None:
        now_min = begin_min + device.played_s / 60
        if now_min >= noted[-1] + noted_every_min:
            noted.append(now_min)
            figures = take(places, life, now_min)
            print(figures, flush=True)
            with (folder / "figures").open("a", encoding="utf-8") as out:
                out.write(json.dumps(asdict(figures)) + "\n")
        if now_min >= end_min:
            app.quit()

    def act() -> None:
        did[person.act()] += 1

    looks, acts = QTimer(), QTimer()
    looks.timeout.connect(look)
    acts.timeout.connect(act)
    looks.start(100)
    acts.start(round(1000 * ACTS_EVERY_S / speed))
    app.exec()
    ended = program.close()
    print(f"     life {life} did: " + ", ".join(f"{count} {name}" for name, count in did.most_common() if name))
    if not ended:
        print("     a part did not end in time")
        os._exit(3)


def spend(
    folder: Path, minutes: float, speed: float, noted_every_min: float, lives_min: tuple[float, ...]
) -> list[str]:
    """All lives, each in a process of its own; returns what is wrong."""
    from player_rec.app.places import places_in
    from tests.endurance.session_figures import HEAD, Figures, complaints, growth, slope_mib_an_hour

    print(HEAD, flush=True)
    wrong, begin_min, ends = [], 0.0, [sum(lives_min[: n + 1]) for n in range(len(lives_min))]
    for life, end_min in enumerate([*(end for end in ends if end < minutes), minutes]):
        told = [str(folder), str(life), str(begin_min), str(end_min), str(speed), str(noted_every_min)]
        done = subprocess.run([sys.executable, "-m", "tests.endurance.session", "--live", *told], check=False)
        if done.returncode:
            wrong.append(f"life {life} ended with {done.returncode}")
        begin_min = end_min
    lines = (folder / "figures").read_text(encoding="utf-8").splitlines()
    taken = [Figures(**json.loads(line)) for line in lines]
    last = [one for one in taken if one.life == taken[-1].life]
    print(f"memory over the second half of the last life: {slope_mib_an_hour(last):+.2f} MiB an hour of music")
    return wrong + growth(last) + complaints(places_in(folder))


def main() -> int:
    """Spend the hours on a copy of the library."""
    if sys.argv[1:2] == ["--live"]:
        place, life, *numbers = sys.argv[2:]
        begin_min, end_min, speed, every_min = map(float, numbers)
        live(Path(place), int(life), begin_min, end_min, speed, every_min)
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--speed", type=float, default=40.0)
    args = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="session-") as home:
        folder = Path(home, "kept")
        shutil.copytree(args.library, folder)
        (folder / "player_rec.log").unlink(missing_ok=True)
        wrong = spend(folder, 60 * args.hours, args.speed, NOTED_EVERY_MIN, LIVES_MIN)
    print(f"{args.hours:g} hours in {time.monotonic() - begun:.0f} s; wrong: {len(wrong)}")
    for one in wrong[:20]:
        print(f"  {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
