"""A log the user can send: small, rotating, without the name of the user's home."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class _Homeless(logging.Formatter):
    """Writes ``~`` for the home folder, and bytes that are no text as escapes."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)
        self._home = str(Path.home())

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record).replace(self._home, "~")
        return text.encode("utf-8", "backslashreplace").decode()


def start_log(path: Path, *, verbose: bool = False) -> None:
    """Send everything the program has to say to ``path``; warnings also to the terminal if ``verbose``."""
    root = logging.getLogger("player_rec")
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:  # a full or read-only disk must not keep the program from saying so
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
    handler.setFormatter(_Homeless())
    root.addHandler(handler)
    if verbose:
        terminal = logging.StreamHandler()
        terminal.setFormatter(_Homeless())
        root.addHandler(terminal)
    root.propagate = False
