"""One pass over a file: decode the windows, listen to them, take the measures."""

from pathlib import Path

from player_rec.analysis.decode import excerpt
from player_rec.analysis.energy import energy
from player_rec.analysis.fingerprint import fingerprint
from player_rec.analysis.loudness import integrated_lufs
from player_rec.analysis.mel import log_mel
from player_rec.analysis.model import Model
from player_rec.analysis.rhythm import tempo
from player_rec.analysis.silence import edges
from player_rec.analysis.tonality import key
from player_rec.domain.sound import Analysis, Sound


def analyse(path: Path, model: Model) -> Analysis:
    """Place a file in sound space and measure what transitions need, all from the same windows.

    Raises:
        UnreadableTrack: it cannot be decoded, or holds no sound.
    """
    spec = model.spec
    heard = excerpt(path, rate_hz=spec.sample_rate_hz, count=spec.windows, samples=spec.patch_samples)
    loudness_lufs = integrated_lufs(heard.blocks)
    bpm, pulse = tempo(heard.windows, spec.sample_rate_hz)
    tonic, tonal = key(heard.windows, spec.sample_rate_hz)
    start_ms, end_ms = edges(heard.head, heard.tail, spec.sample_rate_hz)
    return Analysis(
        model=spec.key,
        vector=model.embed(log_mel(heard.windows, spec)),
        sound=Sound(
            loudness_lufs=loudness_lufs,
            tempo_bpm=bpm,
            tempo_confidence=pulse,
            key=tonic,
            key_confidence=tonal,
            energy=energy(heard.windows, spec.sample_rate_hz, loudness_lufs),
            silence_start_ms=start_ms,
            silence_end_ms=end_ms,
        ),
        fingerprint=fingerprint(heard.windows, spec.sample_rate_hz, heard.starts_ms),
        duration_ms=heard.duration_ms,
        remarks=heard.remarks,
    )
