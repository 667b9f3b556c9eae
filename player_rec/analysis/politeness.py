"""How the machine is left to its owner: workers come last, are timed fairly for it, and rest on battery.

Kernel words are from the Linux manual: sched(7), ioprio_set(2), proc_pid_oom_score_adj(5), proc_pid_stat(5),
and from the kernel's ABI/testing/sysfs-class-power.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
LONGEST_LOOK_S = 5.0


def step_aside() -> None:
    """Make this process the last to get CPU and disk, and the first to go when memory runs out.

    For worker processes: it moves the process into a session of its own and cannot be undone. What the
    system does not offer is left out.
    """
    with suppress(OSError):
        os.setsid()
    _lower_the_session()
    with suppress(OSError):
        os.nice(19)
    if sys.platform == "linux":
        with suppress(OSError):
            # also the idle class of disk access, which follows from this policy unless set otherwise
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _lower_the_session(tries: int = 5) -> None:
    """Lower this session against all others: where sessions share the CPU, priorities count only inside one."""
    if os.getsid(0) != os.getpid():
        return  # a terminal's session, whose other programs must keep theirs
    for _ in range(tries):
        try:
            Path("/proc/self/autogroup").write_text("19", "ascii")
        except BlockingIOError:  # allowed ten times a second in the whole system
            time.sleep(0.11)
        except OSError:
            return
        else:
            return


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds a process has had, and whether it would go on if it were let.

    ``runnable``: one of its threads has or wants a CPU right now, or somebody stopped it.
    """

    cpu_s: float
    runnable: bool


def worked_s(elapsed_s: float, before: Usage | None, after: Usage | None) -> float:
    """Say how much of a time that passed was a process's own doing.

    A process that comes last may get next to no CPU for hours while the owner of the machine works: while it
    wants one, only the CPU time it had counts; while it waits for anything else, all the time does. Of a long
    time between two looks (the machine slept, or the parent was stopped) no more than five seconds count.
    """
    elapsed_s = min(elapsed_s, LONGEST_LOOK_S)
    if before is None or after is None or not after.runnable:
        return elapsed_s
    return min(elapsed_s, after.cpu_s - before.cpu_s)


def usage(pid: int) -> Usage | None:
    """Read what a process uses; None where the system does not say, or the process is no more."""
    try:
        ticks = sum(int(field) for field in _stat(Path(f"/proc/{pid}/stat"))[11:13])
        states = [_stat(task / "stat")[0] for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return None
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), not {"R", "T"}.isdisjoint(states))


def _stat(file: Path) -> list[str]:
    """Return the fields of a stat file from the state on; the name before it may hold anything."""
    return file.read_text("utf-8", errors="replace").rpartition(")")[2].split()


@dataclass(frozen=True, slots=True)
class Supply:
    """One source of power as the kernel names it; what it does not say is empty."""

    type: str
    scope: str = ""
    status: str = ""
    online: bool = False


def draining(supplies: Iterable[Supply]) -> bool:
    """Say whether the machine lives off its battery. The battery of a mouse or headset is none of its own."""
    own = [supply for supply in supplies if supply.scope != "Device"]
    plugged = any(supply.online for supply in own if supply.type not in {"Battery", "UPS"})
    return not plugged and any(supply.status == "Discharging" for supply in own)


def on_battery(supplies: Path = SUPPLIES) -> bool:
    """Say whether the machine lives off its battery now; no where there is none, or nobody knows."""
    return draining(_read(supplies))


def _read(folder: Path) -> Iterator[Supply]:
    with suppress(OSError):
        for supply in sorted(folder.iterdir()):
            yield Supply(
                type=_word(supply / "type"),
                scope=_word(supply / "scope"),
                status=_word(supply / "status"),
                online=_word(supply / "online") not in {"", "0"},
            )


def _word(file: Path) -> str:
    """Read a one-word file; a supply unplugged this very moment says nothing."""
    try:
        return file.read_text("ascii", errors="replace").strip()
    except OSError:
        return ""
