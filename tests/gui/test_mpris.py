"""The real player on a private bus, driven by playerctl, gdbus and busctl as media keys and desktops drive it."""

import re
from collections.abc import Iterator

import pytest

from player_rec.gui.desktop.mpris.interfaces import PLAYER, ROOT, TRACKS
from player_rec.players.builtin.news import Transport
from tests.gui.conftest import Desk
from tests.gui.private_bus import Monitor, PrivateBus

NAME = f"{ROOT}.player_rec"
PATH = "/org/mpris/MediaPlayer2"


class Seat:
    """Somebody with media keys, at the desk."""

    def __init__(self, desk: Desk, bus: PrivateBus) -> None:
        self.desk, self.bus = desk, bus
        assert desk.program.player is not None
        assert desk.program.desktop is not None
        assert desk.program.desktop.mpris is not None
        self.player, self.mpris = desk.program.player, desk.program.desktop.mpris
        desk.until(lambda: self.mpris.name)
        self.monitor = Monitor(bus, NAME, PATH)

    def ctl(self, *command: str) -> str:
        """What playerctl says."""
        return self.bus.run("playerctl", "-p", "player_rec", *command)

    def call(self, method: str, *given: str, fails: bool = False) -> str:
        """What gdbus gets for a call."""
        line = ("gdbus", "call", "--session", "-d", NAME, "-o", PATH, "-m", method, *given)
        return self.bus.run(*line, fails=fails)

    def get(self, interface: str, name: str) -> str:
        """A property with its signature, as busctl prints it."""
        return self.bus.run("busctl", "--user", "get-property", NAME, PATH, interface, name)

    @property
    def position_us(self) -> int:
        """Where the player says it is."""
        kind, value = self.get(PLAYER, "Position").split()
        assert kind == "x"
        return int(value)

    @property
    def tracks(self) -> list[str]:
        """The object paths of the track list."""
        return re.findall(r'"(/[^"]+)"', self.get(TRACKS, "Tracks"))


@pytest.fixture
def seat(private_bus: PrivateBus, desk: Desk) -> Iterator[Seat]:
    made = Seat(desk, private_bus)
    yield made
    made.monitor.end()


def test_media_keys_drive_the_player_and_every_change_is_told(seat: Seat) -> None:
    songs, told = seat.desk.songs, seat.monitor
    assert seat.ctl("status") == "Stopped"
    seat.player.append(songs[:3])
    seat.ctl("play")
    told.until("'PlaybackStatus': <'Playing'>", "'CanGoNext': <true>", "'CanGoPrevious': <true>", "'mpris:length'")
    assert seat.ctl("status") == "Playing"
    seat.desk.until(lambda: "xesam:artist" in seat.get(PLAYER, "Metadata"))
    assert seat.ctl("metadata", "xesam:url") == songs[0].as_uri()
    metadata = seat.get(PLAYER, "Metadata")
    assert f'"mpris:length" x {seat.player.now().duration_ms * 1000}' in metadata
    assert f'"mpris:trackid" o "{seat.tracks[0]}"' in metadata
    assert '"xesam:artist" as ' in metadata
    told.rest(100)
    assert "Position" not in told.rest(1200)
    seat.ctl("pause")
    told.until("'PlaybackStatus': <'Paused'>")
    second = seat.tracks[1]
    seat.ctl("next")
    told.until(f"'mpris:trackid': <objectpath '{second}'>", "TrackRemoved")
    assert seat.ctl("status") == "Paused"
    assert seat.ctl("metadata", "xesam:url") == songs[1].as_uri()
    assert seat.ctl("metadata", "mpris:trackid") == f"'{second}'"
    seat.ctl("volume", "0.25")
    told.until("'Volume': <0.25>")
    assert seat.player.now().volume == 0.25
    seat.ctl("shuffle", "On")
    told.until("'Shuffle': <true>")
    for loop, modes in (("Track", {"repeat", "single"}), ("Playlist", {"repeat"}), ("None", set())):
        seat.ctl("loop", loop)
        told.until(f"'LoopStatus': <'{loop}'>")
        assert seat.player.now().modes == {"random", *modes}
    seat.ctl("open", songs[4].as_uri())
    told.until("'PlaybackStatus': <'Playing'>", songs[4].as_uri(), "TrackAdded")
    seat.ctl("stop")
    told.until("'PlaybackStatus': <'Stopped'>", "'CanSeek': <false>", "'CanGoPrevious': <false>")
    assert seat.player.now().transport is Transport.STOPPED


def test_a_jump_is_told_and_the_position_is_right(seat: Seat) -> None:
    seat.player.play_now(seat.desk.songs[:2])
    seat.desk.until(lambda: seat.player.now().duration_ms and seat.player.now().position_ms)
    seat.player.pause()
    seat.ctl("position", "4")
    seat.monitor.until("Seeked (int64 40")
    seat.call(f"{PLAYER}.Seek", "int64 2000000")
    assert seat.position_us == pytest.approx(6e6, abs=5e4)  # what fades out at a pause still counts
    seat.player.seek(1000)
    seat.monitor.until("Seeked (int64 10")
    seat.call(f"{PLAYER}.SetPosition", "/org/player_rec/entry/other", "int64 0")
    seat.call(f"{PLAYER}.SetPosition", seat.tracks[0], "int64 -1")
    assert seat.position_us == pytest.approx(1e6, abs=5e4)
    seat.call(f"{PLAYER}.Seek", "int64 -9000000")
    seat.monitor.until("Seeked (int64 0")
    seat.call(f"{PLAYER}.Seek", "int64 9000000000")
    assert seat.ctl("metadata", "xesam:url") == seat.desk.songs[1].as_uri()


def test_the_track_list_shows_what_comes_next_and_follows_it(seat: Seat) -> None:
    songs, told = seat.desk.songs, seat.monitor
    seat.player.play_now(songs[:3])
    seat.desk.until(lambda: seat.desk.scene.playing and len(seat.desk.scene.queue) == 2)
    first, second, third = seat.tracks
    told.rest(200)
    seat.call(f"{TRACKS}.AddTrack", songs[5].as_uri(), second, "false")
    heard = told.until("TrackAdded", "['Tracks']")
    added = seat.tracks[2]
    assert f"'mpris:trackid': <objectpath '{added}'>" in heard
    assert f"objectpath '{second}'" in heard
    assert [added, third] == seat.tracks[2:]
    assert songs[5].as_uri() in seat.call(f"{TRACKS}.GetTracksMetadata", f"['{added}', '/no/such']")
    seat.desk.until(lambda: len(seat.desk.scene.queue) == 3)
    seat.call(f"{TRACKS}.RemoveTrack", third)
    told.until(f"TrackRemoved (objectpath '{third}',)")
    assert seat.tracks == [first, second, added]
    seat.call(f"{TRACKS}.GoTo", added)
    told.until(f"TrackRemoved (objectpath '{first}',)", f"TrackRemoved (objectpath '{second}',)")
    assert seat.tracks == [added]
    assert seat.player.now().transport is Transport.PLAYING
    seat.player.append(songs * 2)
    told.until("TrackListReplaced")
    seat.player.clear()
    seat.player.next()
    assert seat.get(TRACKS, "Tracks") == "ao 0"


def test_hearts_and_heart_mode_are_seen_from_the_desktop(seat: Seat) -> None:
    seat.player.play_now(seat.desk.songs[:1])
    seat.desk.until(lambda: seat.desk.scene.playing and seat.desk.scene.playing.track)
    assert seat.get(PLAYER, "CanGoNext") == "b false"
    bridge, song = seat.desk.program.bridge, seat.desk.scene.playing
    assert song is not None
    track = song.track
    assert track is not None
    bridge.order(lambda wishes: wishes.heart(on=True))
    seat.monitor.until("'CanGoNext': <true>")
    bridge.order(lambda wishes: wishes.like(track, on=True))
    seat.monitor.until("'xesam:userRating': <1.0>", "TrackMetadataChanged")
    bridge.order(lambda wishes: wishes.like(track, on=False))
    seat.desk.until(lambda: "userRating" not in seat.get(PLAYER, "Metadata"))
    bridge.order(lambda wishes: wishes.heart(on=False))
    seat.monitor.until("'CanGoNext': <false>")
