"""Who is heard first."""

from pathlib import PurePath

from player_rec.domain.track import ContentId, TrackId
from player_rec.engine.turns import brought_forward, in_turn
from player_rec.store.tracks import Waiting


def waiting(number: int, path: str, artist: str = "") -> Waiting:
    return Waiting(TrackId(number), ContentId(f"c{number}"), path, artist, "", 1000)


def test_the_song_playing_comes_first_then_its_folder_artist_the_likes_and_theirs() -> None:
    tracks = [
        waiting(1, "/m/z/1.mp3"),
        waiting(2, "/m/liked/2.mp3", "Beloved"),
        waiting(3, "/m/more/3.mp3", "Beloved"),
        waiting(4, "/m/else/4.mp3", "Player"),
        waiting(5, "/m/now/5.mp3", "Other"),
        waiting(6, "/m/now/6.mp3", "Player"),
    ]
    order = brought_forward(in_turn(tracks, [ContentId("c2")]), PurePath("/m/now/6.mp3"))
    assert [track.track for track in order] == [6, 5, 4, 2, 3, 1]


def test_the_rest_goes_round_the_folders() -> None:
    tracks = [waiting(n, f"/m/{folder}/{n}.mp3") for n, folder in enumerate("aaabbc")]
    folders = [track.path.split("/")[2] for track in in_turn(tracks, [])]
    assert folders == ["a", "b", "c", "a", "b", "a"]


def test_nothing_is_lost_and_nobody_comes_twice() -> None:
    tracks = [waiting(n, f"/m/{n % 7}/{n}.mp3", f"artist {n % 5}") for n in range(200)]
    order = brought_forward(in_turn(tracks, [ContentId("c3"), ContentId("c150")]), PurePath("/m/2/9.mp3"))
    assert sorted(track.track for track in order) == list(range(200))


def test_what_is_near_a_song_that_begins_is_brought_forward_and_the_rest_keeps_its_order() -> None:
    tracks = [
        waiting(1, "/m/z/1.mp3"),
        waiting(2, "/m/now/2.mp3", "Other"),
        waiting(3, "/m/else/3.mp3", "Player"),
        waiting(4, "/m/a/4.mp3"),
        waiting(5, "/m/now/5.mp3", "Player"),
    ]
    assert [track.track for track in brought_forward(tracks, PurePath("/m/now/5.mp3"))] == [5, 2, 3, 1, 4]
    assert [track.track for track in brought_forward(tracks, PurePath("/m/now/heard.mp3"))] == [2, 5, 1, 3, 4]
    assert brought_forward([], PurePath("/m/now/5.mp3")) == []
