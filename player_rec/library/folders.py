"""The folders around a file: whose they are, which album, which disc, which year."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from player_rec.library.filename import bare, parts_of
from player_rec.library.text import is_various, likeness, says_nothing

_bare = lru_cache(maxsize=1024)(bare)
"""Folders come again with every file in them."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the folders around a file say.

    Attributes:
        artist: whose folder it is; a word for various artists where it is by many.
        album: the album.
        lone: the only folder that says anything, an artist or an album, nobody knows which.
        disc: number of the disc.
        year: year of the album.
    """

    artist: str = ""
    album: str = ""
    lone: str = ""
    disc: int | None = None
    year: int | None = None

    def as_album(self) -> "Surroundings":
        """With the lone folder taken for an album."""
        return replace(self, album=self.lone, lone="")


_DISC = r"(?:cd|disc|disk|dvd|диск)"
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMBER = r"(\d{1,2}|one|two|three|four|i{1,3}|iv)"
_DISC_FOLDER = re.compile(rf"[(\[]?{_DISC}[\s._#№-]*{_NUMBER}[)\]]?(?:[\s:._-]+.*)?", re.IGNORECASE)
_DISC_AT_END = re.compile(rf"(.*\S)[\s,_-]*(?:[(\[]|\s){_DISC}[\s._#-]*{_NUMBER}[)\]]?", re.IGNORECASE)

_YEAR = r"(?:1[89]\d\d|20\d\d)"
_DATE = rf"(?P<year>{_YEAR})(?:[-./]\d\d){{0,2}}"
_YEAR_AROUND = (
    re.compile(rf"[(\[]{_DATE}[)\]][\s._–—-]*(?P<rest>\S.*)"),
    re.compile(rf"{_DATE}(?:\s*[–—_]\s*|\s+-\s*|-\s+|\.\s*)(?P<rest>\S.*)"),
    re.compile(rf"(?P<rest>.*?\S)[\s,]*[(\[]{_DATE}[)\]]"),
)

_TIDYING = """
    music musik musique musica muzyka muziek música музыка 音乐 音楽 음악 audio mp3 mp3s flac flacs wav
    ogg m4a opus lossless lossy song songs track tracks albums studioalbums livealbums ep eps single
    singles lp lps discography discographies misc miscellaneous download downloads downloaded new
    newfolder temp tmp unsorted sorted incoming collection collections soundtrack soundtracks ost osts
    itunes itunesmedia itunesmusic library games media files home desktop documents artists genres bootleg
    bootlegs live youtube spotify soundcloud bandcamp torrents shared public backup other others
    favourites favorites mix mixes playlist playlists rips cds vinyl compilation compilations rock pop
    jazz blues classical classic folk metal punk electronic electronica techno house ambient hiphop rap
    rnb soul funk reggae country world latin disco dance trance indie alternative
"""
_SAY_NOTHING = frozenset(_TIDYING.split())
"""Folders that only tidy a collection, as their likeness."""


@lru_cache(maxsize=1024)
def disc_of(folder: str) -> int | None:
    """The number of a folder that is one disc of an album and no album by itself, such as CD1 or Disc 2 - Live."""
    found = _DISC_FOLDER.fullmatch(folder.strip())
    return _count(found[1]) if found else None


def read_folders(folders: list[str], trusted: bool, hints: Collection[str] = ()) -> Surroundings:
    """Say what folders are, from their names.

    Args:
        folders: names from the outermost to the innermost.
        trusted: whether they lie in the music folder; if not, only one that names artist and album says anything.
        hints: likenesses of texts that may be the artist.
    """
    disc = disc_of(folders[-1]) if folders else None
    if disc:
        folders = folders[:-1]
    if not folders:
        return Surroundings(disc=disc)
    name, disc_at_end, year = _stripped(_bare(folders[-1]))
    around = Surroundings(disc=disc or disc_at_end, year=year)
    outer = [folder for folder in map(_bare, folders[:-1]) if not _says_nothing(folder)]
    if outer and len(likeness(outer[-1])) == 1 and len(folders) > 2:
        outer.pop()
    if _says_nothing(name):
        return replace(around, lone=outer[-1]) if outer and trusted else around
    artist, album, year_between = _parted(name)
    around = replace(around, year=year or year_between)
    if artist and not (
        outer and trusted and not year_between and likeness(artist) not in {*hints, likeness(outer[-1])}
    ):
        return replace(around, artist=artist, album=album)
    if not trusted:
        return Surroundings(disc=disc)
    return replace(around, artist=outer[-1], album=name) if outer else _alone(around, name)


def _alone(around: Surroundings, name: str) -> Surroundings:
    if is_various(name):
        return replace(around, artist=name)
    return replace(around, lone=name)


@lru_cache(maxsize=1024)
def _stripped(name: str) -> tuple[str, int | None, int | None]:
    """A folder's name without its disc and its year, and these; a name that is a year by itself stays."""
    disc = year = None
    if found := _DISC_AT_END.fullmatch(name):
        name, disc = found[1].rstrip(" -,([_"), _count(found[2])
    for form in _YEAR_AROUND:
        if found := form.fullmatch(name):
            name, year = found["rest"], int(found["year"])
            break
    if year is None and re.fullmatch(_YEAR, name):
        year = int(name)
    return name, disc, year


def _parted(name: str) -> tuple[str, str, int | None]:
    """Artist and album of "Artist - Album" or "Artist - 2003 - Album", and the year; no artist if undivided."""
    parts = parts_of(name)
    between = [part for part in parts[1:] if re.fullmatch(rf"[(\[]?{_YEAR}[)\]]?", part)]
    if between and len(parts) > 2:
        parts.remove(between[0])
        return parts[0], " - ".join(parts[1:]), int(between[0].strip("([)]"))
    if len(parts) < 2:
        return "", name, None
    return parts[0], " - ".join(parts[1:]), int(between[0]) if between and between[0].isdigit() else None


def _count(word: str) -> int | None:
    return _NUMBERS.get(word.lower()) or (int(word) or None if word.isdigit() else None)


@lru_cache(maxsize=1024)
def _says_nothing(name: str) -> bool:
    form = likeness(name)
    return form in _SAY_NOTHING or says_nothing(name, "artist") or says_nothing(name, "album")
