"""A few minutes in the window in sped-up time. ``tests.endurance.session`` spends eight hours there."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Library, scanned  # noqa: F401 - a fixture
from tests.endurance.session import spend


def test_somebody_who_cannot_leave_it_alone_leaves_no_trace_but_plays(
    scanned: Library,  # noqa: F811 - a fixture
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(scanned.kept, kept)
    wrong = spend(kept, minutes=5.0, speed=60.0, noted_every_min=0.5, lives_min=(1.0,))
    out = capfd.readouterr().out
    assert not wrong, (wrong, out)
    assert "life 1 did" in out
