"""How songs join at the sink of a sound server: ``python -m tests.endurance.gapless [--busy 8]``.

One noise is cut into files of five formats, which the built-in player plays through its real output, and mpv after it
where it is installed, while what arrives at a PulseAudio device is recorded. Told for each pair of formats are the
samples too many (or, negative, missing) between two files by cross-correlation, the longest silence at a cut, and how
much of what is heard within 5 ms of it is not the noise; and how many samples longer than the noise the recording is.
So many programs as ``--busy`` says do nothing but work meanwhile. Exit code 1 if the built-in player lost or doubled a
sample.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from player_rec.players.builtin.player import BuiltinPlayer
from tests.live.joins import Cut, Join, Sound, cut, joins
from tests.live.sink import Recording, Sink

KINDS = [kind for kind in (".flac", ".opus", ".mp3", ".m4a", ".wav", ".flac") for _ in range(3)]
RATES_HZ = (44_100, 48_000)
SLACK = 3
"""So many samples at the ends of the noise may happen to be nothing."""

Play = Callable[[Sequence[Path], Recording, Sink], None]


def builtin(files: Sequence[Path], recording: Recording, sink: Sink) -> None:
    """Let the built-in player play."""
    os.environ.update(sink.environment)
    player = BuiltinPlayer()
    player.play_now(files)
    recording.until_silent(0.5, sink.rate_hz)
    print(f"  underruns: {player.underruns}")
    player.quit()


def mpv(files: Sequence[Path], recording: Recording, sink: Sink) -> None:
    """Let mpv play."""
    line = ["mpv", "--no-config", "--no-video", "--really-quiet", "--ao=pulse", "--gapless-audio=yes", *map(str, files)]
    subprocess.run(line, env={**os.environ, **sink.environment}, check=True)
    recording.until_silent(0.5, sink.rate_hz)


def tell(found: list[Join]) -> bool:
    """Print what was found; whether no sample is missing or doubled."""
    for name in dict.fromkeys(join.name for join in found):
        those = [join for join in found if join.name == name]
        added = max((join.added for join in those), key=abs)
        silent, off_db = max(join.silent for join in those), max(join.off_db for join in those)
        print(f"  {name:12} {len(those)} joins   added {added:+8.3f}   silent {silent:4}   off {off_db:7.1f} dB")
    return all(abs(join.added) < 0.5 for join in found)


def busy(count: int, stack: ExitStack) -> None:
    """Let so many programs take all the processor they can get."""
    for _ in range(count):
        program = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        stack.callback(program.wait)
        stack.callback(program.kill)


def main() -> int:
    """Measure both at both rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--busy", type=int, default=0)
    args = parser.parse_args()
    players: dict[str, Play] = {"built-in": builtin}
    if shutil.which("mpv"):
        players["mpv"] = mpv
    whole = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gapless-")))
        made = cut(folder / "music", KINDS)
        busy(args.busy, stack)
        for rate_hz in RATES_HZ:
            for name, play in players.items():
                print(f"{name}, device of {rate_hz} Hz", flush=True)
                sound = recorded(play, made, Sink(folder / f"{name}-{rate_hz}", rate_hz))
                longer = len(np.trim_zeros(sound)) - len(made.sound(rate_hz))
                right = tell(joins(sound, made, rate_hz)) and abs(longer) <= SLACK
                print(f"  samples too many in all: {longer}")
                whole = whole and (right or name != "built-in")
    return 0 if whole else 1


def recorded(play: Play, made: Cut, sink: Sink) -> Sound:
    """What is heard of the files."""
    try:
        with sink.recording() as recording:
            play(made.files, recording, sink)
        return recording.sound
    finally:
        sink.close()


if __name__ == "__main__":
    sys.exit(main())
