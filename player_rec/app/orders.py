"""What the following process can be asked for, by a command or a window: words in, facts out."""

import queue
from collections.abc import Callable, Mapping
from typing import Any

from player_rec.domain.errors import NoSuchTrack, PlayerRecError
from player_rec.engine.scene import Scenes
from player_rec.engine.wishes import Wishes
from player_rec.store.radio import PickNote

_WITHIN_S = 25.0


class Orders:
    """Carries orders to the thread that owns the follower, and answers back."""

    def __init__(self, wishes: Wishes, scenes: Scenes, post: Callable[[Callable[[], None]], None]) -> None:
        self._wishes, self._scenes, self._post = wishes, scenes, post
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

        self._post(job)
        try:
            return answered.get(timeout=_WITHIN_S)
        except queue.Empty:
            return {"error": "the radio is busy and did not answer in time"}

    def _carry_out(self, order: Mapping[str, Any]) -> Mapping[str, Any]:
        match order:
            case {"do": "heart", "on": bool(on)}:
                self._wishes.heart(on=on)
            case {"do": "keep", "place": int(place)}:
                return {"pick": self._shown(self._wishes.keep(self._key(place)))}
            case {"do": "refuse", "place": int(place)}:
                return {"pick": self._shown(self._wishes.refuse(self._key(place)))}
            case {"do": "look"}:
                self._wishes.follower.look()
            case {"do": "end"}:
                self.over = True
            case {"do": "status"}:
                pass
            case _:
                return {"error": f"no such order: {order}"}
        return self._status()

    def _status(self) -> Mapping[str, Any]:
        scene = self._scenes.now()
        playing = scene.playing
        return {
            "player": scene.player,
            "connected": scene.connected,
            "why": scene.why,
            "playing": str(playing.file) if playing else None,
            "label": playing.label if playing else None,
            "heart": scene.heart,
            "since": scene.since.isoformat() if scene.since else None,
            "by_tags": scene.by_tags,
            "shortcomings": list(scene.shortcomings),
            "picks": [self._shown(waiting.pick) for waiting in scene.queue if waiting.pick],
        }

    def _key(self, place: int) -> str:
        """The entry of the pick at a place; 1 is next."""
        picks = self._wishes.follower.picks()
        if not 1 <= place <= len(picks):
            raise NoSuchTrack(f"there is no pick {place}; " + (f"{len(picks)} wait" if picks else "none waits"))
        return picks[place - 1][0].key

    def _shown(self, note: PickNote) -> dict[str, Any]:
        label = self._scenes.song(note.file).label
        return {"file": str(note.file), "label": label, "trying": note.trying, "why": dict(note.why)}
