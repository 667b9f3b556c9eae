"""Many files on worker processes, where a file that kills or holds up its worker costs itself alone.

A worker lost once may have been the fault of an earlier file that spoilt its memory, or of the machine. So the
file it held is tried once more, alone, in a fresh worker; only what fails twice is given up.
"""

import logging
import pickle
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar, cast

from player_rec.analysis.serving import Answer, Done, Failed, Orders, Ready, Unfit
from player_rec.analysis.worker import LOOK_S, Job, Loss, Worker
from player_rec.domain.errors import PlayerRecError, UnreadableTrack, WorkerLost

log = logging.getLogger(__name__)

Key = TypeVar("Key")
Value = TypeVar("Value")

AT_HAND = 2
START_LIMIT_S = 120.0
FALSE_STARTS = 3


class NoWorkers(PlayerRecError):
    """The processes that analyse cannot be started, or end before they could begin."""


@dataclass(frozen=True, slots=True)
class Result(Generic[Key, Value]):
    """What became of one file: its value, or why there is none."""

    key: Key
    path: Path
    outcome: Value | UnreadableTrack


def after_loss(job: Job, loss: Loss) -> Job | WorkerLost:
    """Decide about a job whose worker was lost: a second try, or the verdict."""
    if job.loss is None:
        return replace(job, loss=loss)
    if job.loss.what != loss.what:
        return WorkerLost(job.path, f"{job.loss.what}, then {loss.what}")
    return WorkerLost(job.path, f"{loss.what} twice" + (f" ({loss.detail})" if loss.detail else ""))


class Pool(Generic[Key, Value]):
    """Worker processes that start when there is work and leave when there is none. One thread owns a pool.

    Time limits are kept while somebody calls ``results``; a pool nobody looks at kills nothing. A job's time
    is what it worked or waited itself: a busy, stopped or sleeping machine is not held against it.
    """

    def __init__(
        self,
        workers: int,
        limit_s: float,
        prepare: Callable[[], None] | None = None,
        memory_mib: int = 2048,
        rest_s: float = 20.0,
        polite: bool = True,
    ) -> None:
        """Take the limits; no process is started yet.

        Args:
            workers: processes at most.
            limit_s: seconds one file may take.
            prepare: picklable; called once in each new worker, for what is loaded once.
            memory_mib: address space of one worker, code of libraries included (some 300 MiB).
            rest_s: seconds after which a worker with nothing to do leaves.
            polite: whether workers come last for CPU and disk.
        """
        self._workers_most, self._limit_s = workers, limit_s
        self._orders = Orders(pickle.dumps(prepare), memory_mib, rest_s, polite)
        self._workers: list[Worker] = []
        self._dying: list[Worker] = []
        self._waiting: deque[Job] = deque()
        self._suspects: deque[Job] = deque()
        self._results: list[Result[Key, Value]] = []
        self._false_starts = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pending(self) -> int:
        """Number of files submitted whose result was not handed over yet."""
        held = sum(len(worker.held) for worker in self._workers)
        return held + len(self._waiting) + len(self._suspects) + len(self._results)

    @property
    def wants_more(self) -> bool:
        """Whether another file would soon be begun; beyond that, files wait better where they can be ranked."""
        return self.pending < AT_HAND * self._workers_most

    def submit(self, key: Key, function: Callable[..., Value], path: Path, *args: object) -> None:
        """Have ``function(path, *args)`` called in a worker.

        ``function`` is found there by the name of its module, so it stands at the top of one that can be
        imported (not in ``__main__``); the arguments are small. Raises ``NoWorkers``.
        """
        if self._closed:
            raise RuntimeError("the pool is closed")
        self._waiting.append(Job(key, path, pickle.dumps((function, path, args))))
        self._hand_out()

    def results(self, timeout_s: float) -> list[Result[Key, Value]]:
        """Return what is finished, as soon as there is any; nothing after ``timeout_s``, or without work.

        Raises:
            PlayerRecError: what ``prepare`` raised, or ``NoWorkers``. No file is lost by it: calling again
                tries again.
        """
        end_s = time.monotonic() + timeout_s
        while True:
            self._look()
            left_s = end_s - time.monotonic()
            if self._results or not self.pending or left_s <= 0:
                break
            ears = [ear for worker in self._workers for ear in worker.ears]
            wait(ears, min(left_s, LOOK_S)) if ears else time.sleep(min(left_s, LOOK_S))
        finished, self._results = self._results, []
        return finished

    def close(self) -> None:
        """End all workers now and drop what was not finished. Twice is fine."""
        self._closed = True
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.cause()
        self._dying += self._workers
        self._workers.clear()
        self._bury()
        self._waiting.clear()
        self._suspects.clear()
        self._results.clear()

    def _look(self) -> None:
        """Hear every worker, part with those that died or take too long, and give the others work."""
        self._bury()
        for worker in list(self._workers):
            for answer in worker.hear():
                self._take(worker, answer)
            if worker.gone:
                self._lose(worker, Loss("brought down the decoder", "" if worker.leaving else worker.cause()))
            elif worker.held and worker.busy_s(time.monotonic()) > self._limit_of(worker):
                worker.kill()
                self._lose(worker, Loss(f"took longer than {self._limit_s:g} s"))
        self._hand_out()

    def _limit_of(self, worker: Worker) -> float:
        return self._limit_s if worker.ready else START_LIMIT_S

    def _take(self, worker: Worker, answer: Answer) -> None:
        match answer:
            case Ready():
                worker.ready, self._false_starts = True, 0
                worker.begin(time.monotonic())
            case Unfit(error):
                self._part(worker)
                raise error
            case Done(outcome):
                self._finish(worker, cast("Value | UnreadableTrack", outcome))
            case Failed(why, trouble):
                path = worker.held[0].path
                if trouble:
                    log.error("%s: %s\n%s", path, why, trouble)
                self._finish(worker, UnreadableTrack(path, why))

    def _finish(self, worker: Worker, outcome: Value | UnreadableTrack) -> None:
        job = worker.held.popleft()
        worker.begin(time.monotonic())
        self._conclude(job, outcome)

    def _conclude(self, job: Job, outcome: Value | UnreadableTrack) -> None:
        self._results.append(Result(cast("Key", job.key), job.path, outcome))

    def _lose(self, worker: Worker, loss: Loss) -> None:
        """Part with a worker and blame the job in its hands, if it had begun one."""
        if worker.blamed:
            job = worker.held.popleft()
            log.warning("%s: %s, worker %s", job.path, loss, worker.pid)
            match after_loss(job, loss):
                case WorkerLost() as verdict:
                    self._conclude(job, verdict)
                case Job() as suspect:
                    self._suspects.append(suspect)
        self._part(worker)
        if not worker.ready:
            self._count_false_start(loss)

    def _part(self, worker: Worker) -> None:
        """Let a worker go; the jobs it held go back to where they were."""
        self._workers.remove(worker)
        self._dying.append(worker)
        for job in reversed(worker.held):
            (self._suspects if job.loss else self._waiting).appendleft(job)
        worker.held.clear()

    def _count_false_start(self, loss: Loss) -> None:
        self._false_starts += 1
        if self._false_starts == FALSE_STARTS:
            self._false_starts = 0
            raise NoWorkers(f"the analysis process fails as soon as it starts: {loss.detail or loss.what}")

    def _hand_out(self) -> None:
        """Give suspects a fresh worker each, and the others to whoever has least to do."""
        while self._suspects and self._may_start:
            self._start().give(self._suspects.popleft(), time.monotonic())
        while self._waiting and (worker := self._next_free()):
            worker.give(self._waiting.popleft(), time.monotonic())

    def _next_free(self) -> Worker | None:
        free = [worker for worker in self._workers if worker.room]
        best = min(free, key=lambda worker: len(worker.held), default=None)
        if (best is None or best.held) and self._may_start:
            return self._start()
        return best

    @property
    def _may_start(self) -> bool:
        """Whether there is a place; processes that a dead drive keeps from dying fill it in the end."""
        living = len(self._workers)
        return living < self._workers_most and living + len(self._dying) < 2 * self._workers_most

    def _start(self) -> Worker:
        try:
            worker = Worker(self._orders, time.monotonic())
        except OSError as error:
            raise NoWorkers(f"analysis cannot be started: {error}") from error
        self._workers.append(worker)
        return worker

    def _bury(self) -> None:
        self._dying = [worker for worker in self._dying if not worker.buried()]
