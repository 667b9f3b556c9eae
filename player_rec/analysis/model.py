"""The network in its file: one embedding for the patches of a track.

A model file is ONNX with an input ``mel`` (batch, patch_frames, mels), an output ``embedding`` (batch,
dimension), and metadata that names every field of ``ModelSpec``. Nothing else is known of it here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from player_rec.analysis.spec import badly_described, read_spec
from player_rec.domain.errors import BadModel
from player_rec.domain.sound import ModelSpec, Vector

INPUT: Final = "mel"
OUTPUT: Final = "embedding"

_SILENT: Final = 4  # onnxruntime's level "fatal": what goes wrong arrives as an exception, not on stderr
_REFUSALS: Final = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoModel,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)

ort.disable_telemetry_events()  # some builds of onnxruntime for Windows report their use


class Model:
    """A network ready to run on one thread of the processor. Each process needs its own."""

    def __init__(self, path: Path) -> None:
        """Load the network.

        Raises:
            BadModel: as ``read_spec``, or the network is not of the shape it says.
        """
        self._path = path
        self._spec = read_spec(path)
        self._session = _session(path)
        try:
            _check_ends(self._spec, self._session)
        except ValueError as error:
            raise badly_described(path, error) from error

    @property
    def spec(self) -> ModelSpec:
        """The numbers the patches must be made with."""
        return self._spec

    def embed(self, patches: NDArray[np.float32]) -> Vector:
        """Where a track sits: the embeddings of its patches, pooled.

        Args:
            patches: (n, patch_frames, mels) float32 compressed mel spectrograms, n at least 1.

        Returns:
            (dimension,) of unit length; all zeros in the one case that has no direction, patches that
            cancel each other out.

        Raises:
            ValueError: the patches have another shape, or hold values that are not finite.
            BadModel: the network answers finite patches with values that are not.
        """
        wanted = (self._spec.patch_frames, self._spec.mels)
        if patches.ndim != 3 or len(patches) == 0 or patches.shape[1:] != wanted:
            raise ValueError(f"patches are {patches.shape}, not (n, {wanted[0]}, {wanted[1]})")
        if not np.isfinite(patches).all():
            raise ValueError("the patches hold values that are not finite")
        answers = [
            self._session.run([OUTPUT], {INPUT: patches[start : start + self._spec.batch]})[0]
            for start in range(0, len(patches), self._spec.batch)
        ]
        pooled = np.concatenate(answers).mean(axis=0, dtype=np.float64)
        if not np.isfinite(pooled).all():
            raise BadModel(f"{self._path} answers a spectrogram with values that are not finite")
        return _unit(pooled)


def _unit(vector: NDArray[np.float64]) -> Vector:
    length = np.linalg.norm(vector)
    return (vector / length if length > 0 else vector).astype(np.float32)


def _session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = _SILENT
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except OSError as error:
        raise BadModel(f"the model {path} cannot be read: {error.strerror}") from error
    except _REFUSALS as error:
        raise BadModel(f"{path} is not a whole ONNX model") from error


def _check_ends(spec: ModelSpec, session: ort.InferenceSession) -> None:
    """Hold the network's input and output to what the metadata promises."""
    _check_end(session.get_inputs(), INPUT, (spec.batch, spec.patch_frames, spec.mels))
    _check_end(session.get_outputs(), OUTPUT, (spec.batch, spec.dimension))


def _check_end(ends: Sequence[ort.NodeArg], name: str, shape: tuple[int, ...]) -> None:
    end = next((end for end in ends if end.name == name), None)
    if end is None:
        raise ValueError(f"the network has no {name!r}")
    # A free axis has a name, or none, in place of a number. A fixed batch above 1 leaves no room for a rest.
    free = [not isinstance(size, int) for size in end.shape]
    fits = len(free) == len(shape) and all(
        open_ or size == wanted for open_, size, wanted in zip(free, end.shape, shape, strict=True)
    )
    if end.type != "tensor(float)" or not fits or not (free[0] or shape[0] == 1):
        raise ValueError(f"{name!r} is {end.type} of {end.shape}, not tensor(float) of {list(shape)}")
