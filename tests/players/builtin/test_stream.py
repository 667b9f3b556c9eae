"""Files of every kind: their first and last sample, every sample between, and what is no file."""

from pathlib import Path

import numpy as np
import pytest

from player_rec.domain.errors import UnreadableTrack
from player_rec.players.builtin.buffer import Samples
from player_rec.players.builtin.stream import Stream, playable
from tests.players.builtin.sounds import RATE_HZ, as_written, sine, write

SAMPLES = 3 * RATE_HZ + 777
KINDS = [".flac", ".wav", ".mp3", ".m4a", ".opus"]


def rest_of(stream: Stream) -> Samples:
    pieces = []
    while (piece := stream.read()) is not None:
        pieces.append(piece)
    return np.concatenate(pieces) if pieces else np.empty((0, 2), np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_gives_what_was_encoded_and_none_of_the_padding(kind: str, tmp_path: Path) -> None:
    rate_hz = 48_000 if kind == ".opus" else RATE_HZ
    tone = sine(SAMPLES, rate_hz=rate_hz)
    stream = Stream(write(tmp_path / f"a{kind}", tone, rate_hz), rate_hz)
    sound = rest_of(stream)
    stream.close()
    assert sound.shape == (SAMPLES, 2)
    assert np.abs(sound[2000:-2000, 0] - tone[2000:-2000]).max() < 0.02
    if kind in {".flac", ".wav"}:
        assert np.array_equal(sound[:, 0], as_written(tone))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", [0, 5, RATE_HZ, 2 * RATE_HZ + 321])
def test_a_jump_lands_on_the_very_sample(kind: str, frame: int, tmp_path: Path) -> None:
    rate_hz = 48_000 if kind == ".opus" else RATE_HZ
    stream = Stream(write(tmp_path / f"a{kind}", sine(SAMPLES, rate_hz=rate_hz), rate_hz), rate_hz)
    whole = rest_of(stream)
    assert stream.seek(frame) == frame
    again = rest_of(stream)
    stream.close()
    assert len(again) == SAMPLES - frame
    assert np.abs(again - whole[frame:]).max() < 0.001


def test_a_jump_behind_the_end_is_the_end(tmp_path: Path) -> None:
    stream = Stream(write(tmp_path / "a.mp3", sine(SAMPLES)), RATE_HZ)
    stream.seek(10 * RATE_HZ)
    assert stream.read() is None
    assert stream.seek(100) == 100
    assert len(rest_of(stream)) == SAMPLES - 100
    stream.close()


def test_another_rate_keeps_length_and_place(tmp_path: Path) -> None:
    stream = Stream(write(tmp_path / "a.flac", sine(SAMPLES)), 48_000)
    sound = rest_of(stream)[:, 0]
    assert abs(len(sound) - SAMPLES * 48_000 / RATE_HZ) < 1
    assert np.abs(sound - sine(len(sound), rate_hz=48_000))[50:-50].max() < 0.001
    assert stream.seek(60_000) == 60_000
    assert np.abs(rest_of(stream)[:1000, 0] - sound[60_000:61_000]).max() < 0.05
    stream.close()


def test_itunes_says_where_the_sound_of_an_mp4_ends(tmp_path: Path) -> None:
    told = {"iTunSMPB": f" 00000000 00000400 00000200 {SAMPLES - 500:016X}"}
    stream = Stream(write(tmp_path / "a.m4a", sine(SAMPLES), tags=told), RATE_HZ)
    assert len(rest_of(stream)) == SAMPLES - 500
    stream.close()


def test_one_channel_is_as_loud_on_both_sides(tmp_path: Path) -> None:
    import wave

    tone = sine(RATE_HZ)
    with wave.open(str(tmp_path / "mono.wav"), "wb") as file:
        file.setparams((1, 2, RATE_HZ, len(tone), "NONE", ""))
        file.writeframes((tone * 32768).astype("<i2").tobytes())
    stream = Stream(tmp_path / "mono.wav", RATE_HZ)
    assert np.abs(rest_of(stream) - tone[:, np.newaxis]).max() < 0.0001
    stream.close()


def test_what_is_no_sound_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(b"no music at all" * 300)
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.mp3\n")
    (tmp_path / "empty.mp3").touch()
    for name, why in (("noise.mp3", "damaged"), ("list.m3u8", "damaged"), ("empty.mp3", "damaged"), ("no", "gone")):
        with pytest.raises(UnreadableTrack, match=why):
            Stream(tmp_path / name, RATE_HZ)
        assert not playable(tmp_path / name)
    with pytest.raises(UnreadableTrack, match="regular"):
        Stream(tmp_path, RATE_HZ)


def test_a_damaged_place_is_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", sine(20 * RATE_HZ))
    data = bytearray(path.read_bytes())
    data[100_000:120_000] = bytes(20_000)
    path.write_bytes(data)
    stream = Stream(path, RATE_HZ)
    assert 18 * RATE_HZ < len(rest_of(stream)) <= 20 * RATE_HZ
    stream.close()
