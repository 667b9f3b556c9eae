"""Whose turn it is to be heard: first what helps the queue, then a little of everything."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePath

from player_rec.domain.track import ContentId
from player_rec.store.tracks import Waiting


def in_turn(waiting: Sequence[Waiting], liked: Collection[ContentId]) -> list[Waiting]:
    """Order tracks so that the radio is of use soonest.

    The liked songs come first, then their artists; the rest goes round the folders, one song of each at a time, so
    that the whole breadth of the library is known early.
    """
    hearts = set(liked)
    artists = {track.artist for track in waiting if track.content in hearts and track.artist}
    round_no: dict[str, int] = {}

    def turn(track: Waiting) -> tuple[int, int]:
        parent = str(PurePath(track.path).parent)
        round_no[parent] = round_no.get(parent, -1) + 1
        return 0 if track.content in hearts else 1 if track.artist in artists else 2, round_no[parent]

    keyed = [(turn(track), place, track) for place, track in enumerate(waiting)]
    return [track for _, _, track in sorted(keyed, key=lambda entry: entry[:2])]


def brought_forward(waiting: Iterable[Waiting], playing: PurePath) -> list[Waiting]:
    """The same order, but the song playing first, then its folder, then its artist."""
    listed = list(waiting)
    now = next((track for track in listed if track.path == str(playing)), None)
    folder, artist = str(playing.parent), now.artist if now else ""
    song, beside, theirs, rest = list[Waiting](), list[Waiting](), list[Waiting](), list[Waiting]()
    for track in listed:
        if track is now:
            song.append(track)
        elif str(PurePath(track.path).parent) == folder:
            beside.append(track)
        elif artist and track.artist == artist:
            theirs.append(track)
        else:
            rest.append(track)
    return song + beside + theirs + rest
