"""The built-in player on the session bus: three interfaces, and word of whatever changes in them."""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as Some
from pathlib import Path
from typing import Any, Final

from jeepney import DBusAddress
from PySide6.QtCore import QObject, QTimer

from player_rec.engine.scene import Scene
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.bus import Answer, Bus
from player_rec.gui.desktop.cover_files import CoverFiles
from player_rec.gui.desktop.entry import NAME
from player_rec.gui.desktop.mpris.answers import Answers, Later
from player_rec.gui.desktop.mpris.changes import changed, jumped, track_signals
from player_rec.gui.desktop.mpris.deeds import Deeds
from player_rec.gui.desktop.mpris.facts import Metadata, metadata, path_of
from player_rec.gui.desktop.mpris.interfaces import INTERFACES, PATH, PLAYER, PROPERTIES, ROOT, TRACKS
from player_rec.gui.desktop.mpris.known import Known
from player_rec.gui.desktop.mpris.stand import Stand, listed, properties
from player_rec.players.base import QueueItem
from player_rec.players.builtin.news import Now

log = logging.getLogger(__name__)

_AT_ONCE_MS: Final = 20
"""News come in heaps: a song that ends, one that begins, the queue that moves up. They are told together."""


class Mpris(QObject):
    """Media keys and desktops reach the player through it. Belongs to the thread of the widgets.

    ``name`` is that on the bus, empty while there is none.

    Args:
        bus: may come and go.
        controls: of the player.
        bridge: brings news of the player and of the library.
        covers: for those who want to show one.
        raise_up: brings the window to the front.
        leave: ends the program.
    """

    def __init__(
        self,
        bus: Bus,
        controls: Controls,
        bridge: Bridge,
        covers: CoverFiles,
        raise_up: Callable[[], object],
        leave: Callable[[], object],
    ) -> None:
        super().__init__()
        self.name = ""
        self._bus, self._player = bus, controls.player
        self._deeds = Deeds(controls, bridge, raise_up, leave)
        self._known = Known(bridge, covers)
        self._told: Mapping[str, Any] = {}
        self._tracks: Sequence[QueueItem] = ()
        self._last: tuple[Now, float] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_AT_ONCE_MS)
        self._soon.timeout.connect(self._tell)
        bus.serve(Answers(self, bus.answer))
        bus.came.connect(self._come)
        bus.went.connect(self._go)
        bridge.moved.connect(self._stir)
        bridge.scene.connect(self._take_scene)
        self._deeds.jumped.connect(self._seeked)
        self._known.came.connect(self._learn)

    def properties(self, interface: str) -> Mapping[str, Any]:
        """All properties of an interface."""
        return properties(interface, self._stand())

    def set(self, name: str, value: Any) -> None:
        """Change a property that can be changed. Raises Refused."""
        self._deeds.set(name, value)
        self._stir()

    def call(self, method: str, given: Answer, later: Later) -> Answer | None:
        """Do what a method does; None where ``later`` is told of its end. Raises Refused."""
        if method == "GetTracksMetadata":
            by_path = {path_of(item): item for item in self._stand().listed}
            return ([self._metadata(by_path[path]) for path in given[0] if path in by_path],)
        answer = self._deeds.do(method, given, later)
        if method not in INTERFACES[ROOT].methods:
            self._stir()
        return answer

    def _come(self) -> None:
        wanted = f"{ROOT}.{NAME}"
        self._bus.own(wanted, lambda ours: self._be(wanted) if ours else self._come_as_another(wanted))

    def _come_as_another(self, wanted: str) -> None:
        name = f"{wanted}.instance{os.getpid()}"
        self._bus.own(name, lambda ours: self._be(name) if ours else None)

    def _be(self, name: str) -> None:
        stand = self._stand()
        self.name, self._tracks, self._told, self._last = name, stand.listed, properties(PLAYER, stand), None
        log.info("the desktop sees the player as %s", name)
        self._stir()

    def _go(self) -> None:
        self.name = ""
        self._soon.stop()

    def _stir(self) -> None:
        if self.name and not self._soon.isActive():
            self._soon.start()

    def _stand(self) -> Stand:
        now = self._player.now()
        told = self._metadata(now.item, now.duration_ms) if now.item else {}
        return Stand(now, listed(now, self._player.queue()), told)

    def _metadata(self, item: QueueItem, duration_ms: int = 0) -> Metadata:
        return metadata(item, self._known.of(item.path), duration_ms)

    def _take_scene(self, scene: Scene) -> None:
        self._known.compare(scene)
        self._stir()

    def _learn(self, files: Some[Path]) -> None:
        for item in self._tracks:
            if item.path in files:
                self._emit(TRACKS, "TrackMetadataChanged", path_of(item), self._metadata(item))
        self._stir()

    def _tell(self) -> None:
        stand = self._stand()
        former, self._tracks = self._tracks, stand.listed
        for signal, held in track_signals(former, stand.listed, self._metadata):
            self._emit(TRACKS, signal, *held)
        if former != stand.listed:
            self._emit(PROPERTIES, "PropertiesChanged", TRACKS, {}, ["Tracks"])
        self._known.want(stand.listed)
        before, self._told = self._told, properties(PLAYER, stand)
        if news := changed(PLAYER, before, self._told):
            self._emit(PROPERTIES, "PropertiesChanged", PLAYER, news, [])
        if jumped(self._last, stand.now, time.monotonic()):
            self._seeked()
        self._last = (stand.now, time.monotonic())

    def _seeked(self) -> None:
        now = self._player.now()
        self._last = (now, time.monotonic())
        self._emit(PLAYER, "Seeked", now.position_ms * 1000)

    def _emit(self, interface: str, signal: str, *held: Any) -> None:
        if self.name:
            signature = "".join(INTERFACES[interface].signals[signal].values())
            self._bus.tell(DBusAddress(PATH, interface=interface), signal, signature, held)
