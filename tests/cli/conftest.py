"""A small library of real music, scanned once by the real program."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

MUSIC = Path(__file__).parents[1] / "data" / "music"
PROGRAM = [sys.executable, "-m", "player_rec.cli.main"]


@dataclass(frozen=True, slots=True)
class Said:
    """What the program printed, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer, as a script reads it."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of music and the library made from it."""

    music: Path
    kept: Path

    def run(self, *command: str | Path) -> Said:
        """Run the real program on this library."""
        hurry = ["--hurry"] if command[0] == "scan" else []  # the tests themselves keep both cores busy
        line = [*PROGRAM, *map(str, command), *hurry, "--library", str(self.kept)]
        done = subprocess.run(line, capture_output=True, text=True, errors="surrogateescape", timeout=240, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The demo music, scanned. Not to be changed: take ``library`` for that."""
    folder = tmp_path_factory.mktemp("scanned")
    shutil.copytree(MUSIC, folder / "music", ignore=shutil.ignore_patterns("*.md"))
    made = Library(folder / "music", folder / "kept")
    said = made.run("scan", made.music, "--json")
    assert said.code == 0, said.err
    return made


@pytest.fixture
def library(scanned: Library, tmp_path: Path) -> Callable[[], Library]:
    """Gives a copy of the scanned library whose music has moved to a new folder, to do with as one likes."""

    def copied() -> Library:
        made = Library(tmp_path / "music", tmp_path / "kept")
        shutil.copytree(scanned.music, made.music, copy_function=shutil.copy2)
        shutil.copytree(scanned.kept, made.kept)
        assert made.run("forget", scanned.music).code == 0
        return made

    return copied
