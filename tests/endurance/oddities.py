"""Things that have the name of a song and are none, or are one nobody would expect, made from nothing."""

import os
import shutil
import socket
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

from tests.endurance.damage import frame, id3

Oddity = Callable[[Random, Path], None]


def empty(rng: Random, path: Path) -> None:
    path.touch()


def a_few_bytes(rng: Random, path: Path) -> None:
    path.write_bytes(
        rng.choice((b"ID3", b"OggS", b"fLaC", b"RIFF", b"\xff\xfb", b"\0")) + rng.randbytes(rng.randrange(9))
    )


def chance(rng: Random, path: Path) -> None:
    path.write_bytes(rng.randbytes(rng.choice((10, 1000, 400_000))))


def text(rng: Random, path: Path) -> None:
    """Write what is found under the names of songs: words, pages, lists that lead elsewhere, scripts."""
    path.write_text(
        rng.choice(
            (
                "These are the words of a song.\n" * 300,
                "<!DOCTYPE html><html><body>404 Not Found</body></html>",
                "#EXTM3U\n#EXTINF:-1,Radio\nhttp://127.0.0.1:9/stream.mp3\n",
                "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
                "ffconcat version 1.0\nfile /etc/hostname\nduration 10\n",
                "[playlist]\nFile1=http://127.0.0.1:9/a.mp3\nNumberOfEntries=1\n",
                "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
                '<?xml version="1.0"?><MPD><Period><BaseURL>http://127.0.0.1:9/</BaseURL></Period></MPD>',
                'FILE "other.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
                "%PDF-1.4\n",
            )
        )
    )


def picture(rng: Random, path: Path) -> None:
    """Write a small picture, which some decoders take for a film of one image."""
    header = b"\x89PNG\r\n\x1a\n"
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(4 * 13))),
        (b"IEND", b""),
    )
    body = b"".join(struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in parts)
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\xff\xdb" + rng.randbytes(900) + b"\xff\xd9"
    path.write_bytes(rng.choice((header + body, jpeg, b"GIF89a" + rng.randbytes(200))))


def only_tags(rng: Random, path: Path) -> None:
    path.write_bytes(id3(frame(b"TIT2", b"\x03nothing but a name")) + rng.choice((b"", b"TAG" + bytes(125))))


def boxes_in_boxes(rng: Random, path: Path) -> None:
    """Write an MP4 file whose folders lie in one another, thousands deep."""
    body = b""
    for _ in range(rng.choice((20, 5000))):
        body = struct.pack(">I", len(body) + 8) + rng.choice((b"moov", b"udta", b"trak")) + body
    path.write_bytes(struct.pack(">I", 16) + b"ftypM4A \0\0\0\0" + body)


def wave(
    sound: bytes, rate: int = 44_100, channels: int = 2, bits: int = 16, form: int = 1, claimed: int | None = None
) -> bytes:
    """Return a WAV file as its header is told to describe it."""
    block = channels * bits // 8
    layout = struct.pack("<HHIIHH", form, channels % 65536, rate, rate * block % 2**32, block % 65536, bits)
    size = len(sound) if claimed is None else claimed
    return (
        b"RIFF"
        + struct.pack("<I", (size + 36) % 2**32)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + layout
        + b"data"
        + struct.pack("<I", size % 2**32)
        + sound
    )


def wave_that_claims_a_day(rng: Random, path: Path) -> None:
    path.write_bytes(wave(rng.randbytes(88_200), 8000, 1, 8, claimed=rng.choice((8000 * 86_400, 2**32 - 1, 2**31))))


def wave_of_a_day(rng: Random, path: Path) -> None:
    """A day of true silence, though it takes no room on the disk."""
    path.write_bytes(wave(b"", 8000, 1, 8, claimed=8000 * 86_400))
    os.truncate(path, 44 + 8000 * 86_400)


def odd_wave(rng: Random, path: Path) -> None:
    """Rates, channels and depths nobody uses, or that cannot be."""
    path.write_bytes(
        wave(
            rng.randbytes(rng.choice((0, 1, 3, 400_000))),
            rate=rng.choice((0, 1, 7, 8000, 384_000, 2_000_000, 2**31, 2**32 - 1)),
            channels=rng.choice((0, 1, 3, 8, 64, 255, 65_535)),
            bits=rng.choice((0, 1, 4, 8, 12, 16, 24, 32, 64, 255)),
            form=rng.choice((0, 1, 2, 3, 6, 7, 0x11, 0x55, 0x50, 0x161, 0xFFFE, 0xFFFF)),
        )
    )


def wave_of_a_billion_hertz(rng: Random, path: Path) -> None:
    """A rate that is possible as a number, and whose conversion to a usual one never ends."""
    path.write_bytes(wave(rng.randbytes(4_000_000), rate=1_113_766_784))


def wave_beyond_numbers(rng: Random, path: Path) -> None:
    """Floating-point samples that are infinite, not numbers, or as large as can be."""
    values = (float("nan"), float("inf"), -float("inf"), 3e38, 1e-45, 0.0)
    path.write_bytes(wave(struct.pack("<4f", *rng.choices(values, k=4)) * 160_000, bits=32, form=3))


def hour_of_silence(rng: Random, path: Path) -> None:
    """Write an hour of silence, coded small."""
    path.write_bytes(_hour_of_silence(path.suffix))


@cache
def _hour_of_silence(suffix: str) -> bytes:
    codec = {".mp3": "libmp3lame", ".m4a": "aac", ".ogg": "libvorbis", ".wav": "adpcm_ms"}.get(suffix, "flac")
    source = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "3600")
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *source, "-c:a", codec, file.name], check=True)
        return Path(file.name).read_bytes()


def moment(rng: Random, path: Path) -> None:
    """No sample at all, or fewer than a decoder needs to begin."""
    source = ("-f", "lavfi", "-i", "sine=r=44100", "-t", rng.choice(("0", "0.0001", "0.01", "0.5")))
    subprocess.run(["ffmpeg", "-v", "quiet", "-nostdin", "-y", *source, path], check=False)
    path.touch()


def folder(rng: Random, path: Path) -> None:
    path.mkdir()


def pipe(rng: Random, path: Path) -> None:
    os.mkfifo(path)


def door(rng: Random, path: Path) -> None:
    """A socket, bound under a short name and moved, as the system allows no long ones."""
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as bound:
        bound.bind(f"{short}/door")
        shutil.move(f"{short}/door", path)


def loop(rng: Random, path: Path) -> None:
    path.symlink_to(path.name)


def leads_nowhere(rng: Random, path: Path) -> None:
    path.symlink_to("gone")


def leads_to_a_device(rng: Random, path: Path) -> None:
    path.symlink_to(rng.choice(("/dev/zero", "/dev/full", "/dev/tty", "/proc/self/mem", "/proc/kmsg")))


def locked(rng: Random, path: Path) -> None:
    """A file nobody may read; the super-user reads it all the same."""
    path.write_bytes(rng.randbytes(1000))
    path.chmod(0)


ODDITIES: Mapping[str, Oddity] = {
    each.__name__.replace("_", " "): each
    for each in (
        empty, a_few_bytes, chance, text, picture, only_tags, boxes_in_boxes, wave_that_claims_a_day, wave_of_a_day,
        odd_wave, wave_of_a_billion_hertz, wave_beyond_numbers, hour_of_silence, moment,
        folder, pipe, door, loop, leads_nowhere,
        leads_to_a_device, locked,
    )
}  # fmt: skip
