"""Many short songs, no two alike, cut out of the demo music; and the library the real program makes of them."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

SOURCES = Path(__file__).parents[1] / "data" / "music"
PROGRAM = [sys.executable, "-m", "player_rec.cli.main"]
FIRST = "first.flac"
"""The song the evening begins with; long enough for heart mode to be switched on while it plays."""

_CUT_S, _PITCHES = 6.0, (1.0, 1.19, 0.84, 1.41)
_RATE_HZ = 48_000


def make_songs(music: Path, count: int, rng: Random) -> list[str]:
    """Write ``FIRST`` and ``count`` songs of 4 to 7 s, each by an artist of its own; returns the names of the short."""
    music.mkdir(parents=True)
    sources = sorted(SOURCES.rglob("*.opus"))
    _cut(sources[0], music / FIRST, 0, 14, 0.92, "First")
    names = []
    for number in range(count):
        source, part = sources[number % len(sources)], number // len(sources)
        pitch = _PITCHES[part % len(_PITCHES)]
        name = f"{number:02}.flac"
        _cut(source, music / name, _CUT_S * (part % 4), rng.uniform(4.0, 7.0), pitch, f"Number {number}")
        names.append(name)
    return names


def _cut(source: Path, target: Path, from_s: float, length_s: float, pitch: float, title: str) -> None:
    """Cut a piece out and play it at another pitch and tempo, so that it is another sound to every ear."""
    tags = {"title": title, "artist": f"{title} Band", "album": f"{title} Album"}
    told = [word for key, value in tags.items() for word in ("-metadata", f"{key}={value}")]
    sped = f"aresample={_RATE_HZ},asetrate={round(_RATE_HZ * pitch)},aresample={_RATE_HZ}"
    piece = ["-ss", f"{from_s}", "-i", str(source), "-map_metadata", "-1", "-af", sped, "-t", f"{length_s:.2f}"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *piece, *told, str(target)], check=True)


def scan(music: Path, kept: Path) -> int:
    """Have the real program hear every song; returns how many it heard."""
    done = program(kept, "scan", str(music), "--hurry", "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return int(told["heard"])


def program(kept: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run the real program on a library."""
    line = [*PROGRAM, *command, "--library", str(kept)]
    return subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
