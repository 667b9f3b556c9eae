"""A real MPD as a process: started, killed, frozen, and used by hand through ``mpc``."""

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

PATIENCE_S = 20.0
SONG_S = 4
RATE_HZ = 96_000
SONGS = ("a.flac", "b.flac", "c.flac", "d.flac")


def make_music(folder: Path) -> None:
    """Write songs ``a`` to ``d`` of 4 s, a longer one, one in a folder, and two files that are no songs inside."""
    (folder / "album").mkdir(parents=True)
    for number, name in enumerate(SONGS):
        write_song(folder / name, SONG_S, 220 * (number + 2))
    write_song(folder / "long.flac", 40, 200)
    write_song(folder / "album" / "e.flac", SONG_S, 330)
    (folder / "broken.flac").write_bytes(b"no music at all " * 200)


def write_song(path: Path, seconds: int, hertz: int) -> None:
    """Encode a sine wave.

    In as many bits as can be: MPD answers nobody while its output plays the last quarter of a megabyte of a queue.
    """
    wave = np.sin(2 * np.pi * hertz * np.arange(seconds * RATE_HZ) / RATE_HZ)
    samples = (wave * 2.0**28).astype(np.int32)
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE_HZ, format="s32", layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.repeat(samples, 2)[np.newaxis], format="s32", layout="stereo")
        frame.sample_rate = RATE_HZ
        container.mux([*stream.encode(frame), *stream.encode(None)])


@dataclass(slots=True)
class MpdServer:
    """One MPD. ``settings`` are further lines of its configuration."""

    home: Path
    music: Path
    settings: str = ""
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def socket(self) -> Path:
        """The Unix socket it listens on."""
        return self.home / "socket"

    @property
    def database(self) -> Path:
        """The file in which it keeps what it knows of the music."""
        return self.home / "database"

    def start(self) -> None:
        """Run it, until it answers."""
        (self.home / "conf").write_text(self._configuration())
        environment = {**os.environ, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home)}
        with (self.home / "out").open("ab") as out:
            self._process = subprocess.Popen(
                ["mpd", "--no-daemon", str(self.home / "conf")], stdout=out, stderr=out, env=environment
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, (self.home / "out").read_text()
            assert time.monotonic() < deadline, "mpd does not answer"
            time.sleep(0.01)

    def quit(self) -> None:
        """Ask it to shut down, which makes it write down what it plays."""
        self._signal(signal.SIGTERM)
        self._wait()

    def kill(self) -> None:
        """End it at once, frozen or not."""
        if self._process is not None:
            self._process.kill()
            self._wait()

    def freeze(self) -> None:
        """Make it hang."""
        self._signal(signal.SIGSTOP)

    def mpc(self, *command: str) -> str:
        """Use it by hand."""
        done = subprocess.run(
            ["mpc", f"--host={self.socket}", *command], capture_output=True, text=True, check=True, timeout=PATIENCE_S
        )
        return done.stdout

    def queue(self) -> list[str]:
        """The names of the files in its queue."""
        return self.mpc("playlist", "--format=%file%").split()

    def listen(self, seconds: float) -> None:
        """Let so much of a song be played, or less where it ends; while none plays, let time pass."""
        before = self._status()
        if before.get("state") != "play":
            time.sleep(seconds)
            return
        until_s = float(before.get("elapsed", "0")) + seconds
        deadline = time.monotonic() + seconds + PATIENCE_S
        while (now := self._status()).get("songid") == before["songid"] and now["state"] == "play":
            if float(now.get("elapsed", "0")) >= until_s:
                return
            assert time.monotonic() < deadline, "mpd does not get on"
            time.sleep(0.02)

    def _status(self) -> dict[str, str]:
        with socket.socket(socket.AF_UNIX) as connection, connection.makefile("rw") as lines:
            connection.settimeout(PATIENCE_S)
            connection.connect(str(self.socket))
            lines.readline()
            lines.write("status\n")
            lines.flush()
            return dict(line.rstrip().split(": ", 1) for line in iter(lines.readline, "OK\n"))

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket))
            except OSError:
                return False
            return True

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait(PATIENCE_S)
            self._process = None
            self.socket.unlink(missing_ok=True)

    def _configuration(self) -> str:
        home = self.home
        return f"""
music_directory "{self.music}"
playlist_directory "{home}"
db_file "{self.database}"
state_file "{home}/state"
log_file "{home}/log"
bind_to_address "{self.socket}"
auto_update "no"
zeroconf_enabled "no"
audio_output {{
  type "null"
  name "nothing"
  sync "yes"
}}
{self.settings}
"""


def free_port() -> int:
    """A port on this machine where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
