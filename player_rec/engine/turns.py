"""Whose turn it is to be heard: first what helps the queue, then a little of everything."""

from collections.abc import Collection, Sequence
from pathlib import PurePath

from player_rec.domain.track import ContentId
from player_rec.store.tracks import Waiting


def in_turn(waiting: Sequence[Waiting], liked: Collection[ContentId], playing: PurePath | None = None) -> list[Waiting]:
    """Order tracks so that the radio is of use soonest.

    The song playing comes first, then its folder, its artist, the liked songs, their artists; the rest goes
    round the folders, one song of each at a time, so that the whole breadth of the library is known early.
    """
    hearts = set(liked)
    artists = {track.artist for track in waiting if track.content in hearts and track.artist}
    now = next((track for track in waiting if playing and track.path == str(playing)), None)
    folder = str(playing.parent) if playing else None
    round_no: dict[str, int] = {}

    def turn(track: Waiting) -> tuple[int, int]:
        parent = str(PurePath(track.path).parent)
        round_no[parent] = round_no.get(parent, -1) + 1
        helps = (
            track is now,
            parent == folder,
            bool(now and track.artist and track.artist == now.artist),
            track.content in hearts,
            track.artist in artists,
        )
        return (helps.index(True) if True in helps else len(helps)), round_no[parent]

    keyed = [(turn(track), place, track) for place, track in enumerate(waiting)]
    return [track for _, _, track in sorted(keyed, key=lambda entry: entry[:2])]
