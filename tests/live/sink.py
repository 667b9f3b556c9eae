"""A sound server of our own with one device, and all that is played on it, to the sample."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PATIENCE_S = 20.0
NAME = "tape"


class Sink:
    """A PulseAudio server in a folder of its own, with one device that takes time and plays to nobody.

    Attributes:
        rate_hz: of the device.
        environment: what a program must be started with to find the server, and no other.
    """

    def __init__(self, folder: Path, rate_hz: int) -> None:
        self.rate_hz, self._folder = rate_hz, folder
        folder.mkdir(parents=True)
        self._socket = folder / "native"
        home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.environment = {**home, "PULSE_SERVER": f"unix:{self._socket}", "PULSE_COOKIE": str(folder / "cookie")}
        self._log = (folder / "log").open("wb")
        # What it has made ready is not taken back when a song begins: the recording would miss the beginning.
        device = f"module-null-sink sink_name={NAME} rate={rate_hz} channels=2 format=float32le norewinds=1"
        line = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr"]
        line += ["-L", f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}", "-L", device]
        self._server = subprocess.Popen(line, env=self._whole_environment, stderr=self._log)
        self._until("sinks", NAME)

    def close(self) -> None:
        """End the server."""
        self._server.terminate()
        self._server.wait(PATIENCE_S)
        self._log.close()

    @contextmanager
    def recording(self) -> Iterator["Recording"]:
        """Record what is played meanwhile."""
        file = self._folder / "recording"
        form = [f"--rate={self.rate_hz}", "--channels=2", "--format=float32le", "--raw", "--latency-msec=50"]
        with file.open("wb") as out:
            process = subprocess.Popen(
                ["parec", f"--device={NAME}.monitor", *form], stdout=out, env=self._whole_environment
            )
            try:
                recording = Recording(file)
                recording.until(1)
                yield recording
            finally:
                process.terminate()
                process.wait(PATIENCE_S)

    @property
    def _whole_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def _until(self, kind: str, name: str) -> None:
        """Wait until the server has something."""
        asked, deadline = ["pactl", "list", "short", kind], time.monotonic() + PATIENCE_S
        while True:
            told = subprocess.run(asked, capture_output=True, text=True, env=self._whole_environment, check=False)
            if name in told.stdout:
                return
            assert self._server.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, f"no {kind}: {told}"
            time.sleep(0.02)


class Recording:
    """What was recorded so far."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def sound(self) -> NDArray[np.float32]:
        """(n,) the left side."""
        whole = np.fromfile(self._file, "<f4")
        return whole[: len(whole) // 2 * 2 : 2]

    def until(self, samples: int) -> None:
        """Wait until there are so many: the device gives the first ones only after 2 s."""
        deadline = time.monotonic() + PATIENCE_S
        while self._file.stat().st_size < 8 * samples:
            assert time.monotonic() < deadline, "nothing is recorded"
            time.sleep(0.02)

    def until_silent(self, quiet_s: float, rate_hz: int) -> None:
        """Wait until something was heard, and then nothing for so long."""
        deadline, tail = time.monotonic() + 4 * PATIENCE_S, round(quiet_s * rate_hz)
        while not (len(sound := self.sound) > tail and sound.any() and not sound[-tail:].any()):
            assert time.monotonic() < deadline, "it does not come to an end"
            time.sleep(0.1)
