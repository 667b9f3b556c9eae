"""One thread does everything that is asked of it, in order, whatever goes wrong on the way."""

import logging
import threading
from collections.abc import Callable

import pytest

from player_rec.engine.loop import Engine


def run(engine: Engine) -> threading.Thread:
    thread = threading.Thread(target=engine.run)
    thread.start()
    return thread


def test_jobs_from_many_threads_run_one_after_another_on_one() -> None:
    engine = Engine(lambda: None)
    seen: list[tuple[int, int]] = []

    def note(number: int) -> Callable[[], None]:
        return lambda: seen.append((number, threading.get_ident()))

    thread = run(engine)

    def post(number: int) -> None:
        for _ in range(50):
            engine.post(note(number))

    posters = [threading.Thread(target=post, args=(number,)) for number in range(4)]
    for poster in posters:
        poster.start()
    for poster in posters:
        poster.join()
    engine.stop()
    thread.join(5)
    assert len(seen) == 200
    assert {ident for _, ident in seen} == {thread.ident}


def test_a_job_that_fails_is_logged_and_the_next_one_runs(caplog: pytest.LogCaptureFixture) -> None:
    engine = Engine(lambda: None)
    done: list[str] = []
    engine.post(lambda: done.remove("nothing"))
    engine.post(lambda: done.append("next"))
    engine.stop()
    with caplog.at_level(logging.ERROR):
        engine.run()
    assert done == ["next"]
    assert "ValueError" in caplog.text


def test_the_step_is_called_again_when_it_asked_to_be() -> None:
    waits = iter([0.0, 0.0, 0.01, None])
    calls: list[float | None] = []

    def step() -> float | None:
        calls.append(wait := next(waits))
        if wait is None:
            engine.stop()
        return wait

    engine = Engine(step)
    engine.run()
    assert calls == [0.0, 0.0, 0.01, None]
