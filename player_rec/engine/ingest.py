"""Keep the library in step with its folders: list, compare, read, hear. Belongs to the thread that owns the store."""

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from player_rec.analysis.pool import Pool, Result
from player_rec.domain.errors import UnreadableTrack
from player_rec.domain.sound import Analysis
from player_rec.domain.track import ContentId, Stamp, TrackId
from player_rec.engine import jobs
from player_rec.engine.pace import Pace
from player_rec.engine.recordings import twins
from player_rec.engine.space import SoundSpace
from player_rec.engine.turns import brought_forward, in_turn
from player_rec.library.compare import compare
from player_rec.library.formats import is_audio
from player_rec.library.mounts import within
from player_rec.library.scan import Listing, list_audio
from player_rec.library.settle import Settling, is_fresh, stamp_of
from player_rec.store.library import Library
from player_rec.store.tracks import Waiting

log = logging.getLogger(__name__)

_READS_PER_HEARING = 20
"""While files are still being read, one song in so many turns is heard, so that the radio has music at once."""

_NEVER_READ = Stamp(0, 0)

_LOOKS_BEFORE_RESTING, _LOOKS_A_STEP = 20_000, 200
"""Tracks whose surroundings are looked at, at most, when all is heard, and how many at a time."""

_REST_S = 2.0
"""How often a resting ingest looks whether it may go on."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come. ``left_s`` is None while it cannot be told honestly."""

    to_read: int
    read: int
    to_hear: int
    heard: int
    failed: int
    left_s: float | None
    paused: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What listing the folders showed, in files."""

    found: int
    changed: int
    gone: int
    away: int
    troubles: tuple[str, ...]

    def __add__(self, other: "Looked") -> "Looked":
        return Looked(
            self.found + other.found,
            self.changed + other.changed,
            self.gone + other.gone,
            self.away + other.away,
            self.troubles + other.troubles,
        )


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file whose turn to be read has come, as it was when that was decided."""

    path: str
    folder: str
    stamp: Stamp


Key = ToRead | Waiting


class Ingest:
    """The work between a folder and sound space, done a step at a time so that its owner stays in charge."""

    def __init__(
        self,
        library: Library,
        space: SoundSpace,
        pool: Pool[Key, jobs.Finding],
        model: Path,
        *,
        likes: Callable[[], Collection[ContentId]],
        paused: Callable[[], str],
        workers: int,
    ) -> None:
        self._library, self._space, self._pool, self._model = library, space, pool, model
        self._likes, self._paused = likes, paused
        self._pace = Pace(workers)
        self._folders: tuple[str, ...] = ()
        self._reading: deque[ToRead] = deque()
        self._settling = Settling()
        self._hearing: deque[Waiting] = deque()
        self._asked: set[TrackId] = set()
        self._stale = True  # the hearing queue may lack tracks that the store knows to be waiting
        self._turn = 0
        self._looks_left = 0
        self._playing: Path | None = None
        self._read = self._heard = self._failed = 0

    def follow(self, folders: Iterable[str]) -> tuple[str, ...]:
        """Say which folders are watched, without looking at them; those inside others are left out."""
        self._folders = outermost(folders)
        return self._folders

    def look(self, folders: Iterable[str], *, again: Collection[str] = ()) -> Looked:
        """List folders, note what is gone or away, and queue what is new, changed, or asked for ``again``."""
        total = Looked(0, 0, 0, 0, ())
        for folder in self.follow(folders):
            total += self.look_into(folder, folder, again=again)
        return total

    def look_into(self, root: str, folder: str, *, again: Collection[str] = ()) -> Looked:
        """List a watched folder, or a part of it."""
        files = self._library.files
        listing = list_audio(root, folder)
        known = files.known(root)
        odd = listing.odd | _unreachable(listing, known)
        known = {path: stamp for path, stamp in known.items() if path not in odd}
        changes = compare(listing, known, files.mounts(root))
        back = files.away(root) & listing.files.keys()
        retried = set(again) & listing.files.keys() - set(changes.read)
        with self._library.transaction():
            files.mark("gone", changes.gone)
            files.mark("away", changes.away)
            files.mark("here", back)
            files.put_mounts(root, changes.mounts)
            for path, why in odd.items():
                files.put_unreadable(path, root, _NEVER_READ, why)
        for path in (*changes.read, *sorted(retried)):
            self._queue(path, root, listing.files[path])
        self._stale = True
        troubles = tuple(f"{path}: {why}" for path, why in listing.unread.items() if path not in odd)
        return Looked(len(listing.files), len(changes.read), len(changes.gone), len(changes.away), troubles)

    def touch(self, paths: Iterable[str]) -> None:
        """Look again at single files that have settled or vanished."""
        gone = []
        for path in paths:
            root = self._root_of(path)
            stamp = stamp_of(path)
            if root and stamp:
                self._queue(path, root, stamp)
            elif root:
                gone.append(path)
        with self._library.transaction():
            self._library.files.mark("gone", gone)
        self._stale = True

    def prefer(self, playing: Path) -> None:
        """Read and hear first what helps to go on from the song playing."""
        self._playing = playing
        first = [job for job in self._reading if job.path == str(playing)]
        self._reading = deque([*first, *(job for job in self._reading if job.path != str(playing))])
        self._hearing = deque(brought_forward(self._hearing, playing))

    def step(self, timeout_s: float) -> float | None:
        """Hand out work, wait up to ``timeout_s`` for some of it, and keep what came back.

        Returns:
            Seconds after which another step is worth while, 0 for at once; None when all is done.
        """
        resting = bool(self._paused())
        if not resting:
            if settled := self._settling.due(time.time()):
                self.touch(settled)
            self._feed()
        if self._pool.pending:
            results = self._pool.results(timeout_s)
            if results:
                self._space.open()
                with self._library.transaction():
                    for result in results:
                        self._keep(result)
        return self._next_step_in(resting=resting)

    def progress(self) -> Progress:
        """Where the work stands."""
        to_read = len(self._reading) + self._pool.pending - len(self._asked)
        to_hear = len(self._hearing) + len(self._asked)
        left_s = None if self._stale else self._pace.left_s({"read": to_read, "hear": to_hear})
        return Progress(to_read, self._read, to_hear, self._heard, self._failed, left_s, self._paused())

    def _next_step_in(self, *, resting: bool) -> float | None:
        if self._pool.pending:
            return 0.0
        settles_s = self._settling.next_s
        if self._reading or self._hearing or self._stale:
            return _REST_S if resting else 0.0
        if settles_s is not None:
            return _REST_S if resting else max(0.05, settles_s - time.time())
        looks = min(_LOOKS_A_STEP, self._looks_left)
        if looks and self._space.look_around(looks):
            self._looks_left -= looks
            return 0.0
        self._finish()
        return None

    def _finish(self) -> None:
        """All is done: the index goes to disk, and an old model's vectors have served their time."""
        self._space.rest()
        if set(self._library.vectors.models()) - {self._space.model}:
            with self._library.transaction():
                self._library.vectors.forget_other_models(self._space.model)

    def _root_of(self, path: str) -> str | None:
        return next((root for root in self._folders if within(path, root)), None)

    def _queue(self, path: str, folder: str, stamp: Stamp) -> None:
        """Read a file soon, or once it has been still for a while: it may be on its way here."""
        now = time.time()
        if is_fresh(stamp, now):
            self._settling.touch(path, now)
        else:
            self._reading.append(ToRead(path, folder, stamp))

    def _feed(self) -> None:
        while self._pool.wants_more:
            if self._stale and not (self._hearing or self._reading):
                self._refill()
            self._turn += 1
            if self._hearing and (not self._reading or self._turn % _READS_PER_HEARING == 0):
                track = self._hearing.popleft()
                self._asked.add(track.track)
                self._pool.submit(track, jobs.hear, Path(track.path), self._model)
            elif self._reading:
                job = self._reading.popleft()
                self._pool.submit(job, jobs.read, Path(job.path), Path(job.folder))
            else:
                return

    def _refill(self) -> None:
        """Ask the store who waits to be heard; nobody is asked for twice."""
        waiting = [track for track in self._library.tracks.waiting(self._space.model) if track.track not in self._asked]
        turns = in_turn(waiting, self._likes())
        self._hearing = deque(brought_forward(turns, self._playing) if self._playing else turns)
        self._stale = False

    def _keep(self, result: Result[Key, jobs.Finding]) -> None:
        match result.key, result.outcome:
            case ToRead() as file, jobs.Reading() as found:
                self._pace.note("read", found.seconds)
                self._read += 1
                self._library.files.put(
                    file.path, file.folder, file.stamp, found.identity, found.tags, found.remarks
                )  # fmt: skip
                self._stale = True
            case Waiting() as track, jobs.Hearing() as heard:
                self._pace.note("hear", heard.seconds)
                self._asked.discard(track.track)
                self._keep_hearing(track, heard.analysis)
            case key, UnreadableTrack() as why:
                if isinstance(key, Waiting):
                    self._asked.discard(key.track)
                if os.path.lexists(key.path):  # else it left while it waited, and the next look will say so
                    self._keep_failure(key, why)

    def _keep_hearing(self, track: Waiting, found: Analysis) -> None:
        self._heard += 1
        self._looks_left = _LOOKS_BEFORE_RESTING
        same = twins(track.track, found, self._library, self._space)
        self._library.vectors.put(track.track, found)
        if same:
            self._library.tracks.join_recordings([track.track, *same])
        self._space.add(track.track, found.vector)

    def _keep_failure(self, key: Key, why: UnreadableTrack) -> None:
        self._failed += 1
        log.info("%s", why)
        if isinstance(key, Waiting):
            self._library.vectors.put_unheard(key.track, self._space.model, why.why)
        else:
            self._library.files.put_unreadable(key.path, key.folder, key.stamp, why.why)


def _unreachable(listing: Listing, known: Mapping[str, Stamp]) -> dict[str, str]:
    """Files, by their names, that never could be looked at: a link that leads nowhere. What was read once is away."""
    return {
        path: why
        for path, why in listing.unread.items()
        if is_audio(path) and known.get(path, _NEVER_READ) == _NEVER_READ
    }


def outermost(folders: Iterable[str]) -> tuple[str, ...]:
    """Folders that lie in none of the others, so that no file is found twice."""
    kept: list[str] = []
    for folder in sorted(dict.fromkeys(folders), key=len):
        if not any(within(folder, other) for other in kept):
            kept.append(folder)
    return tuple(kept)
