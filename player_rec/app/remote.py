"""Speak with the process that follows a player, on this machine alone: a Unix socket, or a named pipe on Windows.

One question a connection, one answer: JSON both ways, so that nobody can make the other run anything.
"""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

import platformdirs

from player_rec.app.places import Places

log = logging.getLogger(__name__)

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
_ANSWER_WITHIN_S = 30.0


class Ear:
    """Listens for questions on a thread of its own until closed."""

    def __init__(self, places: Places, answer: Answer) -> None:
        """``answer`` is called on that thread, one question at a time."""
        self._address, self._answer = _address(places), answer
        if os.name != "nt":
            Path(self._address).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            Path(self._address).unlink(missing_ok=True)  # left behind by a crash; whoever is alive holds the lock
        self._listener = Listener(self._address)
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ear", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._closed = True
        with suppress(OSError, EOFError):
            Client(self._address).close()  # wakes the thread
        self._thread.join(5)
        self._listener.close()

    def _run(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError:
                if self._closed:
                    return
                continue
            with connection:
                if self._closed:
                    return
                self._converse(connection)

    def _converse(self, connection: Connection) -> None:
        try:
            if connection.poll(5):
                question = json.loads(connection.recv_bytes(1_000_000))
                connection.send_bytes(json.dumps(self._answer(question)).encode())
        except (OSError, EOFError, ValueError) as error:
            log.info("a question broke off: %s", error)


def ask(places: Places, question: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Ask the following process; None where there is none, or it gives no answer in time."""
    try:
        with Client(_address(places)) as connection:
            connection.send_bytes(json.dumps(question).encode())
            if connection.poll(_ANSWER_WITHIN_S):
                answer: Mapping[str, Any] = json.loads(connection.recv_bytes(10_000_000))
                return answer
    except (OSError, EOFError, ValueError):
        return None
    return None


def _address(places: Places) -> str:
    """Short, because a socket's path may not be long; one for each library."""
    name = hashlib.sha256(os.fsencode(places.data.absolute())).hexdigest()[:16]
    if os.name == "nt":
        return rf"\\.\pipe\player_rec-{name}"
    return str(Path(platformdirs.user_runtime_dir("player_rec", appauthor=False)) / f"{name}.sock")
