"""The map of a real library on disk, worked out by a real worker process."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from player_rec.analysis.pool import Pool
from player_rec.domain.listening import Ending, Play, Source
from player_rec.domain.sound import Analysis, Sound
from player_rec.domain.track import ContentId, Identity, Stamp, Tags, TrackId
from player_rec.engine.chart import OTHER, UNKNOWN, Chart
from player_rec.engine.chart_file import NOTHING, load
from player_rec.engine.chart_jobs import Done, Ground
from player_rec.engine.charting import Charting
from player_rec.store.db import open_db, open_rebuildable
from player_rec.store.library import Library
from player_rec.store.listener import Listener
from tests.engine.room import BEGIN, fill

MODEL = "m"
PATIENCE_S = 120.0


@dataclass
class Drawn:
    """A library, and the maps of it that were told."""

    folder: Path
    library: Library
    listener: Listener
    charting: Charting
    told: list[Chart]
    rests: str = ""

    def look(self) -> Chart:
        """Bring the map up to date."""
        self.charting.look()
        self.work(lambda: False)
        return self.told[-1]

    def work(self, enough: Callable[[], object]) -> None:
        """Go on until all is done, or it is enough."""
        end = time.monotonic() + PATIENCE_S
        while not enough() and self.charting.step(0.2) is not None:
            assert time.monotonic() < end

    @property
    def file(self) -> Path:
        """Where the map is kept."""
        return self.folder / "index" / "map"


@contextmanager
def drawn(folder: Path, most: int = 150_000) -> Iterator[Drawn]:
    with ExitStack() as stack:
        library = Library(stack.enter_context(closing(open_rebuildable(folder / "library.db"))))
        listener = Listener(stack.enter_context(closing(open_db(folder / "listening.db", "listening"))))
        (folder / "index").mkdir(exist_ok=True)
        ground = Ground(folder / "library.db", folder / "index", MODEL, most)
        pool = stack.enter_context(Pool[str, Done](1, 600, memory_mib=8192, polite=False))
        told: list[Chart] = []
        charting = Charting(
            library, listener, ground, pool,
            paused=lambda: made.rests, tell=told.append, now=lambda: BEGIN,
        )  # fmt: skip
        made = Drawn(folder, library, listener, charting, told)
        yield made


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Drawn]:
    with drawn(tmp_path) as made:
        fill(made.library)
        yield made


def add(library: Library, number: int, corner: int) -> TrackId:
    """Another song in a corner of sound space."""
    vector = np.eye(16, dtype=np.float32)[corner] + np.random.default_rng(number).normal(0, 0.1, 16).astype(np.float32)
    sound = Sound(-14.0, 90.0, 0.5, 0, 0.5, 0.9, 0, 0)
    with library.transaction():
        identity = Identity(ContentId(f"new-{number}"), 200_000, "mp3")
        track = library.files.put(
            f"/music/new-{number}.mp3", "/music", Stamp(1, 1), identity, Tags(f"New {number}"), ()
        )
        library.vectors.put(track, Analysis(MODEL, vector / np.linalg.norm(vector), sound, b"", 200_000))
    return track


def test_a_map_is_drawn_kept_and_found_again(room: Drawn) -> None:
    chart = room.look()
    assert len(chart.ids) == 120
    assert chart.done is None
    shares = [one.done for one in room.told if one.done is not None]
    assert shares == sorted(shares)
    corners = np.repeat(np.arange(6), 20)
    middles = np.array([np.median(chart.places[corners == corner], axis=0) for corner in range(6)])
    nearest = ((chart.places[:, None] - middles[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == corners).mean() > 0.95
    assert not room.file.with_name("map.graph").exists(), "what only the work needed is gone"
    with drawn(room.folder) as again:
        found = again.look()
        assert len(again.told) == 1, "nothing had to be worked out"
        np.testing.assert_array_equal(found.places, chart.places)


def test_a_new_song_gets_a_place_without_moving_the_others(room: Drawn) -> None:
    before = room.look()
    track = add(room.library, 1, corner=2)
    after = room.look()
    row = int(after.rows(np.array([track]))[0])
    np.testing.assert_array_equal(np.delete(after.places, row, axis=0), before.places)
    group = before.places[40:60]
    assert np.hypot(*(after.places[row] - np.median(group, axis=0))) <= np.hypot(*np.ptp(group, axis=0))
    assert load(room.file, MODEL).laid.sum() == 120


def test_songs_that_are_gone_vanish_and_come_back(room: Drawn) -> None:
    before = room.look()
    with room.library.transaction():
        room.library.files.mark("gone", ["/music/000.mp3"])
    after = room.look()
    assert len(after.ids) == 119
    np.testing.assert_array_equal(after.places, before.places[1:])


def test_when_many_came_it_is_laid_out_anew_from_what_there_is(room: Drawn) -> None:
    before = room.look()
    for number in range(40):
        add(room.library, number, corner=number % 6)
    after = room.look()
    assert load(room.file, MODEL).laid.all()
    rows = after.rows(before.ids)
    moved = np.hypot(*(after.places[rows] - before.places).T)
    assert np.median(moved) < 0.35 * np.ptp(before.places, axis=0).max(), "stable between runs"


def test_a_damaged_file_or_another_model_is_no_map(room: Drawn) -> None:
    room.look()
    whole = room.file.read_bytes()
    assert len(load(room.file, MODEL).ids) == 120
    assert load(room.file, "another") is NOTHING
    for damage in (whole[:-9], whole[:100] + b"x" + whole[101:], b""):
        room.file.write_bytes(damage)
        assert load(room.file, MODEL) is NOTHING
    with drawn(room.folder) as again:
        assert len(again.look().ids) == 120
    assert len(load(room.file, MODEL).ids) == 120


def test_too_few_songs_make_no_map(tmp_path: Path) -> None:
    with drawn(tmp_path) as room:
        assert room.look().heard == 0
        for number in range(4):
            add(room.library, number, corner=number)
        chart = room.look()
        assert (len(chart.ids), chart.heard, chart.done) == (0, 4, None)
        add(room.library, 4, corner=4)
        assert len(room.look().ids) == 5


def test_it_rests_when_analysis_rests(room: Drawn) -> None:
    room.rests = "paused"
    room.charting.look()
    waits = [room.charting.step(0) for _ in range(5)]
    assert all(wait and wait > 1 for wait in waits)
    assert room.told[-1].rests == "paused"
    assert room.told[-1].done == 0
    room.rests = ""
    room.work(lambda: len(room.told[-1].ids) == 120 and room.told[-1].done is not None)
    room.rests = "on battery"
    room.work(lambda: room.told[-1].rests == "on battery" and not room.charting._pool.pending)
    reached = room.told[-1].done
    assert room.charting.step(0)
    room.rests = ""
    assert room.look().done is None
    assert reached is not None


def test_of_a_large_library_a_part_is_laid_out_and_the_rest_placed(tmp_path: Path) -> None:
    with drawn(tmp_path, most=60) as room:
        fill(room.library)
        chart = room.look()
        assert len(chart.ids) == 120
        assert load(room.file, MODEL).laid.sum() == 60
        corners = np.repeat(np.arange(6), 20)
        middles = np.array([np.median(chart.places[corners == corner], axis=0) for corner in range(6)])
        nearest = ((chart.places[:, None] - middles[None]) ** 2).sum(axis=2).argmin(axis=1)
        assert (nearest == corners).mean() > 0.9


def test_a_worker_that_loses_the_graph_costs_a_fresh_start_at_most(room: Drawn) -> None:
    room.charting.look()
    room.work(lambda: room.told and (room.told[-1].done or 0) > 0.1)
    room.file.with_name("map.graph").unlink()
    room.work(lambda: False)
    assert len(room.told[-1].ids) == 120
    assert room.told[-1].done is None


def finished(n: int, began: datetime) -> Play:
    """A song that was heard to its end."""
    file = Path(f"/music/{n:03}.mp3")
    return Play(ContentId(f"sound-{n}"), file, began, 200_000, 200_000, Ending.FINISHED, Source.OWN, "p", "", "")


def test_songs_have_the_colours_of_what_they_are(room: Drawn) -> None:
    for hours, n in enumerate((1, 0, 0, 0)):
        room.listener.plays.add(finished(n, BEGIN - timedelta(hours=9 - hours)))
    fast = add(room.library, 1, corner=0)
    traits, rows = (chart := room.look()).traits, chart.rows(np.array([fast]))
    assert traits.genres == tuple(f"Genre {n}" for n in range(6))
    assert set(traits.genre.tolist()) == {*range(6), UNKNOWN}
    assert OTHER not in traits.genre
    assert traits.tempo_bpm[0] == pytest.approx(120, abs=5)
    assert traits.energy[rows] == traits.energy.max()
    assert traits.familiar[0] > traits.familiar[1] > 0
    assert (traits.familiar[2:] == 0).all()


def test_a_play_changes_how_familiar_a_song_is_and_nothing_else(room: Drawn) -> None:
    before = room.look().traits
    room.listener.plays.add(finished(2, BEGIN - timedelta(hours=1)))
    after = room.look().traits
    assert after.familiar[2] > 0
    assert before.familiar[2] == 0
    assert after.genre is before.genre, "it was not read again"
