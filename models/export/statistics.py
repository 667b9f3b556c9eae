"""Measures, over a collection of music, what MSD_musicnn's embedding is standardised by.

    python -m models.export.statistics FOLDER... --model models/msd_musicnn.onnx

Every folder is one collection. Of every song over 45 s the network's penultimate layer is averaged over the
model's windows; the mean and the deviation of these averages are written to ``msd_musicnn_statistics.json``.
The penultimate layer does not depend on earlier statistics, so any earlier export will do as the model.
"""

import argparse
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from models.export.standardisation import STATISTICS, Statistics, save_statistics, standardisation_of
from player_rec.analysis.decode import excerpt
from player_rec.analysis.mel import log_mel
from player_rec.analysis.spec import read_spec
from player_rec.domain.errors import UnreadableTrack
from player_rec.domain.sound import ModelSpec

log = logging.getLogger(__name__)

SHORTEST_S = 45
SUFFIXES = frozenset({".ogg", ".oga", ".opus", ".mp3", ".flac", ".m4a", ".wav"})


def patches_of(path: Path, spec: ModelSpec) -> NDArray[np.float32]:
    """What the network hears of a song, (windows, patch_frames, mels).

    Raises:
        UnreadableTrack: the file cannot be decoded, or is too short to count.
    """
    heard = excerpt(path, rate_hz=spec.sample_rate_hz, count=spec.windows, samples=spec.patch_samples)
    if heard.duration_ms < SHORTEST_S * 1000:
        raise UnreadableTrack(path, f"lasts {heard.duration_ms / 1000:.0f} s only")
    return log_mel(heard.windows, spec)


def songs_of(folder: Path, session: ort.InferenceSession, spec: ModelSpec) -> Iterator[NDArray[np.float32]]:
    """Mean penultimate layer of every song in a folder that can be read."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        try:
            patches = patches_of(path, spec)
        except UnreadableTrack as error:
            log.info("left out %s", error)
            continue
        answers = [session.run(["penultimate"], {"mel": patch[None]})[0][0] for patch in patches]
        yield np.mean(answers, axis=0)


def measure(folders: Sequence[Path], model: Path) -> Statistics:
    """Hear every song of every folder once."""
    session, spec = ort.InferenceSession(model, providers=["CPUExecutionProvider"]), read_spec(model)
    heard = {folder.name: list(songs_of(folder, session, spec)) for folder in folders}
    songs = np.array([song for collection in heard.values() for song in collection], np.float64)
    return Statistics(standardisation_of(songs), {name: len(part) for name, part in heard.items() if part})


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(description="Measure what the embedding is standardised by.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, required=True, help="an export with the output penultimate")
    parser.add_argument("--out", type=Path, default=STATISTICS)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    statistics = measure(given.folders, given.model)
    save_statistics(given.out, statistics)
    print(f"{given.out}: {statistics.songs} songs from {len(statistics.collections)} collections")


if __name__ == "__main__":
    main()
