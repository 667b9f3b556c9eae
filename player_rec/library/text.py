"""One text out of a tag or a file name, made fit to be shown."""

import html
import re
import unicodedata

from player_rec.library.encoding import TO_1252

LONGEST = 250
"""Characters kept of a text; a longer one is no title but something in the wrong field."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_JOINERS = "\u200c\u200d"
_LOST = re.compile(r"[\ufffd?]{3,}")
_MARKS_ONLY = re.compile(r"[-_–—]+|\?{2,}")
_TRACK_NUMBER = re.compile(
    r"(?:audio ?)?(?:track|titel|piste|pista|spår|spor|трек|дорожка|音轨|曲目|トラック|트랙)[ _.-]*\d{1,3}",
    re.IGNORECASE,
)


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.casefold().split(","))


_SAY_NOTHING = {
    "artist": _phrases("""
        unknown, unknown artist, unknown artists, no artist, new artist, n/a, none, null, unbekannt,
        unbekannter interpret, unbekannter künstler, artiste inconnu, interprète inconnu,
        artista desconocido, artista desconhecido, artista sconosciuto, onbekend, onbekende artiest,
        okänd artist, ukendt kunstner, tuntematon esittäjä, nieznany wykonawca, неизвестен, неизвестный,
        неизвестный исполнитель, невідомий виконавець, 未知, 未知艺术家, 未知艺人, 未知歌手, 未知藝人,
        不明なアーティスト, 알 수 없는 아티스트
    """),
    "album": _phrases("""
        unknown, unknown album, unknown album title, no album, new album, n/a, none, null, unbekannt,
        unbekanntes album, album inconnu, álbum desconocido, álbum desconhecido, album sconosciuto,
        onbekend, onbekend album, okänt album, ukendt album, tuntematon albumi, nieznany album,
        неизвестен, неизвестный, неизвестный альбом, невідомий альбом, 未知, 未知专辑, 未知專輯,
        不明なアルバム, 알 수 없는 앨범
    """),
    "title": _phrases("<unknown>, [unknown], unknown title, no title, n/a, null"),
}
"""What programs write where they know nothing, in the languages they speak."""

_VARIOUS = _phrases("""
    various, various artist, various artists, v.a., va, v/a, v. a., diverse, diverse artister,
    diverse interpreten, diverse artiesten, verschiedene, verschiedene interpreten,
    verschiedene künstler, divers, artistes divers, artistes variés, varios, varios artistas, vários,
    vários artistas, artisti vari, blandade artister, eri esittäjiä, разные, разные исполнители,
    разные артисты, сборник, різні виконавці, 群星, 合辑, 合輯, オムニバス, ヴァリアス・アーティスト
""")


def clean(text: str, longest: int = LONGEST) -> str:
    """Strip what nobody meant to write: controls, lone surrogates, entities, needless blanks, endless length.

    The result is normalised (NFC), on one line and at most ``longest`` characters long.
    """
    text = text[: 8 * longest]
    text = without_entities(text)
    if not text.isprintable():
        text = "".join(char for char in text.translate(TO_1252) if _may_stay(char))
    text = " ".join(text.split())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    return text


def without_entities(text: str) -> str:
    """Decode HTML entities, also where a careless program encoded them twice."""
    for _ in range(2 if "&" in text else 0):
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return text


def _may_stay(char: str) -> bool:
    if char.isprintable() or char.isspace() or char in _JOINERS:
        return True
    return unicodedata.category(char) == "Cn" and ord(char) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(char) <= 0xFDEF


def says_nothing(text: str, of: str) -> bool:
    """Whether a clean text is a placeholder, or was lost on the way, and might as well be missing.

    Args:
        text: clean text.
        of: what it should name: ``artist``, ``album`` or ``title``.
    """
    if not text or _MARKS_ONLY.fullmatch(text):
        return True
    if _LOST.search(text) and sum(char.isalnum() for char in text) < len(text) / 2:
        return True
    form = text.casefold()
    if form in _SAY_NOTHING[of]:
        return True
    if of == "title":
        return bool(_TRACK_NUMBER.fullmatch(text))
    return form.strip("<>[]()") in _SAY_NOTHING[of] or form.startswith("unknown album (")


def is_various(name: str) -> bool:
    """Whether a name stands for no artist in particular, as it does on compilations."""
    return name.casefold().strip("<>[]()") in _VARIOUS


def likeness(text: str) -> str:
    """A form in which two spellings of one name are equal: AC/DC, AC_DC and ac dc."""
    plain = unicodedata.normalize("NFKD", text).casefold().removeprefix("the ")
    return "".join(char for char in plain if char.isalnum()) or plain
