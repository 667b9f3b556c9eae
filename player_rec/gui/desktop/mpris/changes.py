"""What is emitted when: two moments compared. Touches nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from player_rec.gui.desktop.mpris.facts import NO_TRACK, Metadata, path_of
from player_rec.gui.desktop.mpris.interfaces import INTERFACES
from player_rec.players.base import QueueItem
from player_rec.players.builtin.news import Now, Transport

_JUMP_MS: Final = 1_000
_FEW: Final = 8

Signal = tuple[str, tuple[Any, ...]]
"""Its name and what it holds."""


def changed(interface: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """The properties that are others now, but for those whose changes are not announced."""
    of = INTERFACES[interface]
    return {
        name: (of.properties[name], value)
        for name, value in after.items()
        if of.changes.get(name) != "false" and before.get(name) != value
    }


def track_signals(
    former: Sequence[QueueItem], latter: Sequence[QueueItem], metadata_of: Callable[[QueueItem], Metadata]
) -> Iterator[Signal]:
    """What to tell of another track list: some came or went, or it is another one altogether."""
    before, after = [path_of(item) for item in former], [path_of(item) for item in latter]
    if before == after:
        return
    gone, new = set(before) - set(after), set(after) - set(before)
    stayed = [path for path in before if path not in gone] == [path for path in after if path not in new]
    if not stayed or len(gone) + len(new) > _FEW:
        yield "TrackListReplaced", (after, after[0] if after else NO_TRACK)
        return
    for path in before:
        if path in gone:
            yield "TrackRemoved", (path,)
    for item, path, behind in zip(latter, after, [NO_TRACK, *after], strict=False):
        if path in new:
            yield "TrackAdded", (metadata_of(item), behind)


def jumped(last: tuple[Now, float] | None, now: Now, at_s: float) -> bool:
    """Whether the song is elsewhere than time alone brought it. A song that begins at its start did not jump."""
    if last is None or now.item is None:
        return False
    before, then_s = last
    passed_ms = 1000 * (at_s - then_s)
    if before.item != now.item:
        return now.position_ms > _JUMP_MS + passed_ms
    least_ms = before.position_ms
    most_ms = before.position_ms + (passed_ms if Transport.PLAYING in {before.transport, now.transport} else 0.0)
    if before.transport is now.transport is Transport.PLAYING:
        least_ms = int(most_ms)
    return not least_ms - _JUMP_MS <= now.position_ms <= most_ms + _JUMP_MS
