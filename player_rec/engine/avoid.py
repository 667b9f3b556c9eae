"""Bans and snoozes in the listener's words: what exactly is meant, and how the store names it."""

from dataclasses import replace
from datetime import datetime, timedelta

from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import Avoidance, Scope
from player_rec.domain.track import ContentId, Track
from player_rec.store.avoidances import Kept
from player_rec.store.library import Library
from player_rec.store.listener import Listener
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


def avoid(library: Library, listener: Listener, track: Track, scope: Scope, now: datetime, days: float | None) -> Kept:
    """Ban or snooze a track, or what it belongs to. Returns what holds now, which may have been asked for before.

    Asked for again, also by another copy of the recording, it is one with what holds already: the later end wins.

    Raises:
        NoSuchTrack: its tags name no artist, or no album, to avoid.
        StoreUnavailable: it cannot be kept now.
    """
    wanted = avoidance(track, scope, now, days)
    with listener.transaction():
        for kept in listener.avoidances.holding(now):
            if kept.avoidance.scope is scope and is_about(kept.avoidance, track, library):
                wanted = replace(wanted, subject=kept.avoidance.subject)
        number = listener.avoidances.add(wanted)
        return next(
            (
                kept
                for kept in listener.avoidances.holding(now)
                if (kept.avoidance.scope, kept.avoidance.subject) == (scope, wanted.subject)
            ),
            Kept(number, wanted, None),
        )


def is_about(avoided: Avoidance, track: Track, library: Library) -> bool:
    """Whether a ban or a snooze is about this track, its artist or its album by name, or this recording of it."""
    if avoided.scope is Scope.RECORDING and library.tracks.recording(ContentId(avoided.subject)) == track.recording:
        return True
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
