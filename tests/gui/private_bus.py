"""A session bus of our own, and the programs that talk over it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, QProcessEnvironment
from pytestqt.qtbot import QtBot

PATIENCE_MS = 10_000

_RULES = """<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""
"""As a session has it, but for the services of this machine: nothing is started because somebody asks for it."""


class PrivateBus:
    """A real bus daemon, which can be killed and started again at the same address."""

    def __init__(self, qtbot: QtBot, socket: Path) -> None:
        self.qtbot, self._socket = qtbot, socket
        self.address = f"unix:path={socket}"
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it can be reached."""
        self._socket.unlink(missing_ok=True)
        rules = self._socket.with_suffix(".conf")
        rules.write_text(_RULES.format(address=self.address), encoding="utf-8")
        line = ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={rules}", "--print-address"]
        self._daemon = subprocess.Popen(line, stdout=subprocess.PIPE)
        assert self._daemon.stdout is not None
        assert self._daemon.stdout.readline()
        self._daemon.stdout.close()

    def kill(self) -> None:
        """Kill it, as a crash would. Twice is fine."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None

    def spawn(self, *command: str, **more: str) -> QProcess:
        """Start a program on this bus."""
        process = QProcess()
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in {"DBUS_SESSION_BUS_ADDRESS": self.address, **more}.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.start(command[0], list(command[1:]))
        return process

    def run(self, *command: str, fails: bool = False) -> str:
        """What a program prints; whoever is on the bus answers it meanwhile."""
        process = self.spawn(*command)
        self.qtbot.waitUntil(lambda: process.state() is QProcess.ProcessState.NotRunning, timeout=PATIENCE_MS)
        out, err = (
            bytes(data.data()).decode() for data in (process.readAllStandardOutput(), process.readAllStandardError())
        )
        assert (process.exitCode() != 0) == fails, err
        return (err if fails else out).strip()

    def end(self, process: QProcess) -> None:
        """End a program that was spawned."""
        process.terminate()
        assert process.waitForFinished(PATIENCE_MS)


@pytest.fixture
def private_bus(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """The bus that the programs of this test take for that of the session."""
    made = PrivateBus(qtbot, tmp_path / "bus")
    made.start()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made.address)
    yield made
    made.kill()


class Monitor:
    """Writes down the signals of one name, as gdbus prints them."""

    def __init__(self, bus: PrivateBus, name: str, path: str) -> None:
        self._bus, self._lines = bus, ""
        self._process = bus.spawn("gdbus", "monitor", "--session", "-d", name, "-o", path)
        self._process.readyReadStandardOutput.connect(self._read)
        self.until("owned by")

    def _read(self) -> None:
        self._lines += bytes(self._process.readAllStandardOutput().data()).decode()

    def until(self, *words: str) -> str:
        """Wait until all these were heard since the last time. Returns what was."""
        self._bus.qtbot.waitUntil(lambda: all(word in self._lines for word in words), timeout=PATIENCE_MS)
        heard, self._lines = self._lines, ""
        return heard

    def rest(self, wait_ms: int) -> str:
        """What is heard within a time."""
        self._bus.qtbot.wait(wait_ms)
        heard, self._lines = self._lines, ""
        return heard

    def end(self) -> None:
        """Listen no more."""
        self._bus.end(self._process)


def own_pid() -> str:
    """Of this process, as names end in it."""
    return f"instance{os.getpid()}"
