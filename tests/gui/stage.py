"""The built-in player and its place on a private bus, without a window."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from player_rec.app.places import places_in
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.bus import Bus
from player_rec.gui.desktop.cover_files import CoverFiles
from player_rec.gui.desktop.mpris import Mpris
from player_rec.gui.desktop.mpris.interfaces import PLAYER, ROOT
from player_rec.players.builtin.output import open_silent_output
from player_rec.players.builtin.player import BuiltinPlayer
from tests.gui.private_bus import PrivateBus

NAME = f"{ROOT}.player_rec"
PATH = "/org/mpris/MediaPlayer2"
MUSIC = sorted((Path(__file__).parents[1] / "data" / "music").rglob("*.opus"))


class Stage:
    """The player and its place on the bus, without a window or a library."""

    def __init__(self, bus: PrivateBus, folder: Path) -> None:
        self.private, self.qtbot, self.folder = bus, bus.qtbot, folder
        self.done: list[str] = []
        self.bridge = Bridge(places_in(folder))
        self.player = BuiltinPlayer(open_silent_output)
        self.player.listen(lambda _: self.bridge.moved.emit())
        self.bus, self.mpris = self.put_on()

    def put_on(self) -> tuple[Bus, Mpris]:
        """Another such place."""
        bus, done = Bus(), self.done
        controls, covers = Controls(self.player, self.bridge), CoverFiles(self.folder / "covers")
        mpris = Mpris(bus, controls, self.bridge, covers, lambda: done.append("raised"), lambda: done.append("left"))
        bus.start()
        self.qtbot.waitUntil(lambda: bool(mpris.name) or not bus.there, timeout=5_000)
        return bus, mpris

    def close(self) -> None:
        """Leave."""
        self.bus.close()
        self.player.quit()

    @property
    def playing(self) -> Path | None:
        """The file that plays."""
        item = self.player.now().item
        return item.path if item else None

    def call(self, *given: str, fails: bool = False) -> str:
        """What gdbus gets for a call."""
        return self.private.run("gdbus", "call", "--session", "-d", NAME, "-o", PATH, "-m", *given, fails=fails)

    def refused(self, *given: str) -> str:
        """The error a call gets."""
        return self.call(*given, fails=True)

    def set(self, name: str, value: str, *, fails: bool = False) -> str:
        """Set a property of the player."""
        return self.call("org.freedesktop.DBus.Properties.Set", PLAYER, name, value, fails=fails)


@pytest.fixture
def stage(private_bus: PrivateBus, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(private_bus, tmp_path)
    made.qtbot.waitUntil(lambda: made.mpris.name == NAME, timeout=5_000)
    yield made
    made.close()
