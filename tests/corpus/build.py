"""Build a library such as people have: ``python -m tests.corpus.build MUSIC_DIR OUT_DIR [--tracks N] [--seconds N]``.

``MUSIC_DIR`` is what ``tests.corpus.packages`` filled. Files already in ``OUT_DIR`` are left alone, so an interrupted
run is simply started again. What each file is, and what a careful reader should show of it, is written beside the
library as ``truth.jsonl``, one object a line:

- ``path`` (surrogates stand for bytes that are not UTF-8), ``path_hex`` (the bytes themselves), ``format``, ``copied``;
- ``source``, ``package``, ``recording`` (files of one recording share it), ``duration_ms`` (of the source);
- ``title``, ``artists``, ``album``, ``album_artists``, ``compilation``, ``track_number``, ``disc_number``, ``year``,
  ``genres``, ``replay_gain`` (track dB, track peak, album dB, album peak), ``guessed`` (fields only the path tells);
  texts such as "<Unknown>" are in the file but say nothing, so they are left out here;
- ``embedded_cover``, ``folder_cover``, and ``odd``: what sets the file apart, in fixed words.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, astuple
from functools import partial
from hashlib import sha256
from pathlib import Path

from tests.corpus.encode import FORMATS, missing_programs
from tests.corpus.label import write_label
from tests.corpus.plan import Job, plan
from tests.corpus.sources import read_sources

ENCODERS_AT_ONCE = 2
FOLDER_COVER_EVERY = 4
SAYS_NOTHING = frozenset(("<unknown>", "???", "none", "(none)", "other"))


def make(job: Job, music: Path, library: Path, seconds: float | None) -> None:
    """Make one file unless it is there; it appears under its name only when it is whole."""
    target = library / job.target
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    number = sha256(os.fsencode(job.target)).hexdigest()[:16]
    work = unfinished(library) / f"{number}{FORMATS[job.format].suffix}"
    work.parent.mkdir(exist_ok=True)
    if job.copied:
        shutil.copyfile(music / job.source.path, work)
    else:
        form = FORMATS[job.format]
        form.write(music / job.source.path, work, seconds)
        cover = jpeg(job.tags.album or job.source.package) if job.cover else None
        write_label(work, form.container, job.written, job.style, cover)
    work.rename(target)


def unfinished(library: Path) -> Path:
    """The folder beside the library in which files are made."""
    return library.parent / f".{library.name}.partial"


def jpeg(name: str) -> bytes:
    """A small picture, always the same for the same name."""
    colours = sha256(os.fsencode(name)).hexdigest()
    picture = f"gradients=s=240x240:n=2:c0=0x{colours[:6]}:c1=0x{colours[6:12]}:x0=0:y0=0:x1=239:y1=239"
    command = ("ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-frames:v", "1", "-f", "mjpeg", "-")
    return subprocess.run(command, check=True, capture_output=True).stdout


def folders_with_cover(jobs: Iterable[Job]) -> frozenset[Path]:
    """Some of the folders that hold a few files, the same ones every time."""
    sizes = Counter(job.target.parent for job in jobs)
    return frozenset(sorted(folder for folder, size in sizes.items() if size > 2)[::FOLDER_COVER_EVERY])


def truth(job: Job, covered: frozenset[Path]) -> Mapping[str, object]:
    """One line of ``truth.jsonl``."""
    tags = asdict(job.tags)
    for name in ("musicbrainz", "cover"):
        del tags[name]
    if job.tags.album.lower() in SAYS_NOTHING and "album" not in job.tags.guessed:
        tags["album"] = ""
    for name in ("artists", "genres"):
        tags[name] = [text for text in tags[name] if text.lower() not in SAYS_NOTHING]
    return {
        "path": str(job.target),
        "path_hex": os.fsencode(job.target).hex(),
        "format": job.format,
        "copied": job.copied,
        "source": str(job.source.path),
        "package": job.source.package,
        "recording": job.source.recording,
        "duration_ms": job.source.duration_ms,
        **tags,
        "replay_gain": astuple(job.tags.replay_gain),
        "guessed": sorted(job.tags.guessed),
        "embedded_cover": job.cover,
        "folder_cover": job.target.parent in covered,
        "odd": job.odd,
    }


def build(jobs: Sequence[Job], music: Path, library: Path, seconds: float | None) -> list[Job]:
    """Make every file, two at a time, and the pictures of the folders; returns the jobs that could be done."""
    done: list[Job] = []
    with ThreadPoolExecutor(ENCODERS_AT_ONCE) as pool:
        work = partial(made, music=music, library=library, seconds=seconds)
        for number, (job, well) in enumerate(zip(jobs, pool.map(work, jobs), strict=True), start=1):
            done += [job] if well else []
            if number % 20 == 0:
                print(f"{number} of {len(jobs)} files", flush=True)
    shutil.rmtree(unfinished(library), ignore_errors=True)
    for folder in folders_with_cover(done):
        (library / folder / "folder.jpg").write_bytes(jpeg(str(folder)))
    return done


def made(job: Job, music: Path, library: Path, seconds: float | None) -> bool:
    """Make one file. False, with a word about it, where an encoder refuses: some packages hold damaged songs."""
    try:
        make(job, music, library, seconds)
    except subprocess.CalledProcessError as error:
        print(f"left out: {job.source.path}: {error.stderr.decode(errors='replace').strip()}", file=sys.stderr)
        return False
    return True


def main() -> int:
    """Plan, say what is missing, build, and tell how many files of each format there are."""
    parser = argparse.ArgumentParser(description="Build a library such as people have.")
    parser.add_argument("music", type=Path, help="folder filled by tests.corpus.packages")
    parser.add_argument("library", type=Path, help="folder to build; truth.jsonl is written beside it")
    parser.add_argument("--tracks", type=int, default=560, help="recordings to use (default: 560)")
    parser.add_argument("--seconds", type=float, help="keep only this much of what is encoded (default: all)")
    given = parser.parse_args()
    if missing := missing_programs():
        print(f"missing programs: {', '.join(missing)}", file=sys.stderr)
        return 1
    jobs = plan(list(read_sources(given.music)), given.tracks)
    given.library.mkdir(parents=True, exist_ok=True)
    jobs = build(jobs, given.music, given.library, given.seconds)
    covered = folders_with_cover(jobs)
    lines = [json.dumps(truth(job, covered)) + "\n" for job in jobs]
    (given.library.parent / "truth.jsonl").write_text("".join(lines))
    for name, count in sorted(Counter(job.format for job in jobs).items()):
        print(f"{name}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
