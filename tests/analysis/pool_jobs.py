"""What the workers of the pool's tests are asked to do; a module of its own, so that they load nothing else."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from player_rec.domain.errors import BadModel, UnreadableTrack

prepared: list[str] = []


class Sour(Exception):
    """Can be sealed but not opened: its arguments do not rebuild it."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def echo(path: Path, value: object = None) -> object:
    return value


def who(path: Path, seconds: float = 0.0) -> int:
    time.sleep(seconds)
    return os.getpid()


kept: list[bytearray] = []


def grow(path: Path, mib: int) -> int:
    """Keep memory for good, every page of it touched."""
    kept.append(bytearray(b"x") * (mib << 20))
    return os.getpid()


def die(path: Path, number: int = signal.SIGSEGV) -> None:
    os.kill(os.getpid(), number)


def die_once(path: Path) -> tuple[int, str]:
    """Die the first time; a mark left in the file tells the second try."""
    if not path.read_text():
        path.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSEGV)
    return os.getpid(), path.read_text()


def die_then_hang(path: Path) -> None:
    if not path.read_text():
        path.write_text("died")
        os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(600)


def leave(path: Path) -> None:
    sys.exit(3)


def spin(path: Path) -> None:
    while True:
        pass


def spin_in_c(path: Path) -> None:
    """Hold the interpreter for hours: no other thread of the process gets a turn."""
    path.write_text(str(os.getpid()))
    pow(7, 10**10)


def devour(path: Path) -> int:
    return len([bytearray(64 << 20) for _ in range(64)])


def large(path: Path, size: int) -> bytes:
    return bytes(size)


def locked(path: Path) -> object:
    return threading.Lock()


def sour(path: Path) -> Exception:
    return Sour("a", "b")


def faulty(path: Path) -> None:
    raise TypeError("a mistake of ours")


def refuse(path: Path) -> None:
    raise UnreadableTrack(path, "tags are damaged")


def shout(path: Path, size: int) -> str:
    for stream in (1, 2):
        os.write(stream, b"[mp3] overread, skip -5 enddists: -4 -4\n" * (size // 40))
    return "said"


def environment(path: Path) -> tuple[str | None, bool]:
    return os.environ.get("OPENBLAS_NUM_THREADS"), "pytest" in sys.modules


def get_ready(word: str) -> None:
    prepared.append(word)


def what_was_prepared(path: Path) -> list[str]:
    return prepared


def no_model() -> None:
    raise BadModel("there is no model")


def buggy() -> None:
    raise KeyError("model")


def die_early() -> None:
    os.kill(os.getpid(), signal.SIGILL)


def priorities(path: Path) -> tuple[int, int, bool, str]:
    own_session = os.getsid(0) == os.getpid()
    oom = Path("/proc/self/oom_score_adj").read_text().strip()
    return os.nice(0), os.sched_getscheduler(0), own_session, oom


def decode(path: Path) -> tuple[int, bool]:
    """Decode a few windows; say how long the file is in ms, and whether every sample is a number."""
    import numpy as np

    from player_rec.analysis.decode import excerpt

    heard = excerpt(path, rate_hz=16_000, count=3, samples=16_000)
    return heard.duration_ms, bool(np.isfinite(heard.windows).all())
