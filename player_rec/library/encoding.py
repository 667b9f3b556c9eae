"""Text that was written in one encoding and read in another, put right where that is beyond doubt."""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf

from player_rec.library.letters import PLAIN_BITS, surprise_bits

_MARGIN_BITS = 24.0
"""By how much a legacy reading must beat the one at hand, over all texts of a file; below, nothing is touched."""

_LEAD_BITS = 5.0
"""By how much it must beat the next best reading."""

_UTF8_MARGIN_BITS = 4.0
"""The same for UTF-8, whose strict form is proof enough by itself."""

_TRUST_BITS = 5.0
"""How much dearer than a legacy reading a UTF-8 one may be."""

_CUT_BITS = 8.0
"""What it costs a reading that the last character is cut off, as the 30 bytes of an ID3v1 field do."""

_EVERYDAY = {
    "cp1251": (),
    "cp1253": (),
    "gbk": (range(0xB0, 0xD8), range(0xA1, 0xFF)),
    "cp950": (range(0xA4, 0xC7), range(0x40, 0xFF)),
    "cp932": (range(0x88, 0x98), range(0x40, 0xFD)),
    "cp949": (range(0xB0, 0xC9), range(0xA1, 0xFF)),
}
"""The encodings of old taggers, each with the lead and trail bytes under which it keeps everyday characters."""


_BETWEEN_WORDS = re.compile(rb"[\x00-\x3f]+")
"""Bytes that are no part of a two-byte character in any of them."""


@dataclass(frozen=True, slots=True)
class Mending:
    """Texts as they were meant.

    Attributes:
        texts: what to put in place of each text that was misread; the others are absent.
        codecs: Python's names of the encodings that the misread texts were in.
    """

    texts: Mapping[str, str]
    codecs: frozenset[str]


def mend(texts: Iterable[str]) -> Mending:
    """Find the texts that were read in a wrong encoding and read them again.

    Taggers write a whole file in one encoding, so the texts of one file testify together. True Western
    text stays as it is: a legacy encoding is believed only where the text at hand is much more surprising.
    """
    mended: dict[str, str] = {}
    western: dict[str, bytes] = {}
    for text in dict.fromkeys(texts):
        if text.isascii():
            continue
        if (again := _from_utf8(text)) is not None:
            mended[text] = again
        elif (raw := _western_bytes(text)) is not None:
            western[text] = raw
    found = {"utf-8"} if mended else set()
    if western and (legacy := _from_legacy(western)):
        codec, texts_again = legacy
        mended |= texts_again
        found.add(codec)
    return Mending(mended, frozenset(found))


def decode_all(raws: Iterable[bytes]) -> list[str]:
    """Read bytes whose encoding nobody wrote down, such as file names: UTF-8 where valid, else by likelihood."""
    texts = [raw.decode("utf-8") if _is_utf8(raw) else raw.decode("latin-1") for raw in raws]
    mended = mend(texts).texts
    return [mended.get(text, text) for text in texts]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _from_utf8(text: str) -> str | None:
    """Undo UTF-8 read as Windows-1252 or Windows-1251, also where it happened twice; None if it did not."""
    for raw in (_western_bytes(text), _cyrillic_bytes(text)):
        again = None if raw is None else _strictly(raw, "utf-8")
        if raw and again and not again[0].isascii():
            mended, cut = again
            mended = _from_utf8(mended) or mended
            price = surprise_bits(mended) + _UTF8_MARGIN_BITS + (_CUT_BITS if cut else 0.0)
            if price < surprise_bits(text) and price < _cheapest_legacy(raw) + _TRUST_BITS:
                return mended
    return None


def _cheapest_legacy(raw: bytes) -> float:
    """Price of the likeliest legacy reading: a few Chinese characters in GBK happen to be valid UTF-8 too."""
    return min(_priced(raw, codec)[0] for codec in _EVERYDAY)


def _from_legacy(western: Mapping[str, bytes]) -> tuple[str, dict[str, str]] | None:
    """The encoding that makes most sense of texts that read as Western, if any does beyond doubt."""
    if all(_is_calm(text, surprise_bits(text)) for text in western):
        return None
    ranked = sorted((_evidence_bits(western.values(), codec), codec) for codec in _EVERYDAY)
    (next_gain, _), (gain, codec) = ranked[-2:]
    if gain < max(_MARGIN_BITS, next_gain + _LEAD_BITS):
        return None
    priced = {text: _priced(raw, codec) for text, raw in western.items()}
    return codec, {text: reading for text, (price, reading) in priced.items() if price < surprise_bits(text)}


def _evidence_bits(raws: Iterable[bytes], codec: str) -> float:
    """What a legacy encoding saves over Windows-1252, each word counted once however often it comes."""
    possible = [raw for raw in raws if _strictly(raw, codec)]
    words = {word for raw in possible for word in _BETWEEN_WORDS.split(raw) if not word.isascii()}
    by_form = {word.decode("latin-1").lower(): word for word in sorted(words)}
    return sum(max(0.0, surprise_bits(_western(word)) - _priced(word, codec)[0]) for word in by_form.values())


def _western(raw: bytes) -> str:
    return raw.decode("latin-1")


def _priced(raw: bytes, codec: str) -> tuple[float, str]:
    """What a legacy reading costs, and how it reads; infinitely much where the bytes make none."""
    if (again := _strictly(raw, codec)) is None:
        return inf, ""
    reading, cut = again
    return surprise_bits(reading, _everyday(codec)) + (_CUT_BITS if cut else 0.0), reading


def _is_calm(text: str, bits: float) -> bool:
    """Whether every accent stands among plain letters, so that there is nothing to put right."""
    accents = sum(char >= "\x80" for char in text)
    return bits <= PLAIN_BITS * len(text) + 2.0 * accents


def _strictly(raw: bytes, codec: str) -> tuple[str, bool] | None:
    """Decode, tolerating nothing but a last character that is cut off; with whether it is."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        text = decoder.decode(raw)
    except UnicodeDecodeError:
        return None
    return text, bool(decoder.getstate()[0])


@cache
def _everyday(codec: str) -> frozenset[str]:
    """The characters that an encoding keeps for everyday use."""
    if not (rows := _EVERYDAY[codec]):
        return frozenset()
    leads, trails = rows
    pairs = (bytes((lead, trail)) for lead in leads for trail in trails)
    return frozenset(pair.decode(codec, "ignore")[:1] for pair in pairs)


def _western_bytes(text: str) -> bytes | None:
    """The bytes that read as ``text`` in Windows-1252 or Latin-1, or None if no bytes do."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raw = text.translate(_FROM_1252)
    try:
        return raw.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _cyrillic_bytes(text: str) -> bytes | None:
    try:
        return text.encode("cp1251")
    except UnicodeEncodeError:
        return None


def _is_1252(byte: int) -> bool:
    return bool(bytes((byte,)).decode("cp1252", "ignore"))


TO_1252 = {byte: bytes((byte,)).decode("cp1252") for byte in range(0x80, 0xA0) if _is_1252(byte)}
_FROM_1252 = {ord(char): chr(byte) for byte, char in TO_1252.items()}
