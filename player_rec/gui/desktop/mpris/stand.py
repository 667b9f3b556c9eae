"""How the player stands, and what the properties of the interfaces say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from player_rec.engine.scene import SHOWN
from player_rec.gui.desktop.entry import MIME_TYPES, NAME
from player_rec.gui.desktop.mpris.facts import Metadata, path_of
from player_rec.gui.desktop.mpris.interfaces import PLAYER, ROOT, TRACKS
from player_rec.players.base import QueueItem
from player_rec.players.builtin.news import Now, Transport

LOOPS: Final = {"None": frozenset[str](), "Track": frozenset({"repeat", "single"}), "Playlist": frozenset({"repeat"})}
"""The modes behind each LoopStatus. ``single`` alone stops after each song, which MPRIS has no word for."""

_STATUS: Final = {Transport.PLAYING: "Playing", Transport.PAUSED: "Paused", Transport.STOPPED: "Stopped"}


@dataclass(frozen=True, slots=True)
class Stand:
    """One moment. ``listed`` is the current entry and what comes after it, ``metadata`` that of the current one."""

    now: Now
    listed: Sequence[QueueItem]
    metadata: Metadata


def listed(now: Now, queue: Sequence[QueueItem]) -> Sequence[QueueItem]:
    """The track list: the current entry and the next ones in the order in which they will play."""
    if now.item is None:
        return ()
    place = next((place for place, item in enumerate(queue) if item.key == now.item.key), len(queue))
    return queue[place : place + 1 + SHOWN]


def properties(interface: str, stand: Stand) -> dict[str, Any]:
    """All properties of an interface."""
    if interface == ROOT:
        return {
            "CanQuit": True, "CanRaise": True, "HasTrackList": True, "Identity": "player_rec",
            "DesktopEntry": NAME, "SupportedUriSchemes": ["file"], "SupportedMimeTypes": list(MIME_TYPES),
        }  # fmt: skip
    if interface == TRACKS:
        return {"Tracks": [path_of(item) for item in stand.listed], "CanEditTracks": True}
    return _of_player(stand) if interface == PLAYER else {}


def _of_player(stand: Stand) -> dict[str, Any]:
    now = stand.now
    plays, repeats = now.transport is not Transport.STOPPED, "repeat" in now.modes
    return {
        "PlaybackStatus": _STATUS[now.transport],
        "LoopStatus": ("Track" if "single" in now.modes else "Playlist") if repeats else "None",
        "Rate": 1.0, "MinimumRate": 1.0, "MaximumRate": 1.0,
        "Shuffle": "random" in now.modes,
        "Metadata": stand.metadata,
        "Volume": now.volume,
        "Position": now.position_ms * 1000,
        "CanGoNext": plays and (repeats or len(stand.listed) > 1),  # once stopped, nothing can be passed over
        "CanGoPrevious": plays,
        "CanPlay": True,  # with an empty queue heart mode finds something
        "CanPause": True,  # else PlayPause were forbidden, too
        "CanSeek": plays and now.duration_ms > 0,
        "CanControl": True,
    }  # fmt: skip
