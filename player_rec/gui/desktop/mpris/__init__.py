"""The built-in player as the Linux desktop knows players: MPRIS, version 2.2.

Media keys need nothing else: GNOME, Plasma, Cinnamon, Xfce and MATE hand them to whoever is there by this name. A grab
of the settings daemons' own would take the keys from every other player of the desktop.
"""

from player_rec.gui.desktop.mpris.service import Mpris

__all__ = ["Mpris"]
