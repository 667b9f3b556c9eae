"""The parent's hold on one worker process: start it, hand it jobs, hear it, time it, end it. POSIX only."""

import logging
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

from player_rec.analysis.politeness import Usage, usage, worked_s
from player_rec.analysis.serving import Answer, Leaving, Orders, serve, unpack

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""Seconds between two looks at how long a worker has been busy; the clock of /proc ticks in hundredths."""

_SPAWN = multiprocessing.get_context("spawn")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Loss:
    """How a worker was lost: in words, and the detail that goes in brackets."""

    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what} ({self.detail})" if self.detail else self.what


@dataclass(frozen=True, slots=True)
class Job:
    """A sealed call about one file, and what came of the first try where that ended badly."""

    key: object
    path: Path
    call: bytes
    loss: Loss | None = None


class Worker:
    """The parent's hold on one worker process, from its start to its burial. One thread owns it.

    Attributes:
        held: the jobs it was given and has not answered, the one it works on first.
        ready: it has loaded what it needs.
        leaving: it goes because there was nothing to do.
        gone: its end of the pipe is closed, it is dead or dying.
    """

    def __init__(self, orders: Orders, now_s: float) -> None:
        """Start the process; ``OSError`` where the system has no room for one."""
        job_end, self._jobs = _SPAWN.Pipe(duplex=False)
        self._answers, answer_end = _SPAWN.Pipe(duplex=False)
        self._noise, noise_end = _SPAWN.Pipe(duplex=False)
        self._process: BaseProcess = _SPAWN.Process(
            target=serve, args=(job_end, answer_end, noise_end, orders), name="player-rec worker", daemon=True
        )
        try:
            with _a_light_birth():
                self._process.start()
        except OSError:
            self._close()
            raise
        finally:
            for end in (job_end, answer_end, noise_end):
                end.close()
        os.set_blocking(self._noise.fileno(), False)
        self.held: deque[Job] = deque()
        self.ready = self.leaving = self.gone = False
        self.begin(now_s)

    @property
    def pid(self) -> int | None:
        """The process, for the log."""
        return self._process.pid

    @property
    def ears(self) -> Sequence[Connection]:
        """What to wait on for news of it."""
        return (self._answers, self._noise)

    @property
    def room(self) -> bool:
        """Whether it takes another job: one at hand beside the one in work, none beside a suspect."""
        here = not self.gone and not self.leaving
        return here and len(self.held) < 2 and not any(job.loss for job in self.held)

    @property
    def blamed(self) -> bool:
        """Whether its end is to be laid to the job it held first."""
        return self.ready and not self.leaving and bool(self.held)

    def give(self, job: Job, now_s: float) -> None:
        """Hand it a job. If it is dead by now, the next ``hear`` says so."""
        self.held.append(job)
        if len(self.held) == 1:
            self.begin(now_s)
        with suppress(OSError):
            self._jobs.send_bytes(job.call)

    def hear(self) -> list[Answer]:
        """Return what it has said since, without waiting, and log its noise."""
        heard: list[Answer] = []
        try:
            while self._answers.poll():
                heard.append(unpack(self._answers.recv_bytes()))
        except (EOFError, OSError):
            self.gone = True
        self.leaving |= any(isinstance(answer, Leaving) for answer in heard)
        self._log_noise()
        return heard

    def begin(self, now_s: float) -> None:
        """Start the clock of the job it works on."""
        self._busy_s, self._looked_s, self._usage = 0.0, now_s, self._used()

    def busy_s(self, now_s: float) -> float:
        """Return for how long it has fairly been at its present job (see ``worked_s``)."""
        if (elapsed := now_s - self._looked_s) >= LOOK_S:
            used = self._used()
            self._busy_s += worked_s(elapsed, self._usage, used)
            self._looked_s, self._usage = now_s, used
        return self._busy_s

    def kill(self) -> None:
        """End it at once. A process stuck in a dead drive stays until the drive answers: ask ``buried``."""
        self.gone = True
        self._process.kill()

    def cause(self) -> str:
        """Say what ended it, after a moment's wait for its end; kill it if it lingers."""
        self._process.join(1)
        if self._process.exitcode is None:
            self.kill()
            self._process.join(1)
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    def buried(self) -> bool:
        """Release what a process that ended has left, and say whether it has."""
        self._close()
        if self._process.exitcode is None:
            return False
        self._process.close()
        return True

    def _used(self) -> Usage | None:
        return None if self._process.pid is None else usage(self._process.pid)

    def _log_noise(self) -> None:
        with suppress(OSError):
            while said := os.read(self._noise.fileno(), 65536):
                log.debug("worker %s: %s", self.pid, said.decode(errors="replace").rstrip())

    def _close(self) -> None:
        for end in (self._jobs, self._answers, self._noise):
            end.close()


@contextmanager
def _a_light_birth() -> Iterator[None]:
    """Let a process be born without the parent's main module, and with one thread for each numeric library.

    A spawned process imports the main module of its parent, which here would load the whole program into
    every worker; and thread counts are read from the environment once, when numpy is loaded.
    """
    main, before = sys.modules["__main__"], {name: os.environ.get(name) for name in _ONE_THREAD}
    sys.modules["__main__"] = ModuleType("__main__")
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
