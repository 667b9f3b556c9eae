"""What runs inside a worker process: load once, then one file after another until there are none.

What goes through the pipes is pickled by hand, so that a value which cannot be sent or read back is found here
and costs one file. POSIX only.
"""

import faulthandler
import fcntl
import multiprocessing
import os
import pickle
import resource
import signal
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from player_rec.analysis.politeness import step_aside
from player_rec.domain.errors import PlayerRecError, UnreadableTrack


@dataclass(frozen=True, slots=True)
class Orders:
    """How a worker lives: what it loads first (pickled), how much memory it may map, when it goes home."""

    prepare: bytes
    memory_mib: int
    rest_s: float
    polite: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded what it needs and takes jobs."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """The worker could not load what it needs."""

    error: PlayerRecError


@dataclass(frozen=True, slots=True)
class Done:
    """The job at the head of the queue is over: with a value, or with the reason why the file has none."""

    outcome: object


@dataclass(frozen=True, slots=True)
class Failed:
    """The job at the head of the queue failed in a way nobody foresaw; ``trouble`` is for the log."""

    why: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The worker goes: it had nothing to do for long, or has grown fat. What was sent meanwhile it has not begun."""


FULL_MIB = 512
"""A worker that still holds so much after a file makes way for a fresh one: a few odd files leave a lot behind."""

Answer = Ready | Unfit | Done | Failed | Leaving


def serve(jobs: Connection, answers: Connection, noise: Connection, orders: Orders) -> None:
    """Do the jobs one by one, until there are none for ``rest_s``, the parent is gone, or too much memory is kept."""
    _keep_quiet(noise)
    _die_with_the_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, orders.memory_mib << 20)
    if orders.polite:
        step_aside()
    ready = _prepare(orders.prepare)
    answers.send_bytes(pickle.dumps(ready))
    if isinstance(ready, Unfit):
        return
    with suppress(EOFError, BrokenPipeError):
        while jobs.poll(orders.rest_s) and _resident_mib() < FULL_MIB:
            answers.send_bytes(_do(jobs.recv_bytes(), orders.memory_mib))
        answers.send_bytes(pickle.dumps(Leaving()))


def _keep_quiet(noise: Connection) -> None:
    """Send what C libraries write on the terminal to the parent; lose it rather than wait for a full pipe."""
    os.set_blocking(noise.fileno(), False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, stream in ((nothing, 0), (noise.fileno(), 1), (noise.fileno(), 2)):
        os.dup2(descriptor, stream)
    os.close(nothing)
    faulthandler.enable(2)


def _die_with_the_parent() -> None:
    """Have the kernel end this process when the parent's end of a pipe closes, whatever runs here then.

    A thread that waits for it would never run while C code holds the interpreter, and PR_SET_PDEATHSIG fires
    when the thread that started this process ends, be the parent alive or not.
    """
    parent = multiprocessing.parent_process()
    if parent is None or not isinstance(lifeline := parent.sentinel, int):
        return
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)  # SIGIO kills
    if not parent.is_alive():
        os._exit(1)


def _resident_mib() -> float:
    """Memory this process holds now; 0 where the system does not tell."""
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 2**20
    return 0.0


def _limit(what: int, most: int) -> None:
    with suppress(OSError, ValueError):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _prepare(prepare: bytes) -> Ready | Unfit:
    try:
        call = unpack(prepare)
        if call is not None:
            call()
    except PlayerRecError as error:
        return Unfit(error)
    except Exception:  # noqa: BLE001 - a worker that cannot start must say why before it ends
        return Unfit(PlayerRecError(f"analysis cannot start:\n{traceback.format_exc()}"))
    return Ready()


def _do(call: bytes, memory_mib: int) -> bytes:
    """Do one job and seal the answer, having read it back once."""
    try:
        function, path, args = unpack(call)
        try:
            outcome = function(path, *args)
        except UnreadableTrack as error:
            outcome = error
        sealed = pickle.dumps(Done(outcome))
        unpack(sealed)
    except MemoryError:
        return pickle.dumps(Failed(f"needs more than {memory_mib} MiB of memory"))
    except PlayerRecError as error:
        return pickle.dumps(Failed(str(error), traceback.format_exc()))
    except Exception as error:  # noqa: BLE001 - a fault in our own code must cost one file, not the scan
        return pickle.dumps(Failed(f"internal error {type(error).__name__}", traceback.format_exc()))
    return sealed


def unpack(sealed: bytes) -> Any:
    """Open what the other end of a pipe sealed."""
    return pickle.loads(sealed)  # noqa: S301 - sealed by this program, and sent through a pipe of its own
