"""What MPD answers, in our own terms."""

from pathlib import Path

from player_rec.players.mpd.paths import MusicPaths
from player_rec.players.mpd.read import Reader

STATUS = [("state", "play"), ("song", "3"), ("songid", "7"), ("elapsed", "0.104"), ("duration", "6.820")]


def test_a_song_is_as_long_as_mpd_says_of_the_song_itself() -> None:
    reader = Reader(MusicPaths(Path("/music"), (), anywhere=True), "mark")
    song = [("file", "short.flac"), ("duration", "4.078"), ("id", "7")]
    assert reader.glance(0.0, (STATUS, song)).duration_ms == 4078


def test_the_length_of_a_song_that_mpd_has_not_read_is_that_of_what_it_decodes() -> None:
    reader = Reader(MusicPaths(Path("/music"), (), anywhere=True), "mark")
    assert reader.glance(0.0, (STATUS, [("file", "/elsewhere/song.flac"), ("id", "7")])).duration_ms == 6820
