"""Everything a plan depends on. The same situation always gives the same plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from player_rec.domain.listening import Dials
from player_rec.domain.track import TrackId
from player_rec.recommend.catalogue import Mask
from player_rec.recommend.learn.history import History


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """One moment of listening.

    Attributes:
        now_s: Unix seconds.
        history: all plays that ended, oldest first.
        hearts: for each liked track when that was said, in Unix seconds.
        avoided: (n,) rows of the catalogue that must not come: banned, snoozed, or not to be played.
        current: what plays now; None where nothing does or it is not in the library.
        anchor: what played when heart mode was switched on.
        ahead: what will be played before the plan begins: own items, and picks that stay.
        dials: what the listener asks for.
        repeat_hours: for so long no recording comes back.
        seed: of whatever is left to chance.
        current_since_s: when the song playing now began, Unix seconds.
    """

    now_s: float
    history: History
    hearts: Mapping[TrackId, float]
    avoided: Mask
    current: TrackId | None = None
    anchor: TrackId | None = None
    ahead: Sequence[TrackId] = ()
    dials: Dials = field(default_factory=Dials)
    repeat_hours: float = 4.0
    seed: int = 0
    current_since_s: float | None = None

    @property
    def session_s(self) -> float:
        """The time that decides whether the last session goes on: a long song does not end it."""
        return self.now_s if self.current_since_s is None else self.current_since_s

    @property
    def seeds(self) -> list[TrackId]:
        """The song playing now and the anchor, each once."""
        return list(dict.fromkeys(one for one in (self.current, self.anchor) if one is not None))

    @property
    def before(self) -> list[TrackId]:
        """What comes right before the plan, in playing order: the song playing now and what waits already."""
        return ([] if self.current is None else [self.current]) + list(self.ahead)
