"""A thread that owns what it opened and works through an inbox of its own, so that nobody else has to wait."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from player_rec.domain.errors import LibraryBusy, PlayerRecError, StoreUnavailable
from player_rec.engine.loop import Engine, Job

log = logging.getLogger(__name__)

Step = Callable[[], float | None]
Opened = Callable[[], AbstractContextManager[Step]]

_TRY_AGAIN_S = 10.0
_FORMER_ENDS_WITHIN_S = 60.0


class Desk:
    """Opens its tools on a thread of its own, keeps at work until closed, and puts them away in reverse.

    Args:
        name: of the thread.
        opened: opens what is needed and gives the step that the engine is to repeat.
        trouble: told in a sentence why it cannot be opened, and with an empty one that it can at last. Where that
            may pass, because another process is at it, it is tried again and again.
    """

    def __init__(self, name: str, opened: Opened, trouble: Callable[[str], None]) -> None:
        self._opened, self._trouble = opened, trouble
        self._step: Step | None = None
        self._engine = Engine(lambda: self._step() if self._step else None)
        self._over = threading.Event()
        self._former: Desk | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self, after: "Desk | None" = None) -> None:
        """Begin; where another desk is at the same work, after that has ended."""
        self._former = after
        self._thread.start()

    def post(self, job: Job) -> None:
        """Have a job done soon, from any thread; those that come before the tools are there wait for them."""
        self._engine.post(job)

    def close(self, within_s: float) -> bool:
        """End after what was posted. Whether it did in time."""
        self._over.set()
        self._engine.stop()
        if self._thread.is_alive():
            self._thread.join(within_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        told = ""
        if self._former is not None:
            self._former.close(_FORMER_ENDS_WITHIN_S)
        while not self._over.is_set():
            try:
                with self._opened() as step:
                    if told:
                        self._trouble("")
                    self._step = step
                    self._engine.run()
                    return
            except PlayerRecError as error:
                if str(error) != told:
                    told = str(error)
                    log.warning("%s: %s", self._thread.name, told)
                    self._trouble(told)
                if not isinstance(error, LibraryBusy | StoreUnavailable):
                    return
            except Exception:
                log.exception("%s: a mistake in the program", self._thread.name)
                self._trouble("the program made a mistake; its log tells more")
                return
            finally:
                self._step = None
            self._over.wait(_TRY_AGAIN_S)
