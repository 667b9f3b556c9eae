"""Colours and measures, for a light and a dark desktop."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Colours:
    """Of one theme. ``accent`` is the colour of the heart."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    selected: str


LIGHT: Final = Colours(
    window="#f6f5f3", surface="#ffffff", raised="#efedea", line="#e2dfda", text="#22201d", quiet="#6b665f",
    accent="#c8325f", on_accent="#ffffff", selected="#f7e3e9",
)  # fmt: skip
DARK: Final = Colours(
    window="#17171a", surface="#1f1f23", raised="#2a2a30", line="#33333a", text="#f0eeea", quiet="#a5a19a",
    accent="#f06a90", on_accent="#1c0a11", selected="#3b2530",
)  # fmt: skip

_STYLED: Final = "styled"

GAP: Final = 16
COVER: Final = 168
THUMB: Final = 44


def colours() -> Colours:
    """Those of the theme in use."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def dress(app: QApplication, scheme: str = "") -> None:
    """Give the program its looks: ``light``, ``dark``, or as the desktop has it."""
    hints = app.styleHints()
    dark = scheme == "dark" if scheme else hints.colorScheme() == Qt.ColorScheme.Dark
    if not app.property(_STYLED):  # once: a style that goes while widgets are drawn by it takes the program with it
        app.setStyle("Fusion")
        app.setProperty(_STYLED, True)
    chosen = DARK if dark else LIGHT
    app.setPalette(_palette(chosen))
    app.setStyleSheet(_sheet(chosen))


def _palette(of: Colours) -> QPalette:
    palette, role = QPalette(), QPalette.ColorRole
    for which, colour in (
        (role.Window, of.window),
        (role.Base, of.surface),
        (role.AlternateBase, of.window),
        (role.Button, of.raised),
        (role.ToolTipBase, of.raised),
        (role.Mid, of.line),
        (role.Text, of.text),
        (role.WindowText, of.text),
        (role.ButtonText, of.text),
        (role.ToolTipText, of.text),
        (role.PlaceholderText, of.quiet),
        (role.Highlight, of.selected),
        (role.HighlightedText, of.text),
        (role.Link, of.accent),
        (role.Accent, of.accent),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(of.quiet))
    return palette


def _sheet(of: Colours) -> str:
    pictures = (Path(__file__).parent / "icons").as_posix()
    tick = f"{pictures}/tick-{'dark' if of is DARK else 'light'}.svg"
    return f"""
QToolTip {{ color: {of.text}; background: {of.raised}; border: 1px solid {of.line}; padding: 4px; }}
QLabel#title {{ font-size: 20px; font-weight: 600; }}
QLabel#heading {{ font-size: 15px; font-weight: 600; }}
QLabel#quiet, QLabel#reason {{ color: {of.quiet}; }}
QFrame#bar {{ background: {of.surface}; border-top: 1px solid {of.line}; }}
QFrame#side {{ background: {of.surface}; border-right: 1px solid {of.line}; }}
QFrame#map {{ background: {of.surface}; border: 1px solid {of.line}; }}
QFrame#note {{ background: {of.raised}; border-radius: 8px; }}
QPushButton {{ border: 1px solid {of.line}; border-radius: 8px; padding: 6px 14px; background: {of.surface}; }}
QPushButton:hover {{ background: {of.raised}; }}
QPushButton:checked {{ background: {of.selected}; border-color: {of.accent}; }}
QPushButton#first {{ background: {of.accent}; color: {of.on_accent}; border-color: {of.accent}; font-weight: 600; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {of.accent}; }}
QPushButton#first:focus {{ border-color: {of.text}; }}
QPushButton#segment {{ padding: 6px 12px; }}
QPushButton#segment:checked {{ background: {of.selected}; border-color: {of.accent}; }}
QPushButton:checked {{ background: {of.selected}; border-color: {of.accent}; }}
QPushButton#heart {{ font-weight: 600; padding: 9px 22px; border-radius: 18px; }}
QPushButton#heart:checked {{ background: {of.accent}; color: {of.on_accent}; border-color: {of.accent}; }}
QToolButton {{ border: 1px solid transparent; border-radius: 8px; padding: 6px; background: transparent; }}
QToolButton:hover {{ background: {of.raised}; }}
QToolButton#page {{ padding: 9px 12px; text-align: left; }}
QToolButton#page:checked {{ background: {of.selected}; }}
QLineEdit {{ border: 1px solid {of.line}; border-radius: 8px; padding: 7px 10px; background: {of.surface}; }}
QLineEdit:focus {{ border-color: {of.accent}; }}
QComboBox, QAbstractSpinBox {{ border: 1px solid {of.line}; border-radius: 8px; padding: 3px 0; }}
QComboBox, QAbstractSpinBox {{ background: {of.surface}; min-height: 22px; }}
QComboBox {{ padding-left: 10px; }}
QComboBox:focus, QAbstractSpinBox:focus {{ border-color: {of.accent}; }}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ width: 12px; height: 12px; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ width: 12px; height: 12px; image: url("{pictures}/step-up.svg"); }}
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url("{pictures}/step-down.svg"); }}
QSpinBox::up-button, QDoubleSpinBox::up-button {{ border: none; width: 26px; }}
QSpinBox::down-button, QDoubleSpinBox::down-button {{ border: none; width: 26px; }}
QComboBox QAbstractItemView {{ background: {of.surface}; border: 1px solid {of.line}; padding: 4px; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator, QMenu::indicator {{ width: 16px; height: 16px; border-radius: 4px; }}
QCheckBox::indicator, QMenu::indicator {{ border: 1px solid {of.quiet}; background: {of.surface}; }}
QCheckBox::indicator:checked, QMenu::indicator:checked {{ background: {of.accent}; border-color: {of.accent}; }}
QCheckBox::indicator:checked, QMenu::indicator:checked {{ image: url("{tick}"); }}
QCheckBox::indicator:disabled, QMenu::indicator:disabled {{ border-color: {of.line}; }}
QCheckBox::indicator:checked:disabled {{ background: {of.line}; }}
QMenu {{ background: {of.surface}; border: 1px solid {of.line}; padding: 6px; }}
QMenu::item {{ padding: 6px 26px 6px 12px; border-radius: 6px; }}
QMenu::item:selected {{ background: {of.selected}; }}
QMenu::item:disabled {{ color: {of.quiet}; }}
QMenu::indicator {{ margin-left: 10px; }}
QMenu::separator {{ height: 1px; background: {of.line}; margin: 6px 8px; }}
QScrollArea {{ border: none; background: transparent; }}
QAbstractItemView {{ border: none; background: transparent; outline: none; }}
QHeaderView::section {{ border: none; background: {of.window}; color: {of.quiet}; padding: 6px; }}
QTableView::item {{ padding: 4px 6px; border: none; }}
QListWidget::item {{ padding: 6px 4px; border-radius: 6px; }}
QListWidget::item:selected {{ background: {of.selected}; color: {of.text}; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {of.line}; }}
QSlider::sub-page:horizontal {{ background: {of.accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: {of.accent}; }}
QSlider#dial::sub-page:horizontal {{ background: {of.line}; }}
QScrollBar:vertical {{ width: 10px; background: transparent; }}
QScrollBar::handle:vertical {{ background: {of.line}; border-radius: 5px; min-height: 30px; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; }}
QScrollBar::handle:horizontal {{ background: {of.line}; border-radius: 5px; min-width: 30px; }}
QScrollBar::add-line:horizontal, QScrollBar::sub-line:horizontal {{ width: 0; }}
QProgressBar {{ border: none; border-radius: 3px; background: {of.line}; max-height: 6px; }}
QProgressBar::chunk {{ background: {of.accent}; border-radius: 3px; }}
"""
