"""A screen that nobody sees, with a window manager, a bus of its own and, if wanted, a tray: used by mouse and key."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

PATIENCE_S = 20.0
_SIZE = (1180, 800)
_ICON_AT_MOST, _WINDOW_AT_LEAST = 64, 700


@dataclass(frozen=True, slots=True)
class Box:
    """A window that is seen, and where, in pixels."""

    window: str
    x: int
    y: int
    width: int
    height: int


class Screen:
    """One X server and the programs of its session."""

    def __init__(self) -> None:
        # The name of a socket may have 107 bytes, so its folder has a short one.
        self._folder = Path(tempfile.mkdtemp(prefix="pr-"))
        self._running: list[subprocess.Popen[bytes]] = []
        self._tray: subprocess.Popen[bytes] | None = None
        self._environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "XDG_RUNTIME_DIR": str(self._folder)}
        size = f"{_SIZE[0]}x{_SIZE[1]}x24"
        self._environment["DISPLAY"] = ":" + self._first_line("Xvfb", "-displayfd", "1", "-screen", "0", size)
        bus = f"--address=unix:path={self._folder / 'bus'}"
        address = self._first_line("dbus-daemon", "--session", "--nofork", "--nopidfile", bus, "--print-address")
        self._environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self.start("openbox")

    def start(self, *line: str) -> "subprocess.Popen[bytes]":
        """Start a program in this session."""
        self._running.append(subprocess.Popen(line, env=self._environment, stderr=subprocess.DEVNULL))
        return self._running[-1]

    def tray(self) -> None:
        """Let there be a tray."""

        def seen() -> bool:
            if (
                self._tray is None or self._tray.poll() is not None
            ):  # it ends where one that crashed is not forgotten yet
                self._tray = self.start("trayer", "--edge", "bottom", "--align", "right")
            return bool(self._asked("xdotool", "search", "--onlyvisible", "--class", "trayer"))

        self.until(seen)

    def no_tray(self) -> None:
        """The tray crashes."""
        assert self._tray is not None
        self._tray.kill()
        self._tray.wait()

    def close(self) -> None:
        """End all."""
        for program in reversed(self._running):
            program.terminate()
            program.wait(PATIENCE_S)
        shutil.rmtree(self._folder)

    def until(self, right: Callable[[], object]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not right():
            assert time.monotonic() < deadline, self._boxes()
            time.sleep(0.05)

    @property
    def icon(self) -> Box | None:
        """The icon in the tray."""
        return next((box for box in self._boxes() if box.width <= _ICON_AT_MOST), None)

    @property
    def window(self) -> Box | None:
        """The window of the program."""
        return next((box for box in self._boxes() if box.width >= _WINDOW_AT_LEAST), None)

    @property
    def menu(self) -> Box | None:
        """The menu that is open."""
        return next((box for box in self._boxes() if _ICON_AT_MOST < box.width < _WINDOW_AT_LEAST), None)

    def click(self, box: Box, *, right: bool = False) -> None:
        """Click into the middle of it, then take the mouse away."""
        at = [str(box.x + box.width // 2), str(box.y + box.height // 2)]
        self._asked("xdotool", "mousemove", *at, "click", "3" if right else "1", "mousemove", "20", "20")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self._asked("xdotool", "key", "--delay", "30", *keys)

    def share(self, box: Box, colour: str, tolerance: int = 24) -> float:
        """The share of a part of the screen that has a colour, such as ``#c8325c``, or nearly."""
        wanted = np.array([int(colour[first : first + 2], 16) for first in (1, 3, 5)])
        seen = self.picture()[box.y : box.y + box.height, box.x : box.x + box.width].astype(int)
        return float(np.mean(np.abs(seen - wanted).max(axis=2) <= tolerance))

    def picture(self) -> NDArray[np.uint8]:
        """(height, width, 3) what is on the screen."""
        grab = ["-f", "x11grab", "-draw_mouse", "0", "-video_size", "x".join(map(str, _SIZE))]
        line = ["ffmpeg", "-v", "error", "-nostdin", *grab, "-i", self._environment["DISPLAY"], "-frames:v", "1"]
        raw = subprocess.run([*line, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True)
        return np.frombuffer(raw.stdout, np.uint8).reshape(_SIZE[1], _SIZE[0], 3)

    def _boxes(self) -> list[Box]:
        boxes = []
        for window in self._asked("xdotool", "search", "--onlyvisible", "--class", "player_rec").split():
            told = self._asked("xdotool", "getwindowgeometry", "--shell", window)
            numbers = {name: int(value) for name, value in re.findall(r"(\w+)=(-?\d+)", told)}
            if numbers:
                boxes.append(Box(window, *(numbers[name] for name in ("X", "Y", "WIDTH", "HEIGHT"))))
        return boxes

    def _asked(self, *line: str) -> str:
        done = subprocess.run(line, env=self._environment, capture_output=True, text=True, timeout=10, check=False)
        return done.stdout

    def _first_line(self, *line: str) -> str:
        quiet = subprocess.DEVNULL
        started = subprocess.Popen(line, env=self._environment, stdout=subprocess.PIPE, stderr=quiet)
        self._running.append(started)
        assert started.stdout is not None
        said = started.stdout.readline().decode().strip()
        started.stdout.close()
        assert said, f"{line[0]} does not start"
        return said


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.close()
