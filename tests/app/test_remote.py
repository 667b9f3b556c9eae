"""Two processes of one listener speak with each other, wherever temporary files are kept."""

import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from player_rec.app import remote
from player_rec.app.places import places_in
from player_rec.app.remote import Ear, ask
from player_rec.domain.errors import NoAnswer


def echo(question: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return None if question == {"say": "nothing"} else {"heard": question}


def test_a_question_is_answered_until_the_ear_is_closed(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    assert ask(places, {"a": 1}) is None
    ear = Ear(places, echo)
    assert ask(places, {"a": 1}) == {"heard": {"a": 1}}
    assert ask(places, {"say": "nothing"}) is None, "as from nobody"
    ear.close()
    assert ask(places, {"a": 1}) is None


def test_a_folder_for_temporary_files_with_a_long_name_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("t" * 200)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    ear = Ear(places_in(tmp_path), echo)
    assert ask(places_in(tmp_path), {"a": 1}) == {"heard": {"a": 1}}
    ear.close()


def test_a_process_that_is_held_up_is_not_taken_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()

    def slow(_: Mapping[str, Any]) -> Mapping[str, Any]:
        held.wait(20)
        return {}

    monkeypatch.setattr(remote, "_ANSWER_WITHIN_S", 0.3)
    ear = Ear(places_in(tmp_path), slow)
    with pytest.raises(NoAnswer):
        ask(places_in(tmp_path), {"a": 1})
    held.set()
    ear.close()
