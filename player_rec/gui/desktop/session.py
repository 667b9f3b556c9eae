"""The queue of the built-in player from one day to the next."""

import json
import logging
import os
from pathlib import Path

from player_rec.players.builtin.news import Snapshot
from player_rec.players.builtin.player import BuiltinPlayer
from player_rec.players.builtin.queue import QueueState

log = logging.getLogger(__name__)


class Session:
    """Keeps a player's queue, place and volume in a file; one that cannot be read is as good as none."""

    def __init__(self, file: Path, player: BuiltinPlayer | None) -> None:
        self._file, self._player = file, player

    def keep(self) -> None:
        """Write down where the player is."""
        if self._player is None:
            return
        kept = self._player.snapshot()
        text = json.dumps(
            {
                "entries": [[key, os.fsencode(path).hex()] for key, path in kept.queue.entries],
                "listed": kept.queue.listed,
                "place": kept.queue.place,
                "modes": kept.queue.modes,
                "position_ms": kept.position_ms,
                "duration_ms": kept.duration_ms,
                "volume": kept.volume,
            }
        )
        new = self._file.with_suffix(".new")
        try:
            new.write_text(text, encoding="utf-8")
            new.replace(self._file)
        except OSError as error:
            log.warning("the queue cannot be kept: %s", error)

    def restore(self) -> None:
        """Be where the player was then, paused."""
        if self._player is None:
            return
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            entries = tuple((str(key), Path(os.fsdecode(bytes.fromhex(name)))) for key, name in kept["entries"])
            queue = QueueState(entries, tuple(kept["listed"]), int(kept["place"]), tuple(kept["modes"]))
            snapshot = Snapshot(queue, int(kept["position_ms"]), int(kept["duration_ms"]), float(kept["volume"]))
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the queue of last time cannot be read: %s", error)
            return
        self._player.restore(snapshot)
