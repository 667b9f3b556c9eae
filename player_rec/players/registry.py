"""The players by name. A module is imported when its player is asked for: some need what is not everywhere."""

from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

from player_rec.domain.errors import BadSettings
from player_rec.players.base import PlayerAdapter

_ADAPTERS: Final = {"mpd": ("player_rec.players.mpd.player", "MpdPlayer")}

KNOWN: Final = tuple(sorted(_ADAPTERS))
"""The names a listener may choose from."""


def open_player(name: str, /, **options: object) -> PlayerAdapter:
    """Make the adapter of that name; it connects when its own ``open`` is called.

    Args:
        name: one of ``KNOWN``.
        options: what the adapter takes, by keyword.

    Raises:
        BadSettings: there is no such player, or it takes no such option.
    """
    if name not in _ADAPTERS:
        raise BadSettings(f"there is no player “{name}”; there is {', '.join(KNOWN)}")
    module, adapter = _ADAPTERS[name]
    make = cast("Callable[..., PlayerAdapter]", getattr(import_module(module), adapter))
    try:
        return make(**options)
    except TypeError as error:
        raise BadSettings(f"the player “{name}” takes no such option: {error}") from error
