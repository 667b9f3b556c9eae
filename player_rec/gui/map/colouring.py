"""What colour each song has on the map, and what the colours mean."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from player_rec.engine.chart import GENRES, OTHER, UNKNOWN, Traits
from player_rec.gui.look.theme import DARK, Colours
from player_rec.gui.words import say

_SHADES: Final = 256
_GENRES_LIGHT: Final = ("#2f6fd0", "#e07b00", "#1f9d63", "#c8325f", "#7d55c7", "#b08a00", "#00929e", "#8a5a3c")
_GENRES_DARK: Final = ("#6ea8ff", "#ffa94d", "#55d69a", "#ff7fa6", "#b79bff", "#ffe066", "#4fd3de", "#d9a47e")
_OTHER_LIGHT, _OTHER_DARK = "#8d97a3", "#8e99a8"
_UNKNOWN_LIGHT, _UNKNOWN_DARK = "#cfcac2", "#4a4a53"

_RAMP_LIGHT: Final = (0.36, 0.76)
_RAMP_DARK: Final = (0.50, 0.92)
_HUES_DEGREES: Final = (285.0, 95.0)
_CHROMA: Final = 0.15


class By(StrEnum):
    """What the songs are coloured by."""

    GENRE = "genre"
    TEMPO = "tempo"
    ENERGY = "energy"
    FAMILIAR = "familiar"


@dataclass(frozen=True, slots=True, eq=False)
class Coloured:
    """Songs in their colours, and the legend to them.

    Attributes:
        colours: (n,) 0xffrrggbb.
        order: (n,) rows in the order in which to draw them: those that say nothing lie at the bottom.
        ramp: colours from one end of the scale to the other, and what stands at its ends; empty where there is none.
        names: colours with their names.
    """

    colours: NDArray[np.uint32]
    order: NDArray[np.int64]
    ramp: tuple[str, ...]
    ends: tuple[str, str]
    names: tuple[tuple[str, str], ...]


def coloured(traits: Traits, by: By, look: Colours) -> Coloured:
    """Songs by one of their traits, for one theme."""
    dark = look is DARK
    unknown = _UNKNOWN_DARK if dark else _UNKNOWN_LIGHT
    if by is By.GENRE:
        return _by_genre(
            traits, (_GENRES_DARK if dark else _GENRES_LIGHT), _OTHER_DARK if dark else _OTHER_LIGHT, unknown
        )
    match by:
        case By.TEMPO:
            low, high = (round(bpm) for bpm in traits.tempo_bpm)
            values, ends, rest = traits.tempo, (f"{low} BPM", f"{high} BPM"), say("no pulse")
        case By.ENERGY:
            values, ends, rest = traits.energy, (say("calm"), say("fierce")), say("unknown")
        case _:
            heard = np.where(traits.familiar > 0, traits.familiar, np.nan)
            values, ends, rest = heard, (say("long ago"), say("familiar")), say("never heard")
    shades = ramp(_RAMP_DARK if dark else _RAMP_LIGHT)
    known = np.isfinite(values)
    place = np.where(known, np.nan_to_num(values) * (_SHADES - 1), _SHADES).astype(np.int64)
    table = np.append(shades, number(unknown)).astype(np.uint32)
    names = ((unknown, rest),) if not known.all() else ()
    steps = tuple(f"#{int(shade) & 0xFFFFFF:06x}" for shade in shades[:: _SHADES // 16])
    return Coloured(table[place], _order(known), steps, ends, names)


def _by_genre(traits: Traits, colours: tuple[str, ...], other: str, unknown: str) -> Coloured:
    table = np.array([number(colour) for colour in (*colours[:GENRES], other, unknown)], np.uint32)
    names = list(zip(colours, traits.genres, strict=False))
    if (traits.genre == OTHER).any():
        names.append((other, say("other")))
    if (traits.genre == UNKNOWN).any():
        names.append((unknown, say("unknown")))
    return Coloured(table[traits.genre], _order(traits.genre != UNKNOWN), (), ("", ""), tuple(names))


def _order(known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The known on top; among themselves in no order that means anything, so that no album hides another."""
    shuffled = np.random.default_rng(0).permutation(len(known))
    return shuffled[np.argsort(known[shuffled], kind="stable")]


def ramp(lightness: tuple[float, float]) -> NDArray[np.uint32]:
    """Colours (256,) that grow evenly lighter to the eye while they turn from violet to yellow, in OKLCH."""
    along = np.linspace(0, 1, _SHADES)
    light = lightness[0] + along * (lightness[1] - lightness[0])
    hue = np.radians(_HUES_DEGREES[0] + along * (_HUES_DEGREES[1] - _HUES_DEGREES[0]))
    channels = np.rint(255 * _srgb(light, _CHROMA * np.cos(hue), _CHROMA * np.sin(hue))).astype(np.uint32)
    return np.asarray(0xFF000000 | channels[0] << 16 | channels[1] << 8 | channels[2], np.uint32)


def _srgb(light: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Oklab (Ottosson, 2020) to sRGB (3, n), what lies outside cut off."""
    lms = np.stack((
        light + 0.3963377774 * a + 0.2158037573 * b,
        light - 0.1055613458 * a - 0.0638541728 * b,
        light - 0.0894841775 * a - 1.2914855480 * b,
    )) ** 3  # fmt: skip
    to_rgb = np.array((
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.7076147010),
    ))  # fmt: skip
    linear = np.clip(to_rgb @ lms, 0, 1)
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def number(colour: str) -> int:
    """A colour as 0xffrrggbb."""
    return QColor(colour).rgb()
