"""The built-in player on the session bus: three interfaces, and word of whatever changes in them."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

from PySide6.QtCore import QObject, QTimer

from player_rec.engine.scene import SHOWN, Scene
from player_rec.gui.bridge import Bridge
from player_rec.gui.controls import Controls
from player_rec.gui.mpris.facts import NO_TRACK, UNKNOWN, Fact, Metadata, look, metadata, path_of
from player_rec.gui.mpris.interfaces import INTERFACES, PLAYER, PROPERTIES, ROOT, TRACKS
from player_rec.gui.mpris.wire import Answer, Refused, Wire
from player_rec.players.base import QueueItem
from player_rec.players.builtin.news import Now, Transport

_AT_ONCE_MS: Final = 20
"""News come in heaps: a song that ends, one that begins, the queue that moves up. They are told together."""

_JUMP_MS: Final = 1_000
_FEW: Final = 8
_STATUS: Final = {Transport.PLAYING: "Playing", Transport.PAUSED: "Paused", Transport.STOPPED: "Stopped"}
_LOOPS: Final = {"None": frozenset[str](), "Track": frozenset({"repeat", "single"}), "Playlist": frozenset({"repeat"})}
_KINDS: Final = "mpeg mp4 aac ogg opus flac x-flac vorbis x-vorbis+ogg x-opus+ogg wav x-wav x-aiff x-ms-wma x-ape webm"
_MIME_TYPES: Final = ["application/ogg", *(f"audio/{kind}" for kind in _KINDS.split())]


class Mpris(QObject):
    """Media keys and desktops reach the player through it. Belongs to the thread of the widgets."""

    def __init__(
        self, controls: Controls, bridge: Bridge, raise_up: Callable[[], object], leave: Callable[[], object]
    ) -> None:
        """``raise_up`` brings the window to the front, ``leave`` ends the program."""
        super().__init__()
        self._controls, self._player, self._bridge = controls, controls.player, bridge
        self._facts: dict[Path, Fact] = {}
        self._asked: set[Path] = set()
        self._told: Mapping[str, Any] = {}
        self._tracks: Sequence[QueueItem] = ()
        self._last: tuple[Now, float] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_AT_ONCE_MS)
        self._soon.timeout.connect(self._tell)
        self._calls: dict[str, Callable[..., object]] = {
            "Raise": raise_up, "Quit": lambda: QTimer.singleShot(0, self, leave),
            "Next": partial(self._step, self._player.next), "Previous": partial(self._step, self._player.previous),
            "Pause": self._player.pause, "PlayPause": controls.go_or_hold, "Stop": self._player.stop,
            "Play": self._play, "Seek": self._seek, "SetPosition": self._set_position, "OpenUri": self._open,
            "AddTrack": self._add, "RemoveTrack": self._remove, "GoTo": self._go_to,
        }  # fmt: skip
        self._wire = Wire(self._answer)

    def start(self) -> str:
        """Be there. Returns the name on the bus; empty where there is no bus, and then nothing else happens."""
        name = self._wire.start(f"{ROOT}.player_rec")
        if name:
            self._tracks, self._told = self._listed(self._player.now()), self._properties(PLAYER)
            self._bridge.moved.connect(self._soon.start)
            self._bridge.scene.connect(self._take_scene)
            self._soon.start()
        return name

    def close(self) -> None:
        """Go. Twice is fine."""
        self._soon.stop()
        self._wire.close()

    def _answer(self, interface: str, method: str, given: Answer) -> Answer:
        if interface == PROPERTIES:
            return self._answer_properties(method, given)
        if method == "GetTracksMetadata":
            by_path = {path_of(item): item for item in self._listed(self._player.now())}
            return ([self._metadata(by_path[path]) for path in given[0] if path in by_path],)
        self._calls[method](*given)
        if interface != ROOT:
            self._soon.start()
        return ()

    def _answer_properties(self, method: str, given: Answer) -> Answer:
        of = INTERFACES.get(given[0])
        if of is None:
            raise Refused("UnknownInterface", f"there is no interface {given[0]}")
        if method == "GetAll":
            values = self._properties(given[0])
            return ({name: (of.properties[name], value) for name, value in values.items()},)
        if given[1] not in of.properties:
            raise Refused("UnknownProperty", f"there is no property {given[1]}")
        if method == "Get":
            return ((of.properties[given[1]], self._properties(given[0])[given[1]]),)
        if given[1] not in of.writable:
            raise Refused("PropertyReadOnly", f"{given[1]} cannot be set")
        signature, value = given[2]
        if signature != of.properties[given[1]]:
            raise Refused("InvalidArgs", f"{given[1]} is {of.properties[given[1]]}, not {signature}")
        self._set(given[1], value)
        return ()

    def _properties(self, interface: str) -> dict[str, Any]:
        now = self._player.now()
        match interface:
            case "org.mpris.MediaPlayer2":
                return {
                    "CanQuit": True, "CanRaise": True, "HasTrackList": True, "Identity": "player_rec",
                    "DesktopEntry": "player_rec", "SupportedUriSchemes": ["file"], "SupportedMimeTypes": _MIME_TYPES,
                }  # fmt: skip
            case "org.mpris.MediaPlayer2.TrackList":
                return {"Tracks": [path_of(item) for item in self._listed(now)], "CanEditTracks": True}
            case "org.mpris.MediaPlayer2.Player":
                return self._of_player(now)
        return {}

    def _of_player(self, now: Now) -> dict[str, Any]:
        plays, repeats = now.transport is not Transport.STOPPED, "repeat" in now.modes
        return {
            "PlaybackStatus": _STATUS[now.transport],
            "LoopStatus": ("Track" if "single" in now.modes else "Playlist") if repeats else "None",
            "Rate": 1.0, "MinimumRate": 1.0, "MaximumRate": 1.0,
            "Shuffle": "random" in now.modes,
            "Metadata": self._metadata(now.item, now.duration_ms) if now.item else {},
            "Volume": now.volume,
            "Position": now.position_ms * 1000,
            "CanGoNext": plays and (repeats or len(self._listed(now)) > 1),
            "CanGoPrevious": plays,
            "CanPlay": True, "CanPause": True, "CanSeek": plays and now.duration_ms > 0, "CanControl": True,
        }  # fmt: skip

    def _set(self, name: str, value: Any) -> None:
        modes = self._player.now().modes
        match name:
            case "Volume":
                self._player.set_volume(value)
            case "Shuffle":
                self._player.set_modes(modes | {"random"} if value else modes - {"random"})
            case "LoopStatus" if value in _LOOPS:
                self._player.set_modes(modes - {"repeat", "single"} | _LOOPS[value])
            case "LoopStatus":
                raise Refused("InvalidArgs", f"there is no LoopStatus {value}")
            case "Rate" if value == 0.0:  # the specification wants a pause; any other rate is passed over
                self._player.pause()

    def _listed(self, now: Now) -> Sequence[QueueItem]:
        """The current entry and what comes after it."""
        items = self._player.queue()
        if now.item is None:
            return ()
        place = next((place for place, item in enumerate(items) if item.key == now.item.key), len(items))
        return items[place : place + 1 + SHOWN]

    def _find(self, path: str) -> QueueItem | None:
        return next((item for item in self._listed(self._player.now()) if path_of(item) == path), None)

    def _metadata(self, item: QueueItem, duration_ms: int = 0) -> Metadata:
        return metadata(item, self._facts.get(item.path, UNKNOWN), duration_ms)

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
        self._seeked(self._player.now())

    def _seeked(self, now: Now) -> None:
        self._last = (now, time.monotonic())
        self._wire.tell(PLAYER, "Seeked", now.position_ms * 1000)

    def _open(self, uri: str) -> None:
        self._player.play_now([_file(uri)])

    def _add(self, uri: str, after: str, at_once: bool) -> None:
        now, file = self._player.now(), _file(uri)
        paths = [path_of(item) for item in self._listed(now)]
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

    def _take_scene(self, scene: Scene) -> None:
        """Tags may have been written anew."""
        songs = [waiting.song for waiting in scene.queue] + ([scene.playing] if scene.playing else [])
        for song in songs:
            fact = self._facts.get(song.file)
            if fact is not None and song.track is not None and (
                (fact.tags.title or song.file.stem, ", ".join(fact.tags.artists), fact.tags.album)
                != (song.title, song.artist, song.album)
            ):  # fmt: skip
                self._asked.discard(song.file)
        self._soon.start()

    def _came(self, facts: Mapping[Path, Fact]) -> None:
        changed = {file for file, fact in facts.items() if self._facts.get(file, UNKNOWN) != fact}
        self._facts |= facts
        for item in self._tracks:
            if item.path in changed:
                self._wire.tell(TRACKS, "TrackMetadataChanged", path_of(item), self._metadata(item))
        self._soon.start()

    def _tell(self) -> None:
        if not self._wire.open:
            return
        now = self._player.now()
        self._tell_tracks(now)
        self._ask({item.path for item in self._tracks})
        values = self._of_player(now)
        signatures = INTERFACES[PLAYER].properties
        changed = {
            name: (signatures[name], value)
            for name, value in values.items()
            if name != "Position" and self._told.get(name) != value
        }
        self._told = values
        if changed:
            self._wire.tell(PROPERTIES, "PropertiesChanged", PLAYER, changed, [])
        if _jumped(self._last, now, time.monotonic()):
            self._seeked(now)
        self._last = (now, time.monotonic())

    def _tell_tracks(self, now: Now) -> None:
        former, self._tracks = self._tracks, self._listed(now)
        before, after = [path_of(item) for item in former], [path_of(item) for item in self._tracks]
        if before == after:
            return
        gone, new = set(before) - set(after), set(after) - set(before)
        stayed = [path for path in before if path not in gone] == [path for path in after if path not in new]
        if stayed and len(gone) + len(new) <= _FEW:
            for path in before:
                if path in gone:
                    self._wire.tell(TRACKS, "TrackRemoved", path)
            for item, path, behind in zip(self._tracks, after, [NO_TRACK, *after], strict=False):
                if path in new:
                    self._wire.tell(TRACKS, "TrackAdded", self._metadata(item), behind)
        else:
            self._wire.tell(TRACKS, "TrackListReplaced", after, path_of(now.item))
        self._wire.tell(PROPERTIES, "PropertiesChanged", TRACKS, {}, ["Tracks"])

    def _ask(self, files: set[Path]) -> None:
        self._facts = {file: fact for file, fact in self._facts.items() if file in files}
        new = frozenset(files - self._asked)
        self._asked = files
        if new:
            self._bridge.ask(lambda app: look(app, new), self._came)


def _jumped(last: tuple[Now, float] | None, now: Now, at_s: float) -> bool:
    """Whether the song is elsewhere than time alone brought it. A song that begins at its start did not jump."""
    if last is None or now.item is None:
        return False
    before, then_s = last
    if before.item != now.item:
        return now.position_ms > _JUMP_MS + 1000 * (at_s - then_s)
    passed_ms = 1000 * (at_s - then_s)
    least_ms = before.position_ms
    most_ms = before.position_ms + (passed_ms if Transport.PLAYING in {before.transport, now.transport} else 0.0)
    if before.transport is now.transport is Transport.PLAYING:
        least_ms = int(most_ms)
    return not least_ms - _JUMP_MS <= now.position_ms <= most_ms + _JUMP_MS


def _file(uri: str) -> Path:
    """The file a URI names. Raises Refused."""
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise Refused("InvalidArgs", f"this is no URI: {uri}") from error
    name = unquote_to_bytes(parts.path)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not name.startswith(b"/") or b"\0" in name:
        raise Refused("InvalidArgs", f"only files of this machine can be played, not {uri}")
    return Path(name.decode("utf-8", "surrogateescape"))
