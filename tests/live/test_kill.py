"""The program at a real MPD, killed in the middle of it. ``tests.endurance.kill`` does this for a whole evening."""

import tempfile
from pathlib import Path

from tests.endurance.kill_evening import Evening


def test_killed_again_and_again_it_loses_and_doubles_nothing() -> None:
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:  # of a short name: that of a socket may have 107 bytes
        evening = Evening(Path(folder).resolve(), seed=5, songs=16)
        try:
            account = evening.spend(kills=4)
        finally:
            evening.close()
    assert not account.broken
    assert account.kills.total() == 4
    assert account.songs > 2
    assert account.plays.total() >= 1
