"""A file that kills, hangs or floods its worker costs itself alone; nothing is lost, nobody outlives the parent."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from player_rec.analysis.pool import NoWorkers, Pool, Result, after_loss
from player_rec.analysis.worker import Job, Loss
from player_rec.domain.errors import BadModel, PlayerRecError, UnreadableTrack, WorkerLost
from tests.analysis import pool_jobs

FILE = Path("song.mp3")
CRASH = Loss("brought down the decoder", "signal 11")
HANG = Loss("took longer than 60 s")


def rude(workers: int = 1, limit_s: float = 30.0, **more: Any) -> Pool[object, Any]:
    """A pool that does not step aside, so that a busy machine does not hold up the tests."""
    return Pool(workers, limit_s, polite=False, **more)


def collect(pool: Pool[object, Any], within_s: float = 30.0) -> dict[object, Any]:
    end, outcomes = time.monotonic() + within_s, {}
    while pool.pending and time.monotonic() < end:
        outcomes.update({result.key: result.outcome for result in pool.results(1.0)})
    assert not pool.pending
    return outcomes


def only(pool: Pool[object, Any], function: Callable[..., object], path: Path = FILE, *args: object) -> Any:
    pool.submit("it", function, path, *args)
    return collect(pool)["it"]


def reason(outcome: object) -> str:
    assert isinstance(outcome, UnreadableTrack)
    return outcome.why


def alive(pid: int) -> bool:
    """Say whether a process still runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def soon(condition: Callable[[], bool], within_s: float = 10.0) -> bool:
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_job_lost_once_is_tried_again_and_lost_twice_is_given_up() -> None:
    first = Job("k", FILE, b"call")
    second = after_loss(first, CRASH)
    assert second == Job("k", FILE, b"call", loss=CRASH)
    assert reason(after_loss(second, CRASH)) == "brought down the decoder twice (signal 11)"
    assert reason(after_loss(second, HANG)) == "brought down the decoder, then took longer than 60 s"
    assert reason(after_loss(Job("k", FILE, b"", HANG), HANG)) == "took longer than 60 s twice"


def test_many_files_all_come_back_whatever_their_neighbours_do(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(b"caf\xe9 \xff.mp3"))
    with rude(workers=2) as pool:
        for number in range(40):
            pool.submit(number, pool_jobs.die if number in {7, 27} else pool_jobs.echo, odd)
        outcomes = collect(pool)
    assert set(outcomes) == set(range(40))
    lost = {number: outcome for number, outcome in outcomes.items() if outcome is not None}
    assert set(lost) == {7, 27}
    assert all(isinstance(outcome, WorkerLost) and outcome.path == odd for outcome in lost.values())


@pytest.mark.parametrize(
    ("function", "args", "why"),
    [
        (pool_jobs.die, (signal.SIGSEGV,), "brought down the decoder twice (signal 11)"),
        (pool_jobs.die, (signal.SIGKILL,), "brought down the decoder twice (signal 9)"),
        (pool_jobs.leave, (), "brought down the decoder twice (exit code 3)"),
        (pool_jobs.spin, (), "took longer than 0.6 s twice"),
        (pool_jobs.who, (600.0,), "took longer than 0.6 s twice"),
    ],
)
def test_a_killer_is_named_and_the_next_file_is_none_the_worse(
    function: Callable[..., object], args: tuple[object, ...], why: str
) -> None:
    with rude(limit_s=0.6) as pool:
        pool.submit("bad", function, FILE, *args)
        pool.submit("good", pool_jobs.echo, FILE, 1)
        outcomes = collect(pool)
    assert isinstance(outcomes["bad"], WorkerLost)
    assert reason(outcomes["bad"]) == why
    assert outcomes["good"] == 1


def test_the_second_try_is_alone_in_a_fresh_worker(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.touch()
    with rude() as pool:
        pool.submit("before", pool_jobs.who, FILE)
        pool.submit("odd", pool_jobs.die_once, path)
        for number in range(3):
            pool.submit(number, pool_jobs.who, FILE)
        outcomes = collect(pool)
    second, first = outcomes["odd"]
    assert int(first) == outcomes["before"] != second
    path.write_text("")
    with rude(limit_s=0.6) as pool:
        assert reason(only(pool, pool_jobs.die_then_hang, path)).startswith("brought down the decoder, then took")


def test_other_failures_come_back_in_words_and_leave_the_worker_alive(caplog: pytest.LogCaptureFixture) -> None:
    with rude(memory_mib=600) as pool:
        first = only(pool, pool_jobs.who)
        refused = only(pool, pool_jobs.refuse, Path("bad.ogg"))
        assert type(refused) is UnreadableTrack
        assert str(refused) == "bad.ogg: tags are damaged"
        assert reason(only(pool, pool_jobs.devour)) == "needs more than 600 MiB of memory"
        assert reason(only(pool, pool_jobs.faulty)) == "internal error TypeError"
        assert "song.mp3: internal error TypeError" in caplog.text
        assert "a mistake of ours" in caplog.text
        for unsendable in (pool_jobs.locked, pool_jobs.sour):
            assert "internal error" in reason(only(pool, unsendable))
        assert only(pool, pool_jobs.who) == first


def test_a_result_larger_than_any_pipe_arrives_whole() -> None:
    with rude(workers=2) as pool:
        for number in range(4):
            pool.submit(number, pool_jobs.large, FILE, 20_000_000)
        assert [len(outcome) for outcome in collect(pool).values()] == [20_000_000] * 4


def test_what_c_libraries_shout_goes_to_the_log_and_never_blocks(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with rude() as pool:
        assert only(pool, pool_jobs.shout, FILE, 4000) == "said"
        assert soon(lambda: not pool.results(0) and "overread" in caplog.text)
    assert capfd.readouterr() == ("", "")


def test_a_worker_loads_its_own_things_once_and_nothing_of_the_parents() -> None:
    before, main = os.environ.get("OPENBLAS_NUM_THREADS"), sys.modules["__main__"]
    with rude(prepare=partial(pool_jobs.get_ready, "model")) as pool:
        assert only(pool, pool_jobs.environment) == ("1", False)
        assert [only(pool, pool_jobs.what_was_prepared) for _ in range(2)] == [["model"]] * 2
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before
    assert sys.modules["__main__"] is main


@pytest.mark.parametrize(
    ("prepare", "error", "words"),
    [
        (pool_jobs.no_model, BadModel, "there is no model"),
        (pool_jobs.buggy, PlayerRecError, "KeyError"),
        (pool_jobs.die_early, NoWorkers, "fails as soon as it starts: signal 4"),
    ],
)
def test_workers_that_cannot_start_are_one_error_and_no_files_fault(
    prepare: Callable[[], None], error: type[PlayerRecError], words: str
) -> None:
    with rude(prepare=prepare) as pool:
        pool.submit("it", pool_jobs.echo, FILE)
        for _ in range(2):
            with pytest.raises(error, match=words):
                pool.results(20.0)
            assert pool.pending == 1


def test_two_are_at_hand_for_each_worker_and_no_worker_starts_before_it_is_needed() -> None:
    with rude(workers=2) as pool:
        assert multiprocessing.active_children() == []
        assert pool.results(5.0) == []
        for number in range(4):
            assert pool.wants_more
            pool.submit(number, pool_jobs.who, FILE, 0.3)
            assert len(multiprocessing.active_children()) == min(number + 1, 2)
        assert not pool.wants_more
        assert len(set(collect(pool).values())) == 2
        assert pool.wants_more


def test_an_idle_worker_leaves_and_comes_back_when_needed() -> None:
    with rude(rest_s=0.2) as pool:
        first = only(pool, pool_jobs.who)
        assert soon(lambda: not alive(first))
        assert pool.results(0) == []
        assert multiprocessing.active_children() == []
        for _ in range(8):  # jobs that meet a worker on its way out are done all the same
            time.sleep(0.19)
            assert isinstance(only(pool, pool_jobs.who), int)


def test_nothing_is_waited_for_longer_than_asked() -> None:
    with rude() as pool:
        pool.submit("slow", pool_jobs.who, FILE, 600.0)
        started = time.monotonic()
        assert pool.results(0.3) == []
        assert 0.25 < time.monotonic() - started < 5.0


def test_close_is_quick_final_and_leaves_no_process() -> None:
    pool = rude(workers=2)
    for number in range(4):
        pool.submit(number, pool_jobs.spin, FILE)
    pool.results(0.5)
    children = multiprocessing.active_children()
    assert len(children) == 2
    started = time.monotonic()
    pool.close()
    pool.close()
    assert time.monotonic() - started < 2.0
    assert multiprocessing.active_children() == []
    assert pool.pending == 0
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit("late", pool_jobs.echo, FILE)


def test_ctrl_c_does_not_reach_the_workers() -> None:
    with rude() as pool:
        worker = only(pool, pool_jobs.who)
        pool.submit("it", pool_jobs.who, FILE, 0.4)
        pool.results(0.1)
        os.kill(worker, signal.SIGINT)
        assert collect(pool) == {"it": worker}


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(1)", "sys.exit()"])
def test_a_worker_dies_with_its_parent_even_deep_in_c_code(tmp_path: Path, end: str) -> None:
    note = tmp_path / "pid"
    note.touch()
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from player_rec.analysis.pool import Pool\nfrom tests.analysis import pool_jobs\n"
        "pool = Pool(1, 60.0, polite=False)\n"
        f"note = Path({str(note)!r})\n"
        "pool.submit(0, pool_jobs.spin_in_c, note)\n"
        f"while not note.read_text(): pool.results(0.1)\n{end}\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], timeout=30, check=False)
    worker = int(note.read_text())
    assert soon(lambda: not alive(worker), within_s=5.0)


def test_time_a_worker_was_not_let_go_on_is_not_held_against_its_file() -> None:
    with rude(limit_s=1.0) as pool:
        worker = only(pool, pool_jobs.who)
        pool.submit("it", pool_jobs.who, FILE, 0.3)
        os.kill(worker, signal.SIGSTOP)
        assert pool.results(2.5) == []
        os.kill(worker, signal.SIGCONT)
        assert collect(pool) == {"it": worker}


def test_results_carry_the_key_and_the_path() -> None:
    with rude() as pool:
        pool.submit(("any", "key"), pool_jobs.echo, FILE, 5)
        assert pool.results(20.0) == [Result(("any", "key"), FILE, 5)]


def test_a_worker_that_has_grown_fat_makes_way_for_a_fresh_one_and_nothing_is_lost() -> None:
    with rude() as pool:
        pool.submit("fat", pool_jobs.grow, FILE, 600)
        pool.submit("next", pool_jobs.who, FILE)
        pool.submit("last", pool_jobs.who, FILE)
        outcomes = collect(pool)
    assert outcomes["fat"] != outcomes["next"] == outcomes["last"]
