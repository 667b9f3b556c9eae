"""Bans and snoozes in the listener's words: what exactly is meant, and how the store names it."""

from datetime import datetime, timedelta

from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import Avoidance, Scope
from player_rec.domain.track import Track
from player_rec.store.tagtext import fold
from player_rec.store.tracks import album_name


def avoidance(track: Track, scope: Scope, now: datetime, days: float | None) -> Avoidance:
    """A ban (``days`` is None) or a snooze of a track, or of what it belongs to.

    Raises:
        NoSuchTrack: its tags name no artist, or no album, to avoid.
    """
    subject, label = _subject(track, scope)
    if not subject:
        raise NoSuchTrack(f"the tags of {track.label} name no {scope}; avoid the track instead")
    return Avoidance(scope, subject, now, now + timedelta(days=days) if days is not None else None, label)


def is_about(avoided: Avoidance, track: Track) -> bool:
    """Whether a ban or a snooze was asked for by this very track, artist or album."""
    return avoided.subject == _subject(track, avoided.scope)[0]


def _subject(track: Track, scope: Scope) -> tuple[str, str]:
    tags = track.tags
    artist = tags.artists[0] if tags.artists else ""
    match scope:
        case Scope.TRACK | Scope.RECORDING:
            return track.identity.content, track.label
        case Scope.ARTIST:
            return fold(artist), artist
        case Scope.ALBUM:
            by = tags.album_artists[0] if tags.album_artists else ""
            return album_name(tags.album, artist, by, compilation=tags.compilation), tags.album
