"""A folder full of damaged, hostile and good files, made by chance and repeatably."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.endurance.damage import DAMAGES
from tests.endurance.oddities import ODDITIES

WHOLE = "whole"
"""The kind of the files left as they are, by which one sees that the reader still reads."""

ODD_NAME = "whole, oddly named"
"""The kind of good files whose names say something to shells, decoders or terminals, or are no text at all."""

_ODD_NAMES = (
    b"-i %d", b"concat:%d", b"http:%d", b"file:%d", b"subfile,,start,0,end,9,,:%d", b"%%03d %d", b"two\nlines %d",
    b"caf\xe9 \xff\xfe %d", b" %d ", b"~ %d", b"*?[%d]", b"\x1b[31m %d", b"%d.m3u8", b"%d" + b"\xe4\xb8\x80" * 80,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Specimen:
    """One made file: what was done to it, and the good file it was made from, if any."""

    path: Path
    kind: str
    origin: str = ""


def specimens(good: Sequence[Path], folder: Path, count: int, seed: int) -> list[Specimen]:
    """Fill ``folder`` with ``count`` specimens, all kinds equally often.

    They are dated long ago, so that nobody takes them for files still being written.
    """
    rng = Random(seed)
    kinds = [WHOLE, ODD_NAME, *DAMAGES, *ODDITIES]
    made = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        album = folder / f"{number // 50:03}"
        album.mkdir(parents=True, exist_ok=True)
        source = rng.choice(good)
        if kind in ODDITIES:
            suffix = rng.choice((".mp3", ".flac", ".ogg", ".m4a", ".wav"))
            specimen = Specimen(album / f"{number:05} {kind}{suffix}", kind)
            ODDITIES[kind](rng, specimen.path)
        else:
            name = os.fsdecode(rng.choice(_ODD_NAMES) % number) if kind == ODD_NAME else f"{number:05} {kind}"
            specimen = Specimen(album / f"{name}{source.suffix}", kind, source.name)
            specimen.path.write_bytes(damaged(rng, kind, source.read_bytes()))
        if specimen.path.is_file():
            os.utime(specimen.path, (1e9 + number, 1e9 + number))
        made.append(specimen)
    return made


def damaged(rng: Random, kind: str, data: bytes) -> bytes:
    """Return what is left of a file after damage of a kind."""
    return data if kind in {WHOLE, ODD_NAME} else DAMAGES[kind](rng, data)
