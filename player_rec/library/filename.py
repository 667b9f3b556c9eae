"""The name of a file or a folder, taken apart: numbers, parts between dashes, and what nobody named it for."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from player_rec.library.text import clean

_JUNK_WORDS = r"""(?:
    128|160|192|224|256|320 | \d{2,4}\ ?(?:kbps|kbit/?s?|kb/s|k|khz|hz|bit) | cbr|vbr|v0|v2
    | (?:16|24)[-\ ]?bit
    | flac|mp3|m4a|aac|alac|ogg|opus|wav|ape|wma|lossless | web|webrip|cd\ ?rip|vinyl\ rip
    | hq|hd|4k|hi-?res|\d{3,4}p
    | explicit | copy | \d | official | (?:with\ )?lyrics?(?:\ on\ screen)?
    | (?:(?:official|original|hd|hq|4k|full|music|lyrics?|audio|video)\ ?)*
      (?:clip|video|audio|visuali[sz]er|stream|upload)
    | (?:clip|vid[ée]o)\ officiel(?:le)? | video\ ?clip(?:\ oficial|\ ufficiale)? | v[ií]deo\ ?oficial
    | offizielles\ (?:musik)?video | free\ (?:download|dl)
    | from\ www\S+ | (?:www\.|https?://)\S+ | \S+\.(?:com|net|org|ru|info)
)"""
_JUNK = re.compile(rf"\s*[(\[{{]\s*{_JUNK_WORDS}(?:[\s,/|+-]+{_JUNK_WORDS})*\s*[)\]}}]", re.IGNORECASE | re.VERBOSE)
_SITE = re.compile(r"^(?:www\.)\S+\.\w{2,4}\s*[-–—_]\s*|\s*[-–—_]\s*(?:www\.)\S+\.\w{2,4}$", re.IGNORECASE)
_VIDEO_ID = re.compile(r"\s*\[(?=[\w-]*\d)[\w-]{11}\]$|(?<=\S)-(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{11}$")
_COPY = re.compile(r"\s+-\s+(?:copy|kopie|copie|copia|копия)$", re.IGNORECASE)
_DASH = re.compile(r"\s+(?:[-–—−‐]+|~)\s+")
_HYPHEN_SLASH = re.compile(r"(?<=\w)_(?=\w)")

_DISC_AND_TRACK = re.compile(r"[(\[]?(\d)[-.](\d\d)[)\]]?(?:\s*[-–—.)]\s*|\s+)(?=\S)(.+)")
_NUMBERS = (
    re.compile(r"[(\[](\d{1,3})[)\]]\s*[-–—.]?\s*(.+)"),
    re.compile(r"(\d{1,3})\s*[.)]\s*[-–—]?\s*(?!\d)(.+)"),
    re.compile(r"(\d{1,3})\s+[-–—−]+\s+(.+)"),
    re.compile(r"(0\d{1,2})(?:[\s_.–—-]+(?=\S)|(?=[^\W\d]))(.+)"),
    re.compile(r"(\d\d)\s*[-–—](?=[^\W\d])(.+)"),
    re.compile(r"(?:track|titel|piste|pista|трек|トラック)[\s._#-]*(\d{1,3})(?!\d)[\s._–—:-]*(.*)", re.IGNORECASE),
    re.compile(r"(\d{1,3})()"),
)
_BARE_NUMBER = re.compile(r"([1-4]\d)\s+(?=\D)(.+)")
_SIDE = re.compile(r"[A-H]\d{1,2}(?:\s*[.)]\s*|\s+[-–—]\s+)(?=\S)(.+)")
_INNER_NUMBER = re.compile(r"(\d{1,3})(?:\s*[.)]?\s+(?=\S)(.*))?")
_VERSION = re.compile(
    r"""live(?:\ (?:at|in|from|on)\ .+|\ version|\ \d{4})?
    | (?:[\w'’.&]+\ ){0,4}(?:remix|mix|edit|version|session|demo|take|rehearsal|outtake)(?:\ \d{4})?
    | (?:\d{4}\ )?remaster(?:ed)?(?:\ \d{4}|\ version)?
    | acoustic|unplugged|instrumental|karaoke|reprise|mono|stereo|extended
    | bonus(?:\ track)? | (?:part|pt\.?)\ \w+ | take\ \d+""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A file's name taken apart.

    Attributes:
        parts: the texts between dashes; none where the name is but a number.
        track: number of the track.
        disc: number of the disc.
        parts_before_number: how many of the parts stand before the number, as the artist does in
            "Artist - 03 - Title"; 0 where it comes first or there is none.
    """

    parts: tuple[str, ...]
    track: int | None = None
    disc: int | None = None
    parts_before_number: int = 0


def read_name(stem: str, in_album: bool) -> Name:
    """Take the name of a file apart.

    Args:
        stem: the name without its extension.
        in_album: whether it lies in the folder of an album, where a number in front is one of its tracks
            even without a mark behind it.
    """
    text = _of_the_scene(stem) or bare(stem)
    disc, track, rest = _number_in_front(text, in_album)
    parts = [part for part in _DASH.split(rest) if part] if rest else []
    if track is None:
        for place in range(1, len(parts)):
            if inner := _inner_number(parts[place], last=place == len(parts) - 1):
                number, title = inner
                return Name((*parts[:place], *([title] if title else []), *parts[place + 1 :]), number, None, place)
    return Name(tuple(parts), track, disc)


def parts_of(name: str) -> list[str]:
    """The texts between the dashes of a bare name."""
    return [part for part in _DASH.split(name) if part]


def is_version(part: str) -> bool:
    """Whether a part says which version of a song it is, and belongs to the title before it."""
    return bool(_VERSION.fullmatch(part))


def bare(name: str) -> str:
    """A name without what was put around it: underscores for blanks, bit rates, sites, marks of a copy."""
    if "%20" in name and " " not in name:
        name = unquote(name)
    if " " in name.strip():
        name = _HYPHEN_SLASH.sub("/", name)
    text = clean(name.replace("_", " "))
    stripped = text
    for junk in (_VIDEO_ID, _JUNK, _SITE, _COPY):
        stripped = junk.sub("", stripped).strip()
    return stripped.strip(" -–—") or text


def _of_the_scene(stem: str) -> str:
    """A name such as 01-some_artist-some_title-group with its dashes spread; empty if it is not of that kind."""
    if " " in stem or "_" not in stem or "_-_" in stem or "-" not in stem:
        return ""
    parts = [part for part in stem.split("-") if part]
    if parts[0].isdigit():
        if len(parts) > 3 and re.fullmatch(r"[a-z0-9]{2,6}", parts[-1]):
            parts.pop()
    elif len(parts) != 2:
        return ""
    return " - ".join(bare(part) for part in parts)


def _number_in_front(text: str, in_album: bool) -> tuple[int | None, int | None, str]:
    """Disc, track and what follows them."""
    if found := _DISC_AND_TRACK.fullmatch(text):
        return int(found[1]) or None, int(found[2]) or None, found[3]
    for form in (*_NUMBERS, *((_BARE_NUMBER,) if in_album else ())):
        if found := form.fullmatch(text):
            number = int(found[1])
            if number < 100:
                return None, number or None, found[2]
            if in_album and 0 < number % 100 < 50:
                return number // 100, number % 100, found[2]
    if found := _SIDE.fullmatch(text):
        return None, None, found[1]
    return None, None, text


def _inner_number(part: str, last: bool) -> tuple[int, str] | None:
    """A track number between dashes, alone or before the title: two digits, or it is taken for a name."""
    found = _INNER_NUMBER.fullmatch(part)
    if not found or len(found[1]) != 2 or (last and not found[2]):
        return None
    if found[2] and not found[1].startswith("0") and "." not in part[:4]:
        return None
    return (int(found[1]), found[2] or "") if int(found[1]) else None
