"""A citizen of the Linux desktop: all that goes over its session bus, joined."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QApplication

from player_rec.engine.scene import Song
from player_rec.gui.bar.controls import Controls
from player_rec.gui.bridge import Bridge
from player_rec.gui.desktop.bus import Bus
from player_rec.gui.desktop.bus.popups import Popups
from player_rec.gui.desktop.bus.portal import Portal
from player_rec.gui.desktop.cover_files import CoverFiles
from player_rec.gui.desktop.mpris import Mpris
from player_rec.gui.desktop.popup import Popup
from player_rec.gui.look.following import Look
from player_rec.gui.window import Window

_THEME_WITHIN_MS: Final = 150


class Freedesktop:
    """Media keys, notifications and the theme of the desktop. Without a session bus it does nothing, and says so."""

    def __init__(
        self,
        controls: Controls | None,
        bridge: Bridge,
        covers: CoverFiles,
        window: Window,
        look: Look,
        balloon: Callable[[Popup], object],
    ) -> None:
        """``balloon`` shows a note where the desktop has no service for that."""
        self._controls, self._bridge, self._window = controls, bridge, window
        self.bus = Bus()
        self._portal = Portal(self.bus, look.take)
        self._popups = Popups(self.bus, balloon, self._pressed, next_song=controls is not None)
        self.mpris = (
            Mpris(self.bus, controls, bridge, covers, window.raise_up, QApplication.quit)
            if controls is not None
            else None
        )

    def start(self) -> None:
        """Be there as soon as the bus is. The theme of the desktop is waited for, so that the window comes in it."""
        self.bus.start()
        if self.bus.awaited:
            self._portal.wait(_THEME_WITHIN_MS)

    def close(self) -> None:
        """Go."""
        self.bus.close()

    def tell(self, popup: Popup) -> None:
        """Show a note."""
        self._popups.show(popup)

    def _pressed(self, deed: str, song: Song) -> None:
        match deed:
            case "open":
                self._window.raise_up()
            case "next" if self._controls is not None:
                self._controls.player.next()
            case "like" if (track := song.track) is not None:
                self._bridge.order(lambda wishes: wishes.like(track, on=True))
