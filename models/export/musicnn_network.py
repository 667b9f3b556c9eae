"""The network of MSD_musicnn as an ONNX graph, made from its TensorFlow variables.

The architecture is that of J. Pons et al., "End-to-end learning for music audio tagging at scale" (ISMIR
2018), in the small configuration published as MSD_musicnn by J. Pons and X. Serra, "musicnn: pre-trained
convolutional neural networks for music audio tagging" (ISMIR late-breaking demo, 2019): wide and tall
filters over the mel spectrogram, three one-dimensional layers with residual connections, the maximum and
the mean over time, and two dense layers.

The graph computes what the original computes, but leaves out the work that has no effect. Weight decay
drove most of the front-end filters to nothing: whatever is played, their output is one constant. Such a
filter is dropped and its constant goes into the bias of the dense layer behind it. And the maximum over
frequency is taken before the rectifier and the batch normalisation, which are monotone, instead of after.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.export.standardisation import Standardisation

Weights = NDArray[np.float64]
Variables = Mapping[str, NDArray[Any]]

OPSET = 17
IR_VERSION = 8
_BATCH_NORM_EPSILON = 1e-3
_NEGLIGIBLE = 1e-30
_FRONT_LAYERS = 5
_MIDDLE_LAYERS = (5, 6, 7)


@dataclass(slots=True)
class _Graph:
    """Nodes and weights gathered so far. Every method returns the name of the tensor it made."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, value: NDArray[Any]) -> str:
        name = f"weight_{len(self.weights)}"
        stored = value if value.dtype == np.int64 else _without_denormals(value)
        self.weights.append(numpy_helper.from_array(stored, name))
        return name

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        name = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def scale_and_shift(self, source: str, scale: Weights, shift: Weights, output: str = "") -> str:
        scaled = self.add("Mul", source, self.constant(scale))
        return self.add("Add", scaled, self.constant(shift), output=output)


def _without_denormals(value: NDArray[Any]) -> NDArray[np.float32]:
    """The same numbers in single precision, the immeasurably small ones as 0: they only cost time."""
    return np.where(np.abs(value) < _NEGLIGIBLE, 0, value).astype(np.float32)


def _affine(variables: Variables, layer: int) -> tuple[Weights, Weights]:
    """Batch normalisation number ``layer`` at inference, as a scale and a shift per channel."""
    name = f"batch_normalization_{layer}" if layer else "batch_normalization"
    gamma, beta, mean, variance = (
        variables[f"{name}/{part}"].astype(np.float64) for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    scale = gamma / np.sqrt(variance + _BATCH_NORM_EPSILON)
    return scale, beta - mean * scale


def _layer(variables: Variables, name: str, number: int) -> tuple[Weights, Weights]:
    """Kernel and bias of a layer, in TensorFlow's order of axes."""
    full = f"{name}_{number}" if number else name
    return variables[f"{full}/kernel"].astype(np.float64), variables[f"{full}/bias"].astype(np.float64)


@dataclass(frozen=True, slots=True)
class _FrontLayer:
    """One bank of spectrogram filters with those left out that answer to nothing.

    Attributes:
        kernel: (kept, 1, time, mels), negated for filters whose normalisation has a negative scale.
        sign: (kept,) +1, or -1 where the kernel is negated.
        scale, shift: (kept,) the normalisation.
        kept: (filters,) whether the filter answers to its input at all.
        constant: (filters,) what comes out of the filter if it does not.
    """

    kernel: Weights
    bias: Weights
    sign: Weights
    scale: Weights
    shift: Weights
    kept: NDArray[np.bool_]
    constant: Weights


# An upper bound on how far a filter's normalised output moves when its input moves by one everywhere. The
# filters fall far apart on both sides of this line: below 1e-8 or above 1e-4.
_LEAST_REACH = 1e-6


def _front_layer(variables: Variables, number: int) -> _FrontLayer:
    kernel, bias = _layer(variables, "conv2d", number)
    scale, shift = _affine(variables, number + 1)
    reach = np.abs(kernel).sum(axis=(0, 1, 2)) * np.abs(scale)
    kept = reach > _LEAST_REACH
    sign = np.where(scale[kept] < 0, -1.0, 1.0)
    return _FrontLayer(
        kernel=kernel.transpose(3, 2, 0, 1)[kept] * sign[:, None, None, None],
        bias=bias[kept] * sign,
        sign=sign,
        scale=scale[kept],
        shift=shift[kept],
        kept=kept,
        constant=scale * np.maximum(bias, 0) + shift,
    )


def _front_end(graph: _Graph, variables: Variables, layers: list[_FrontLayer]) -> str:
    """(batch, frames, mels) to (batch, kept filters, frames)."""
    scale, shift = _affine(variables, 0)
    image = graph.add("Unsqueeze", graph.scale_and_shift("mel", scale, shift), graph.constant(np.array([1])))
    peaks = []
    for layer in layers:
        time = layer.kernel.shape[2]
        before = (time - 1) // 2
        answer = graph.add(
            "Conv",
            image,
            graph.constant(layer.kernel),
            graph.constant(layer.bias),
            pads=[before, 0, time - 1 - before, 0],
        )
        peaks.append(graph.add("ReduceMax", answer, axes=[3], keepdims=0))
    sign, scale, shift = (
        np.concatenate([getattr(layer, part) for layer in layers])[:, None] for part in ("sign", "scale", "shift")
    )
    signed = graph.add("Mul", graph.add("Concat", *peaks, axis=1), graph.constant(sign))
    return graph.scale_and_shift(graph.add("Relu", signed), scale, shift)


def _middle(graph: _Graph, variables: Variables, front: str, kept: NDArray[np.bool_], constant: Weights) -> list[str]:
    """The three one-dimensional layers, the second and third added to what came before them."""
    outputs: list[str] = []
    source = front
    for number in _MIDDLE_LAYERS:
        kernel, bias = _layer(variables, "conv2d", number)
        filters = kernel[:, :, 0, :].transpose(2, 1, 0)
        if number == _MIDDLE_LAYERS[0]:
            filters = _over_kept(filters, kept, constant)
        answer = graph.add(
            "Conv", source, graph.constant(filters), graph.constant(bias), pads=[filters.shape[2] // 2] * 2
        )
        scale, shift = (part[:, None] for part in _affine(variables, number + 1))
        normalised = graph.scale_and_shift(graph.add("Relu", answer), scale, shift)
        source = graph.add("Add", normalised, source) if outputs else normalised
        outputs.append(source)
    return outputs


def _over_kept(filters: Weights, kept: NDArray[np.bool_], constant: Weights) -> Weights:
    """The filters without the inputs that were dropped, whose constants must be too small to matter here."""
    missed = np.einsum("oit,i->ot", filters[:, ~kept], constant[~kept])
    if np.abs(missed).sum(axis=1).max(initial=0) > _LEAST_REACH:
        raise ValueError("a front-end filter that would be dropped is a constant that matters")
    return filters[:, kept]


def _dense(variables: Variables, kept: NDArray[np.bool_], constant: Weights) -> tuple[Weights, Weights]:
    """First dense layer with the normalisation before it, for the maxima of the kept channels, then the means.

    The original interleaves maximum and mean of each channel. A dropped channel has its constant as both.
    """
    kernel, bias = _layer(variables, "dense", 0)
    scale, shift = _affine(variables, 9)
    bias = bias + shift @ kernel
    folded = (scale[:, None] * kernel).reshape(-1, 2, kernel.shape[1])
    all_kept = np.concatenate([kept, np.ones(len(folded) - len(kept), bool)])
    bias = bias + constant[~kept] @ folded[: len(kept)][~kept].sum(axis=1)
    return folded[all_kept].transpose(1, 0, 2).reshape(-1, kernel.shape[1]), bias


def build_network(variables: Variables, standardisation: Standardisation) -> onnx.ModelProto:
    """The network with input ``mel`` and outputs ``embedding``, ``penultimate`` and ``tags``.

    Args:
        variables: the tensors of the checkpoint, by name.
        standardisation: what turns ``penultimate`` into ``embedding``.

    Raises:
        ValueError: the rebuilt network would not be the original, or fails ONNX's own checks.
    """
    graph = _Graph()
    layers = [_front_layer(variables, number) for number in range(_FRONT_LAYERS)]
    kept = np.concatenate([layer.kept for layer in layers])
    constant = np.concatenate([layer.constant for layer in layers])
    front = _front_end(graph, variables, layers)
    features = graph.add("Concat", front, *_middle(graph, variables, front, kept, constant), axis=1)
    peak = graph.add("ReduceMax", features, axes=[2], keepdims=0)
    mean = graph.add("ReduceMean", features, axes=[2], keepdims=0)
    pooled = graph.add("Concat", peak, mean, axis=1)
    hidden = graph.add("Gemm", pooled, *map(graph.constant, _dense(variables, kept, constant)))
    penultimate = graph.scale_and_shift(graph.add("Relu", hidden), *_affine(variables, 10), output="penultimate")
    logits = graph.add("Gemm", penultimate, *map(graph.constant, _layer(variables, "dense", 1)))
    graph.add("Sigmoid", logits, output="tags")
    centred = graph.add("Sub", penultimate, graph.constant(standardisation.mean))
    graph.add("Div", centred, graph.constant(standardisation.deviation), output="embedding")
    model = _model(graph, mels=96, dimension=len(standardisation.mean), tags=50)
    onnx.checker.check_model(model, full_check=True)
    return model


def _model(graph: _Graph, mels: int, dimension: int, tags: int) -> onnx.ModelProto:
    def tensor(name: str, *shape: str | int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    whole = helper.make_graph(
        graph.nodes,
        "msd_musicnn",
        [tensor("mel", "batch", "patch_frames", mels)],
        [
            tensor("embedding", "batch", dimension),
            tensor("penultimate", "batch", dimension),
            tensor("tags", "batch", tags),
        ],
        graph.weights,
    )
    return helper.make_model(
        whole, ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="player_rec"
    )
