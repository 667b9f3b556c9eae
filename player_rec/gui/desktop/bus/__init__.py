"""The session bus of a Linux desktop, in Qt's loop, and what is asked of the desktop over it."""

from player_rec.gui.desktop.bus.bus import Answer, Bus, Refused

__all__ = ["Answer", "Bus", "Refused"]
