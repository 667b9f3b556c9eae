"""Players by name."""

import subprocess
import sys

import pytest

from player_rec.domain.errors import BadSettings
from player_rec.players.registry import KNOWN, open_player


def test_a_player_is_made_by_its_name() -> None:
    assert [open_player(name, name=name).name for name in KNOWN] == list(KNOWN)


def test_an_unknown_player_is_answered_with_those_there_are() -> None:
    with pytest.raises(BadSettings, match="mpd"):
        open_player("gramophone")


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(BadSettings, match="needle"):
        open_player("mpd", needle="diamond")


def test_no_player_is_imported_before_it_is_asked_for() -> None:
    look = "import sys; import player_rec.players.registry; print([name for name in sys.modules if '.mpd' in name])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
