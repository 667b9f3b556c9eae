"""The exporter reads TensorFlow's checkpoints, and its graph is the network it was made from."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.export.msd_musicnn import SPEC
from models.export.musicnn_network import build_network
from models.export.standardisation import (
    STATISTICS,
    Standardisation,
    load_statistics,
    save_statistics,
    standardisation_of,
)
from models.export.tf_checkpoint import DamagedCheckpointError, masked_crc32c, read_checkpoint
from player_rec.analysis.spec import read_spec

SHIPPED = Path(__file__).parents[2] / "models" / "msd_musicnn.onnx"
FRONT = ((7, 38, 204), (7, 67, 204), (128, 1, 51), (64, 1, 51), (32, 1, 51))
MIDDLE = ((561, 64), (64, 64), (64, 64))

Array = NDArray[Any]


def varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def block(pairs: Mapping[bytes, bytes]) -> bytes:
    """A block of a sorted string table, keys shortened by what they share with the one before."""
    body, before = b"", b""
    for key, value in pairs.items():
        shared = next((n for n, (a, b) in enumerate(zip(key, before, strict=False)) if a != b), 0)
        body += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    body += struct.pack("<II", 0, 1)
    return body + b"\0" + struct.pack("<I", masked_crc32c(body + b"\0"))


def checkpoint(tensors: Mapping[str, Array]) -> tuple[bytes, bytes]:
    """Index and data of a checkpoint, written as TensorFlow writes them."""
    data, entries = b"", {b"": b"\x08\x01"}
    for name, tensor in sorted(tensors.items()):
        raw = tensor.tobytes()
        dims = b"".join(b"\x12" + varint(len(d)) + d for d in (b"\x08" + varint(n) for n in tensor.shape))
        entry = b"\x08" + varint({"f": 1, "i": 9}[tensor.dtype.kind]) + b"\x12" + varint(len(dims)) + dims
        entry += b"\x20" + varint(len(data)) + b"\x28" + varint(len(raw))
        entries[name.encode()] = entry + b"\x35" + struct.pack("<I", masked_crc32c(raw))
        data += raw
    first = block(entries)
    second = block({b"zz": varint(0) + varint(len(first) - 5)})
    handles = varint(0) * 2 + varint(len(first)) + varint(len(second) - 5)
    return first + second + handles.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57), data


TENSORS: Mapping[str, Array] = {
    "dense/bias": np.arange(300, dtype=np.float32),
    "dense/kernel": np.linspace(-1, 1, 24, dtype=np.float32).reshape(2, 3, 4),
    "step": np.array(7, np.int64),
}


def test_tensors_come_back_as_they_were_written() -> None:
    read = read_checkpoint(*checkpoint(TENSORS))
    assert read.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        np.testing.assert_array_equal(read[name], tensor, strict=True)


def test_the_checksum_is_the_published_one() -> None:
    plain = (masked_crc32c(b"123456789") - 0xA282EAD8) & 0xFFFFFFFF
    assert ((plain << 15) | (plain >> 17)) & 0xFFFFFFFF == 0xE3069283


@pytest.mark.parametrize("at", [0, 20, 60, -1, -46])
def test_an_altered_index_is_refused(at: int) -> None:
    index, data = checkpoint(TENSORS)
    altered = bytearray(index)
    altered[at] ^= 0x41
    with pytest.raises(DamagedCheckpointError):
        read_checkpoint(bytes(altered), data)


def test_altered_and_missing_data_is_refused() -> None:
    index, data = checkpoint(TENSORS)
    for damaged in (data[:-1], data[:40] + b"\xff" + data[41:]):
        with pytest.raises(DamagedCheckpointError, match="checksum"):
            read_checkpoint(index, damaged)
    with pytest.raises(DamagedCheckpointError):
        read_checkpoint(b"", data)


def variables() -> dict[str, Array]:
    """A network of the right shape with random weights, three of four front-end filters dead."""
    rng = np.random.default_rng(11)
    made: dict[str, Array] = {}

    def normal(*shape: int) -> Array:
        return rng.standard_normal(shape).astype(np.float32) / np.float32(np.sqrt(np.prod(shape[:-1])))

    def layer(name: str, number: int, *shape: int) -> None:
        full = f"{name}_{number}" if number else name
        made[f"{full}/kernel"], made[f"{full}/bias"] = normal(*shape), normal(shape[-1])

    def normalisation(number: int, size: int) -> None:
        full = f"batch_normalization_{number}" if number else "batch_normalization"
        made[f"{full}/gamma"] = rng.uniform(-1, 2, size).astype(np.float32)
        made[f"{full}/beta"], made[f"{full}/moving_mean"] = normal(size), normal(size)
        made[f"{full}/moving_variance"] = rng.uniform(0.5, 2, size).astype(np.float32)

    normalisation(0, 1)
    for number, (time, mels, filters) in enumerate(FRONT):
        layer("conv2d", number, time, mels, 1, filters)
        normalisation(number + 1, filters)
        kill(made, number, np.arange(filters) % 4 != 0)
    for number, (channels, filters) in enumerate(MIDDLE, start=5):
        layer("conv2d", number, 7, channels, 1, filters)
        normalisation(number + 1, filters)
    normalisation(9, 1506)
    layer("dense", 0, 1506, 200)
    normalisation(10, 200)
    layer("dense", 1, 200, 50)
    return made


def kill(made: dict[str, Array], number: int, dead: NDArray[np.bool_]) -> None:
    """Bring filters to where weight decay brings them: no weights, and a constant that is next to nothing."""
    name = f"conv2d_{number}" if number else "conv2d"
    made[f"{name}/kernel"][..., dead] *= np.float32(1e-35)
    made[f"{name}/bias"][dead] = np.abs(made[f"{name}/bias"][dead])
    made[f"batch_normalization_{number + 1}/moving_mean"][dead] = made[f"{name}/bias"][dead]
    made[f"batch_normalization_{number + 1}/beta"][dead] *= np.float32(1e-9)


def normalised(made: Mapping[str, Array], number: int, x: Array) -> Array:
    full = f"batch_normalization_{number}" if number else "batch_normalization"
    gamma, beta, mean, variance = (
        made[f"{full}/{part}"].astype(np.float64) for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    return np.asarray(gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta)


def convolved(made: Mapping[str, Array], number: int, x: Array) -> Array:
    """Rectified convolution over (frames, width), zeros before and after in time only; (frames, width, filters)."""
    name = f"conv2d_{number}" if number else "conv2d"
    kernel = made[f"{name}/kernel"][:, :, 0].astype(np.float64)
    time = len(kernel)
    padded = np.pad(x, ((((time - 1) // 2), time // 2), (0, 0)))
    views = sliding_window_view(padded, kernel.shape[:2])
    return np.asarray(np.maximum(np.tensordot(views, kernel, axes=2) + made[f"{name}/bias"], 0))


def by_the_book(made: Mapping[str, Array], mel: Array) -> tuple[Array, Array]:
    """Penultimate layer and tags of one patch, every step of the published network in its own order."""
    image = normalised(made, 0, mel.astype(np.float64))
    front = [normalised(made, n + 1, convolved(made, n, image)).max(axis=1) for n in range(len(FRONT))]
    layers = [np.concatenate(front, axis=1)]
    for number in (5, 6, 7):
        answer = normalised(made, number + 1, convolved(made, number, layers[-1])[:, 0])
        layers.append(answer if number == 5 else answer + layers[-1])
    features = np.concatenate(layers, axis=1)
    pooled = np.stack([features.max(axis=0), features.mean(axis=0)], axis=1).ravel()
    dense = normalised(made, 9, pooled) @ made["dense/kernel"] + made["dense/bias"]
    penultimate = normalised(made, 10, np.maximum(dense, 0))
    logits = penultimate @ made["dense_1/kernel"] + made["dense_1/bias"]
    return penultimate, 1 / (1 + np.exp(-logits))


def test_the_graph_is_the_published_network_though_it_leaves_dead_filters_out() -> None:
    made = variables()
    rng = np.random.default_rng(2)
    standard = Standardisation(rng.standard_normal(200), rng.uniform(0.5, 2, 200))
    model = build_network(made, standard).SerializeToString()
    assert len(model) < 1_600_000
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    mel = rng.uniform(0, 4, (2, 40, 96)).astype(np.float32)
    embedding, penultimate, tags = session.run(["embedding", "penultimate", "tags"], {"mel": mel})
    for at, patch in enumerate(mel):
        expected, expected_tags = by_the_book(made, patch)
        np.testing.assert_allclose(penultimate[at], expected, atol=1e-4)
        np.testing.assert_allclose(tags[at], expected_tags, atol=1e-5)
        np.testing.assert_allclose(embedding[at], (expected - standard.mean) / standard.deviation, atol=1e-3)


def test_a_dead_filter_whose_constant_matters_is_not_dropped_in_silence() -> None:
    made = variables()
    made["batch_normalization_1/beta"][:] = 1
    with pytest.raises(ValueError, match="constant that matters"):
        build_network(made, Standardisation(np.zeros(200), np.ones(200)))


def test_statistics_come_back_and_dead_dimensions_are_held_down(tmp_path: Path) -> None:
    songs = np.random.default_rng(4).standard_normal((50, 200)) * np.linspace(0, 2, 200)
    standard = standardisation_of(songs)
    assert standard.deviation.min() >= 0.2
    kept = load_statistics(STATISTICS)
    save_statistics(tmp_path / "again.json", kept)
    assert (tmp_path / "again.json").read_text() == STATISTICS.read_text()


def test_the_shipped_file_was_made_with_these_numbers() -> None:
    assert read_spec(SHIPPED) == SPEC
    assert SHIPPED.stat().st_size < 5_000_000
    session = ort.InferenceSession(SHIPPED, providers=["CPUExecutionProvider"])
    mel = np.random.default_rng(6).uniform(0, 4, (1, SPEC.patch_frames, SPEC.mels)).astype(np.float32)
    embedding, penultimate = session.run(["embedding", "penultimate"], {"mel": mel})
    standard = load_statistics(STATISTICS).standardisation
    np.testing.assert_allclose(embedding, (penultimate - standard.mean) / standard.deviation, atol=1e-3)
