"""Asking the library: what sounds like this, the way from here to there, and what to do with the answer."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.cli.conftest import Library
from tests.cli.test_scan import songs


def test_similar_names_other_songs_best_first(scanned: Library) -> None:
    seed = songs(scanned.music)[0]
    answer = scanned.run("similar", seed, "-k", "4", "--json").json
    paths = [found["path"] for found in answer["similar"]]
    scores = [found["score"] for found in answer["similar"]]
    assert len(set(paths)) == 4
    assert str(seed) not in paths
    assert scores == sorted(scores, reverse=True)


def test_words_find_a_song_and_several_seeds_and_a_song_to_avoid_are_heeded(scanned: Library) -> None:
    one, two, three, *_ = songs(scanned.music)
    title = scanned.run("similar", one, "--json").json["seeds"][0]
    by_words = scanned.run("similar", title, "--json").json
    assert by_words["seeds"] == [title]
    both = scanned.run("similar", one, two, "--not", three, "--json").json
    assert len(both["seeds"]) == 2
    found = {entry["path"] for entry in both["similar"]}
    assert not found & {str(one), str(two), str(three)}


def test_a_file_outside_the_library_can_be_asked_about(scanned: Library, tmp_path: Path) -> None:
    stranger = tmp_path / "陌生 stranger.ogg"
    shutil.copy(songs(scanned.music)[0], stranger)
    answer = scanned.run("similar", stranger, "-k", "1", "--json").json
    assert answer["similar"][0]["path"] == str(songs(scanned.music)[0])
    assert answer["similar"][0]["similarity"] > 0.999


def test_what_is_not_there_is_said_in_one_sentence(scanned: Library, tmp_path: Path) -> None:
    said = scanned.run("similar", "no such song anywhere")
    assert said.code == 1
    assert "no such song anywhere" in said.err
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"\0" * 5000)
    said = scanned.run("similar", broken)
    assert said.code == 1
    assert "broken.mp3" in said.err
    empty = Library(tmp_path, tmp_path / "kept")
    said = empty.run("similar", "anything")
    assert said.code == 1
    assert "player-rec scan" in said.err
    said = empty.run("scan")
    assert said.code == 1
    assert "player-rec scan FOLDER" in said.err
    assert empty.run("scan", tmp_path / "nowhere").code == 1


def test_a_path_leads_through_other_songs(scanned: Library) -> None:
    start, *_, goal = songs(scanned.music)
    answer = scanned.run("path", start, goal, "-n", "3", "--json").json
    paths = [step["path"] for step in answer["path"]]
    assert len(set(paths)) == 3
    assert not {str(start), str(goal)} & set(paths)


def test_embed_writes_unit_vectors_with_their_paths(scanned: Library, tmp_path: Path) -> None:
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"fLaC but not really")
    odd = tmp_path / os.fsdecode(b"odd \xfe name.ogg")
    shutil.copy(songs(scanned.music)[0], odd)
    out = tmp_path / "x.npz"
    said = scanned.run("embed", songs(scanned.music)[0], odd, broken, "--out", out, "--json")
    assert said.code == 1
    assert said.json["embedded"] == 2
    assert "broken.flac" in said.err
    with np.load(out) as arrays:
        assert arrays["paths"].tolist() == [str(songs(scanned.music)[0]), str(odd)]
        assert np.allclose(np.linalg.norm(arrays["vectors"], axis=1), 1.0, atol=1e-5)
        assert np.array_equal(arrays["vectors"][0], arrays["vectors"][1])


def test_a_playlist_can_be_played_by_others(scanned: Library, tmp_path: Path) -> None:
    out = tmp_path / "like this.m3u8"
    seed = songs(scanned.music)[0]
    assert scanned.run("export", "--m3u", out, "--similar", seed, "-k", "3").code == 0
    lines = out.read_text().splitlines()
    assert lines[0] == "#EXTM3U"
    assert all(Path(line).is_file() for line in lines if not line.startswith("#"))
    assert len(lines) == 7
    scanned.run("export", "--m3u", out)
    assert sum(not line.startswith("#") for line in out.read_text().splitlines()) == len(songs(scanned.music))


def test_the_doctor_finds_a_healthy_library_in_order(scanned: Library) -> None:
    said = scanned.run("doctor", "--json")
    assert said.code == 0, said.out
    assert said.json["troubles"] == []
    assert said.json["databases"] == {"library": "ok", "listening": "ok"}
    assert said.json["index"]["recall_at_20"] == 1.0


def test_a_lost_or_damaged_index_is_made_again_without_a_word(library: Callable[[], Library]) -> None:
    made = library()
    made.run("scan", made.music)
    seed = songs(made.music)[0]
    before = made.run("similar", seed, "--json").out
    for file in (made.kept / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    said = made.run("similar", seed, "--json")
    assert said.out == before
    assert said.err == ""
    shutil.rmtree(made.kept / "index")
    assert made.run("similar", seed, "--json").out == before


def test_a_damaged_library_is_built_anew_and_keeps_the_folders(library: Callable[[], Library]) -> None:
    made = library()
    for suffix in ("", "-wal", "-shm"):
        (made.kept / f"library.db{suffix}").unlink(missing_ok=True)
    (made.kept / "library.db").write_bytes(b"no database" * 1000)
    said = made.run("scan", made.music, "--json")
    assert said.code == 0
    assert said.json["heard"] == len(songs(made.music))
    assert (made.kept / "library.db.damaged").exists()


def test_forgetting_a_folder_touches_no_file_and_bringing_it_back_costs_nothing(
    library: Callable[[], Library],
) -> None:
    made = library()
    made.run("scan", made.music)
    assert made.run("forget", made.music, "--json").code == 0
    assert made.run("forget", made.music).code == 1
    assert made.run("scan", made.music, "--json").json["heard"] == 0


def test_pausing_holds_a_scan_until_it_is_lifted(library: Callable[[], Library]) -> None:
    made = library()
    made.run("pause")
    assert made.run("status", "--json").json["paused"] == "paused"
    made.run("resume")
    assert made.run("status", "--json").json["paused"] in ("", "on battery")


def test_answers_for_people_are_readable(scanned: Library) -> None:
    seed = songs(scanned.music)[0]
    for command in (("similar", seed), ("path", seed, songs(scanned.music)[1]), ("status",), ("failed",), ("doctor",)):
        said = scanned.run(*command)
        assert said.code == 0
        assert said.out.strip()
