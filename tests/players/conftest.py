"""A real MPD without sound, with real music, on a Unix socket of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from player_rec.players.mpd.player import MpdPlayer
from tests.players.log import EventLog
from tests.players.server import MpdServer, make_music


@pytest.fixture(scope="session")
def music() -> Iterator[Path]:
    """A folder of short songs, the first of which play for 4 seconds, and of files that are none."""
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:
        make_music(Path(folder).resolve() / "music")
        yield Path(folder).resolve() / "music"


@pytest.fixture(scope="session")
def database(music: Path) -> Iterator[Path]:
    """MPD's database of that folder, made by MPD once."""
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:
        server = MpdServer(Path(folder), music)
        server.start()
        server.mpc("update", "--wait")
        server.kill()
        yield server.database


@pytest.fixture
def mpd(music: Path, database: Path) -> Iterator[MpdServer]:
    """An MPD that runs, knows the music and has an empty queue."""
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:  # of a short name: that of a socket may have 107 bytes
        server = MpdServer(Path(folder), music)
        shutil.copy(database, server.database)
        server.start()
        yield server
        server.kill()


@pytest.fixture
def events() -> EventLog:
    """Takes the events of a player."""
    return EventLog()


@pytest.fixture
def player(mpd: MpdServer, events: EventLog) -> Iterator[MpdPlayer]:
    """An adapter that is open to that MPD."""
    adapter = MpdPlayer(str(mpd.socket))
    adapter.open(events)
    yield adapter
    adapter.close()
