"""What was heard in a track: its place in sound space and the measures that transitions need."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """The numbers that turn samples into a vector, read from the model file itself.

    Mel spectrograms are those of ``librosa.feature.melspectrogram`` with these arguments (power 2, Slaney's
    scale and norm), compressed as log10(1 + ``log_factor`` * mel). A patch is ``patch_frames`` mel frames;
    a track is heard through ``windows`` patches spread over it, given to the network ``batch`` at a time,
    and their embeddings are joined by ``pooling``.
    """

    name: str
    version: str
    licence: str
    sample_rate_hz: int
    fft: int
    hop: int
    mels: int
    mel_low_hz: float
    mel_high_hz: float
    log_factor: float
    patch_frames: int
    windows: int
    batch: int
    pooling: str
    dimension: int

    @property
    def key(self) -> str:
        """The name under which vectors of this very model are kept."""
        return f"{self.name}@{self.version}"

    @property
    def patch_samples(self) -> int:
        """Samples that make exactly one patch, without padding."""
        return (self.patch_frames - 1) * self.hop + self.fft


@dataclass(frozen=True, slots=True)
class Sound:
    """Measures of a track taken from the same windows as its embedding.

    Attributes:
        loudness_lufs: programme loudness after EBU R128, estimated from the windows.
        tempo_bpm: beats a minute; half and double are the same to a listener. 0 where there is no pulse.
        tempo_confidence: 0 (no pulse) to 1 (a metronome).
        key: pitch class of the tonic, 0 = C … 11 = B, plus 12 for minor.
        key_confidence: 0 (atonal) to 1.
        energy: 0 (calm) to 1 (fierce).
        silence_start_ms: silence before the first sound.
        silence_end_ms: silence after the last sound.
    """

    loudness_lufs: float
    tempo_bpm: float
    tempo_confidence: float
    key: int
    key_confidence: float
    energy: float
    silence_start_ms: int
    silence_end_ms: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything one pass over a track yields.

    Attributes:
        model: key of the model that made ``vector``.
        vector: (dimension,) float32 of unit length.
        sound: the measures for transitions.
        fingerprint: opaque bytes that tell whether two tracks are one recording.
        duration_ms: the length that was really found, which a damaged file's header may belie.
        remarks: what is odd about the file though it plays, in words.
    """

    model: str
    vector: Vector
    sound: Sound
    fingerprint: bytes
    duration_ms: int
    remarks: tuple[str, ...] = ()
