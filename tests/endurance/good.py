"""Good files in every format, with tags and pictures, made from real music."""

from pathlib import Path
from random import Random

from player_rec.domain.track import Tags
from tests.corpus.encode import FORMATS, missing_programs
from tests.corpus.label import Style, write_label

SECONDS = 50.0
_ENDINGS = {".ogg", ".oga", ".opus", ".mp3", ".flac", ".m4a", ".wav"}


def good_files(music: Path, folder: Path, rng: Random, each: int) -> list[Path]:
    """Encode ``each`` songs found below ``music`` into every format there is a program for."""
    songs = sorted(path for path in music.rglob("*") if path.suffix.lower() in _ENDINGS and path.is_file())
    if not songs:
        raise ValueError(f"no music in {music}")
    folder.mkdir(parents=True, exist_ok=True)
    missing = set(missing_programs())
    made = []
    for name, form in FORMATS.items():
        if form.program in missing:
            continue
        for number, song in enumerate(rng.choices(songs, k=each)):
            target = folder / f"{name}-{number}{form.suffix}"
            form.write(song, target, SECONDS)
            if form.container != "none":
                tags = Tags(title=f"{song.stem} as {name}", artists=("Nobody",), album="Endurance", year=2001)
                picture = b"\xff\xd8\xff\xe0" + rng.randbytes(20_000) if number % 2 else None
                write_label(target, form.container, tags, Style.PROPER, picture)
            made.append(target)
    return made
