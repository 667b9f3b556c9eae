"""Another theme while the program runs."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from player_rec.gui.look.icons import badge, icon
from player_rec.gui.look.theme import Colours, colours, dress

_ROLES: Final = ("text", "quiet", "accent", "on_accent")
_LARGEST_SIGN: Final = 64

Drawn = tuple[str, str]
"""The name of an outline, and the role of its colour."""


def redress(app: QApplication, scheme: str) -> bool:
    """Give the program other looks: icons are drawn in one colour, so all get theirs anew. Whether it had others."""
    before = colours()
    dress(app, scheme)
    after = colours()
    if after is before:
        return False
    outlines = [file.name.removesuffix(".svg") for file in (files(__package__) / "icons").iterdir()]
    known = {(name, role): getattr(before, role) for name in outlines for role in _ROLES}
    icons = {icon(name, colour).cacheKey(): (name, role) for (name, role), colour in known.items()}
    for widget in app.allWidgets():
        _redraw(widget, icons, after)
        if isinstance(widget, QLabel):
            _redraw_sign(widget, known, after)
    app.setWindowIcon(badge(after.accent, full=True))
    return True


def _redraw(widget: QWidget, icons: Mapping[int, Drawn], after: Colours) -> None:
    drawn: list[QAbstractButton | QAction] = [*widget.actions()]
    if isinstance(widget, QAbstractButton):
        drawn.append(widget)
    for one in drawn:
        if found := icons.get(one.icon().cacheKey()):
            name, role = found
            one.setIcon(icon(name, getattr(after, role)))


def _redraw_sign(label: QLabel, known: Mapping[Drawn, str], after: Colours) -> None:
    """A label holds the picture alone: it is known by what is on it."""
    shown = label.pixmap()
    if shown.isNull() or shown.width() > _LARGEST_SIGN:
        return
    size, ratio = shown.deviceIndependentSize().toSize(), shown.devicePixelRatio()
    image = shown.toImage()
    for (name, role), colour in known.items():
        if icon(name, colour).pixmap(size, ratio).toImage() == image:
            label.setPixmap(icon(name, getattr(after, role)).pixmap(size, ratio))
            return
