"""The built-in player as the Linux desktop knows players: MPRIS, version 2.2."""

from player_rec.gui.mpris.service import Mpris

__all__ = ["Mpris"]
