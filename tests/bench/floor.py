"""The least a song can cost: decode the windows by seeking, and do nothing else with them."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


def decode_windows(path: Path, count: int, samples: int, rate_hz: int) -> list[NDArray[np.float32]]:
    """Decode ``count`` windows spread over a file to mono at ``rate_hz``, unchecked and with a 0.2 s pre-roll."""
    found = []
    with av.open(str(path), metadata_errors="ignore") as container:
        stream = container.streams.audio[0]
        length_s = (container.duration or 0) / av.time_base
        layout = "stereo" if stream.layout.nb_channels > 1 else "mono"
        for number in range(count):
            start_s = max(0.0, length_s * (number + 0.5) / count - samples / rate_hz / 2)
            container.seek(int(max(0.0, start_s - 0.2) * av.time_base))
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate_hz)
            parts: list[NDArray[np.float32]] = []
            have = 0
            for frame in container.decode(stream):
                if frame.time is not None and frame.time + frame.samples / frame.sample_rate <= start_s:
                    continue
                for resampled in resampler.resample(frame):
                    parts.append(resampled.to_ndarray().mean(axis=0))
                    have += resampled.samples
                if have >= samples:
                    break
            found.append(np.concatenate(parts)[:samples] if parts else np.zeros(0, np.float32))
    return found
