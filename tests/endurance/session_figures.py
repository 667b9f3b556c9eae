"""What a program holds at one moment, and whether it holds more and more."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from player_rec.app.places import Places

GROWS_AT_MOST_MIB_AN_HOUR = 2.0
WARM_AFTER_MIN = 120.0
"""A life that is shorter says nothing about growth by the hour: first everything that is kept must be there once."""

GROWS_AT_MOST_MIB = 40.0
"""From the first quarter of a life to the last one: covers that are kept for a while take 30."""

THREADS_MORE, FILES_MORE, OBJECTS_MORE = 1, 3, 150
"""Every song that was banned is a row of the taste page, with four objects."""

HEAD = f"{'life':>4} {'min':>5} {'MiB':>7} {'threads':>7} {'files':>5} {'widgets':>7} {'objects':>7} {'plays':>6}"


@dataclass(frozen=True, slots=True)
class Figures:
    """``minutes`` of music since the first life began; ``objects`` are those of Qt that hang on a widget."""

    life: int
    minutes: float
    mib: float
    threads: int
    files: int
    widgets: int
    objects: int
    plays: int

    def __str__(self) -> str:
        return (
            f"{self.life:4} {self.minutes:5.0f} {self.mib:7.1f} {self.threads:7} {self.files:5} {self.widgets:7}"
            f" {self.objects:7} {self.plays:6}"
        )


def take(places: Places, life: int, minutes: float) -> Figures:
    """Look at this process."""
    tops = QApplication.topLevelWidgets()
    return Figures(
        life,
        minutes,
        rss_mib(),
        len(os.listdir("/proc/self/task")),  # noqa: PTH208 - in one go
        len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - in one go
        len(tops),
        sum(1 + len(top.findChildren(QObject)) for top in tops),
        plays(places),
    )


def rss_mib() -> float:
    """What this process has in memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def plays(places: Places) -> int:
    """How many are in the history."""
    with closing(sqlite3.connect(f"file:{places.listening}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM plays").fetchone()[0])


def complaints(places: Places) -> list[str]:
    """What the log holds that it should not."""
    lines = places.log.read_text("utf-8", errors="replace").splitlines()
    return [line for line in lines if any(f" {word} " in line for word in ("WARNING", "ERROR", "CRITICAL"))]


def slope_mib_an_hour(taken: Sequence[Figures]) -> float:
    """How fast memory grew over the second half, by the line that fits it best."""
    half = taken[len(taken) // 2 :]
    if len(half) < 3:
        return 0.0
    return float(60 * np.polyfit([one.minutes for one in half], [one.mib for one in half], 1)[0])


def growth(taken: Sequence[Figures]) -> list[str]:
    """What of one life grew beyond what is allowed."""
    quarter = max(1, len(taken) // 4)
    first, last = taken[:quarter], taken[-quarter:]
    wrong = []
    more_mib = float(np.mean([one.mib for one in last]) - np.mean([one.mib for one in first]))
    if more_mib > GROWS_AT_MOST_MIB:
        wrong.append(f"memory grew by {more_mib:.1f} MiB")
    slope, warm = slope_mib_an_hour(taken), taken[-1].minutes - taken[0].minutes >= WARM_AFTER_MIN
    if warm and slope > GROWS_AT_MOST_MIB_AN_HOUR:
        wrong.append(f"memory grows by {slope:.1f} MiB an hour")
    for name, allowed in (("threads", THREADS_MORE), ("files", FILES_MORE), ("objects", OBJECTS_MORE)):
        before = max(getattr(one, name) for one in first)
        after = min(getattr(one, name) for one in last)
        if after > before + allowed:
            wrong.append(f"{name} grew from {before} to {after}")
    return wrong
