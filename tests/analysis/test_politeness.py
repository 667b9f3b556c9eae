"""Workers come last, are timed fairly, and the machine's own battery is told from that of a mouse."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from player_rec.analysis.politeness import Supply, Usage, draining, on_battery, usage, worked_s
from player_rec.analysis.pool import Pool
from tests.analysis import pool_jobs

MAINS, NO_MAINS = Supply("Mains", online=True), Supply("Mains", online=False)
FULL, LOW = Supply("Battery", "System", "Full"), Supply("Battery", "", "Discharging")
MOUSE = Supply("Battery", "Device", "Discharging")


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ([], False),
        ([NO_MAINS, LOW], True),
        ([MAINS, LOW], False),  # a weak charger: the owner knows
        ([NO_MAINS, FULL, LOW], True),
        ([LOW], True),
        ([FULL], False),
        ([MOUSE], False),
        ([MOUSE, NO_MAINS, FULL], False),
        ([Supply("USB", online=True), LOW], False),
        ([Supply("UPS", status="Discharging", online=True)], True),
    ],
)
def test_only_the_machines_own_battery_counts(supplies: list[Supply], expected: bool) -> None:
    assert draining(supplies) is expected


def test_the_supplies_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    assert on_battery(tmp_path / "none") is False
    for name, words in {
        "AC": {"type": "Mains\n", "online": "0\n"},
        "BAT0": {"type": "Battery\n", "status": "Discharging\n", "capacity": "71\n"},
        "hidpp_battery_0": {"type": "Battery\n", "scope": "Device\n", "status": "Discharging\n", "online": "1\n"},
    }.items():
        (tmp_path / name).mkdir()
        for file, word in words.items():
            (tmp_path / name / file).write_text(word)
    assert on_battery(tmp_path) is True
    (tmp_path / "AC" / "online").write_text("1\n")
    assert on_battery(tmp_path) is False
    assert isinstance(on_battery(), bool)


@pytest.mark.parametrize(
    ("elapsed_s", "before", "after", "expected"),
    [
        (2.0, Usage(1.0, True), Usage(3.0, True), 2.0),
        (2.0, Usage(1.0, True), Usage(1.01, True), 0.01),
        (2.0, Usage(1.0, True), Usage(9.0, True), 2.0),
        (2.0, Usage(1.0, True), Usage(1.0, False), 2.0),
        (3600.0, Usage(1.0, False), Usage(1.0, False), 5.0),
        (3600.0, None, None, 5.0),
        (2.0, Usage(1.0, True), None, 2.0),
    ],
)
def test_only_time_that_was_its_own_is_charged(
    elapsed_s: float, before: Usage | None, after: Usage | None, expected: float
) -> None:
    assert worked_s(elapsed_s, before, after) == pytest.approx(expected)


def test_the_system_tells_a_busy_process_from_a_sleeping_one() -> None:
    for program, runnable in (("while True: pass", True), ("import time; time.sleep(60)", False)):
        process = subprocess.Popen([sys.executable, "-c", program])
        try:
            before = usage(process.pid)
            time.sleep(1.0)
            after = usage(process.pid)
        finally:
            process.kill()
            process.wait()
        assert before is not None
        assert after is not None
        assert after.runnable is runnable
        assert (after.cpu_s > before.cpu_s) or not runnable
    assert usage(process.pid) is None


def test_a_polite_worker_comes_last_and_keeps_its_neighbours_out_of_it() -> None:
    mine = os.nice(0), os.sched_getscheduler(0), os.getsid(0)
    with Pool[str, tuple[int, int, bool, str]](1, 60.0) as pool:
        pool.submit("it", pool_jobs.priorities, Path("song.mp3"))
        results = pool.results(60.0)
    assert [result.outcome for result in results] == [(19, os.SCHED_IDLE, True, "1000")]
    assert (os.nice(0), os.sched_getscheduler(0), os.getsid(0)) == mine
