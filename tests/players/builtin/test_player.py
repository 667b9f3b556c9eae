"""The person at the built-in player, and what befalls it: bad files, lost drives, lost devices, the night."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from player_rec.domain.listening import Ending
from player_rec.domain.track import ReplayGain
from player_rec.players.base import Ended, Heard, Started
from player_rec.players.builtin import deck, device
from player_rec.players.builtin.gain import GainMode, GainSettings, Levels
from player_rec.players.builtin.news import CannotSound, FellAsleep, PassedOver, Transport
from player_rec.players.builtin.output import NoSound, open_output, open_silent_output, output_devices
from player_rec.players.builtin.player import BuiltinPlayer
from tests.players.builtin.sounds import RATE_HZ, as_written, sine, write
from tests.players.builtin.tape import Room, Tape

STEEPEST = 0.5 * 2 * np.pi * 441 / RATE_HZ
"""So far apart are two neighbours of the tone at most."""


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three songs of 30 s that go on where the one before ends, and one that is none."""
    folder = tmp_path_factory.mktemp("songs")
    made = [
        write(folder / f"{name}.flac", sine(30 * RATE_HZ, first=30 * RATE_HZ * part)) for part, name in enumerate("abc")
    ]
    (folder / "broken.flac").write_bytes(b"no music at all " * 200)
    return [*made, folder / "broken.flac"]


def jump(sound: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(np.abs(np.diff(sound)).max())


def test_nothing_clicks(room: Room, songs: list[Path]) -> None:
    room.play(*songs[:3])
    room.played(1)
    room.player.pause()
    room.played(2)
    room.player.play()
    room.played(3)
    for seconds, volume in enumerate((0.2, 0.9, 0.0, 1.0), start=4):
        room.player.set_volume(volume)
        room.played(seconds)
    room.player.seek(12_345)
    room.played(9)
    room.player.next()
    room.played(10)
    room.player.stop()
    room.until(lambda: not room.tape.sound[-1000:].any())
    assert jump(room.tape.sound) < 1.2 * STEEPEST
    assert room.player.underruns == 0


def test_a_pause_goes_on_with_the_very_next_sample(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.played(1)
    room.player.pause()
    room.until(lambda: len(room.tape.sound) > 0 and not room.tape.sound[-2000:].any())
    room.player.play()
    room.played(4)
    sound = room.tape.sound
    silent = np.flatnonzero(np.convolve(sound == 0, np.ones(500), "valid") == 500)
    first, last = silent[0], silent[-1] + 500
    whole = as_written(sine(30 * RATE_HZ))
    after = sound[last + 2000 : last + 4000]
    place = first + 2000
    assert min(np.abs(after - whole[place + off : place + off + 2000]).max() for off in range(-3, 4)) < 0.001


def test_a_jump_is_heard_from_the_very_sample(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.played(1)
    known = len(room.events.all)
    room.player.seek(20_000)
    told = room.events.next(Heard, after=known)
    assert told.position_ms == 20_000
    room.played(4)
    wanted = as_written(sine(30 * RATE_HZ))[20 * RATE_HZ + 500 : 20 * RATE_HZ + 2500]
    sound = room.tape.sound
    windows = np.lib.stride_tricks.sliding_window_view(sound[RATE_HZ // 2 :], 2000)
    assert any(np.array_equal(window, wanted) for window in windows if window[0] == wanted[0])


def test_the_position_is_what_is_on_the_tape(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.played(5)
    before = len(room.tape.sound)
    now = room.player.now()
    after = len(room.tape.sound) + 2048
    assert before <= now.position_ms * RATE_HZ / 1000 + 50 <= after + 100
    assert (now.transport, now.duration_ms) == (Transport.PLAYING, 30_000)


def test_what_was_heard_is_told_now_and_then(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.events.ended("a.flac")
    told = [event.heard_ms for event in room.events.all if isinstance(event, Heard)]
    assert told
    assert all(earlier + 9_500 <= later < 30_000 for earlier, later in pairwise([0, *told]))


def test_another_device_may_be_chosen_in_the_middle(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.played(1)
    room.player.use_device("gramophone")  # the tape goes by no name
    room.told(CannotSound)
    assert room.player.now().device == "gramophone"
    room.player.use_device("")
    room.player.play()
    room.until(lambda: room.tape.opened == 2)
    room.played(2)
    assert room.events.story() == ["start a"]


def test_previous_goes_back_in_the_first_seconds_and_else_begins_anew(room: Room, songs: list[Path]) -> None:
    room.play(*songs[:2])
    room.events.started("a.flac")
    room.player.next()
    room.events.started("b.flac")
    room.until(lambda: room.player.now().position_ms > 3500)
    room.player.previous()
    room.until(lambda: room.player.now().position_ms < 1000)
    known = len(room.events.all)
    room.player.previous()
    room.events.started("a.flac", after=known)
    assert room.events.story() == ["start a", "end a skipped", "start b", "end b skipped", "start a"]


def test_gain_is_heard_and_changes_at_once(songs: list[Path]) -> None:
    tape = Tape()
    half = Levels(ReplayGain(track_db=20 * np.log10(0.5)), measured_lufs=0.0)
    player = BuiltinPlayer(tape.open, levels=lambda _: half)
    room = Room(tape, player)
    room.play(songs[0])
    room.played(1)
    assert 0.24 < np.abs(tape.sound).max() < 0.26
    player.set_gain(GainSettings(GainMode.OFF))
    room.played(3)
    assert np.abs(tape.sound[-RATE_HZ // 2 :]).max() > 0.49
    assert jump(tape.sound) < 1.2 * STEEPEST
    player.quit()


def test_a_file_that_cannot_be_decoded_is_passed_over_and_is_no_skip(room: Room, songs: list[Path]) -> None:
    a, b, _, broken = songs
    room.play(a, broken, b)
    room.events.started("a.flac")
    room.player.seek(29_000)
    room.events.started("b.flac")
    assert room.events.story() == [
        "start a", "end a finished", "start broken", "end broken failed", "start b",
    ]  # fmt: skip
    assert room.events.ended("broken.flac").heard_ms == 0
    assert [one.item.path for one in room.news if isinstance(one, PassedOver)] == [broken]
    end = room.tape.sound
    assert room.player.underruns == 0, "the join is none the worse"
    assert jump(end) < 1.2 * STEEPEST


def test_where_a_whole_drive_is_gone_the_queue_is_kept(room: Room, tmp_path: Path) -> None:
    room.play(*(tmp_path / f"{number}.flac" for number in range(9)))
    room.until(lambda: room.player.now().transport is Transport.STOPPED)
    assert room.events.story() == [word for number in range(5) for word in (f"start {number}", f"end {number} failed")]
    assert room.upcoming() == ["5", "6", "7", "8"]
    assert "gone" in room.player.now().trouble


def test_a_file_that_breaks_in_its_middle_ends_there(room: Room, songs: list[Path]) -> None:
    room.play(songs[0], songs[1])
    room.events.started("a.flac")
    room.until(lambda: room.player.decoded_ahead_s > 8)
    room.player.pause()
    handle = next(
        int(link.name) for link in Path("/proc/self/fd").iterdir() if link.exists() and link.resolve() == songs[0]
    )
    folder = os.open(songs[0].parent, os.O_RDONLY)
    os.dup2(folder, handle)  # from now on a read fails
    os.close(folder)
    room.player.play()
    ended = room.events.ended("a.flac")
    assert ended.ending is Ending.FAILED
    assert 8000 < ended.heard_ms < 29_000
    room.events.started("b.flac")
    room.told(PassedOver)


def test_a_device_that_is_unplugged_pauses_and_comes_back_when_asked(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.played(2)
    room.tape.unplug()
    room.told(CannotSound)
    paused = room.player.now()
    assert paused.transport is Transport.PAUSED
    assert "gone" in paused.trouble
    room.news.clear()
    room.player.play()
    room.told(CannotSound)
    assert "plugged" in room.player.now().trouble
    room.tape.unplugged = False
    room.tape.forget()
    room.player.play()
    room.played(1)
    assert room.player.now().trouble == ""
    assert room.player.now().position_ms > paused.position_ms
    assert room.events.story() == ["start a"], "it was one play all along"


def test_without_any_device_it_says_so_and_nothing_is_told_as_played(songs: list[Path]) -> None:
    tape = Tape()
    tape.unplugged = True
    player = BuiltinPlayer(tape.open)
    room = Room(tape, player)
    room.play(songs[0])
    room.told(CannotSound)
    assert not [event for event in room.events.all if isinstance(event, (Started, Ended))]
    tape.unplugged = False
    player.play()
    assert room.events.started("a.flac").position_ms == 0
    player.quit()


def test_a_device_of_another_rate_goes_on_at_the_same_place(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.played(2)
    room.player.pause()
    room.tape.unplug()
    room.until(lambda: not room.tape.is_open)
    paused_ms = room.player.now().position_ms
    room.tape.unplugged, room.tape.rate_hz = False, 48_000
    room.tape.forget()
    room.player.play()
    room.played(1)
    assert paused_ms + 900 < room.player.now().position_ms < paused_ms + 3000
    zeros = np.flatnonzero(np.diff(np.signbit(room.tape.sound[24_000:48_000])))
    assert 880 < 48_000 / 24_000 * len(zeros) < 884, "the tone is as high as before"


def test_a_pause_lets_the_device_go(room: Room, songs: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck, "IDLE_S", 0.1)
    room.play(songs[0])
    room.played(1)
    room.player.pause()
    room.until(lambda: not room.tape.is_open)
    room.player.play()
    room.until(lambda: room.tape.opened == 2)
    assert room.events.story() == ["start a"]


def test_it_falls_asleep_softly(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.events.started("a.flac")
    room.player.sleep_in(0.5)
    assert 0 < (room.player.now().sleep_left_s or 0) <= 0.5
    room.told(FellAsleep)
    assert room.player.now().transport is Transport.PAUSED
    room.until(lambda: not room.tape.sound[-1000:].any())
    peaks = [np.abs(piece).max() for piece in np.array_split(room.tape.sound, 40)]
    assert all(later <= earlier + 0.15 for earlier, later in pairwise(peaks))
    known = len(room.tape.sound)
    room.player.play()
    room.played(known / RATE_HZ + 1)
    assert np.abs(room.tape.sound[-RATE_HZ // 4 :]).max() > 0.49, "in the morning it is as loud as ever"


def test_it_falls_asleep_after_the_song(room: Room, songs: list[Path]) -> None:
    room.play(*songs[:2])
    room.events.started("a.flac")
    room.player.sleep_after_song(so=True)
    room.player.seek(29_000)
    room.told(FellAsleep)
    assert room.events.story() == ["start a", "end a finished"]
    assert room.upcoming() == ["b"]
    room.player.play()
    room.events.started("b.flac")
    assert not room.player.now().sleep_after_song


def test_it_goes_on_the_next_day_where_it_was(room: Room, songs: list[Path]) -> None:
    room.play(*songs[:3])
    room.events.started("a.flac")
    room.player.next()
    room.events.started("b.flac")
    room.player.seek(10_000)
    room.player.set_volume(0.5)
    room.player.pause()
    kept = room.player.snapshot()

    tape = Tape()
    tomorrow = Room(tape, BuiltinPlayer(tape.open))
    tomorrow.player.restore(kept)
    now = tomorrow.player.now()
    assert (now.transport, now.volume, now.duration_ms) == (Transport.PAUSED, 0.5, 30_000)
    assert 10_000 <= now.position_ms < 11_500
    assert tomorrow.player.upcoming() == room.player.upcoming()
    tomorrow.player.play()
    started = tomorrow.events.started("b.flac")
    assert (started.item, started.position_ms) == (room.player.now().item, kept.position_ms)
    tomorrow.played(1)
    assert np.abs(tape.sound).max() == pytest.approx(0.5 / 8, abs=0.001)
    tomorrow.player.quit()


def test_what_is_to_be_played_now_goes_before_what_waits(room: Room, songs: list[Path]) -> None:
    room.play(songs[0], songs[1])
    room.events.started("a.flac")
    room.player.play_now([songs[2], songs[0]])
    room.events.started("c.flac")
    assert room.upcoming() == ["a", "b"]
    assert room.events.story() == ["start a", "end a skipped", "start c"]


def test_what_is_put_in_after_the_last_song_comes_next(room: Room, songs: list[Path]) -> None:
    room.play(songs[0])
    room.events.started("a.flac")
    room.player.seek(29_500)
    room.events.ended("a.flac")
    assert room.upcoming() == []
    room.player.enqueue([songs[1]])
    room.player.play()
    room.events.started("b.flac")


def test_a_real_device_without_a_listener_takes_as_long_as_the_music(songs: list[Path]) -> None:
    player = BuiltinPlayer(open_silent_output)
    room = Room(Tape(), player)
    room.play(songs[0])
    room.until(lambda: player.now().position_ms >= 600)
    player.quit()
    assert room.events.ended("a.flac").ending is Ending.STOPPED


def test_a_device_that_is_not_there_is_named() -> None:
    assert all(device.name for device in output_devices())
    with pytest.raises(NoSound, match="gramophone"):
        open_output(lambda _: None, lambda: None, "gramophone")


def test_a_program_may_end_in_the_middle_of_a_song(songs: list[Path]) -> None:
    program = (
        "import sys, time; from pathlib import Path;"
        "from player_rec.players.builtin.output import open_silent_output;"
        "from player_rec.players.builtin.player import BuiltinPlayer;"
        "player = BuiltinPlayer(open_silent_output);"
        "player.append([Path(sys.argv[1])]); player.play(); time.sleep(0.5);"
        "print(player.now().transport)"
    )
    done = subprocess.run([sys.executable, "-c", program, songs[0]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "playing\n", "")


def test_a_device_that_falls_asleep_is_opened_anew(
    room: Room, songs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "PATIENCE_S", 0.3)
    monkeypatch.setattr(deck, "PATIENCE_S", 0.3)
    room.play(songs[0])
    room.played(1)
    room.tape.stop()
    room.until(lambda: room.tape.opened == 2)
    room.played(3)
    assert room.player.now().transport is Transport.PLAYING
