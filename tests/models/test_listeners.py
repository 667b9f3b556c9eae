"""Simulated listeners: the same seed gives the same life, they skip as people do, and they have a taste."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.eval.listeners import plays as plays_file
from models.eval.listeners.alone import life, settled
from models.eval.listeners.clusters import nearest, spherical_k_means
from models.eval.listeners.generate import generate
from models.eval.listeners.library import Catalogue, enlarged, load, read, unit
from models.eval.listeners.listener import Listener
from models.eval.listeners.measure import features, measure
from models.eval.listeners.parameters import Temper
from models.eval.listeners.personas import named, population
from models.eval.listeners.plays import Plays
from models.eval.listeners.targets import TARGETS
from models.eval.listeners.taste import Persona
from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.listening import EARLY_MS, Ending
from player_rec.domain.sound import Analysis, Sound
from player_rec.domain.track import ContentId, Identity, Stamp, Tags
from player_rec.store.db import open_rebuildable
from player_rec.store.library import Library

CORNERS, TRACKS, DIMENSION = 10, 600, 24
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
EVEN = Temper(base=-1.2, haste=0.0)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Ten corners of sixty tracks; six artists in each, with two albums of five."""
    rng = np.random.default_rng(5)
    centres = np.repeat(unit(rng.normal(size=(CORNERS, DIMENSION)).astype(np.float32)), TRACKS // CORNERS, axis=0)
    numbers = np.arange(TRACKS)
    return Catalogue(
        ids=numbers + 1000,
        vectors=unit(centres + 0.08 * rng.normal(size=(TRACKS, DIMENSION)).astype(np.float32)),
        artist=numbers // 10,
        album=numbers // 5,
        recording=numbers,
        duration_ms=rng.integers(120_000, 300_000, TRACKS),
        energy=np.repeat(np.linspace(0, 1, CORNERS), TRACKS // CORNERS),
    )


@pytest.fixture(scope="module")
def persona(catalogue: Catalogue) -> Persona:
    return Persona("somebody", 3, loved=catalogue.vectors[[5, 65]], disliked=catalogue.vectors[[125]])


def corner(catalogue: Catalogue, number: int) -> list[int]:
    """Tracks of one corner."""
    return [int(track) for track in catalogue.ids[number * 60 : (number + 1) * 60]]


def test_the_same_seed_gives_the_same_plays_and_another_seed_others(catalogue: Catalogue) -> None:
    persons = population(catalogue, 2, seed=1)
    one, same, other = (generate(catalogue, persons, 200, seed) for seed in (1, 1, 2))
    for column in ("user", "end_minute", "artist", "track", "ms"):
        assert np.array_equal(getattr(one, column), getattr(same, column))
    assert not np.array_equal(one.track, other.track)


def test_plays_are_written_as_the_replay_reads_them(catalogue: Catalogue, tmp_path: Path) -> None:
    heard = generate(catalogue, population(catalogue, 2, seed=1), 100, seed=1)
    heard.save(tmp_path / "plays.csv")
    lines = (tmp_path / "plays.csv").read_text("utf-8").splitlines()
    assert lines[0] == "user,end_minute,artist_id,track_id,ms_played"
    assert len(lines) == 201
    again = plays_file.load(tmp_path / "plays.csv")
    assert np.array_equal(again.ms, heard.ms)
    assert np.array_equal(again.end_minute, heard.end_minute)
    rows = np.searchsorted(catalogue.ids, heard.track)
    assert np.array_equal(catalogue.artist[rows], heard.artist)
    assert np.all((heard.ms > 0) & (heard.ms <= catalogue.duration_ms[rows]))
    for user in (0, 1):
        assert np.all(np.diff(heard.end_minute[heard.user == user]) >= 0)


def test_tracks_are_written_as_the_replay_reads_them(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.save(tmp_path / "tracks.npz")
    with np.load(tmp_path / "tracks.npz") as file:
        assert set(file) == {"ids", "vectors", "artist", "album", "recording", "duration_ms"}
        assert file["vectors"].dtype == np.float32
        assert all(file[name].shape == (TRACKS,) for name in file if name != "vectors")
    assert np.array_equal(load(tmp_path / "tracks.npz").album, catalogue.album)


def test_what_is_measured_is_what_a_slow_count_finds(catalogue: Catalogue) -> None:
    minute = 28_000_000
    heard = Plays(
        user=np.zeros(8, np.int64),
        end_minute=minute + np.array([0, 0, 4, 8, 100, 100, 101, 105]),
        artist=np.array([0, 0, 1, 1, 0, 2, 2, 2]),
        track=np.array([1000, 1001, 1010, 1011, 1000, 1020, 1021, 1022]),
        ms=np.array([5_000, 6_000, 200_000, 200_000, 2_000, 3_000, 4_000, 200_000]),
    )
    seen = features(heard, catalogue)
    assert seen.place.tolist() == [0, 1, 2, 3, 0, 1, 2, 3]
    assert seen.skips.tolist() == [0, 1, 2, 0, 0, 1, 2, 3]
    assert seen.listens.tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert seen.ends.tolist() == [False, False, False, True, False, False, False, False]
    assert seen.same_artist.tolist() == [False, True, False, True, False, False, True, True]
    assert seen.known.tolist() == [False] * 4 + [True] + [False] * 3
    found = measure(heard, catalogue)
    assert found["skip30 by place in session", "0"].value == 1
    assert found["skip30 after skips in a row", "2"].value == 0.5
    assert found["skip30 by time since last play", "< 2.4 h"].cases == 1
    assert found["session ends at streak", "0"].value == 0.5  # of two plays heard out, the last of all left aside
    assert found["transitions to the same artist", "share"].value == pytest.approx(4 / 6)


def test_a_population_skips_as_people_do(catalogue: Catalogue) -> None:
    persons = population(catalogue, 10, seed=11)
    found = measure(generate(catalogue, persons, 1000, seed=11), catalogue)
    for target in TARGETS:
        figure = found.get((target.group, target.bucket))
        if target.group.startswith("skip30") and figure is not None and figure.cases >= 400:
            within = 0.15 if "since" in target.group else 0.1  # times since rest on few sessions in so short a run
            assert figure.value == pytest.approx(target.value, abs=within), target
    rates = [found["skip30 by person", name].value for name in ("min", "median", "max")]
    assert rates == pytest.approx([0.166, 0.308, 0.690], abs=0.07)
    assert found["session ends at streak", "0"].value == pytest.approx(0.039, abs=0.012)
    assert found["session ends at streak", "2"].value < found["session ends at streak", "0"].value
    assert found["transitions to the same artist", "share"].value == pytest.approx(0.15, abs=0.08)


def test_a_temper_is_settled_to_the_skip_rate_asked_for(catalogue: Catalogue, persona: Persona) -> None:
    rare, often = (replace(persona, skip_rate=rate) for rate in (0.2, 0.6))
    for person in (rare, often):
        listener = Listener(person, catalogue, settled(person, catalogue, 800))
        heard_ms = np.array([row[2] for row in life(listener, 1500, np.random.default_rng(8))])
        assert (heard_ms < EARLY_MS).mean() == pytest.approx(person.skip_rate, abs=0.1)


def test_a_disliked_corner_is_skipped_early_more_often_than_a_loved_one(catalogue: Catalogue, persona: Persona) -> None:
    skips = {0: 0, 2: 0}
    for number in skips:
        for seed in range(60):
            listener, rng = Listener(persona, catalogue, EVEN), np.random.default_rng(seed)
            reaction = listener.react(corner(catalogue, number)[seed], NOON, chosen=False, rng=rng)
            skips[number] += reaction.heard_ms < EARLY_MS
    assert skips[2] > 1.8 * skips[0]


def test_skips_make_the_next_skip_likelier_and_listening_makes_it_rarer(catalogue: Catalogue, persona: Persona) -> None:
    listener, track = Listener(persona, catalogue, EVEN), corner(catalogue, 0)[9]
    fresh = listener.would_skip(track, NOON, chosen=True)
    for length_ms, harder in ((2_000, True), (200_000, False)):
        listener = Listener(persona, catalogue, EVEN)
        for row in range(4):
            listener.memory.note(row, NOON.timestamp() - 600 + row, skipped=length_ms < EARLY_MS)
        assert (listener.would_skip(track, NOON, chosen=True) > fresh) is harder


def test_asking_changes_nothing_and_reacting_is_remembered(catalogue: Catalogue, persona: Persona) -> None:
    listener, rng, track = Listener(persona, catalogue, EVEN), np.random.default_rng(1), corner(catalogue, 0)[0]
    asked = {listener.would_skip(track, NOON, chosen=False) for _ in range(3)}
    assert len(asked) == 1
    listener.react(track, NOON, chosen=False, rng=rng)
    assert listener.memory.heard == [0]
    assert listener.would_skip(track, NOON + timedelta(minutes=4), chosen=False) not in asked


def test_a_listener_who_leaves_begins_a_new_session(catalogue: Catalogue, persona: Persona) -> None:
    listener, rng = Listener(persona, catalogue, Temper(base=-2, haste=9)), np.random.default_rng(1)
    for track in corner(catalogue, 0)[:3]:
        assert listener.react(track, NOON, chosen=True, rng=rng).ending is Ending.STOPPED
        assert listener.memory.place == 1


def test_a_song_heard_to_its_end_is_finished_and_a_shorter_one_skipped(catalogue: Catalogue, persona: Persona) -> None:
    listener, rng = Listener(persona, catalogue, Temper(base=-1, haste=-20)), np.random.default_rng(1)
    now, endings = NOON, set()
    for track in corner(catalogue, 0) + corner(catalogue, 1):
        reaction = listener.react(track, now, chosen=False, rng=rng)
        whole = reaction.heard_ms == catalogue.duration_ms[track - 1000]
        assert reaction.ending is (Ending.FINISHED if whole else Ending.SKIPPED)
        assert whole or not reaction.likes
        now += timedelta(milliseconds=reaction.heard_ms)
        endings.add(reaction.ending)
    assert endings == {Ending.FINISHED, Ending.SKIPPED}


def test_a_track_the_catalogue_does_not_hold_is_refused(catalogue: Catalogue, persona: Persona) -> None:
    with pytest.raises(NoSuchTrack):
        Listener(persona, catalogue, EVEN).react(1, NOON, chosen=True, rng=np.random.default_rng(1))


def test_own_choices_keep_to_what_is_loved_and_go_on_in_albums_where_that_is_the_habit(
    catalogue: Catalogue, persona: Persona
) -> None:
    singles, albums = (replace(persona, album_share=share, habit=0.1, novelty=0.05) for share in (0.0, 1.0))
    in_order = {}
    for person in (singles, albums):
        rows = list(life(Listener(person, catalogue, EVEN), 2000, np.random.default_rng(4)))
        tracks = np.array([row[1] for row in rows]) - 1000
        assert np.isin(tracks // 60, (0, 1)).mean() > 3 * np.isin(tracks // 60, (2, 3)).mean()
        in_order[person.album_share] = ((np.diff(tracks) == 1) & (np.diff(tracks // 5) == 0)).mean()
    assert in_order[1.0] > 2 * in_order[0.0]


def test_an_explorer_hears_more_of_the_library_than_a_creature_of_habit(catalogue: Catalogue) -> None:
    persons = named(catalogue)
    reached = {}
    for name in ("explorer", "creature of habit"):
        listener = Listener(persons[name], catalogue, EVEN)
        reached[name] = len({row[1] for row in life(listener, 800, np.random.default_rng(2))})
    assert reached["explorer"] > 1.4 * reached["creature of habit"]


def test_eleven_persons_are_found_in_any_library_and_are_the_same_each_time(catalogue: Catalogue) -> None:
    persons, again = named(catalogue), named(catalogue)
    assert len(persons) == 11
    for name, person in persons.items():
        assert person.name == name
        assert len(person.loved) >= 1
        assert np.array_equal(person.loved, again[name].loved)
        assert np.array_equal(person.disliked, again[name].disliked)
    assert len({person.seed for person in persons.values()}) == 11
    apart = persons["two interests far apart"].loved
    assert float(apart[0] @ apart[1]) < 0.2
    calm = persons["everything calm"]
    assert catalogue.energy[nearest(catalogue.vectors, calm.disliked[:1] * 1.0) == 0].size
    loudest = int(np.argmax(catalogue.vectors @ calm.disliked[0]))
    assert catalogue.energy[loudest] == 1


def test_few_tracks_are_enough_for_every_person() -> None:
    rng = np.random.default_rng(1)
    few = Catalogue(
        ids=np.arange(4), vectors=unit(rng.normal(size=(4, 8)).astype(np.float32)), artist=np.arange(4),
        album=np.arange(4), recording=np.arange(4), duration_ms=np.full(4, 20_000), energy=np.zeros(4),
    )  # fmt: skip
    for person in named(few).values():
        assert len(list(life(Listener(person, few, EVEN), 30, rng))) == 30


def test_corners_are_found_where_they_are(catalogue: Catalogue) -> None:
    centres = spherical_k_means(catalogue.vectors, CORNERS, seed=2)
    labels = nearest(catalogue.vectors, centres)
    pure = [np.bincount(labels[start : start + 60]).max() / 60 for start in range(0, TRACKS, 60)]
    assert np.mean(pure) > 0.95
    assert np.allclose(np.linalg.norm(centres, axis=1), 1, atol=1e-5)
    assert np.array_equal(centres, spherical_k_means(catalogue.vectors, CORNERS, seed=2))


def test_a_larger_catalogue_keeps_the_library_and_adds_artists_of_all_sizes(catalogue: Catalogue) -> None:
    large, same = (enlarged(catalogue, 5000, np.random.default_rng(1)) for _ in range(2))
    assert len(large) == 5000
    assert np.array_equal(large.vectors, same.vectors)
    assert np.array_equal(large.vectors[:TRACKS], catalogue.vectors)
    assert len(np.unique(large.ids)) == len(np.unique(large.recording)) == 5000
    assert np.allclose(np.linalg.norm(large.vectors, axis=1), 1, atol=1e-5)
    sizes = np.sort(np.unique(large.artist[TRACKS:], return_counts=True)[1])
    assert sizes[-1] > 10 * np.median(sizes)
    assert np.unique(large.album[TRACKS:], return_counts=True)[1].max() == 10
    assert all(len(set(large.artist[large.album == album])) == 1 for album in np.unique(large.album)[-20:])
    mates = large.artist[1:] == large.artist[:-1]
    cosines = (large.vectors[1:] * large.vectors[:-1]).sum(axis=1)
    assert cosines[TRACKS:][mates[TRACKS:]].mean() > cosines[TRACKS:][~mates[TRACKS:]].mean() + 0.2


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A library on disk with twelve heard tracks, one of them untagged, and one that was never heard."""
    rng = np.random.default_rng(1)
    sound = Sound(-14.0, 120.0, 0.9, 3, 0.8, 0.4, 0, 0)
    with closing(open_rebuildable(tmp_path / "library.db")) as db:
        library = Library(db)
        for number in range(13):
            tags = Tags(title=str(number), artists=(f"Björk {number // 6}",), album=f"Album {number // 3}")
            path, stamp = f"/music/{number}.flac", Stamp(1, 1)
            found = Identity(ContentId(f"{number:04x}"), 100_000, "flac")
            track = library.files.put(path, "/music", stamp, found, tags if number else Tags(), ())
            if number < 12:
                vector = unit(rng.normal(size=(1, 16)).astype(np.float32))[0]
                library.vectors.put(track, Analysis("net@1", vector, sound, b"", 90_000 + number))
    return tmp_path


def test_an_analysed_library_is_read(kept: Path) -> None:
    found = read(kept)
    assert len(found) == 12
    assert found.vectors.shape == (12, 16)
    assert found.duration_ms.tolist() == list(range(90_000, 90_012))
    assert len(set(found.artist[1:6])) == 1
    assert len(np.unique(found.artist)) == 3
    assert len(np.unique(found.album)) == 5
    assert np.all(found.energy == 0.4)


def test_a_folder_without_a_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(NoSuchTrack):
        read(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_commands_work_over_a_library(kept: Path, tmp_path: Path) -> None:
    def command(name: str, *given: str) -> str:
        line = [sys.executable, "-m", f"models.eval.listeners.{name}", str(kept), *given]
        line += ["--listeners", "2", "--plays", "150", "--tracks", "80"]
        root = Path(__file__).parents[2]
        return subprocess.run(line, capture_output=True, text=True, check=True, cwd=root).stdout

    assert "300 plays of 2 listeners over 80 tracks" in command("generate", str(tmp_path / "out"))
    assert len(plays_file.load(tmp_path / "out" / "plays.csv").user) == 300
    assert len(load(tmp_path / "out" / "tracks.npz")) == 80
    assert "session ends at streak" in command("fidelity")
    assert "FITTED = Response(" in command("calibrate", "--rounds", "2")
