"""How right the measures of sound are: ``python -m tests.bench.sound MUSIC… [--midi FOLDER…]``.

Tempo and key against MIDI music of known truth, written for the purpose or found in folders; tempo again beside
librosa's on whole real songs; loudness of the windows beside FFmpeg's ebur128 on whole songs; fingerprints of copies,
and of every pair of real tracks; and what each measure costs. Needs ``ffmpeg``, and for MIDI ``fluidsynth`` with the
FluidR3 sound font.
"""

import argparse
import random
import re
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import librosa
import numpy as np

from player_rec.analysis.decode import Excerpt, decode, excerpt
from player_rec.analysis.energy import energy
from player_rec.analysis.fingerprint import SAME, distance, fingerprint
from player_rec.analysis.loudness import integrated_lufs
from player_rec.analysis.rhythm import tempo
from player_rec.analysis.silence import edges
from player_rec.analysis.tonality import key
from player_rec.domain.errors import UnreadableTrack
from tests.bench.midi import Truth, compose, play, truth

RATE_HZ, WINDOWS, SAMPLES = 16_000, 10, 48_128
SUFFIXES = {".ogg", ".opus", ".mp3", ".flac", ".m4a", ".wav"}
SHORTEST_MS = 45_000
TEMPO_TOLERANCE = 0.04  # as in MIREX
MIREX = {"same": 1.0, "fifth": 0.5, "relative": 0.3, "parallel": 0.2, "other": 0.0}
COPIES: Mapping[str, tuple[str, ...]] = {
    "mp3 64k": ("-b:a", "64k"),
    "mp3 64k, -12 dB": ("-af", "volume=-12dB", "-b:a", "64k"),
    "mp3 64k, first 1 s cut": ("-af", "atrim=start=1", "-b:a", "64k"),
    "mp3 64k, 1.2 s of silence first": ("-af", "adelay=1200:all=1", "-b:a", "64k"),
    "mp3 64k mono, 22 kHz": ("-ac", "1", "-ar", "22050", "-b:a", "64k"),
    "mp3 128k, remastered": (
        "-af",
        "equalizer=f=100:t=q:w=0.7:g=4,equalizer=f=6000:t=q:w=0.7:g=4,"
        "acompressor=threshold=-24dB:ratio=4:makeup=4,alimiter=limit=0.9",
        "-b:a",
        "128k",
    ),
}

Row = Sequence[object]


def table(title: str, header: Row, rows: Sequence[Row]) -> None:
    """Print as Markdown."""
    print(f"\n### {title}\n")
    for row in (header, ["---"] * len(header), *rows):
        print("| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")


def heard(path: Path) -> Excerpt:
    """A track as the program hears it."""
    return excerpt(path, rate_hz=RATE_HZ, count=WINDOWS, samples=SAMPLES)


def songs(folders: Sequence[Path], seed: int) -> list[Path]:
    """Every audio file below the folders, in an order that mixes them."""
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    random.Random(seed).shuffle(found)
    return found


def agrees(bpm: float, other: float) -> bool:
    """Whether two tempi are one, their half or their double."""
    return bool(bpm) and any(abs(bpm / (other * factor) - 1) <= TEMPO_TOLERANCE for factor in (0.5, 1.0, 2.0))


def relation(found: int, truth_: int) -> str:
    """How a wrong key is wrong, as MIREX tells."""
    apart, modes = (found - truth_) % 12, (found >= 12, truth_ >= 12)
    if modes[0] == modes[1]:
        return {0: "same", 5: "fifth", 7: "fifth"}.get(apart, "other")
    relative = 9 if modes == (True, False) else 3
    return {0: "parallel", relative: "relative"}.get(apart, "other")


def pieces(folders: Sequence[Path], written: int, most: int, work: Path) -> Iterator[tuple[str, Path, Truth]]:
    """Group, MIDI file and truth of everything to be played."""
    for seed in range(written):
        path = work / f"{seed}.mid"
        yield "written here", path, compose(path, seed)
    for folder in folders:
        found = sorted(folder.rglob("*.mid"))
        for path in found[:: max(1, len(found) // most)]:
            yield folder.name, path, truth(path)


def judge_midi(folders: Sequence[Path], written: int, most: int) -> None:
    """Play each piece, measure it, and print how often tempo and key are right."""
    tempi: dict[str, list[tuple[bool, bool, float]]] = {}
    keys: dict[str, list[tuple[str, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for group, path, known in pieces(folders, written, most, work):
            wav = play(path, work / "played.wav")
            sound = heard(wav)
            if known.bpm is not None and sound.duration_ms >= SHORTEST_MS / 2:
                bpm, sure = tempo(sound.windows, RATE_HZ)
                theirs = float(librosa.feature.tempo(y=decode(wav, 22_050), sr=22_050, hop_length=256)[0])
                tempi.setdefault(group, []).append((agrees(bpm, known.bpm), agrees(theirs, known.bpm), sure))
            if known.key is not None and sound.duration_ms >= SHORTEST_MS / 2:
                tonic, sure = key(sound.windows, RATE_HZ)
                keys.setdefault(group, []).append((relation(tonic, known.key), sure))
    rows = [
        [group, len(found), *(statistics.fmean(part[k] for part in found) for k in (0, 1)), *believed(found)]
        for group, found in tempi.items()
    ]
    title = "Tempo against MIDI (within 4 %, half and double count)"
    table(title, ("pieces", "n", "right", "librosa on the whole", "right where sure > ½", "share sure"), rows)
    rows = [[group, len(found), *key_figures(found)] for group, found in keys.items()]
    table("Key against MIDI", ("pieces", "n", "right", "MIREX", "right where sure > ½", "share sure", "errors"), rows)


def believed(found: Sequence[tuple[bool, bool, float]]) -> tuple[float, float]:
    """How often a confident tempo is right, and how often one is confident."""
    sure = [part[0] for part in found if part[2] > 0.5]
    return (statistics.fmean(sure) if sure else 0.0, len(sure) / len(found))


def key_figures(found: Sequence[tuple[str, float]]) -> Row:
    """Share right, MIREX score, share right among the sure, share of those, and the errors."""
    kinds = Counter(kind for kind, _ in found)
    sure = [kind == "same" for kind, confidence in found if confidence > 0.5]
    errors = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common() if kind != "same")
    score = sum(MIREX[kind] * count for kind, count in kinds.items()) / len(found)
    right = statistics.fmean(sure) if sure else 0.0
    return [kinds["same"] / len(found), score, right, len(sure) / len(found), errors]


def ebur128_lufs(path: Path) -> float:
    """Programme loudness of a whole file as FFmpeg measures it."""
    command = [
        "ffmpeg",
        "-nostdin",
        "-hide_banner",
        "-i",
        str(path),
        "-map",
        "0:a:0",
        "-af",
        "ebur128",
        "-f",
        "null",
        "-",
    ]
    report = subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", report)[-1])


def judge_songs(paths: Sequence[Path], count: int) -> None:
    """Print how tempo and loudness of the windows compare with those of whole songs."""
    same: list[bool] = []
    sure: list[bool] = []
    apart: list[float] = []
    for path, sound in readable(paths, count):
        whole = decode(path, 22_050)
        bpm, confidence = tempo(sound.windows, RATE_HZ)
        theirs = float(librosa.feature.tempo(y=whole, sr=22_050, hop_length=256)[0])
        same += [agrees(bpm, theirs)] if bpm else []
        sure += [agrees(bpm, theirs)] if confidence > 0.5 else []
        apart.append(integrated_lufs(sound.blocks) - ebur128_lufs(path))
    sizes = np.abs(apart)
    table(
        f"Real songs, windows against the whole ({len(apart)})",
        (
            "pulse found",
            "tempo as librosa",
            "share sure > ½",
            "as librosa where sure",
            "loudness: median |LU|",
            "90 %",
            "worst",
            "bias",
        ),
        [
            [
                *(len(same) / len(apart), statistics.fmean(same or [False])),
                *(len(sure) / len(apart), statistics.fmean(sure or [False])),
                *(float(np.median(sizes)), float(np.quantile(sizes, 0.9)), float(sizes.max()), float(np.mean(apart))),
            ]
        ],
    )


def readable(paths: Sequence[Path], count: int) -> Iterator[tuple[Path, Excerpt]]:
    """The first ``count`` songs that are long enough, with what is heard of them."""
    for path in paths:
        try:
            sound = heard(path)
        except UnreadableTrack:
            continue
        if sound.duration_ms >= SHORTEST_MS:
            yield path, sound
            count -= 1
        if not count:
            return


def judge_fingerprints(paths: Sequence[Path], count: int, copied: int) -> None:
    """Print how copies and strangers are told apart.

    Strangers are held beside each other as if their windows lay at the same times, or tracks of different length
    would never be compared at all.
    """
    prints: dict[Path, bytes] = {}
    side_by_side: dict[Path, bytes] = {}
    found: dict[str, list[float]] = {kind: [] for kind in COPIES}
    for path, sound in readable(paths, count):
        prints[path] = fingerprint(sound.windows, RATE_HZ, sound.starts_ms)
        side_by_side[path] = fingerprint(sound.windows, RATE_HZ, 20_000 * np.arange(len(sound.windows)))
        if len(prints) <= copied:
            for kind, apart in copies_of(path, prints[path]):
                found[kind].append(apart)
    rows: list[Row] = [
        [kind, len(apart), sum(value < SAME for value in apart), statistics.median(apart), max(apart)]
        for kind, apart in found.items()
        if apart
    ]
    table("Fingerprints of copies", ("copy", "n", "recognised", "median distance", "worst"), rows)
    begun = time.process_time()
    pairs = sorted((distance(side_by_side[a], side_by_side[b]), a, b) for a, b in combinations(prints, 2))
    each_us = (time.process_time() - begun) / len(pairs) * 1e6
    matched = sum(value < SAME for value, _, _ in pairs)
    print(
        f"\n{len(prints)} tracks, {len(pairs)} pairs, {matched} taken for one recording;"
        f" {each_us:.0f} µs a pair; the nearest:"
    )
    for value, one, other in pairs[: matched + 6]:
        print(f"  {value:.3f}  {one.name}  {other.name}")


def copies_of(path: Path, known: bytes) -> Iterator[tuple[str, float]]:
    """Distance of each kind of copy from its original."""
    with tempfile.TemporaryDirectory() as name:
        for kind, options in COPIES.items():
            copy = Path(name, "copy.mp3")
            command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(path), "-map", "0:a:0", *options, str(copy)]
            subprocess.run(command, check=True)
            sound = heard(copy)
            yield kind, distance(known, fingerprint(sound.windows, RATE_HZ, sound.starts_ms))


def judge_cost(path: Path, rounds: int = 25) -> None:
    """Print the CPU time of each measure for the windows of one song."""
    sound = heard(path)
    windows, starts = sound.windows, sound.starts_ms
    ways: Mapping[str, Callable[[], object]] = {
        "tempo": lambda: tempo(windows, RATE_HZ),
        "key": lambda: key(windows, RATE_HZ),
        "energy": lambda: energy(windows, RATE_HZ, -14.0),
        "edges": lambda: edges(sound.head, sound.tail, RATE_HZ),
        "fingerprint": lambda: fingerprint(windows, RATE_HZ, starts),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.process_time()
            way()
            taken[name].append((time.process_time() - begun) * 1000)
    rows: list[Row] = [[name, statistics.median(spent), min(spent)] for name, spent in taken.items()]
    rows.append(["all", sum(statistics.median(spent) for spent in taken.values()), sum(map(min, taken.values()))])
    table(f"CPU ms for {len(windows)} windows", ("measure", "median", "least"), rows)


def main() -> None:
    """Judge everything that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("music", type=Path, nargs="*", help="folders of real songs")
    parser.add_argument("--midi", type=Path, nargs="*", default=[], help="folders of MIDI files")
    parser.add_argument("--pieces", type=int, default=40, help="files to play of each of these folders")
    parser.add_argument("--written", type=int, default=48, help="pieces to write for the purpose")
    parser.add_argument("--songs", type=int, default=40, help="songs to hear whole")
    parser.add_argument("--tracks", type=int, default=160, help="tracks whose fingerprints are compared pair by pair")
    parser.add_argument("--copies", type=int, default=30, help="of those, how many are copied")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.written or asked.midi:
        judge_midi(asked.midi, asked.written, asked.pieces)
    if not (found := songs(asked.music, asked.seed)):
        return
    if asked.songs:
        judge_songs(found, asked.songs)
    if asked.tracks:
        judge_fingerprints(found, asked.tracks, asked.copies)
    judge_cost(next(readable(found, 1))[0])


if __name__ == "__main__":
    main()
