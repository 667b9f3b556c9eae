"""One thread, one inbox: whatever changes is changed here, so nothing needs a lock."""

import logging
import queue
from collections.abc import Callable

log = logging.getLogger(__name__)

Job = Callable[[], None]
_AFTER_FAILURE_S = 2.0


class Engine:
    """Runs posted jobs and, between them, the steps of a work that never ends."""

    def __init__(self, step: Callable[[], float | None]) -> None:
        """``step`` does a little work and says after how many seconds it wants to be called again, None for never."""
        self._step = step
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def post(self, job: Job) -> None:
        """Ask for ``job`` to be run soon, from any thread; never blocks."""
        self._inbox.put(job)

    def stop(self) -> None:
        """End ``run`` after the jobs already posted."""
        self._inbox.put(None)

    def run(self) -> None:
        """Work until stopped. A job that fails is logged whole and does not stop the others."""
        while True:
            wait_s = self._stepped()
            try:
                job = self._inbox.get(block=wait_s is None or wait_s > 0, timeout=wait_s)
            except queue.Empty:
                continue
            if job is None:
                return
            try:
                job()
            except Exception:
                log.exception("a job failed")

    def _stepped(self) -> float | None:
        """One step; one that fails is logged whole, and tried again a little later."""
        try:
            return self._step()
        except Exception:
            log.exception("a step failed")
            return _AFTER_FAILURE_S
