"""What one listener played, in order, as columns that grow.

Everything that is learned from plays is read off these columns by gathers, so a play counts from the moment it is
appended. Tracks may be any whole numbers; inside they are numbered 0, 1, 2 … as they are first met (their *codes*),
so that a sum over tracks fits into a short array.
"""

from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player_rec.domain.listening import EARLY_MS, SESSION_GAP_S, Outcome, Source

Positions = NDArray[np.int32]
"""Places of plays in a history; 0 is the oldest."""

SOURCES = tuple(Source)
"""What the numbers in ``History.sources`` stand for."""

_NUMBERS = {source: number for number, source in enumerate(SOURCES)}
_FIRST_ROOM = 256
_LONGEST_TABLE = 2**23
"""Track numbers from here on are looked up one by one."""


class _Table:
    """Columns of one length that grow together; a row costs the same whatever their length, on average."""

    def __init__(self, *kinds: type[np.generic]) -> None:
        self.length = 0
        self.columns: list[NDArray[Any]] = [np.zeros(_FIRST_ROOM, kind) for kind in kinds]

    def append(self, *row: float) -> None:
        if self.length == len(self.columns[0]):
            # A view handed out before goes on looking at the old memory, so it stays what it was.
            self.columns = [np.concatenate((column, np.zeros_like(column))) for column in self.columns]
        end = self.length
        for column, value in zip(self.columns, row, strict=True):
            column[end] = value
        self.length = end + 1

    def view(self, column: int) -> NDArray[Any]:
        """One column up to its present end, not to be written to."""
        seen = self.columns[column][: self.length]
        seen.flags.writeable = False
        return seen


class History:
    """All plays of one listener, oldest first.

    A play counts as *heard* if at least 30 s of it were heard or it was finished. A session ends after 30 minutes
    without a play. Arrays are views: cheap, read-only, and of the length the history had when they were asked for.
    """

    def __init__(self) -> None:
        self._plays = _Table(np.int64, np.float64, np.int8, np.int32, np.int8, np.int32, np.int32, np.int32, np.int32)
        self._sessions = _Table(np.int32)
        self._heard = _Table(np.int32, np.int32)
        self._known = _Table(np.int64, np.int32, np.float64, np.int32, np.int32)
        self._codes: dict[int, int] = {}
        self._table = np.full(_FIRST_ROOM, -1, np.int32)  # the codes of small track numbers once more, for look-ups
        self._places: list[array[int]] = []
        self._quiet_since = -np.inf

    def append(self, track: int, started_s: float, heard_ms: int, outcome: Outcome, source: Source = Source.OWN) -> int:
        """Add the play that came last.

        Args:
            track: any whole number that stands for the track.
            started_s: Unix seconds; no earlier than the play before, or the clock was put back.
            heard_ms: how much of it was heard.
            outcome: what it says of the track.
            source: who put it there.

        Returns:
            Its position.
        """
        position = self._plays.length
        code = self._code(track)
        if started_s - self._quiet_since > SESSION_GAP_S:
            self._sessions.append(position)
        self._quiet_since = max(self._quiet_since, started_s + heard_ms / 1000)
        before = -1
        if is_heard(heard_ms, outcome):
            before = self._hear(code, position, started_s)
        self._plays.append(
            track,
            started_s,
            outcome,
            heard_ms,
            _NUMBERS[source],
            code,
            self._sessions.length - 1,
            self._heard.length,
            before,
        )
        self._places[code].append(position)
        self._known.columns[4][code] += outcome is Outcome.EARLY_SKIP
        return position

    def extend(self, plays: Iterable[tuple[int, float, int, Outcome]]) -> None:
        """Append many plays, each given as track, start in Unix seconds, milliseconds heard and outcome."""
        for track, started_s, heard_ms, outcome in plays:
            self.append(track, started_s, heard_ms, outcome)

    @contextmanager
    def supposing(self, track: int, started_s: float) -> Iterator[None]:
        """Inside, the history ends with a play that is not over yet: as if it were heard."""
        tables = (self._plays, self._sessions, self._heard, self._known)
        lengths, quiet_since, code = [table.length for table in tables], self._quiet_since, self.code(track)
        before = [column[code] for column in self._known.columns] if code >= 0 else []
        self.append(track, started_s, EARLY_MS, Outcome.LATE_SKIP)
        try:
            yield
        finally:
            for table, length in zip(tables, lengths, strict=True):
                table.length = length
            self._quiet_since = quiet_since
            self._places[self.code(track)].pop()
            for column, value in zip(self._known.columns, before, strict=False):
                column[code] = value
            if code < 0:
                self._forget_code(track)

    def _forget_code(self, track: int) -> None:
        """Unlearn the code that was given last."""
        del self._codes[int(track)]
        self._places.pop()
        if 0 <= track < len(self._table):
            self._table[track] = -1

    def __len__(self) -> int:
        return self._plays.length

    @property
    def tracks(self) -> NDArray[np.int64]:
        """(n,) the track of each play."""
        return self._plays.view(0)

    @property
    def times(self) -> NDArray[np.float64]:
        """(n,) when each play began, in Unix seconds."""
        return self._plays.view(1)

    @property
    def outcomes(self) -> NDArray[np.int8]:
        """(n,) what each play says of its track, as numbers of ``Outcome``."""
        return self._plays.view(2)

    @property
    def heard_ms(self) -> Positions:
        """(n,) how much was heard, in ms."""
        return self._plays.view(3)

    @property
    def sources(self) -> NDArray[np.int8]:
        """(n,) who put each play there, as places in ``SOURCES``."""
        return self._plays.view(4)

    @property
    def codes(self) -> Positions:
        """(n,) the code of each play's track."""
        return self._plays.view(5)

    @property
    def sessions(self) -> Positions:
        """(n,) the number of each play's session."""
        return self._plays.view(6)

    @property
    def heard_until(self) -> Positions:
        """(n,) how many heard plays there were up to and with each play: where the next one stands in ``heard``."""
        return self._plays.view(7)

    @property
    def heard_before(self) -> Positions:
        """(n,) for each heard play the heard play of the same track before it; −1 where there is none."""
        return self._plays.view(8)

    @property
    def heard(self) -> Positions:
        """(h,) the positions of all heard plays."""
        return self._heard.view(0)

    @property
    def heard_codes(self) -> Positions:
        """(h,) the codes of all heard plays, one after another."""
        return self._heard.view(1)

    @property
    def session_starts(self) -> Positions:
        """(s,) the position at which each session began."""
        return self._sessions.view(0)

    @property
    def session_start(self) -> int:
        """The position at which the latest session began; 0 in an empty history."""
        return int(self._sessions.columns[0][self._sessions.length - 1]) if self._sessions.length else 0

    @property
    def quiet_since(self) -> float:
        """When the latest play ended, in Unix seconds; −inf in an empty history."""
        return self._quiet_since

    @property
    def known(self) -> NDArray[np.int64]:
        """(m,) the track behind each code."""
        return self._known.view(0)

    @property
    def heard_counts(self) -> Positions:
        """(m,) how often the track behind each code was heard."""
        return self._known.view(1)

    @property
    def first_heard(self) -> NDArray[np.float64]:
        """(m,) when the track behind each code was heard first, in Unix seconds; 0 where it never was."""
        return self._known.view(2)

    @property
    def latest_heard(self) -> Positions:
        """(m,) the position at which the track behind each code was heard last; −1 where it never was."""
        return self._known.view(3)

    @property
    def early_skips(self) -> Positions:
        """(m,) how often the track behind each code was skipped early."""
        return self._known.view(4)

    def code(self, track: int) -> int:
        """The code of ``track``; −1 where it was never played."""
        return self._codes.get(int(track), -1)

    def codes_of(self, tracks: NDArray[np.int64]) -> Positions:
        """The codes of ``tracks`` (k,); −1 for each that was never played."""
        inside = (tracks >= 0) & (tracks < len(self._table))
        codes = np.where(inside, self._table[np.where(inside, tracks, 0)], np.int32(-1))
        for place in np.flatnonzero(~inside):
            codes[place] = self._codes.get(int(tracks[place]), -1)
        return codes

    def places(self, track: int) -> Positions:
        """The positions of all plays of ``track``, ascending."""
        return self.places_of_code(self.code(track))

    def places_of_code(self, code: int) -> Positions:
        """The positions of all plays of the track behind ``code``, ascending; empty for −1."""
        return np.array(self._places[code], np.int32) if code >= 0 else np.empty(0, np.int32)

    def latest_played(self, codes: Positions) -> Positions:
        """The position of the latest play, heard or not, of the track behind each of ``codes`` (k,), all 0 or more."""
        places = self._places
        return np.fromiter((places[code][-1] for code in codes.tolist()), np.int32, len(codes))

    def plays(self, track: int) -> int:
        """How often ``track`` was played, skips included."""
        code = self.code(track)
        return len(self._places[code]) if code >= 0 else 0

    def last_heard(self, track: int) -> float | None:
        """When the latest heard play of ``track`` began, in Unix seconds; None where it never was heard."""
        code = self.code(track)
        place = int(self._known.columns[3][code]) if code >= 0 else -1
        return float(self._plays.columns[1][place]) if place >= 0 else None

    def _code(self, track: int) -> int:
        code = self._codes.get(track)
        if code is None:
            code = self._codes[int(track)] = len(self._codes)
            self._tell_table(int(track), code)
            self._known.append(track, 0, 0.0, -1, 0)
            self._places.append(array("i"))
        return code

    def _tell_table(self, track: int, code: int) -> None:
        if len(self._table) <= track < _LONGEST_TABLE:
            longer = np.full(max(2 * len(self._table), track + 1), -1, np.int32)
            longer[: len(self._table)] = self._table
            self._table = longer
        if 0 <= track < len(self._table):
            self._table[track] = code

    def _hear(self, code: int, position: int, started_s: float) -> int:
        """Note that a track was heard, and return where it was heard before."""
        _, counts, first, latest, _ = self._known.columns
        before = int(latest[code])
        if not counts[code]:
            first[code] = started_s
        counts[code] += 1
        latest[code] = position
        self._heard.append(position, code)
        return before


def is_heard(heard_ms: int, outcome: Outcome) -> bool:
    """Whether a play counts as heard: at least 30 s of it, or all of it."""
    return heard_ms >= EARLY_MS or outcome is Outcome.FINISH
