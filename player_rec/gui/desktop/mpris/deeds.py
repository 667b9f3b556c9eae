"""What the methods of the interfaces do to the player, and what setting a property does."""

import math
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from player_rec.gui.bar.controls import Controls
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.bus import Answer, Refused
from player_rec.gui.desktop.mpris.answers import Later
from player_rec.gui.desktop.mpris.facts import NO_TRACK, path_of
from player_rec.gui.desktop.mpris.stand import LOOPS, listed
from player_rec.gui.desktop.mpris.uri import check, file_of
from player_rec.players.base import QueueItem
from player_rec.players.builtin.news import Transport


class Deeds(QObject):
    """The player's own buttons, and the window's. ``jumped`` tells that the song goes on at another place."""

    jumped = Signal()
    _checked = Signal(object, object)

    def __init__(
        self, controls: Controls, bridge: Bridge, raise_up: Callable[[], object], leave: Callable[[], object]
    ) -> None:
        super().__init__()
        self._controls, self._player, self._bridge = controls, controls.player, bridge
        self._checked.connect(lambda then, why: then(why))
        player = controls.player
        self._do: dict[str, Callable[..., object]] = {
            "Raise": raise_up, "Quit": lambda: QTimer.singleShot(0, self, leave),
            "Next": partial(self._step, player.next), "Previous": partial(self._step, player.previous),
            "Pause": player.pause, "PlayPause": controls.go_or_hold, "Stop": player.stop,
            "Play": self._play, "Seek": self._seek, "SetPosition": self._set_position,
            "RemoveTrack": self._remove, "GoTo": self._go_to,
        }  # fmt: skip

    def do(self, method: str, given: Answer, later: Later) -> Answer | None:
        """Do what a method does; None where that takes a while, and ``later`` is told of its end. Raises Refused."""
        match method:
            case "OpenUri":
                self._once_checked(file_of(given[0]), later, lambda file: self._player.play_now([file]))
            case "AddTrack":
                self._once_checked(file_of(given[0]), later, lambda file: self._add(file, *given[1:]))
            case _:
                self._do[method](*given)
                return ()
        return None

    def set(self, name: str, value: Any) -> None:
        """Change a property. Raises Refused."""
        modes = self._player.now().modes
        match name:
            case "Volume" if math.isnan(value):
                raise Refused("InvalidArgs", "a Volume is a number")
            case "Volume":
                self._player.set_volume(value)
            case "Shuffle" | "LoopStatus" if self._controls.heart:
                raise Refused("NotSupported", "heart mode keeps the order of the queue")
            case "Shuffle":
                self._player.set_modes(modes | {"random"} if value else modes - {"random"})
            case "LoopStatus" if value in LOOPS:
                self._player.set_modes(modes - {"repeat", "single"} | LOOPS[value])
            case "LoopStatus":
                raise Refused("InvalidArgs", f"there is no LoopStatus {value}")
            case "Rate" if value == 0.0:  # the specification wants a pause; any other rate is passed over
                self._player.pause()

    def _once_checked(self, file: Path, later: Later, then: Callable[[Path], object]) -> None:
        """A file may lie on a drive that takes its time: others wait for it, this thread does not."""

        def over(why: Refused | None) -> None:
            if why is None:
                then(file)
            later(why or ())

        threading.Thread(target=lambda: self._checked.emit(over, check(file)), daemon=True).start()

    def _play(self) -> None:
        if not self._controls.playing:
            self._controls.go_or_hold()

    def _step(self, step: Callable[[], None]) -> None:
        """To another song, or the start of this one; a paused player stays paused."""
        paused = self._player.now().transport is Transport.PAUSED
        step()
        if paused:
            self._player.pause()

    def _seek(self, offset_us: int) -> None:
        now = self._player.now()
        to_ms = now.position_ms + offset_us // 1000
        if not now.duration_ms or now.transport is Transport.STOPPED:
            return
        if to_ms > now.duration_ms:
            self._step(self._player.next)
        else:
            self._jump(max(0, to_ms))

    def _set_position(self, path: str, position_us: int) -> None:
        now = self._player.now()
        if now.item is not None and path == path_of(now.item) and 0 <= position_us <= now.duration_ms * 1000:
            self._jump(position_us // 1000)

    def _jump(self, to_ms: int) -> None:
        self._player.seek(to_ms)
        self.jumped.emit()

    def _add(self, file: Path, after: str, at_once: bool) -> None:
        now = self._player.now()
        paths = [path_of(item) for item in listed(now, self._player.queue())]
        if after != NO_TRACK and after not in paths:
            (item,) = self._player.append([file])
        else:
            behind = 0 if after == NO_TRACK else 1 + paths.index(after)
            plays = now.transport is not Transport.STOPPED
            (item,) = self._player.insert_next([file])
            self._player.move(item, max(0, behind - plays))
        if at_once:
            self._player.play_item(item)

    def _remove(self, path: str) -> None:
        item, now = self._find(path), self._player.now()
        if item is None:
            return
        if now.item == item and now.transport is not Transport.STOPPED:
            self._step(self._player.next)
        else:
            self._bridge.order(lambda wishes: wishes.remove([item.key]))

    def _go_to(self, path: str) -> None:
        if (item := self._find(path)) is not None:
            self._player.play_item(item)

    def _find(self, path: str) -> QueueItem | None:
        items = listed(self._player.now(), self._player.queue())
        return next((item for item in items if path_of(item) == path), None)
