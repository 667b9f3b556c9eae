"""The folder against the library: what to read, what was deleted, and what is only out of reach."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final

from player_rec.domain.track import Stamp
from player_rec.library.mounts import within
from player_rec.library.scan import Listing

MANY: Final = 20
"""So many files do not vanish from a drive or library folder to the last one: it is another, or an empty shell."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a listing asks for. A path that was away and is listed again is under ``read`` or counted in ``same``.

    Attributes:
        read: files that are new or changed, in the order they were listed.
        gone: files that were deleted or moved, sorted.
        away: files out of reach for now, sorted: their drive is not mounted or their folder cannot be read.
        same: number of files that are as they were.
        mounts: mount points to be known at the next comparison: those there now, and those still missed.
    """

    read: tuple[str, ...]
    gone: tuple[str, ...]
    away: tuple[str, ...]
    same: int
    mounts: frozenset[str]


def compare(listing: Listing, known: Mapping[str, Stamp], known_mounts: Set[str] = frozenset()) -> Changes:
    """Say which files to read, which to forget and which to wait for. Touches nothing.

    Args:
        listing: a library folder, or a part of one.
        known: what the library holds in the listed folder, also files that are away; others are left alone.
        known_mounts: ``Changes.mounts`` of the last comparison.
    """
    read = tuple(path for path, stamp in listing.files.items() if known.get(path) != stamp)
    held = [path for path in known if within(path, listing.folder)]
    missing = sorted(path for path in held if path not in listing.files)
    lost = {mount for mount in known_mounts - listing.mounts if within(mount, listing.folder)}
    out_of_reach = lost | listing.unread.keys() | _emptied(listing, held)
    away = tuple(path for path in missing if _lies_under(path, out_of_reach))
    left = set(away)
    return Changes(
        read=read,
        gone=tuple(path for path in missing if path not in left),
        away=away,
        same=len(listing.files) - len(read),
        mounts=_still_known(listing, known_mounts, lost, away),
    )


def _emptied(listing: Listing, held: Iterable[str]) -> set[str]:
    """The drives, and the library folder itself, of which everything is missing."""
    places = listing.mounts | ({listing.root} & {listing.folder})
    full = {place for place in places if any(within(path, place) for path in listing.files)}
    missed = {place: sum(within(path, place) for path in held) for place in places - full}
    return {place for place, count in missed.items() if count >= MANY}


def _lies_under(path: str, folders: Set[str]) -> bool:
    """Say whether a path is among ``folders`` or below one, by climbing: there may be many of both."""
    while path:
        if path in folders:
            return True
        path = path.rpartition("/")[0]
    return "/" in folders


def _still_known(listing: Listing, known_mounts: Set[str], lost: Set[str], away: tuple[str, ...]) -> frozenset[str]:
    missed = {mount for mount in lost if any(within(path, mount) for path in away)}
    return listing.mounts | (known_mounts - lost) | missed
