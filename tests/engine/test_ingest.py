"""From a folder to sound space, with real files, real workers and a real store."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import onnx
import pytest

from player_rec.analysis.decode import decode
from player_rec.analysis.pool import Pool
from player_rec.analysis.spec import read_spec
from player_rec.app.places import shipped_model
from player_rec.engine.ingest import Ingest, Key, outermost
from player_rec.engine.jobs import Finding
from player_rec.engine.space import SoundSpace, serving_model
from player_rec.store.db import open_db
from player_rec.store.library import Library
from tests.analysis.audio import write_audio

MUSIC = Path(__file__).parents[1] / "data" / "music"


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three songs."""
    folder = tmp_path / "music"
    folder.mkdir()
    for song in sorted(MUSIC.rglob("*.opus"))[:3]:
        shutil.copy2(song, folder)
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(open_db(tmp_path / "library.db", "library")) as db:
        yield Library(db)


@contextmanager
def ingest(
    library: Library, kept: Path, model: Path, paused: Callable[[], str] = lambda: "", workers: int = 2
) -> Iterator[tuple[Ingest, SoundSpace]]:
    space = SoundSpace(library, kept, read_spec(model).key)
    pool: Pool[Key, Finding] = Pool(workers, 60.0, polite=False)
    with pool:
        yield Ingest(library, space, pool, model, likes=list, paused=paused, workers=workers), space


def of_version(path: Path, version: str) -> Path:
    """The shipped model, as of another version."""
    network = onnx.load(str(shipped_model()))
    for entry in network.metadata_props:
        if entry.key == "version":
            entry.value = version
    onnx.save(network, str(path))
    return path


def work(doing: Ingest, limit_s: float = 120.0) -> None:
    end = time.monotonic() + limit_s
    while (wait_s := doing.step(0.5)) is not None:
        assert time.monotonic() < end
        time.sleep(min(wait_s, 0.5))


def test_old_vectors_serve_until_the_new_model_has_heard_everything(
    library: Library, music: Path, tmp_path: Path
) -> None:
    old, new = shipped_model(), of_version(tmp_path / "new.onnx", "of tomorrow")
    old_key, new_key = read_spec(old).key, read_spec(new).key

    with ingest(library, tmp_path / "index", old) as (doing, _):
        doing.look([str(music)])
        work(doing)
    assert library.vectors.models() == {old_key: 3}

    with ingest(library, tmp_path / "index", new) as (doing, _):
        doing.look([str(music)])
        while library.vectors.models().get(new_key, 0) < 1:
            doing.step(0.1)
        if library.vectors.models()[new_key] < 3:
            assert serving_model(library, new_key) == old_key
            assert len(SoundSpace(library, tmp_path / "index", old_key)) == 3
        work(doing)
    assert serving_model(library, new_key) == new_key
    assert library.vectors.models() == {new_key: 3}


def test_what_is_heard_can_be_found_at_once(library: Library, music: Path, tmp_path: Path) -> None:
    with ingest(library, tmp_path / "index", shipped_model()) as (doing, space):
        doing.look([str(music)])
        while not len(space):
            doing.step(0.1)
        [track] = list(library.vectors.ids(space.model))[:1]
        vector = library.vectors.get(space.model, [track])[track]
        assert space.near(vector, 1, 0.9) == [track]


def test_what_plays_is_heard_first(library: Library, music: Path, tmp_path: Path) -> None:
    new = of_version(tmp_path / "new.onnx", "of tomorrow")
    with ingest(library, tmp_path / "index", shipped_model()) as (doing, _):
        doing.look([str(music)])
        work(doing)
    last = max(music.glob("*.opus"))
    with ingest(library, tmp_path / "index", new, workers=1) as (doing, space):
        doing.look([str(music)])
        doing.prefer(last)
        while not (heard := library.vectors.ids(space.model)):
            doing.step(0.01)
    assert library.tracks.at(last) in heard


def test_nothing_is_read_or_heard_while_it_rests(library: Library, music: Path, tmp_path: Path) -> None:
    why = "paused"
    with ingest(library, tmp_path / "index", shipped_model(), lambda: why) as (doing, _):
        doing.look([str(music)])
        for _ in range(5):
            assert doing.step(0.1)
        assert doing.progress().paused == "paused"
        assert library.files.counts()["here"] == 0
        why = ""
        work(doing)
    assert library.files.counts()["here"] == 3


def test_a_copy_in_another_format_is_the_same_recording(library: Library, music: Path, tmp_path: Path) -> None:
    song = next(music.glob("*.opus"))
    write_audio(music / "copy.mp3", decode(song, 44_100)[None], 44_100)
    then = time.time() - 60
    os.utime(music / "copy.mp3", (then, then))
    with ingest(library, tmp_path / "index", shipped_model()) as (doing, _):
        doing.look([str(music)])
        work(doing)
    recordings = library.tracks.recordings()
    assert len(recordings) == 4
    assert len(set(recordings.values())) == 3
    one, other = library.tracks.at(song), library.tracks.at(music / "copy.mp3")
    assert one is not None
    assert other is not None
    assert recordings[one] == recordings[other]


def test_the_time_left_is_unknown_at_first_and_then_falls(library: Library, music: Path, tmp_path: Path) -> None:
    with ingest(library, tmp_path / "index", shipped_model()) as (doing, _):
        doing.look([str(music)])
        assert doing.progress().left_s is None
        assert doing.progress().to_read == 3
        told = []
        while doing.step(0.5) is not None:
            if doing.progress().to_hear:
                told.append(doing.progress().left_s)
        assert any(told), "it was never said how long it would take"
        done = doing.progress()
    assert (done.to_read, done.read, done.to_hear, done.heard, done.failed) == (0, 3, 0, 3, 0)
    assert done.left_s == 0


def test_folders_inside_others_are_left_out() -> None:
    assert outermost(["/m/a", "/m", "/n", "/m/a/b", "/mm"]) == ("/m", "/n", "/mm")
    assert outermost(["/", "/m"]) == ("/",)
