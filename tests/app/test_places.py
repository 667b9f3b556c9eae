"""Where things are kept, and what is written there for others to read."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from player_rec.app.log import start_log
from player_rec.app.places import places_in, shipped_model, usual_places


def test_a_library_of_its_own_keeps_everything_in_one_folder(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    kept = (places.settings, places.library, places.listening, places.index, places.log, places.lock, places.pause)
    assert all(place.is_relative_to(tmp_path) for place in kept)
    assert len(set(kept)) == len(kept)


def test_what_cannot_be_rebuilt_does_not_lie_in_the_cache() -> None:
    places = usual_places()
    assert places.index.is_relative_to(places.cache)
    assert not places.listening.is_relative_to(places.cache)


def test_a_model_is_shipped() -> None:
    assert shipped_model().is_file()


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The program's logger, left as it was found."""
    found = logging.getLogger("player_rec")
    handlers, level, propagate = found.handlers[:], found.level, found.propagate
    yield found
    for handler in found.handlers[:]:
        found.removeHandler(handler)
        handler.close()
    found.handlers[:], found.propagate = handlers, propagate
    found.setLevel(level)


@pytest.mark.usefixtures("logger")
def test_the_log_names_no_home_and_takes_any_path(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "player_rec.log"
    start_log(path)
    logging.getLogger("player_rec.test").info("read %s", Path.home() / os.fsdecode(b"caf\xe9.mp3"))
    text = path.read_text(encoding="utf-8")
    assert str(Path.home()) + "/" not in text
    assert "~/caf\\udce9.mp3" in text


@pytest.mark.usefixtures("logger")
def test_a_folder_that_cannot_be_written_does_not_stop_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    start_log(tmp_path / "file" / "player_rec.log")
    logging.getLogger("player_rec.test").info("still here")
