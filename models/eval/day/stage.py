"""Where the day takes place: a player, the hand at its controls, and the clock by which everybody lives."""

import os
import queue
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from player_rec.players.base import PlayerAdapter
from player_rec.players.mpd.player import MpdPlayer
from player_rec.players.simulated import SimulatedPlayer

Step = Callable[[], object]


class Stage(Protocol):
    """A player and a clock. ``step`` lets the engine do what is due."""

    @property
    def player(self) -> PlayerAdapter:
        """The player."""
        ...

    def now(self) -> datetime:
        """The time of this day."""
        ...

    def post(self, job: Callable[[], None]) -> None:
        """The engine's inbox."""

    def play(self, file: Path, step: Step) -> bool:
        """Play a file at once; False where the player cannot."""
        ...

    def hear(self, heard_ms: int, step: Step) -> None:
        """Let so much of the current song be heard, or all of it if it ends before."""

    def skip(self, step: Step) -> None:
        """Go on to the next song."""

    def stop(self, step: Step) -> None:
        """Stop the music."""

    def wait(self, seconds: float, step: Step) -> None:
        """Let time pass without music."""

    def close(self) -> None:
        """Take it all down."""


class SimulatedStage:
    """No sound, no waiting."""

    def __init__(self, lengths_ms: dict[Path, int], begin: datetime) -> None:
        self._begin = begin
        self.player = SimulatedPlayer(lengths_ms.__getitem__)
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def now(self) -> datetime:
        """The time of this day."""
        return self._begin + timedelta(seconds=self.player.now)

    def post(self, job: Callable[[], None]) -> None:
        """The engine's inbox."""
        self._jobs.put(job)

    def play(self, file: Path, step: Step) -> bool:
        """Play a file at once; any can be."""
        self.player.play(file)
        self._settle(step)
        return True

    def hear(self, heard_ms: int, step: Step) -> None:
        """Let so much of the current song be heard."""
        self.player.advance(heard_ms / 1000)
        self._settle(step)

    def skip(self, step: Step) -> None:
        """Go on to the next song."""
        self.player.skip()
        self._settle(step)

    def stop(self, step: Step) -> None:
        """Stop the music."""
        self.player.stop()
        self._settle(step)

    def wait(self, seconds: float, step: Step) -> None:
        """Let time pass without music."""
        self.player.now += seconds
        self._settle(step)

    def close(self) -> None:
        """Nothing to take down."""

    def _settle(self, step: Step) -> None:
        for _ in range(4):
            step()
            while not self._jobs.empty():
                self._jobs.get()()
            self.player.now += 0.25  # what waits a moment for more news gets its moment


class MpdStage:
    """A real MPD whose sound goes down a pipe at ``speed`` times the speed of life; all clocks run as fast."""

    def __init__(self, music: Path, speed: float, begin: datetime) -> None:
        self._begin, self._speed, self._begun = begin, speed, time.monotonic()
        self._leap_s = 0.0
        self._home = tempfile.TemporaryDirectory(prefix="day-")
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        home = Path(self._home.name)
        pacer = f"{sys.executable} {Path(__file__).with_name('pacer.py')} {44_100 * 4 * speed:.0f}"
        (home / "conf").write_text(
            f'music_directory "{music}"\ndb_file "{home}/db"\nbind_to_address "{home}/socket"\n'
            f'log_file "{home}/log"\naudio_output {{\ntype "pipe"\nname "fast"\nformat "44100:16:2"\n'
            f'command "{pacer}"\n}}\n'
        )
        self._mpd = subprocess.Popen(
            ["mpd", "--no-daemon", str(home / "conf")], env=os.environ | {"HOME": str(home)}, stderr=subprocess.DEVNULL
        )
        self._hand = _connected(str(home / "socket"))
        self._ask("update")
        while "updating_db" in self._ask("status"):
            time.sleep(0.2)
        self._music = music.resolve()
        self.player = MpdPlayer(host=str(home / "socket"), clock=lambda: time.monotonic() * speed)
        MpdPlayer.heard_every_s = 10 / speed

    def now(self) -> datetime:
        """The time of this day."""
        return self._begin + timedelta(seconds=(time.monotonic() - self._begun) * self._speed + self._leap_s)

    def post(self, job: Callable[[], None]) -> None:
        """The engine's inbox."""
        self._jobs.put(job)

    def play(self, file: Path, step: Step) -> bool:
        """Play a file at once; MPD knows none whose name is no text."""
        name = str(file.resolve().relative_to(self._music)).replace("\\", "\\\\").replace('"', '\\"')
        try:
            added = self._ask(f'addid "{name}"')
        except (UnicodeEncodeError, RuntimeError):
            return False
        self._ask(f"playid {added['id']}")
        self._settle(step)
        return True

    def hear(self, heard_ms: int, step: Step) -> None:
        """Let so much of the current song be heard."""
        song = self._ask("status").get("songid")
        while True:
            self._turn(step, 0.002)
            status = self._ask("status")
            if status.get("songid") != song or status.get("state") != "play":
                break
            if 1000 * float(status.get("elapsed", 0)) >= heard_ms:
                break
        if status.get("songid") != song or status.get("state") != "play":
            self._settle(step)

    def skip(self, step: Step) -> None:
        """Go on to the next song."""
        self._ask("next")
        self._settle(step)

    def stop(self, step: Step) -> None:
        """Stop the music."""
        self._ask("stop")
        self._settle(step)

    def wait(self, seconds: float, step: Step) -> None:
        """Let time pass without music: the clock leaps."""
        self._leap_s += seconds
        self._settle(step)

    def close(self) -> None:
        """Take MPD down."""
        self._mpd.terminate()
        self._mpd.wait()
        self._hand.close()
        self._home.cleanup()

    def _settle(self, step: Step) -> None:
        until = time.monotonic() + 0.06
        while time.monotonic() < until:
            self._turn(step, 0.01)

    def _turn(self, step: Step, patience_s: float) -> None:
        step()
        with suppress(queue.Empty):
            self._jobs.get(timeout=patience_s)()

    def _ask(self, command: str) -> dict[str, str]:
        self._hand.sendall(command.encode() + b"\n")
        said = b""
        while not (said.endswith(b"OK\n") or b"ACK [" in said):
            said += self._hand.recv(65_536)
        if b"ACK [" in said:
            raise RuntimeError(f"{command}: {said.decode(errors='replace')}")
        pairs = (line.partition(": ") for line in said.decode(errors="surrogateescape").splitlines())
        return {key.lower(): value for key, sign, value in pairs if sign}


def _connected(address: str) -> socket.socket:
    for _ in range(100):
        hand = socket.socket(socket.AF_UNIX)
        try:
            hand.connect(address)
        except OSError:
            hand.close()
            time.sleep(0.1)
        else:
            hand.recv(100)
            return hand
    raise RuntimeError("mpd did not start")
