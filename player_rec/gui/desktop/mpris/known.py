"""What is known of the songs in the track list: asked of the library in the background, and again when it changed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from player_rec.app.build import App
from player_rec.engine.scene import Scene, Song
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.cover_files import CoverFiles
from player_rec.gui.desktop.mpris.facts import UNKNOWN, Fact
from player_rec.players.base import QueueItem

_WITH_COVER: Final = 2
"""The song that plays and the next one: the picture is there before it is wanted."""


class Known(QObject):
    """Gives what is there and asks for what is not. ``came`` tells of which files more is known than before."""

    came = Signal(object)

    def __init__(self, bridge: Bridge, covers: CoverFiles) -> None:
        super().__init__()
        self._bridge, self._covers = bridge, covers
        self._facts: dict[Path, Fact] = {}
        self._asked: dict[Path, bool] = {}  # and whether with its cover

    def of(self, file: Path) -> Fact:
        """What is known now."""
        return self._facts.get(file, UNKNOWN)

    def want(self, items: Sequence[QueueItem]) -> None:
        """These are in the list: ask for what is not known, forget the others."""
        wanted = {item.path: False for item in items} | {item.path: True for item in items[:_WITH_COVER]}
        self._facts = {file: fact for file, fact in self._facts.items() if file in wanted}
        asked = {file: covered or self._asked.get(file, False) for file, covered in wanted.items()}
        new = {file: covered for file, covered in asked.items() if self._asked.get(file) != covered}
        self._asked = asked
        if new:
            covers = self._covers
            self._bridge.ask(lambda app: _look(app, new, covers), self._learn)

    def compare(self, scene: Scene) -> None:
        """Tags and hearts may be others than before: what is shown otherwise is asked for anew by ``want``."""
        songs = [waiting.song for waiting in scene.queue] + ([scene.playing] if scene.playing else [])
        for song in songs:
            fact = self._facts.get(song.file)
            if fact is not None and song.track is not None and _shown(song) != _told(song.file, fact):
                self._asked.pop(song.file, None)

    def _learn(self, facts: Mapping[Path, Fact]) -> None:
        changed = {file for file, fact in facts.items() if self.of(file) != fact}
        self._facts |= facts
        if changed:
            self.came.emit(changed)


def _shown(song: Song) -> tuple[str, str, str, bool]:
    return song.title, song.artist, song.album, song.liked


def _told(file: Path, fact: Fact) -> tuple[str, str, str, bool]:
    return fact.tags.title or file.stem, ", ".join(fact.tags.artists), fact.tags.album, fact.liked


def _look(app: App, files: Mapping[Path, bool], covers: CoverFiles) -> Mapping[Path, Fact]:
    """On the thread that reads."""
    return {file: _fact(app, file, covers if covered else None) for file, covered in files.items()}


def _fact(app: App, file: Path, covers: CoverFiles | None) -> Fact:
    track = app.library.tracks.in_file(file)
    if track is None:
        return UNKNOWN
    liked = app.listener.hearts.has(track.identity.content)
    cover = covers.of(track.tags.cover) if covers is not None else None
    return Fact(track.tags, track.identity.duration_ms, liked, cover)
