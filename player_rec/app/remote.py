"""Speak with the process that follows a player, on this machine alone: a Unix socket, or a named pipe on Windows.

One question a connection, one answer: JSON both ways, so that nobody can make the other run anything.
"""

import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from player_rec.app.places import Places
from player_rec.domain.errors import NoAnswer

log = logging.getLogger(__name__)

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
_ANSWER_WITHIN_S = 30.0
_PREFIX = "player_rec-"
_FOLDER_AT_MOST = 70
"""Bytes; the name of a socket may have about a hundred in all."""


class Ear:
    """Listens for questions on a thread of its own until closed."""

    def __init__(self, places: Places, answer: Answer) -> None:
        """``answer`` is called on that thread, one question at a time; None for none. Only one process may listen."""
        _clear_up(places.ear)
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_near())  # readable by its owner alone
        self._address, self._answer = _address(Path(self._folder.name)), answer
        self._listener = Listener(self._address)
        self._told = places.ear
        self._told.write_text(self._address, encoding="utf-8")
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
        self._told.unlink(missing_ok=True)
        self._folder.cleanup()

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
                answer = self._answer(question)
                if answer is not None:
                    connection.send_bytes(json.dumps(answer).encode())
        except (OSError, EOFError, ValueError, RecursionError) as error:
            log.info("a question broke off: %s", error)


def ask(places: Places, question: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Ask the following process; None where there is none.

    Raises:
        NoAnswer: there is one, but it says nothing.
    """
    try:
        with Client(places.ear.read_text(encoding="utf-8")) as connection:
            connection.send_bytes(json.dumps(question).encode())
            if not connection.poll(_ANSWER_WITHIN_S):
                raise NoAnswer("the process that follows the player does not answer; it may be held up")
            answer: Mapping[str, Any] = json.loads(connection.recv_bytes(10_000_000))
            return answer
    except (OSError, EOFError, ValueError):
        return None


def _clear_up(told: Path) -> None:
    """Take away the socket of a process that was killed."""
    with suppress(OSError, ValueError):
        left = Path(told.read_text(encoding="utf-8"))
        if left.parent.name.startswith(_PREFIX):
            left.unlink(missing_ok=True)
            left.parent.rmdir()


def _near() -> str | None:
    """A folder for temporary files whose path is short enough to hold a socket; None leaves it to the system."""
    usual = tempfile.gettempdir()
    return "/tmp" if os.name != "nt" and len(os.fsencode(usual)) > _FOLDER_AT_MOST else None  # noqa: S108 - a folder of our own is made in it


def _address(folder: Path) -> str:
    """In a folder for temporary files, because the path of a socket may not be long."""
    return rf"\\.\pipe\{folder.name}" if os.name == "nt" else str(folder / "ear")
