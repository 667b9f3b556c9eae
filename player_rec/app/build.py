"""The one place where the parts are joined. They close in reverse."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from player_rec.analysis.politeness import on_battery
from player_rec.analysis.pool import Pool
from player_rec.app.places import Places, shipped_model
from player_rec.app.settings import Settings, read_settings
from player_rec.domain.errors import LibraryBusy, StoreUnavailable
from player_rec.domain.sound import ModelSpec
from player_rec.engine.follower import Follower
from player_rec.engine.ingest import Ingest
from player_rec.engine.jobs import Finding
from player_rec.engine.memory import Memory, Tuning
from player_rec.engine.space import SoundSpace, serving_model
from player_rec.players.base import PlayerAdapter
from player_rec.players.registry import open_player
from player_rec.recommend.plans.sentence import Language
from player_rec.store.db import open_db, open_rebuildable
from player_rec.store.library import Library
from player_rec.store.listener import Listener


def utc_now() -> datetime:
    """The time by the clock."""
    return datetime.now(UTC)


PAUSED: Final = "paused"
"""Why analysis rests, where the listener wants it to."""


@dataclass(frozen=True, slots=True)
class App:
    """What a door needs: settings, both databases, and the model."""

    places: Places
    settings: Settings
    library: Library
    listener: Listener
    model: Path

    @property
    def spec(self) -> ModelSpec:
        """What the model file says of itself."""
        from player_rec.analysis.spec import read_spec

        return read_spec(self.model)

    @property
    def language(self) -> Language:
        """What reasons are told in."""
        wanted = self.settings.language or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
        return "zh" if wanted.lower().startswith("zh") else "en"

    def space(self) -> SoundSpace:
        """Sound space as it can be asked now: of the newest model that has heard the library."""
        return SoundSpace(self.library, self.places.index, serving_model(self.library, self.spec.key))

    def pool(self, workers: int, *, hurry: bool) -> "Pool[Any, Finding]":
        """Processes that decode and listen; unless in a ``hurry`` they come last for CPU and disk."""
        return Pool(workers, self.settings.file_limit_s, polite=not hurry)


@contextmanager
def open_app(places: Places) -> Iterator[App]:
    """Open everything that is kept in ``places``.

    Raises:
        PlayerRecError: settings, databases or the model cannot be used; the message says which and why.
    """
    settings = read_settings(places.settings)
    with ExitStack() as stack:
        library = stack.enter_context(closing(open_rebuildable(places.library)))
        listening = stack.enter_context(closing(open_db(places.listening, "listening")))
        yield App(places, settings, Library(library), Listener(listening), shipped_model())


@contextmanager
def open_ingest(app: App, *, workers: int, background: bool, hurry: bool = False) -> Iterator[Ingest]:
    """The work on the library, done by this process alone.

    Args:
        app: the opened parts.
        workers: processes to work with; 0 leaves it to the settings and the machine.
        background: nobody waits for it, so it takes half the cores and rests on battery.
        hurry: compete with other programs instead of coming last.

    Raises:
        LibraryBusy: another process is at work on this library.
    """
    with ExitStack() as stack:
        stack.enter_context(_alone(app.places.lock, "another player_rec is at work on this library"))
        space = SoundSpace(app.library, app.places.index, app.spec.key)
        stack.callback(space.save)
        workers = workers or app.settings.workers or _cores(background=background)
        yield Ingest(
            app.library,
            space,
            stack.enter_context(app.pool(workers, hurry=hurry)),
            app.model,
            likes=app.listener.hearts.all,
            paused=lambda: pause_reason(app, background=background),
            workers=workers,
        )


@contextmanager
def open_watch(
    app: App,
    folders: Sequence[str],
    post: Callable[[Callable[[], None]], None],
    *,
    workers: int = 0,
    hurry: bool = False,
) -> Iterator[Ingest]:
    """The work on the library, told by the folders themselves when there is something to do.

    Args:
        app: the opened parts.
        folders: those to watch.
        post: how their news come to the thread that owns all this.
        workers: processes to work with; 0 leaves it to the settings and the machine.
        hurry: compete with other programs instead of coming last.

    Raises:
        LibraryBusy: another process is at work on this library.
    """
    from player_rec.library.watch import FilesChanged, FolderChanged, FolderWatch, Report, WatchTimes

    times = WatchTimes(poll_s=app.settings.poll_seconds, renew_s=app.settings.rescan_minutes * 60)
    with ExitStack() as stack:
        ingest = stack.enter_context(open_ingest(app, workers=workers, background=True, hurry=hurry))

        def take(news: Report) -> None:
            match news:
                case FilesChanged(paths):
                    ingest.touch(paths)
                case FolderChanged(folder, root):
                    ingest.look_into(root, folder)

        for folder in ingest.follow(folders):
            watch = FolderWatch(folder, lambda news: post(partial(take, news)), times)
            stack.callback(watch.close)
            watch.start()
        yield ingest


@contextmanager
def open_follower(
    app: App, player: str | PlayerAdapter, post: Callable[[Callable[[], None]], None], wait_s: float = 0
) -> Iterator[Follower]:
    """Follow a player: the only process that does so with this library.

    Args:
        app: the opened parts.
        player: its name, empty for the one in the settings; or one that was made already.
        post: how the player's events come to the thread that owns all this.
        wait_s: for so long another process may take to let go of the library.

    Raises:
        LibraryBusy: another process follows a player already.
        BadSettings: there is no such player.
    """
    with ExitStack() as stack:
        taken = "another player_rec follows a player with this library"
        stack.enter_context(_alone(app.places.following, taken, wait_s))
        adapter = _adapter(app, player or app.settings.player or "mpd") if isinstance(player, str) else player
        memory = Memory(app.library, app.listener, app.space(), tuning(app.settings))
        follower = Follower(adapter, app.library, app.listener, memory, post, utc_now, time.monotonic)
        stack.callback(follower.close)
        yield follower


@contextmanager
def open_memory(app: App) -> Iterator[Memory]:
    """What plans are made from, without any player."""
    yield Memory(app.library, app.listener, app.space(), tuning(app.settings))


def tuning(settings: Settings) -> Tuning:
    """What the settings say of the radio."""
    return Tuning(settings.ahead, settings.steady, settings.repeat_hours)


def _adapter(app: App, name: str) -> PlayerAdapter:
    return open_player(name, **_options(app, name))


def _options(app: App, player: str) -> dict[str, Any]:
    """What the settings say of a player."""
    if player != "mpd":
        return {}
    settings = app.settings
    music = settings.mpd_music_directory
    return {
        "host": settings.mpd_host,
        "port": settings.mpd_port,
        "password": settings.mpd_password,
        "music_directory": Path(music).expanduser() if music else None,
        "folders": tuple(Path(folder) for folder in app.listener.folders()),
    }


@contextmanager
def _alone(lock: Path, taken: str, wait_s: float = 0) -> Iterator[None]:
    """Hold a lock, or say who has it. Raises: LibraryBusy, StoreUnavailable."""
    held = FileLock(lock, timeout=wait_s)
    try:
        held.acquire()
    except Timeout:
        raise LibraryBusy(f"{taken}; stop it, or wait") from None
    except OSError as error:
        raise StoreUnavailable(f"{lock}: {error}") from error
    try:
        yield
    finally:
        held.release()


def pause_reason(app: App, *, background: bool) -> str:
    """Why analysis rests, in words; empty while it may go on."""
    if app.places.pause.exists():
        return PAUSED
    if background and not app.settings.analyse_on_battery and on_battery():
        return "on battery"
    return ""


def _cores(*, background: bool) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, (cores + 1) // 2 if background else min(cores, 8))
