"""Writes ``msd_musicnn.onnx`` from the weights inside the PyPI wheel musicnn 0.1.0.

    pip download --no-deps musicnn==0.1.0
    python -m models.export.msd_musicnn musicnn-0.1.0-py3-none-any.whl --out models/msd_musicnn.onnx

The same wheel and statistics give the same file, byte for byte.
"""

import argparse
import ast
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray

from models.export.musicnn_network import build_network
from models.export.standardisation import STATISTICS, Statistics, load_statistics
from models.export.tf_checkpoint import read_checkpoint
from player_rec.domain.sound import ModelSpec

SPEC = ModelSpec(
    name="msd_musicnn",
    version="1",
    licence="ISC",
    sample_rate_hz=16_000,
    fft=512,
    hop=256,
    mels=96,
    mel_low_hz=0,
    mel_high_hz=8_000,
    log_factor=10_000,
    patch_frames=187,
    windows=10,
    batch=1,
    pooling="mean",
    dimension=200,
)

_CHECKPOINT = ("musicnn/MSD_musicnn/.index", "musicnn/MSD_musicnn/.data-00000-of-00001")
_CONFIGURATION = "musicnn/configuration.py"


@dataclass(frozen=True, slots=True)
class Original:
    """What the wheel holds of the model: the tensors of its checkpoint by name, and its tags in order."""

    variables: Mapping[str, NDArray[Any]]
    tags: Sequence[str]


def read_wheel(source: Path) -> Original:
    """Read the wheel, or a folder it was unpacked into.

    Raises:
        KeyError, OSError, zipfile.BadZipFile: that is not what ``source`` is.
        DamagedCheckpointError: the checkpoint is not whole.
    """
    if source.is_dir():
        parts = {name: (source / name).read_bytes() for name in (*_CHECKPOINT, _CONFIGURATION)}
    else:
        with zipfile.ZipFile(source) as wheel:
            parts = {name: wheel.read(name) for name in (*_CHECKPOINT, _CONFIGURATION)}
    variables = read_checkpoint(*(parts[name] for name in _CHECKPOINT))
    return Original(variables, _labels(parts[_CONFIGURATION].decode()))


def _labels(configuration: str) -> Sequence[str]:
    """The list MSD_LABELS out of the wheel's source, which is read and not run."""
    for statement in ast.parse(configuration).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="MSD_LABELS")], value=value):
                return tuple(ast.literal_eval(value))
    raise KeyError("MSD_LABELS")


def metadata(tags: Sequence[str], statistics: Statistics) -> Mapping[str, str]:
    """What the file says of itself: every field of its ``ModelSpec``, its tags, and where it comes from."""
    return {
        **{name: str(value) for name, value in asdict(SPEC).items()},
        "tags": json.dumps(list(tags)),
        "source": "MSD_musicnn in the PyPI wheel musicnn 0.1.0, (c) Music Technology Group, Universitat "
        "Pompeu Fabra 2019, developed by Jordi Pons",
        "citation": "J. Pons and X. Serra, 'musicnn: pre-trained convolutional neural networks for music "
        "audio tagging', late-breaking demo, ISMIR 2019",
        "standardised_over": f"{statistics.songs} songs from {len(statistics.collections)} collections",
    }


def main() -> None:
    """Read the command line and write the model."""
    parser = argparse.ArgumentParser(description="Rebuild MSD_musicnn as an ONNX file.")
    parser.add_argument("wheel", type=Path, help="the musicnn 0.1.0 wheel, or a folder it was unpacked into")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--statistics", type=Path, default=STATISTICS, help="what models.export.statistics wrote")
    given = parser.parse_args()
    statistics = load_statistics(given.statistics)
    original = read_wheel(given.wheel)
    model = build_network(original.variables, statistics.standardisation)
    onnx.helper.set_model_props(model, dict(metadata(original.tags, statistics)))
    given.out.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{given.out}: {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
