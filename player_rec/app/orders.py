"""What the following process can be asked for, by a command or a window: words in, facts out."""

import queue
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from player_rec.domain.errors import PlayerRecError
from player_rec.engine.follower import Follower
from player_rec.players.base import CanExplain
from player_rec.store.library import Library
from player_rec.store.radio import PickNote

_WITHIN_S = 25.0


class Orders:
    """Carries orders to the thread that owns the follower, and answers back."""

    def __init__(self, follower: Follower, library: Library, post: Callable[[Callable[[], None]], None]) -> None:
        self._follower, self._library, self._post = follower, library, post
        self.over = False
        """Whether the process was asked to end."""

    def __call__(self, order: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have an order carried out; ``error`` in the answer says in words why it could not be."""
        answered: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()

        def job() -> None:
            try:
                answered.put(self._carry_out(order))
            except PlayerRecError as error:
                answered.put({"error": str(error)})
            except sqlite3.Error as error:
                answered.put({"error": f"the listening database cannot be used now: {error}"})
                raise

        self._post(job)
        try:
            return answered.get(timeout=_WITHIN_S)
        except queue.Empty:
            return {"error": "the radio is busy and did not answer in time"}

    def _carry_out(self, order: Mapping[str, Any]) -> Mapping[str, Any]:
        follower = self._follower
        match order:
            case {"do": "heart", "on": bool(on)}:
                follower.heart(on=on)
            case {"do": "keep", "place": int(place)}:
                return {"pick": self._shown(follower.keep(place))}
            case {"do": "refuse", "place": int(place)}:
                return {"pick": self._shown(follower.refuse(place))}
            case {"do": "look"}:
                follower.look()
            case {"do": "end"}:
                self.over = True
            case {"do": "status"}:
                pass
            case _:
                return {"error": f"no such order: {order}"}
        return self._status()

    def _status(self) -> Mapping[str, Any]:
        following = self._follower.following()
        radio = self._follower.radio
        picks = self._follower.picks()
        player = self._follower.player
        playing = following.playing
        return {
            "player": following.player,
            "connected": following.connected,
            "why": following.why,
            "playing": str(playing.path) if playing else None,
            "label": self._label(playing.path) if playing else None,
            "heart": following.heart,
            "since": following.since.isoformat() if following.since else None,
            "by_tags": radio.by_tags,
            "shortcomings": list(player.shortcomings()) if isinstance(player, CanExplain) else [],
            "picks": [self._shown(note) for _, note in picks],
        }

    def _shown(self, note: PickNote) -> dict[str, Any]:
        return {"file": str(note.file), "label": self._label(note.file), "trying": note.trying, "why": dict(note.why)}

    def _label(self, path: Path) -> str:
        track = self._library.tracks.in_file(path)
        return track.label if track else str(path)
