"""What a model file says of itself, read without the engine that runs it, which is slow to start and large.

ONNX is a protobuf message; its metadata are pairs of key and value, each a message of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from math import inf
from pathlib import Path
from typing import Any, Final

from player_rec.domain.errors import BadModel
from player_rec.domain.sound import ModelSpec

POOLINGS: Final = frozenset({"mean"})

_METADATA: Final = 14
"""The number of the field of ONNX's ``ModelProto`` that holds them."""

_VARINT, _EIGHT_BYTES, _SIZED, _FOUR_BYTES = 0, 1, 2, 5


def read_spec(path: Path) -> ModelSpec:
    """What a model file says of itself.

    Raises:
        BadModel: the file is missing or damaged, or lacks, or contradicts, what it must say of itself.
    """
    try:
        metadata = _metadata(path.read_bytes())
    except OSError as error:
        raise BadModel(f"the model {path} cannot be read: {error.strerror}") from error
    except (ValueError, IndexError) as error:
        raise BadModel(f"{path} is not a whole ONNX model") from error
    try:
        spec = _parsed(metadata)
        _check_numbers(spec)
    except ValueError as error:
        raise badly_described(path, error) from error
    return spec


def badly_described(path: Path, why: ValueError) -> BadModel:
    """What is wrong with a file's description of itself."""
    return BadModel(f"{path} does not describe itself well: {why}")


def _metadata(model: bytes) -> dict[str, str]:
    """The pairs. Raises ValueError, IndexError where the message is cut short, or is none."""
    pairs = [dict(_sized(entry)) for number, entry in _sized(memoryview(model)) if number == _METADATA]
    return {str(pair[1], "utf-8"): str(pair.get(2, b""), "utf-8") for pair in pairs if 1 in pair}


def _sized(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """The fields of a message that have a length, by number; the others are passed over."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        size = 0
        match tag & 7:
            case kind if kind == _VARINT:
                _, at = _varint(message, at)
            case kind if kind == _SIZED:
                size, at = _varint(message, at)
            case kind if kind in (_FOUR_BYTES, _EIGHT_BYTES):
                at += 4 if kind == _FOUR_BYTES else 8
            case _:
                raise ValueError("no such kind of field")
        if at + size > len(message):
            raise ValueError("cut short")
        if tag & 7 == _SIZED:
            yield tag >> 3, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number that takes as many bytes as it needs, seven bits each, and where the next begins."""
    number = shift = 0
    while message[at] & 0x80:
        number |= (message[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return number | message[at] << shift, at + 1


def _parsed(metadata: Mapping[str, str]) -> ModelSpec:
    names = {field.name: field.type for field in fields(ModelSpec)}
    if missing := sorted(name for name in names if not metadata.get(name, "").strip()):
        raise ValueError(f"no {', '.join(missing)}")
    return ModelSpec(**{name: _value(name, kind, metadata[name]) for name, kind in names.items()})


def _value(name: str, kind: object, text: str) -> Any:
    try:
        return int(text) if kind is int else float(text) if kind is float else text
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}, which is no number") from error


def _check_numbers(spec: ModelSpec) -> None:
    counts = ("sample_rate_hz", "fft", "hop", "mels", "patch_frames", "windows", "batch", "dimension")
    if wrong := [name for name in counts if getattr(spec, name) < 1]:
        raise ValueError(f"{', '.join(wrong)} must be at least 1")
    if not 0 <= spec.mel_low_hz < spec.mel_high_hz <= spec.sample_rate_hz / 2:
        raise ValueError(f"mel bands cannot lie between {spec.mel_low_hz} and {spec.mel_high_hz} Hz")
    if not 0 < spec.log_factor < inf:
        raise ValueError(f"log_factor cannot be {spec.log_factor}")
    if spec.pooling not in POOLINGS:
        raise ValueError(f"pooling {spec.pooling!r} is unknown here")
