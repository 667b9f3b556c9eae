"""The index on disk: whole or not at all."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from player_rec.recommend.space.exact import ExactIndex
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.hubness import Hubness
from player_rec.recommend.space.index import recall
from player_rec.recommend.space.index_file import Saved, load, save
from tests.recommend import saving
from tests.recommend.sounds import clustered

VECTORS = clustered(1000, 32)
MODEL = "model@1"
ROOT = Path(__file__).parents[3]


def made(kind: type[ExactIndex] | type[HnswIndex], count: int = 1000) -> Saved:
    index, hubness = kind(32), Hubness()
    index.add(np.arange(count), VECTORS[:count])
    hubness.refresh(index, count)
    return Saved(index, hubness)


def parts(path: Path) -> list[Path]:
    return sorted(part for folder in path.parent.glob(f"{path.name}.*") for part in folder.iterdir())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "sounds.index"


@pytest.mark.parametrize("kind", [ExactIndex, HnswIndex])
def test_what_is_saved_comes_back(path: Path, kind: type[ExactIndex] | type[HnswIndex]) -> None:
    before = made(kind)
    before.index.remove(np.arange(100, 200))
    save(before, path, MODEL)
    after = load(path, MODEL, 32)
    assert after is not None
    assert after.index.kind == kind.kind
    assert after.index.ids().tolist() == before.index.ids().tolist()
    for query in clustered(20, 32, seed=2):
        assert after.index.nearest(query, 10).ids.tolist() == before.index.nearest(query, 10).ids.tolist()
    ids = before.index.ids()
    assert np.array_equal(after.hubness.around(ids).mean, before.hubness.around(ids).mean)


@pytest.mark.parametrize("kind", [ExactIndex, HnswIndex])
def test_what_comes_back_can_grow_and_shrink(path: Path, kind: type[ExactIndex] | type[HnswIndex]) -> None:
    before = made(kind, 500)
    before.index.remove(np.arange(50))
    save(before, path, MODEL)
    after = load(path, MODEL, 32)
    assert after is not None
    after.index.add(np.arange(25), VECTORS[:25])
    after.index.add(np.arange(500, 1000), VECTORS[500:])
    after.index.remove(np.arange(900, 1000))
    assert after.index.ids().tolist() == [*range(25), *range(50, 900)]
    assert recall(after.index, np.arange(500, 900, 10)) >= 0.98
    assert after.hubness.refresh(after.index, 10_000) == 0


@pytest.mark.parametrize("kind", [ExactIndex, HnswIndex])
def test_an_empty_index_comes_back_empty_and_usable(path: Path, kind: type[ExactIndex] | type[HnswIndex]) -> None:
    save(made(kind, 0), path, MODEL)
    after = load(path, MODEL, 32)
    assert after is not None
    after.index.add(np.arange(3), VECTORS[:3])
    assert after.index.nearest(VECTORS[1], 1).ids.tolist() == [1]


def test_only_the_last_save_is_kept(path: Path) -> None:
    for count in (10, 20, 30):
        save(made(HnswIndex, count), path, MODEL)
    assert len({part.parent for part in parts(path)}) == 1
    after = load(path, MODEL, 32)
    assert after is not None
    assert len(after.index) == 30


def test_nothing_saved_is_none(path: Path) -> None:
    assert load(path, MODEL, 32) is None


@pytest.mark.parametrize(("model", "dimension"), [("model@2", 32), (MODEL, 33)])
def test_another_model_or_dimension_is_none(path: Path, model: str, dimension: int) -> None:
    save(made(HnswIndex, 50), path, MODEL)
    assert load(path, model, dimension) is None


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 4
    file.write_bytes(data)


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + bytes(100))


def garble(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 20)


def take_away(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("harm", [cut, empty, flip, lengthen, garble, take_away])
def test_damage_anywhere_is_none(path: Path, harm: Callable[[Path], None]) -> None:
    for place in range(5):
        save(made(HnswIndex, 200), path, MODEL)
        files = [path, *parts(path)]
        assert len(files) == 5
        harm(files[place])
        assert load(path, MODEL, 32) is None


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow over 30 kB: room for the vectors, but not for the graph."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_save_that_does_not_fit_leaves_the_old_one_in_force(path: Path, request: pytest.FixtureRequest) -> None:
    save(made(HnswIndex, 50), path, MODEL)
    larger = made(HnswIndex, 200)
    request.getfixturevalue("small_disk")
    with pytest.raises(OSError, match="graph"):
        save(larger, path, MODEL)
    after = load(path, MODEL, 32)
    assert after is not None
    assert len(after.index) == 50
    assert len({part.parent for part in parts(path)}) == 1


def test_being_killed_while_saving_leaves_the_old_or_the_new(path: Path) -> None:
    before: int | None = None
    for delay_s in np.random.default_rng(0).uniform(0, 0.08, 6):
        saved = save_until_killed(path, delay_s)
        after = load(path, MODEL, saving.DIMENSION)
        size = None if after is None else len(after.index)
        assert size in {saving.SIZES[(saved - 1) % 2] if saved else before, saving.SIZES[saved % 2]}
        if after is not None:
            assert recall(after.index, after.index.ids()[::50]) >= 0.98
        before = size
    save(made(HnswIndex, 100), path, MODEL)
    assert len({part.parent for part in parts(path)}) == 1


def save_until_killed(path: Path, delay_s: float) -> int:
    """Let another process save again and again, end it; says how many times it got to the end."""
    command = [sys.executable, "-m", "tests.recommend.saving", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(delay_s)
        child.kill()
        return child.stdout.read().count("saved")
