"""What a song costs: ``python -m tests.bench.analysis SONG… [--rounds 5]``.

CPU seconds on one core, scaled to a song of four minutes, median over rounds in each of which every way takes its
turn. Each song is re-encoded to every format first. Per format: decoding the same windows and nothing else (the
floor), the network alone on as many patches, floor + network, this program's analysis and its ratio to that sum, and
a full decode. Beside them in the same run, on mp3: the plain way (librosa.load, librosa's mel spectrogram, the network
on every patch) and the peers bliss-audio and pymusly. Needs the dependencies locked in ``packaging/locks/bench.txt``.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from player_rec.analysis.analyse import analyse
from player_rec.analysis.content import content_id
from player_rec.analysis.decode import decode, excerpt
from player_rec.analysis.energy import energy
from player_rec.analysis.fingerprint import fingerprint
from player_rec.analysis.loudness import integrated_lufs
from player_rec.analysis.mel import log_mel
from player_rec.analysis.model import Model
from player_rec.analysis.rhythm import tempo
from player_rec.analysis.silence import edges
from player_rec.analysis.tonality import key
from player_rec.app.places import shipped_model
from player_rec.library.tags import read_tags
from tests.bench.floor import decode_windows

FORMATS: Mapping[str, tuple[str, ...]] = {
    "mp3": ("-c:a", "libmp3lame", "-b:a", "192k"),
    "m4a": ("-c:a", "aac", "-b:a", "160k"),
    "flac": ("-c:a", "flac"),
    "ogg": ("-c:a", "libvorbis", "-q:a", "5"),
    "opus": ("-c:a", "libopus", "-b:a", "128k"),
    "wma": ("-c:a", "wmav2", "-b:a", "160k"),
    "wav": ("-c:a", "pcm_s16le"),
    "aiff": ("-c:a", "pcm_s16be"),
    "wv": ("-c:a", "wavpack"),
    "alac.m4a": ("-c:a", "alac"),
}
FOUR_MINUTES_S = 240.0

Way = Callable[[Path], object]


def cpu_s(way: Way, path: Path) -> float:
    """CPU seconds of one call, children (the peers' decoders) included."""
    before = os.times()
    way(path)
    after = os.times()
    return sum(after[:4]) - sum(before[:4])


def medians(ways: Mapping[str, Way], songs: Sequence[Path], rounds: int) -> dict[str, float]:
    """CPU seconds per four minutes of each way: the median over rounds, each round over all songs."""
    lengths_s = sum(content_id(song).duration_ms for song in songs) / 1000
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for song in songs:  # once for the caches
        for way in ways.values():
            way(song)
    for _ in range(rounds):
        for name, way in ways.items():
            seen[name].append(sum(cpu_s(way, song) for song in songs) * FOUR_MINUTES_S / lengths_s)
    return {name: statistics.median(values) for name, values in seen.items()}


def encode(song: Path, folder: Path, ending: str) -> Path:
    """One song in one format."""
    target = folder / f"{song.stem}.{ending}"
    line = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(song), "-vn", *FORMATS[ending], str(target)]
    subprocess.run(line, check=True)
    return target


def per_format(model: Model, folder: Path, songs: Sequence[Path], rounds: int) -> None:
    """The table of formats."""
    spec = model.spec
    patches = np.random.default_rng(1).random((spec.windows, spec.patch_frames, spec.mels), np.float32) * 3
    ways: dict[str, Way] = {
        "floor": lambda path: decode_windows(path, spec.windows, spec.patch_samples, spec.sample_rate_hz),
        "network": lambda _: model.embed(patches),
        "analysis": lambda path: analyse(path, model),
        "full": lambda path: decode(path, spec.sample_rate_hz),
        "identity": lambda path: (content_id(path), read_tags(path, None)),
    }
    print(f"{'format':9} floor network floor+network analysis ratio full-decode identity+tags  (CPU s per 240 s)")
    for ending in FORMATS:
        m = medians(ways, [encode(song, folder, ending) for song in songs], rounds)
        both = m["floor"] + m["network"]
        print(
            f"{ending:9} {m['floor']:.3f} {m['network']:7.3f} {both:13.3f} {m['analysis']:8.3f} "
            f"{m['analysis'] / both:5.2f} {m['full']:11.3f} {m['identity']:13.4f}",
            flush=True,
        )


def parts(model: Model, songs: Sequence[Path], rounds: int) -> None:
    """Where the time of one mp3 goes."""
    spec = model.spec
    rate = spec.sample_rate_hz
    heard = {s: excerpt(s, rate_hz=rate, count=spec.windows, samples=spec.patch_samples) for s in songs}
    mels = {s: log_mel(heard[s].windows, spec) for s in songs}
    ways: dict[str, Way] = {
        "windows, ends and loudness": lambda p: excerpt(
            p, rate_hz=rate, count=spec.windows, samples=spec.patch_samples
        ),
        "mel spectrogram": lambda p: log_mel(heard[p].windows, spec),
        "network": lambda p: model.embed(mels[p]),
        "loudness gates": lambda p: integrated_lufs(heard[p].blocks),
        "tempo": lambda p: tempo(heard[p].windows, rate),
        "key": lambda p: key(heard[p].windows, rate),
        "energy": lambda p: energy(heard[p].windows, rate, -14.0),
        "silence": lambda p: edges(heard[p].head, heard[p].tail, rate),
        "fingerprint": lambda p: fingerprint(heard[p].windows, rate, heard[p].starts_ms),
    }
    print("\nwhere the analysis of an mp3 goes (CPU ms per 240 s)")
    for name, seconds in medians(ways, songs, rounds).items():
        print(f"  {name:28} {1000 * seconds:7.1f}")


def peers(model: Model, songs: Sequence[Path], rounds: int) -> None:
    """This program beside the plain way and the peers, on mp3."""
    import bliss_audio
    import librosa
    import pymusly

    spec = model.spec
    musly = pymusly.MuslyJukebox("timbre", "none")

    def plain(path: Path) -> object:
        sound, _ = librosa.load(path, sr=spec.sample_rate_hz)
        mel = librosa.feature.melspectrogram(
            y=sound, sr=spec.sample_rate_hz, n_fft=spec.fft, hop_length=spec.hop, n_mels=spec.mels
        )
        log = np.log10(1 + spec.log_factor * mel).T.astype(np.float32)
        count = len(log) // spec.patch_frames
        return model.embed(log[: count * spec.patch_frames].reshape(count, spec.patch_frames, spec.mels))

    ways: dict[str, Way] = {
        "player_rec": lambda path: analyse(path, model),
        "plain way": plain,
        "bliss-audio": lambda path: bliss_audio.Song(str(path)).analysis,
        "pymusly timbre": lambda path: musly.track_from_audiofile(str(path), 0, 0),
    }
    found = medians(ways, songs, rounds)
    print("\nbeside the peers, mp3 (CPU s per 240 s, and times player_rec)")
    for name, seconds in found.items():
        print(f"  {name:16} {seconds:.3f}  {seconds / found['player_rec']:5.2f}")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    model = Model(shipped_model())
    print(f"{model.spec.key}, {model.spec.windows} windows, load {os.getloadavg()[0]:.2f}, {time.strftime('%F')}")
    with tempfile.TemporaryDirectory() as folder:
        per_format(model, Path(folder), args.songs, args.rounds)
        mp3s = [encode(song, Path(folder), "mp3") for song in args.songs]
        parts(model, mp3s, args.rounds)
        peers(model, mp3s, args.rounds)


if __name__ == "__main__":
    main()
