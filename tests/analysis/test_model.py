"""A model file describes itself or is refused, and every track gets one finite vector."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from player_rec.analysis.mel import log_mel
from player_rec.analysis.model import Model
from player_rec.analysis.spec import read_spec
from player_rec.domain.errors import BadModel
from player_rec.domain.sound import ModelSpec

Patches = NDArray[np.float32]

SHIPPED = Path(__file__).parents[2] / "models" / "msd_musicnn.onnx"
SMALL = ModelSpec(
    name="means",
    version="3",
    licence="CC0-1.0",
    sample_rate_hz=8_000,
    fft=256,
    hop=128,
    mels=4,
    mel_low_hz=20.5,
    mel_high_hz=4_000,
    log_factor=1_000,
    patch_frames=5,
    windows=2,
    batch=2,
    pooling="mean",
    dimension=4,
)


def network(
    path: Path,
    metadata: Mapping[str, str],
    operation: str = "Sub",
    operand: float = 1.0,
    batch: int | str = "batch",
    output: str = "embedding",
) -> Path:
    """A real network: the mean of each mel band over time, then one operation with a constant."""
    nodes = [
        helper.make_node("ReduceMean", ["mel"], ["mean"], axes=[1], keepdims=0),
        helper.make_node(operation, ["mean", "operand"], [output]),
    ]
    graph = helper.make_graph(
        nodes,
        "means",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, [batch, 5, 4])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [batch, 4])],
        [numpy_helper.from_array(np.array([operand], np.float32), "operand")],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    helper.set_model_props(model, dict(metadata))
    onnx.save(model, path)
    return path


def described(**changes: str) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(SMALL).items()} | changes


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return network(tmp_path / "small.onnx", described())


@pytest.fixture(scope="module")
def shipped() -> Model:
    return Model(SHIPPED)


def test_a_file_says_everything_about_itself(small: Path) -> None:
    assert read_spec(small) == SMALL
    assert Model(small).spec == SMALL


def test_patches_are_pooled_by_their_mean_whatever_the_batch(tmp_path: Path) -> None:
    patches = np.random.default_rng(1).uniform(0, 4, (7, 5, 4)).astype(np.float32)
    expected = (patches.mean(axis=1) - 1).mean(axis=0)
    for batch in (1, 2, 3, 7, 100):
        path = network(tmp_path / f"{batch}.onnx", described(batch=str(batch)))
        vector = Model(path).embed(patches)
        assert vector.dtype == np.float32
        np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), rtol=1e-5)


def test_a_network_of_fixed_batch_one_is_run_patch_by_patch(tmp_path: Path) -> None:
    model = Model(network(tmp_path / "one.onnx", described(batch="1"), batch=1))
    np.testing.assert_allclose(model.embed(np.full((3, 5, 4), 3, np.float32)), np.full(4, 0.5), rtol=1e-6)


def test_patches_that_cancel_out_give_zeros_instead_of_a_division(small: Path) -> None:
    assert not Model(small).embed(np.ones((4, 5, 4), np.float32)).any()


def test_an_answer_that_is_no_number_is_an_error_in_words(tmp_path: Path) -> None:
    model = Model(network(tmp_path / "inf.onnx", described(), operation="Div", operand=0.0))
    with pytest.raises(BadModel, match=r"inf\.onnx .*not finite"):
        model.embed(np.ones((1, 5, 4), np.float32))


@pytest.mark.parametrize("shape", [(0, 5, 4), (5, 4), (1, 4, 4), (1, 5, 3)])
def test_patches_of_another_shape_are_refused(small: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"not \(n, 5, 4\)"):
        Model(small).embed(np.zeros(shape, np.float32))


def test_patches_that_are_no_numbers_are_not_blamed_on_the_model(small: Path) -> None:
    with pytest.raises(ValueError, match="patches hold values"):
        Model(small).embed(np.full((1, 5, 4), np.nan, np.float32))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def junk(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def missing(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [empty, junk, cut_short, missing, folder])
@pytest.mark.parametrize("read", [read_spec, Model])
def test_a_damaged_file_is_refused_in_words_and_quietly(
    small: Path,
    damage: Callable[[Path], None],
    read: Callable[[Path], object],
    capfd: pytest.CaptureFixture[str],
) -> None:
    damage(small)
    with pytest.raises(BadModel, match=r"small\.onnx"):
        read(small)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", asdict(SMALL))
def test_every_field_must_be_there(tmp_path: Path, name: str) -> None:
    metadata = described()
    del metadata[name]
    with pytest.raises(BadModel, match=f"no {name}"):
        read_spec(network(tmp_path / "mute.onnx", metadata))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fft": "many"}, "fft is 'many'"),
        ({"hop": "0"}, "hop must be at least 1"),
        ({"mel_high_hz": "4001"}, "mel bands"),
        ({"mel_high_hz": "nan"}, "mel bands"),
        ({"log_factor": "inf"}, "log_factor"),
        ({"pooling": "median"}, "pooling 'median' is unknown"),
        ({"name": " "}, "no name"),
        ({"mels": "96"}, "'mel' is"),
        ({"patch_frames": "6"}, "'mel' is"),
        ({"dimension": "200"}, "'embedding' is"),
    ],
)
def test_a_description_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    with pytest.raises(BadModel, match=words):
        Model(network(tmp_path / "odd.onnx", described(**changes)))


def test_a_network_without_an_embedding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="no 'embedding'"):
        Model(network(tmp_path / "tags.onnx", described(), output="tags"))


def test_a_fixed_batch_that_leaves_a_rest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="'mel' is"):
        Model(network(tmp_path / "two.onnx", described(), batch=2))


def test_the_error_crosses_processes(tmp_path: Path) -> None:
    with pytest.raises(BadModel) as caught:
        read_spec(tmp_path / "none.onnx")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes, a moment old
    assert (type(again), str(again)) == (BadModel, str(caught.value))


def tone(spec: ModelSpec, pitch_hz: float) -> Patches:
    time = np.arange(spec.windows * spec.patch_samples, dtype=np.float32) / spec.sample_rate_hz
    samples = 0.3 * np.sin(2 * np.pi * pitch_hz * time) * np.exp(-3 * (time % 0.5))
    return log_mel(samples.reshape(spec.windows, -1).astype(np.float32), spec)


def quiet(spec: ModelSpec) -> Patches:
    return np.zeros((spec.windows, spec.patch_frames, spec.mels), np.float32)


def harsh(spec: ModelSpec) -> Patches:
    samples = np.random.default_rng(5).uniform(-20, 20, (spec.windows, spec.patch_samples))
    return log_mel(samples.astype(np.float32), spec)


@pytest.mark.parametrize("sound", [quiet, harsh, lambda spec: tone(spec, 440)], ids=["quiet", "harsh", "tone"])
def test_the_shipped_model_gives_every_sound_a_direction(shipped: Model, sound: Callable[[ModelSpec], Patches]) -> None:
    vector = shipped.embed(sound(shipped.spec))
    assert vector.shape == (shipped.spec.dimension,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_the_shipped_model_puts_like_beside_like(shipped: Model) -> None:
    low, other_low, noise = (
        shipped.embed(patches) for patches in (tone(shipped.spec, 220), tone(shipped.spec, 247), harsh(shipped.spec))
    )
    assert low @ other_low > low @ noise + 0.2


def test_the_shipped_model_has_the_spec_it_is_named_after(shipped: Model) -> None:
    assert shipped.spec == replace(read_spec(SHIPPED), name=SHIPPED.stem)
