"""Music whose tempo and key are known: MIDI files written here or read from elsewhere, and played to a file."""

import random
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
_TICKS = 480
_DRUMS = 9
_MAJOR_SCALE, _MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)
_PROGRESSIONS = ((1, 6, 4, 5), (1, 4, 5, 1), (1, 5, 6, 4), (1, 4, 1, 5), (6, 4, 1, 5), (1, 2, 5, 1), (1, 3, 4, 5))
_TIMBRES = ((0, 32), (24, 33), (48, 43), (80, 38), (19, 32), (4, 35), (26, 34), (11, 32), (61, 33), (89, 39))
_RHYTHMS = ((0, 2, 4, 6), (0, 1, 2, 3, 4, 5, 6, 7), (0,), (0, 4), (0, 1, 3, 4, 6), (0, 3, 4, 6))
# Half beats of a bar on which each drum is struck.
_KITS: tuple[dict[int, Sequence[int]], ...] = (
    {36: (0, 4), 38: (2, 6), 42: (0, 1, 2, 3, 4, 5, 6, 7)},
    {36: (0, 2, 4, 6), 46: (1, 3, 5, 7)},
    {36: (0, 3, 4), 38: (2, 6), 51: (0, 2, 3, 4, 6, 7)},
    {42: (0, 2, 4, 6)},
    {},
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a piece: its tempo and its key (0 = C … 11 = B, +12 for minor), None where it has no one."""

    bpm: float | None
    key: int | None


def compose(path: Path, seed: int, seconds: float = 45.0) -> Truth:
    """Write a piece of chords, bass, tune and perhaps drums; seeds differ in tempo, key, timbre and texture."""
    rng = random.Random(seed)
    bpm, tonic, minor = rng.uniform(60, 180), seed % 12, seed % 24 >= 12
    scale = _MINOR_SCALE if minor else _MAJOR_SCALE
    chord_voice, bass_voice = rng.choice(_TIMBRES)
    progression, rhythm, kit = rng.choice(_PROGRESSIONS), rng.choice(_RHYTHMS), rng.choice(_KITS)
    notes: list[tuple[int, int, int, int, int]] = []  # tick, channel, pitch, velocity, ticks
    for bar in range(int(seconds * bpm / 60 / 4) + 1):
        degree = 1 if bar == 0 else progression[bar % len(progression)]
        chord = [scale[(degree - 1 + step) % 7] for step in (0, 2, 4)]
        begin, half = bar * 4 * _TICKS, _TICKS // 2
        notes += [
            (begin + at * half, 1, 36 + (tonic + chord[0]) % 12, 95, half) for at in (0, 3, 4) if at in rhythm or not at
        ]
        notes += [
            (begin + at * half, 0, 55 + (tonic + pitch - 55) % 12, rng.randint(60, 85), half)
            for at in rhythm
            for pitch in chord
        ]
        for at in sorted(rng.sample(range(8), rng.randint(2, 5))):
            pitch = rng.choice(chord) if at % 4 == 0 else rng.choice(scale)
            notes.append((begin + at * half, 2, 67 + (tonic + pitch - 67) % 12, rng.randint(70, 100), half))
        notes += [
            (begin + at * half, _DRUMS, drum, rng.randint(70, 110), half) for drum, beats in kit.items() for at in beats
        ]
    sharps = (7 * (tonic + (3 if minor else 0)) + 5) % 12 - 5
    start = [
        b"\x00\xff\x51\x03" + round(60e6 / bpm).to_bytes(3, "big"),
        b"\x00\xff\x59\x02" + struct.pack(">bB", sharps, minor),
        *(
            bytes([0, 0xC0 | channel, voice])
            for channel, voice in enumerate((chord_voice, bass_voice, rng.randrange(80)))
        ),
    ]
    path.write_bytes(_file(b"".join(start) + _played(notes)))
    return Truth(bpm, seed % 24)


def truth(path: Path) -> Truth:
    """Read the tempo that holds for nine tenths of a file, and the key signature if there is exactly one.

    C major does not count: it is what a program writes that was told no key.

    Raises:
        ValueError: not a MIDI file timed in beats.
    """
    data = path.read_bytes()
    if data[:4] != b"MThd" or data[12] & 0x80:
        raise ValueError(f"{path}: no MIDI file timed in beats")
    ticks = int.from_bytes(data[12:14], "big")
    tempi, end = [(0, 500_000)], 0
    keys: set[int] = set()
    for tick, kind, body in _metas(data):
        end = max(end, tick)
        if kind == 0x51:
            tempi.append((tick, int.from_bytes(body, "big")))
        elif kind == 0x59:
            sharps, minor = struct.unpack(">bB", body[:2])
            keys.add((7 * sharps + (9 if minor else 0)) % 12 + 12 * minor)
    lasting: dict[int, float] = {}
    tempi.sort(key=lambda tempo: tempo[0])
    for (tick, beat_us), (until, _) in zip(tempi, [*tempi[1:], (end, 0)], strict=True):
        lasting[beat_us] = lasting.get(beat_us, 0) + (until - tick) / ticks * beat_us
    usual = max(lasting, key=lasting.__getitem__)
    steady = lasting[usual] > 0.9 * sum(lasting.values())
    return Truth(60e6 / usual if steady else None, keys.pop() if len(keys) == 1 and keys != {0} else None)


def play(midi: Path, wav: Path, soundfont: Path = SOUNDFONT) -> Path:
    """Render with FluidSynth, which must be installed."""
    command = ["fluidsynth", "-niq", "-F", str(wav), "-r", "22050", "-g", "0.5", str(soundfont), str(midi)]
    subprocess.run(command, check=True, capture_output=True)
    return wav


def _file(track: bytes) -> bytes:
    track += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, _TICKS) + b"MTrk" + struct.pack(">I", len(track)) + track


def _played(notes: Sequence[tuple[int, int, int, int, int]]) -> bytes:
    """Note events in order of time, ends before beginnings."""
    events = [(tick, 1, bytes([0x90 | channel, pitch, velocity])) for tick, channel, pitch, velocity, _ in notes]
    events += [(tick + length, 0, bytes([0x80 | channel, pitch, 0])) for tick, channel, pitch, _, length in notes]
    out, now = bytearray(), 0
    for tick, _, message in sorted(events):
        out += _variable(tick - now) + message
        now = tick
    return bytes(out)


def _variable(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))


def _metas(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Tick, kind and body of every meta event of every track."""
    at = 14
    while data[at : at + 4] == b"MTrk":
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        yield from _metas_of_track(data[at + 8 : end])
        at = end


def _metas_of_track(track: bytes) -> Iterator[tuple[int, int, bytes]]:
    at, tick, status = 0, 0, 0
    while at < len(track):
        delta, at = _read_variable(track, at)
        tick += delta
        if track[at] & 0x80:
            status, at = track[at], at + 1
        if status in (0xFF, 0xF0, 0xF7):
            kind = track[at] if status == 0xFF else 0
            length, at = _read_variable(track, at + (status == 0xFF))
            if status == 0xFF:
                yield tick, kind, track[at : at + length]
            at += length
        else:
            at += 1 if status >> 4 in (0xC, 0xD) else 2


def _read_variable(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value, more, at = value << 7 | data[at] & 0x7F, data[at] & 0x80, at + 1
        if not more:
            return value, at
