"""Another theme while the program runs."""

from importlib.resources import files
from typing import Final

from PySide6.QtWidgets import QAbstractButton, QApplication

from player_rec.gui.icons import icon
from player_rec.gui.theme import colours, dress

_ROLES: Final = ("text", "quiet", "accent", "on_accent")


def redress(app: QApplication, scheme: str) -> None:
    """Give the program other looks; buttons get their icons anew, because these are drawn in one colour."""
    before = colours()
    dress(app, scheme)
    after = colours()
    if after is before:
        return
    outlines = [file.name.removesuffix(".svg") for file in (files(__package__) / "icons").iterdir()]
    known = {icon(name, getattr(before, role)).cacheKey(): (name, role) for name in outlines for role in _ROLES}
    for widget in app.allWidgets():
        if isinstance(widget, QAbstractButton) and (found := known.get(widget.icon().cacheKey())):
            name, role = found
            widget.setIcon(icon(name, getattr(after, role)))
