"""One file's tags, cleaned up, with the gaps filled from its path."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG
from typing import Any

from player_rec.domain.errors import UnreadableTrack
from player_rec.domain.track import MusicBrainzIds, ReplayGain, Tags
from player_rec.library import values
from player_rec.library.blocks import Found, tag_blocks
from player_rec.library.cover import find_cover
from player_rec.library.encoding import mend
from player_rec.library.fields import Fields, fields_of
from player_rec.library.guess import guess
from player_rec.library.text import clean, is_various, says_nothing


@dataclass(frozen=True, slots=True)
class TagReading:
    """What was read of a file's tags.

    Attributes:
        tags: clean; what the file does not say is guessed from its path and named in ``guessed``.
        remarks: what is odd about the tags, in words.
    """

    tags: Tags
    remarks: tuple[str, ...] = ()


def read_tags(path: Path, root: Path | None) -> TagReading:
    """Read the tags of an audio file of any format.

    Missing and damaged tags are no error: the path is read instead. The year is that of the first
    release where the file tells it from the release at hand.

    Args:
        path: of the file.
        root: the watched folder it lies in, relative to which its path is read; None if unknown.

    Raises:
        UnreadableTrack: the file cannot be opened or its drive fails.
    """
    found = _blocks(path)
    fields, codecs = _mended(fields_of(found.blocks))
    tags = replace(_tags(fields), cover=find_cover(path, found.blocks))
    return TagReading(_filled(tags, path, root), (*_damage(found), *_misread(codecs)))


def _blocks(path: Path) -> Found:
    try:
        if not S_ISREG(path.stat().st_mode):
            raise UnreadableTrack(path, "it is not a file")
        with path.open("rb") as file:
            return tag_blocks(file)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise UnreadableTrack(path, why or "it cannot be opened") from error


def _damage(found: Found) -> list[str]:
    return [f"its {dialect} tags are damaged" for dialect in sorted(found.damage)]


def _misread(codecs: Iterable[str]) -> list[str]:
    return [f"its tags were written in {codec} but are not marked as such" for codec in sorted(codecs)]


def _mended(fields: Fields) -> tuple[Fields, frozenset[str]]:
    """The fields with misread texts put right, and the encodings these were in."""
    mending = mend(text for texts in fields.values() for text in texts)
    if not mending.texts:
        return fields, frozenset()
    return {name: [mending.texts.get(text, text) for text in texts] for name, texts in fields.items()}, mending.codecs


def _tags(fields: Fields) -> Tags:
    """What the fields say, each in its own type."""
    artists = values.people(_get(fields, "artist"), _get(fields, "artists"))
    album_artists = values.people(_get(fields, "albumartist"))
    flagged = values.truth(_get(fields, "compilation"))
    return Tags(
        title=_line(fields, "title"),
        artists=tuple(artist for artist in artists if not is_various(artist)),
        album=_line(fields, "album"),
        album_artists=album_artists,
        compilation=flagged or any(map(is_various, (*album_artists, *artists))),
        track_number=values.number(_get(fields, "tracknumber")),
        disc_number=values.number(_get(fields, "discnumber")),
        year=values.year((*_get(fields, "originaldate"), *_get(fields, "date"))),
        genres=values.genres(_get(fields, "genre")),
        replay_gain=_replay_gain(fields),
        musicbrainz=_musicbrainz(fields),
    )


def _get(fields: Fields, name: str) -> Sequence[str]:
    return fields.get(name, ())


def _line(fields: Fields, name: str) -> str:
    """The first text of a field that says something."""
    texts = (clean(text) for text in _get(fields, name))
    return next((text for text in texts if not says_nothing(text, name)), "")


def _replay_gain(fields: Fields) -> ReplayGain:
    def gain_db(of: str) -> float | None:
        replay_gain = values.gain_db(_get(fields, f"replaygain{of}gain"))
        return replay_gain if replay_gain is not None else values.r128_gain_db(_get(fields, f"r128{of}gain"))

    return ReplayGain(
        track_db=gain_db("track"),
        track_peak=values.peak(_get(fields, "replaygaintrackpeak")),
        album_db=gain_db("album"),
        album_peak=values.peak(_get(fields, "replaygainalbumpeak")),
    )


def _musicbrainz(fields: Fields) -> MusicBrainzIds:
    def first(name: str) -> str:
        return next(iter(values.uuids(_get(fields, name))), "")

    return MusicBrainzIds(
        recording=first("musicbrainztrackid"),
        release=first("musicbrainzalbumid"),
        release_track=first("musicbrainzreleasetrackid"),
        artists=values.uuids(_get(fields, "musicbrainzartistid")),
    )


def _filled(tags: Tags, path: Path, root: Path | None) -> Tags:
    """The tags with their gaps filled from the path."""
    seen = guess(path, root, tags.artists, tags.title)
    album_artists = (seen.album_artist,) if seen.album_artist else ()
    guesses = {
        "title": seen.title,
        "artists": values.people((seen.artist,)),
        "album": seen.album,
        "album_artists": album_artists,
        "compilation": any(map(is_various, album_artists)),
        "track_number": seen.track_number,
        "disc_number": seen.disc_number,
        "year": seen.year,
    }
    gaps: dict[str, Any] = {name: value for name, value in guesses.items() if value and not getattr(tags, name)}
    return replace(tags, **gaps, guessed=frozenset(gaps)) if gaps else tags
