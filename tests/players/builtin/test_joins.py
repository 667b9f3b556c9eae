"""One song after the other, without a hole, to the sample."""

from pathlib import Path

import numpy as np
import pytest

from player_rec.players.builtin.player import BuiltinPlayer
from tests.players.builtin.sounds import RATE_HZ, as_written, sine, write
from tests.players.builtin.tape import Room, Tape

HALF = 2 * RATE_HZ + 777


def two_halves(folder: Path, kind: str, rate_hz: int = RATE_HZ) -> list[Path]:
    """A tone cut in two."""
    halves = [sine(HALF, rate_hz=rate_hz, first=first) for first in (0, HALF)]
    return [write(folder / f"{name}{kind}", half, rate_hz) for name, half in zip("ab", halves, strict=True)]


def heard(room: Room, *files: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """All that is played of files."""
    room.play(*files)
    room.events.ended(files[-1].name)
    room.played(len(room.tape.sound) / room.tape.rate_hz)
    assert room.player.underruns == 0
    return room.tape.sound


@pytest.mark.parametrize("kind", [".flac", ".wav"])
def test_what_is_lossless_is_handed_out_as_it_was_recorded(kind: str, room: Room, tmp_path: Path) -> None:
    sound = heard(room, *two_halves(tmp_path, kind))
    assert np.array_equal(sound[: 2 * HALF], as_written(sine(2 * HALF)))
    assert not sound[2 * HALF :].any()
    assert room.events.story() == ["start a", "end a finished", "start b", "end b finished"]
    assert abs(room.events.ended(f"a{kind}").heard_ms - 1000 * HALF / RATE_HZ) <= 1


@pytest.mark.parametrize("kind", [".mp3", ".m4a", ".opus"])
def test_nothing_is_missing_or_added_where_encoders_pad(kind: str, tmp_path: Path) -> None:
    tape = Tape(48_000 if kind == ".opus" else RATE_HZ)
    player = BuiltinPlayer(tape.open)
    sound = heard(Room(tape, player), *two_halves(tmp_path, kind, tape.rate_hz))
    player.quit()
    off = np.abs(sound[: 2 * HALF] - sine(2 * HALF, rate_hz=tape.rate_hz))
    assert off[2000 : HALF - 2000].max() < 0.02
    assert off[HALF + 2000 : 2 * HALF - 2000].max() < 0.02, "the second half lies where it lay"
    assert not sound[2 * HALF :].any()


def test_songs_of_another_rate_than_the_device_join_too(tmp_path: Path) -> None:
    tape = Tape(48_000)
    player = BuiltinPlayer(tape.open)
    sound = heard(Room(tape, player), *two_halves(tmp_path, ".flac"))
    player.quit()
    join = round(HALF * 48_000 / RATE_HZ)
    assert np.abs(sound[: 2 * join] - sine(2 * join, rate_hz=48_000))[50:-50].max() < 0.03


def test_songs_of_half_a_second_come_one_by_one(room: Room, tmp_path: Path) -> None:
    room.tape.speed = 2  # one is decoded while another plays
    length = RATE_HZ // 2
    parts = [write(tmp_path / f"{part}.wav", sine(length, first=part * length), RATE_HZ) for part in range(6)]
    sound = heard(room, *parts)
    assert room.events.story() == [word for part in range(6) for word in (f"start {part}", f"end {part} finished")]
    assert np.array_equal(sound[: 6 * length], as_written(sine(6 * length)))


def test_another_song_that_is_put_next_at_the_last_moment_joins_as_well(room: Room, tmp_path: Path) -> None:
    first, second = two_halves(tmp_path, ".flac")
    wrong = write(tmp_path / "wrong.flac", sine(RATE_HZ, hertz=3000), RATE_HZ)
    room.tape.speed = 2
    room.play(first, wrong)
    room.events.started("a.flac")
    room.until(lambda: room.player.decoded_ahead_s > 2)
    room.player.insert_next([second])
    room.player.drop([room.player.upcoming()[1]])
    room.events.ended("b.flac")
    assert np.array_equal(room.tape.sound[: 2 * HALF], as_written(sine(2 * HALF)))


def test_a_song_on_repeat_goes_round_without_a_hole(room: Room, tmp_path: Path) -> None:
    song = write(tmp_path / "a.flac", sine(RATE_HZ), RATE_HZ)
    room.player.set_modes(frozenset({"repeat", "single"}))
    room.play(song)
    room.played(4)
    assert np.array_equal(room.tape.sound[: 3 * RATE_HZ], np.tile(as_written(sine(RATE_HZ)), 3))
