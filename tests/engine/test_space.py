"""The index follows the store, and a graph that lost its way is built anew."""

import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from player_rec.domain.sound import Analysis, Sound
from player_rec.domain.track import ContentId, Identity, Stamp, Tags
from player_rec.engine import space as space_module
from player_rec.engine.space import SoundSpace
from player_rec.recommend.space import index_file
from player_rec.recommend.space.hnsw import HnswIndex
from player_rec.recommend.space.hubness import Hubness
from player_rec.store.db import open_db
from player_rec.store.library import Library

SOUND = Sound(-14.0, 120.0, 0.5, 0, 0.5, 0.5, 0, 0)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Three hundred tracks at random places."""
    rng = np.random.default_rng(1)
    with closing(open_db(tmp_path / "library.db", "library")) as db:
        made = Library(db)
        with made.transaction():
            for number in range(300):
                identity = Identity(ContentId(str(number)), 1000, "mp3")
                track = made.files.put(f"/m/{number}.mp3", "/m", Stamp(1, 1), identity, Tags(), ())
                vector = rng.normal(size=16).astype(np.float32)
                made.vectors.put(track, Analysis("m", vector / np.linalg.norm(vector), SOUND, b"", 1000))
        yield made


def test_tracks_that_left_are_not_found_and_those_that_came_are(library: Library, tmp_path: Path) -> None:
    space = SoundSpace(library, tmp_path / "index", "m")
    space.save()
    assert (len(space), space.kind, space.recall()) == (300, "exact", 1.0)
    library.files.mark("away", ["/m/0.mp3", "/m/1.mp3"])
    assert len(SoundSpace(library, tmp_path / "index", "m")) == 298
    library.files.mark("here", ["/m/0.mp3"])
    assert len(SoundSpace(library, tmp_path / "index", "m")) == 299


def test_a_graph_that_finds_too_few_neighbours_is_built_anew(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    graph = HnswIndex(16, 300)
    for ids, vectors in library.vectors.batches("m"):
        graph.add(ids, vectors)
    (tmp_path / "index").mkdir()
    index_file.save(index_file.Saved(graph, Hubness()), tmp_path / "index" / "neighbours", "m")
    assert SoundSpace(library, tmp_path / "index", "m").kind == "hnsw"
    monkeypatch.setattr(space_module, "_LEAST_RECALL", 1.1)  # no graph is that good
    with caplog.at_level(logging.WARNING):
        anew = SoundSpace(library, tmp_path / "index", "m")
        anew.open()
    assert "built anew" in caplog.text
    assert (len(anew), anew.kind, anew.recall()) == (300, "exact", 1.0)


def test_an_index_that_rests_is_there_again_when_it_is_needed(library: Library, tmp_path: Path) -> None:
    space = SoundSpace(library, tmp_path / "index", "m")
    space.rest()
    assert not (tmp_path / "index").exists(), "it was never needed"
    assert len(space) == 300
    space.open()
    space._changed = True
    space.rest()
    assert space._index is None
    assert (tmp_path / "index").exists()
    assert space.recall() == 1.0


def test_a_library_that_heard_nothing_answers_nothing(tmp_path: Path) -> None:
    with closing(open_db(tmp_path / "empty.db", "library")) as db:
        space = SoundSpace(Library(db), tmp_path / "index", "m")
        assert (len(space), space.kind, space.recall()) == (0, "empty", 1.0)
        assert space.similar([], [], 5) == []
        space.save()
    assert not (tmp_path / "index").exists()
