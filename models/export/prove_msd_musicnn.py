"""Shows that ``msd_musicnn.onnx`` answers as the original does: both hear a real song, patch by patch.

The original is the network code and the checkpoint of the musicnn wheel, run by TensorFlow. As both ask for
packages that the project does not use, give them an environment of their own:

    pip install tensorflow==2.21.* tf-keras==2.21.* librosa==0.11.* onnxruntime==1.32.*
    pip install --no-deps musicnn==0.1.0
    TF_USE_LEGACY_KERAS=1 python -m models.export.prove_msd_musicnn SONG --model models/msd_musicnn.onnx

The setting brings back the layers of TensorFlow 1 that the original is written in. One thing of the original
is left out: it rounds the mel spectrogram to half precision before multiplying it by 10,000, which overflows
on loud music; both networks are given single precision.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import librosa
import musicnn
import numpy as np
import onnxruntime as ort
import tensorflow as tf
from musicnn import configuration, models
from numpy.typing import NDArray

PATCH_FRAMES = 187
LARGEST_DIFFERENCE = 1e-4

Answers = Mapping[str, NDArray[Any]]


def patches_of(song: Path) -> NDArray[np.float32]:
    """Every patch of a song, made as the original makes them, (n, 187, 96)."""
    samples, rate = librosa.load(song, sr=configuration.SR)
    mel: NDArray[np.float32] = librosa.feature.melspectrogram(
        y=samples,
        sr=rate,
        hop_length=configuration.FFT_HOP,
        n_fft=configuration.FFT_SIZE,
        n_mels=configuration.N_MELS,
    ).T
    whole = len(mel) // PATCH_FRAMES
    patches = mel[: whole * PATCH_FRAMES].reshape(whole, PATCH_FRAMES, -1)
    return np.log10(10_000 * patches + 1).astype(np.float32)


def original_answers(patches: NDArray[np.float32]) -> Answers:
    """What the network of the wheel says."""
    tf.compat.v1.disable_eager_execution()
    heard = tf.compat.v1.placeholder(tf.float32, [None, PATCH_FRAMES, configuration.N_MELS])
    logits, *_, penultimate = models.define_model(heard, False, "MSD_musicnn", len(configuration.MSD_LABELS))
    wanted = {"penultimate": penultimate, "tags": tf.nn.sigmoid(logits)}
    with tf.compat.v1.Session() as session:
        folder = Path(musicnn.__file__).parent / "MSD_musicnn"
        tf.compat.v1.train.Saver().restore(session, f"{folder}/")
        answers = [session.run(wanted, {heard: patch[None]}) for patch in patches]
    return {name: np.concatenate([answer[name] for answer in answers]) for name in wanted}


def rebuilt_answers(patches: NDArray[np.float32], model: Path) -> Answers:
    """What the ONNX file says."""
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = ["penultimate", "tags"]
    answers = [session.run(names, {"mel": patch[None]}) for patch in patches]
    return {name: np.concatenate([answer[at] for answer in answers]) for at, name in enumerate(names)}


def main() -> None:
    """Print the largest differences; exit with an error if one is too large."""
    parser = argparse.ArgumentParser(description="Compare msd_musicnn.onnx with the original on a song.")
    parser.add_argument("song", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    given = parser.parse_args()
    patches = patches_of(given.song)
    original, rebuilt = original_answers(patches), rebuilt_answers(patches, given.model)
    print(f"{given.song.name}: {len(patches)} patches")
    worst = 0.0
    for name, expected in original.items():
        difference = float(np.abs(expected - rebuilt[name]).max())
        print(f"{name}: largest difference {difference:.1e}, largest value {np.abs(expected).max():.3f}")
        worst = max(worst, difference)
    if not worst < LARGEST_DIFFERENCE:
        sys.exit(f"the networks differ by {worst:.1e}, more than {LARGEST_DIFFERENCE:.0e}")


if __name__ == "__main__":
    main()
