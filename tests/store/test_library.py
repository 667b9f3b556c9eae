"""What the library remembers: files, the sounds in them, where each sits, and who it is."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from player_rec.domain.sound import Analysis, Sound
from player_rec.domain.track import (
    ContentId,
    Cover,
    CoverKind,
    Identity,
    MusicBrainzIds,
    ReplayGain,
    Stamp,
    Tags,
    TrackId,
)
from player_rec.store.db import open_db
from player_rec.store.library import Library
from player_rec.store.listener import Listener
from player_rec.store.tagtext import fold, from_text, to_text

SOUND = Sound(-14.5, 120.0, 0.8, 21, 0.5, 0.6, 0, 1200)
ODD_PATH = os.fsdecode("/music/曲/caf".encode() + b"\xe9.mp3")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(open_db(tmp_path / "library.db", "library")) as db:
        yield Library(db)


def identity(name: str) -> Identity:
    return Identity(ContentId(name), 200_000, "mp3")


def put(library: Library, path: str, name: str, tags: Tags | None = None) -> TrackId:
    return library.files.put(path, "/music", Stamp(1, 2), identity(name), tags or Tags(title=name), [])


def heard(model: str, vector: list[float]) -> Analysis:
    return Analysis(model, np.array(vector, np.float32), SOUND, b"print", 199_000, ("cut short",))


def test_tags_come_back_as_they_went_in() -> None:
    tags = Tags(
        "标题", ("A", "B"), "Album", ("Various Artists",), True, 3, 1, 1999, ("Rock", "Jazz"),
        ReplayGain(-6.5, 0.98), MusicBrainzIds("r", "s", "t", ("u", "v")),
        Cover(CoverKind.FOLDER, Path(ODD_PATH)), frozenset({"title"}),
    )  # fmt: skip
    assert from_text(to_text(tags)) == tags
    assert from_text(to_text(Tags())) == Tags()


def test_a_moved_file_keeps_its_track_and_everything_that_hangs_on_it(library: Library) -> None:
    track = put(library, "/music/a.mp3", "one")
    library.vectors.put(track, heard("m", [1, 0]))
    library.files.mark("gone", ["/music/a.mp3"])
    assert library.tracks.get([track]) == {}
    assert put(library, "/music/sub/b.mp3", "one", Tags(title="New")) == track
    found = library.tracks.get([track])[track]
    assert found.files == (Path("/music/sub/b.mp3"),)
    assert found.tags.title == "New"
    assert library.tracks.waiting("m") == []


def test_copies_of_one_sound_are_one_track_with_two_files(library: Library) -> None:
    track = put(library, "/music/a.mp3", "one")
    assert put(library, "/music/b.mp3", "one") == track
    assert library.tracks.get([track])[track].files == (Path("/music/a.mp3"), Path("/music/b.mp3"))
    library.files.mark("away", ["/music/a.mp3"])
    assert library.tracks.get([track])[track].path == Path("/music/b.mp3")


def test_paths_that_are_no_text_come_back_byte_for_byte(library: Library) -> None:
    path = os.fsdecode(b"/music/caf\xe9 \xff.mp3")
    track = put(library, path, "one")
    assert os.fsencode(library.tracks.get([track])[track].path) == b"/music/caf\xe9 \xff.mp3"
    assert library.files.known("/music") == {path: Stamp(1, 2)}
    assert library.tracks.at(Path(path)) == track


def test_search_is_forgiving_and_puts_the_title_first(library: Library) -> None:
    put(library, "/music/1.mp3", "a", Tags(title="Jóga (live at the hall)", artists=("Björk",)))
    exact = put(library, "/music/2.mp3", "b", Tags(title="Jóga", artists=("Björk",)))
    chinese = put(library, "/music/3.mp3", "c", Tags(title="心动", artists=("陈洁仪",)))
    percent = put(library, "/music/4.mp3", "d", Tags(title="100% Pure"))
    assert library.tracks.find("BJORK joga")[0] == exact
    assert library.tracks.find("心动") == [chinese]
    assert library.tracks.find("100%") == [percent]
    assert library.tracks.find("nothing like it") == []
    assert library.tracks.find("  ") == []


def test_search_does_not_show_what_is_gone_or_away(library: Library) -> None:
    put(library, "/music/1.mp3", "a", Tags(title="Song"))
    for presence in ("gone", "away"):
        library.files.mark(presence, ["/music/1.mp3"])
        assert library.tracks.find("song") == []
    assert library.files.known("/music") == {"/music/1.mp3": Stamp(1, 2)}


def test_failures_say_which_file_and_why_and_whether_it_plays(library: Library) -> None:
    library.files.put_unreadable("/music/bad.mp3", "/music", Stamp(0, 1), "the file is empty")
    deaf = put(library, "/music/deaf.mp3", "deaf")
    library.vectors.put_unheard(deaf, "m", "no sound in it")
    odd = put(library, "/music/odd.mp3", "odd")
    library.vectors.put(odd, heard("m", [1, 0]))
    found = {(f.path.name, f.why, f.playable) for f in library.files.failures("m")}
    assert found == {
        ("bad.mp3", "the file is empty", False),
        ("deaf.mp3", "no sound in it", False),
        ("odd.mp3", "cut short", True),
    }
    assert library.files.counts() == {"here": 3, "away": 0, "gone": 0, "unreadable": 1}
    assert library.tracks.waiting("m") == []
    put(library, "/music/deaf.mp3", "deaf")  # it changed, so it is heard again
    assert [w.track for w in library.tracks.waiting("m")] == [deaf]


def test_vectors_of_two_models_live_side_by_side(library: Library) -> None:
    track = put(library, "/music/a.mp3", "one")
    library.vectors.put(track, heard("old", [1, 0]))
    library.vectors.put(track, heard("new", [0, 1, 0]))
    assert library.vectors.models() == {"new": 1, "old": 1}
    assert library.vectors.get("old", [track])[track].tolist() == [1, 0]
    [(ids, vectors)] = library.vectors.batches("new")
    assert ids.tolist() == [track]
    assert vectors.tolist() == [[0, 1, 0]]
    library.vectors.forget_other_models("new")
    assert library.vectors.models() == {"new": 1}
    assert library.vectors.sounds([track])[track] == SOUND
    assert library.tracks.durations([track]) == {track: 199_000}


def test_recordings_join_and_stay_joined(library: Library) -> None:
    a, b, c, d = (put(library, f"/music/{name}.mp3", name) for name in "abcd")
    library.tracks.join_recordings([b, c])
    library.tracks.join_recordings([c, a])
    recordings = library.tracks.recordings()
    assert recordings[a] == recordings[b] == recordings[c] != recordings[d]


def test_mounts_are_known_by_folder_until_the_next_listing(library: Library) -> None:
    library.files.put_mounts("/music", ["/music/usb", "/music/nas"])
    library.files.put_mounts("/other", ["/other/usb"])
    library.files.put_mounts("/music", ["/music/usb"])
    assert library.files.mounts("/music") == {"/music/usb"}
    assert library.files.mounts("/other") == {"/other/usb"}


def test_likes_and_folders_outlive_the_library(tmp_path: Path, library: Library) -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    track = library.tracks.get([put(library, "/music/a.mp3", "one")]).popitem()[1]
    with closing(open_db(tmp_path / "listening.db", "listening")) as db:
        listener = Listener(db)
        listener.add_folder("/music", now)
        listener.add_folder("/music", now)
        assert listener.hearts.give(track, now)
        assert not listener.hearts.give(track, now)
    with closing(open_db(tmp_path / "listening.db", "listening")) as db:
        listener = Listener(db)
        assert listener.folders() == ["/music"]
        assert listener.hearts.all() == {"one": now}
        assert listener.hearts.take(track, now)
        assert not listener.hearts.take(track, now)
        assert listener.drop_folder("/music")
        assert listener.folders() == []


def test_folding_drops_case_accents_and_width() -> None:
    assert fold("Ｂｊöｒｋ ÉTUDE Straße") == "bjork etude strasse"
