"""Texts out of tags turned into what they stand for: numbers, years, people, genres, gains, identifiers."""

import re
from collections.abc import Iterable
from math import isfinite

from mutagen.id3 import TCON

from player_rec.library.text import clean, says_nothing, without_entities

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?=(?:\d{4}){0,1}(?!\d))")
_NUMBER = re.compile(r"#?\s*(\d{1,4})(?!\d)")
_DECIMAL = re.compile(
    r"([+-]?\d{1,9}(?:[.,]\d{1,24})?|[+-]?\.\d{1,24})(?:[eE][+-]?\d{1,3})?\s*(?:dB|LU|LUFS)?", re.IGNORECASE
)
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)

_BETWEEN_PEOPLE = re.compile(r"\s*[;\0]\s*|\s*／\s*|\s+/\s+")
_GUEST = re.compile(
    r"(?<!little)\s+(?:[(\[]\s*(?:feat|ft|featuring)\b\.?\s*([^)\]]+)[)\]]|(?:feat|ft|featuring)\b\.?\s*([^\W_].*))",
    re.IGNORECASE,
)
_BETWEEN_GENRES = re.compile(r"\s*[;\0|]\s*|\s*／\s*|\s+/\s+|\\\\")
_GENRE_NUMBER = re.compile(r"\(?(\d{1,3})\)?")
_NO_GENRE = frozenset({"", "other", "unknown", "misc", "miscellaneous", "none", "default", "genre", "undefined", "n/a"})

_MOST_PEOPLE = 16
_MOST_GENRES = 12
_MOST_IDS = 32
_LOUDEST_DB = 51.0
"""ReplayGain as first published keeps a gain in 9 bits of a tenth dB."""
_LOUDEST_PEAK = 8.0
_R128_TO_REPLAY_GAIN_DB = 5.0
"""R128 gains aim at -23 LUFS (RFC 7845, 5.2.1), ReplayGain 2 at -18 LUFS."""

_ID3V1_GENRES: tuple[str, ...] = tuple(TCON.GENRES)


def number(texts: Iterable[str]) -> int | None:
    """A place in a row, as in 3, 03, 3/12 or 3 of 12; None where there is none, or it is 0 or absurd."""
    for text in texts:
        found = _NUMBER.match(text.strip())
        if found and 0 < int(found[1]) < 1000:
            return int(found[1])
    return None


def year(texts: Iterable[str]) -> int | None:
    """The first year that stands in a date of any form."""
    for text in texts:
        if found := _YEAR.search(text):
            return int(found[1])
    return None


def people(names: Iterable[str], listed: Iterable[str] = ()) -> tuple[str, ...]:
    """Artists one by one, guests included.

    Names are parted only where the file parts them, or at ``;``, ``／`` and a slash between blanks; never at
    a bare slash, an ampersand or a comma, which belong to names.

    Args:
        names: what is to be shown, often one text for all.
        listed: one text each, where the file has such a list; believed if it holds several.
    """
    shown = _known(name for part in _parted(names) for name in _with_guests(part))
    one_by_one = _known(_parted(listed))
    return _distinct(one_by_one if len(one_by_one) > 1 or not shown else shown, _MOST_PEOPLE)


def _parted(texts: Iterable[str]) -> list[str]:
    return [part for text in texts for part in _BETWEEN_PEOPLE.split(without_entities(text))]


def _with_guests(text: str) -> list[str]:
    found = _GUEST.search(text)
    if not found or not found.start():
        return [text]
    return [text[: found.start()] + text[found.end() :], found[1] or found[2]]


def _known(names: Iterable[str]) -> list[str]:
    return [name for text in names if not says_nothing(name := clean(text), "artist")]


def _distinct(texts: Iterable[str], most: int) -> tuple[str, ...]:
    """The texts without repetitions in whatever case."""
    by_form: dict[str, str] = {}
    for text in texts:
        by_form.setdefault(text.casefold(), text)
    return tuple(by_form.values())[:most]


def genres(texts: Iterable[str]) -> tuple[str, ...]:
    """Genres by name, those of ID3v1 by their numbers too."""
    parts = [part for text in texts for part in _genre_parts(text)]
    named = (_genre_name(clean(part, 60)) for part in parts)
    return _distinct((genre for genre in named if genre.casefold() not in _NO_GENRE), _MOST_GENRES)


def _genre_parts(text: str) -> list[str]:
    """A list is parted at commas too, but not one like Folk, World, & Country, which is one genre."""
    parts = _BETWEEN_GENRES.split(without_entities(text))
    return [piece for part in parts for piece in (part.split(",") if "&" not in part else [part])]


def _genre_name(text: str) -> str:
    found = _GENRE_NUMBER.fullmatch(text)
    if not found:
        return text
    place = int(found[1])
    return _ID3V1_GENRES[place] if place < len(_ID3V1_GENRES) else ""


def gain_db(texts: Iterable[str]) -> float | None:
    """A gain in dB; None where there is none or it is absurd."""
    return next((db for text in texts if (db := _decimal(text)) is not None and abs(db) <= _LOUDEST_DB), None)


def r128_gain_db(texts: Iterable[str]) -> float | None:
    """The gain of an Opus file in dB towards -18 LUFS, out of 256ths of a dB towards -23 LUFS."""
    steps = (_decimal(text) for text in texts)
    gains = (step / 256 + _R128_TO_REPLAY_GAIN_DB for step in steps if step is not None and abs(step) <= 32768)
    return next((db for db in gains if abs(db) <= _LOUDEST_DB), None)


def peak(texts: Iterable[str]) -> float | None:
    """A peak as linear amplitude; None where there is none or it is absurd."""
    return next((high for text in texts if (high := _decimal(text)) is not None and 0 < high <= _LOUDEST_PEAK), None)


def _decimal(text: str) -> float | None:
    text = text.strip(" \0\t\r\n").replace("\u2212", "-")
    if not _DECIMAL.fullmatch(text):
        return None
    value = float(re.sub(r"\s*[a-z]{2,4}$", "", text, flags=re.IGNORECASE).replace(",", "."))
    return value if isfinite(value) else None


def uuids(texts: Iterable[str]) -> tuple[str, ...]:
    """MusicBrainz identifiers, lower case; whatever is no UUID is passed over."""
    return _distinct((found.lower() for text in texts for found in _UUID.findall(text)), _MOST_IDS)


def truth(texts: Iterable[str]) -> bool:
    """Whether a flag is set."""
    return any(text.strip(" \0").lower() in {"1", "true", "yes", "y", "t"} for text in texts)
