"""Notifications after the Desktop Notifications Specification 1.2 (freedesktop.org): one at a time, with buttons."""

from collections.abc import Callable
from html import escape
from itertools import count
from typing import Final

from jeepney import DBusAddress, MatchRule
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from player_rec.engine.scene import Song
from player_rec.gui.desktop.bus.bus import Answer, Bus, Refused
from player_rec.gui.desktop.bus.text import clean
from player_rec.gui.desktop.entry import NAME
from player_rec.gui.desktop.popup import Popup
from player_rec.gui.words import say

_THEIRS: Final = "org.freedesktop.Notifications"
_SERVER: Final = DBusAddress("/org/freedesktop/Notifications", bus_name=_THEIRS, interface=_THEIRS)
_SHOWN_MS: Final = 6_000
_LOW: Final = 0
_PIXELS: Final = 96

Press = Callable[[str, Song], object]
"""Told what was pressed, ``open``, ``next`` or ``like``, on the note about which song."""


class Popups(QObject):
    """Shows each note in the place of the one before.

    Args:
        bus: may come and go.
        otherwise: shows a note where the desktop has no such service.
        press: told of what was pressed.
        next_song: whether the next song can be had from here.
    """

    def __init__(self, bus: Bus, otherwise: Callable[[Popup], object], press: Press, *, next_song: bool) -> None:
        super().__init__()
        self._bus, self._otherwise, self._press, self._next_song = bus, otherwise, press, next_song
        self._able: frozenset[str] | None = None  # None until the service was asked
        self._shown = 0  # its number, 0 for none
        self._numbers = count(1)
        self._song: tuple[int, Song] | None = None
        self._under_way = False
        self._waits: Popup | None = None
        for signal, then in (("ActionInvoked", self._pressed), ("NotificationClosed", self._closed)):
            bus.hear(MatchRule(type="signal", sender=_THEIRS, interface=_THEIRS, member=signal), then)
        other = MatchRule(
            type="signal", sender="org.freedesktop.DBus", interface="org.freedesktop.DBus", member="NameOwnerChanged"
        )
        other.add_arg_condition(0, _THEIRS)
        bus.hear(other, self._forget)
        bus.went.connect(self._forget)

    def show(self, popup: Popup) -> None:
        """Show a note. While one is under way only the latest of those that come waits for it."""
        if self._under_way:
            self._waits = popup
            return
        self._under_way = True
        if self._able is not None:
            self._notify(popup, self._able)
        else:
            self._bus.call(_SERVER, "GetCapabilities", "", (), lambda answer: self._asked(popup, answer))

    def _asked(self, popup: Popup, answer: Answer | Refused) -> None:
        if isinstance(answer, Refused):
            self._noted(popup, answer)
        else:
            self._able = frozenset(answer[0])
            self._notify(popup, self._able)

    def _notify(self, popup: Popup, able: frozenset[str]) -> None:
        number = next(self._numbers)
        self._song = (number, popup.song)
        words = escape(popup.words, quote=False) if "body-markup" in able else popup.words
        title = popup.song.title if "body" in able else popup.song.label
        hints: dict[str, tuple[str, object]] = {
            "desktop-entry": ("s", NAME),
            "urgency": ("y", _LOW),
            "transient": ("b", True),
            "suppress-sound": ("b", True),
        } | _picture(popup)
        actions = self._actions(popup.song, number) if "actions" in able else []
        given = (NAME, self._shown, NAME, clean(title), clean(words), actions, hints, _SHOWN_MS)
        self._bus.call(_SERVER, "Notify", "susssasa{sv}i", given, lambda answer: self._noted(popup, answer))

    def _actions(self, song: Song, number: int) -> list[str]:
        """Keys and words in turn. The keys say which note was meant, though another may have taken its place."""
        actions = ["default", say("Open the window")]
        if self._next_song:
            actions += [f"next-{number}", say("Next")]
        if song.track is not None and not song.liked:
            actions += [f"like-{number}", say("Like")]
        return actions

    def _noted(self, popup: Popup, answer: Answer | Refused) -> None:
        self._under_way = False
        if isinstance(answer, Refused):
            self._shown = 0
            self._otherwise(popup)
        else:
            self._shown = answer[0]
        waits, self._waits = self._waits, None
        if waits is not None:
            self.show(waits)

    def _pressed(self, held: Answer) -> None:
        number, key = held
        if self._song is None or number != self._shown:
            return
        deed, _, note = key.partition("-")
        noted, song = self._song
        if deed == "default":
            self._press("open", song)
        elif note == str(noted):
            self._press(deed, song)

    def _closed(self, held: Answer) -> None:
        if held[0] == self._shown:
            self._shown = 0

    def _forget(self, *_: object) -> None:
        self._able, self._shown = None, 0


def _picture(popup: Popup) -> dict[str, tuple[str, object]]:
    """The file with the cover, else the pixels of what stands for it."""
    if popup.picture is not None:
        return {"image-path": ("s", popup.picture.as_uri())}
    image = popup.icon.pixmap(_PIXELS, _PIXELS).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    if image.isNull():
        return {}
    width, height, row_bytes = image.width(), image.height(), image.bytesPerLine()
    return {"image-data": ("(iiibiiay)", (width, height, row_bytes, True, 8, 4, bytes(image.constBits())))}
