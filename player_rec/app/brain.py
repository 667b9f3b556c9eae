"""All that thinks, on threads of its own: one follows the player, one keeps the library, one answers questions.

Each has its own connections to the databases and sees what the others wrote as it would see another process. The
window owns none of it: it posts orders, and is told news as frozen values.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from player_rec.app.build import App, open_app, open_follower, open_watch, tuning, utc_now
from player_rec.app.desk import Desk, Step
from player_rec.app.mapping import open_charting
from player_rec.app.orders import Orders
from player_rec.app.places import Places
from player_rec.app.remote import Ear
from player_rec.app.settings import Settings
from player_rec.domain.errors import PlayerGone, PlayerRecError
from player_rec.engine.chart import Chart
from player_rec.engine.charting import Charting
from player_rec.engine.ingest import Ingest, Progress
from player_rec.engine.scene import Scene, Scenes
from player_rec.engine.wishes import Wishes
from player_rec.players.base import PlayerAdapter

log = logging.getLogger(__name__)

_STEP_S: Final = 0.2
_NOT_NOW: Final = "the radio cannot do that now"
_TURN_S: Final = 0.0005
"""A view asks its model hundreds of things, and each may have to wait so long for a thread that thinks."""

_LEAVES_WITHIN_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a part from working, in a sentence; empty once it works again."""

    part: str
    why: str


News = Scene | Progress | Trouble | Chart
Question = Callable[[App], object]
Order = Callable[[Wishes], object]


class Brain:
    """Begins with ``start``; whatever is posted before that, or while a part is held up, waits.

    Args:
        places: where everything is kept.
        tell: takes the news, from any of the threads.
        player: which one to follow: a name, empty for that of the settings, or one that was made already.
    """

    def __init__(self, places: Places, tell: Callable[[News], None], player: str | PlayerAdapter = "") -> None:
        self._places, self._tell, self._player = places, tell, player
        self._app: App | None = None
        self._wishes: Wishes | None = None
        self._scenes: Scenes | None = None
        self._shown: Scene | None = None
        self._ingest: Ingest | None = None
        self._progress: Progress | None = None
        self._charting: Charting | None = None
        self._follow = Desk("follow", self._following, lambda why: tell(Trouble("follow", why)))
        self._keep = Desk("keep", self._keeping, lambda why: tell(Trouble("keep", why)))
        self._read = Desk("read", self._reading, lambda why: tell(Trouble("read", why)))
        self._map = Desk("map", self._mapping, lambda why: tell(Trouble("map", why)))
        self._mapped = False

    def start(self) -> None:
        """Begin to think, and let the window have its turn among the threads ten times as often as is usual."""
        sys.setswitchinterval(_TURN_S)
        for desk in (self._read, self._follow, self._keep):
            desk.start()

    def close(self) -> bool:
        """Leave heart mode properly and end. Whether all ended in time."""
        ended = [desk.close(_LEAVES_WITHIN_S) for desk in (self._map, self._follow, self._keep, self._read)]
        return all(ended)

    def order(self, order: Order, failed: Callable[[str], None] | None = None) -> None:
        """Have something done with the player or the radio; ``failed`` is told in a sentence why it cannot be."""

        def job() -> None:
            try:
                if self._wishes is None:
                    raise PlayerGone(_NOT_NOW)
                order(self._wishes)
            except PlayerRecError as error:
                if failed:
                    failed(str(error))

        self._follow.post(job)

    def tune(self, settings: Settings) -> None:
        """Let the radio follow other settings."""
        self.order(lambda wishes: wishes.follower.tune(tuning(settings)))

    def ask(
        self, question: Question, answer: Callable[[object], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """Have a question answered from the databases; ``answer`` is called on the thread that reads, or ``failed``."""

        def job() -> None:
            try:
                if self._app is not None:
                    answer(question(self._app))
            except (PlayerRecError, OSError) as error:
                log.warning("%s", error)
                if failed:
                    failed(str(error))

        self._read.post(job)

    def look_at_map(self) -> None:
        """Have the map told as it is now, and kept in step with the library; the first time it may have to be made."""
        self._map.post(lambda: self._charting.look() if self._charting else None)
        if not self._mapped:
            self._mapped = True
            self._map.start()

    def watch_anew(self) -> None:
        """The folders to watch are others now; what is under way is ended first, without anybody waiting for it."""
        former = self._keep
        self._keep = Desk("keep", self._keeping, lambda why: self._tell(Trouble("keep", why)))
        self._keep.start(after=former)

    @contextmanager
    def _following(self) -> Iterator[Step]:
        with ExitStack() as stack:
            app = stack.enter_context(open_app(self._places))
            follower = stack.enter_context(open_follower(app, self._player, self._follow.post))
            self._scenes = Scenes(follower, app.library, app.listener)
            self._wishes = Wishes(follower, app.library, app.listener, utc_now)
            stack.callback(partial(setattr, self, "_wishes", None))
            orders = Orders(self._wishes, self._scenes, self._follow.post)
            stack.callback(Ear(self._places, orders).close)
            yield self._followed

    def _followed(self) -> float | None:
        if self._wishes is None or self._scenes is None:
            return None
        wait_s = self._wishes.follower.step()
        try:
            scene = self._scenes.now()
        except PlayerGone:
            return wait_s  # the follower will be told, too
        if scene != self._shown:
            self._prefer(self._shown, scene)
            self._shown = scene
            self._tell(scene)
        return wait_s

    def _prefer(self, before: Scene | None, now: Scene) -> None:
        """Have the library begin with what is near the song playing, where that is another than before."""
        song = now.playing
        if song is not None and (before is None or before.playing is None or before.playing.file != song.file):
            self._keep.post(lambda: self._ingest.prefer(song.file) if self._ingest else None)

    @contextmanager
    def _keeping(self) -> Iterator[Step]:
        with ExitStack() as stack:
            app = stack.enter_context(open_app(self._places))
            folders = app.listener.folders()
            ingest = stack.enter_context(open_watch(app, folders, self._keep.post))

            self._ingest = ingest
            stack.callback(partial(setattr, self, "_ingest", None))

            def step() -> float | None:
                wait_s = ingest.step(_STEP_S)
                progress = ingest.progress()
                if progress != self._progress:
                    self._progress = progress
                    self._tell(progress)
                return wait_s

            yield step

    @contextmanager
    def _reading(self) -> Iterator[Step]:
        with open_app(self._places) as app:
            self._app = app
            try:
                yield lambda: None
            finally:
                self._app = None

    @contextmanager
    def _mapping(self) -> Iterator[Step]:
        with open_app(self._places) as app, open_charting(app, self._tell) as charting:
            self._charting = charting
            yield lambda: charting.step(_STEP_S)
