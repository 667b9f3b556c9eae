"""A player on a tape."""

from collections.abc import Iterator

import pytest

from player_rec.players.builtin.player import BuiltinPlayer
from tests.players.builtin.tape import Room, Tape


@pytest.fixture
def room() -> Iterator[Room]:
    """An open player with an empty queue."""
    tape = Tape()
    player = BuiltinPlayer(tape.open)
    yield Room(tape, player)
    player.quit()
    assert not tape.is_open
