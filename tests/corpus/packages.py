"""Fetch the music of Debian packages without installing them: ``python -m tests.corpus.packages DIR``.

Each package ends as ``DIR/<package>/`` holding its audio files and its copyright file, nothing else. A package
that is already there is left alone, so an interrupted run is simply started again. Licences are GPL, CC BY or
CC BY-SA, package by package; nothing fetched here belongs into the repository.
"""

import argparse
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

AUDIO_SUFFIXES = frozenset((".flac", ".it", ".m4a", ".mod", ".mp3", ".oga", ".ogg", ".opus", ".s3m", ".wav", ".xm"))
ARCHIVE_SUFFIXES = frozenset((".pk3", ".zip"))

SMALL_AND_WELL_TAGGED = (
    "wesnoth-1.16-music",
    "ufoai-music",
    "colobot-common-sounds",
    "nexuiz-music",
    "singularity-music",
    "warzone2100-music",
    "hyperrogue-music",
    "fretsonfire-songs-muldjord",
    "fretsonfire-songs-sectoid",
    "planetblupi-music-ogg",
)
LARGE = (
    "naev-data",
    "supertux-data",
    "hedgewars-data",
    "freedroidrpg-data",
    "unknown-horizons",
    "megaglest-data",
    "widelands-data",
    "supertuxkart-data",
)
VARIETY = (
    "fillets-ng-data",
    "starfighter-data",
    "ardentryst",
    "btanks-data",
    "wizznic-data",
    "adonthell-data",
    "openarena-088-data",
    "xmoto-data",
    "extremetuxracer-data",
    "lordsawar-data",
    "zaz-data",
    "torus-trooper-data",
    "titanion-data",
    "gunroar-data",
    "mu-cade-data",
)
PACKAGES = SMALL_AND_WELL_TAGGED + LARGE + VARIETY


def is_audio(path: Path) -> bool:
    """Whether the name says that this is sound."""
    return path.suffix.lower() in AUDIO_SUFFIXES


def music_of(package: str, library: Path) -> Path:
    """Fetch one package unless it is there, and return its folder.

    Raises:
        subprocess.CalledProcessError: apt-get or dpkg refused.
    """
    done = library / package
    if done.is_dir():
        return done
    work = library / f".{package}.partial"
    shutil.rmtree(work, ignore_errors=True)
    tree = work / "tree"
    tree.mkdir(parents=True)
    download = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package]
    subprocess.run(download, cwd=work, check=True, stdout=subprocess.DEVNULL)
    (deb,) = work.glob("*.deb")
    subprocess.run(["dpkg", "-x", deb, tree], check=True)
    deb.unlink()
    unpack_archives(tree)
    keep_only_audio(tree)
    tree.rename(done)
    work.rmdir()
    return done


def unpack_archives(tree: Path) -> None:
    """Unpack the audio of game archives into folders beside them."""
    for path in [path for path in tree.rglob("*") if path.suffix.lower() in ARCHIVE_SUFFIXES and path.is_file()]:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.with_suffix(""), [name for name in archive.namelist() if is_audio(Path(name))])


def keep_only_audio(tree: Path) -> None:
    """Delete links, folders without sound and every file but audio and the copyright notice."""
    for path in sorted(tree.rglob("*"), reverse=True):
        if path.is_symlink() or (path.is_file() and not is_audio(path) and path.name != "copyright"):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def audio_files(folder: Path) -> Iterator[Path]:
    """Every audio file below a folder, in a stable order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and is_audio(path))


def main() -> int:
    """Fetch the packages asked for, say what each holds, and fail if one could not be had."""
    parser = argparse.ArgumentParser(description="Fetch the music of Debian packages without installing them.")
    parser.add_argument("library", type=Path, help="folder to unpack into")
    parser.add_argument("packages", nargs="*", default=PACKAGES, help="Debian packages (default: the list above)")
    given = parser.parse_args()
    given.library.mkdir(parents=True, exist_ok=True)
    lost = []
    for package in given.packages:
        try:
            files = list(audio_files(music_of(package, given.library)))
        except subprocess.CalledProcessError as error:
            lost.append(package)
            print(f"{package}: {error}", file=sys.stderr, flush=True)
            continue
        size_mb = sum(path.stat().st_size for path in files) / 1e6
        print(f"{package}: {len(files)} audio files, {size_mb:.0f} MB", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
