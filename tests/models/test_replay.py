"""Replay: files are read as they are meant, no method sees the future, and every figure is what it says."""

import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from models.eval.replay import continuation
from models.eval.replay.acceptance import auc, calibration_error, foretell, log_loss, session_auc
from models.eval.replay.baselines import BaseLevel, Mix, PersonalTop, SessionNeighbours, Spreading, Transitions
from models.eval.replay.by_sound import NearAny, NearerThanSkipped, NearLatest
from models.eval.replay.format import BadFormat, Ints, Person, Tracks, read_playlists, read_plays, read_tracks
from models.eval.replay.ours import OURS, ours
from models.eval.replay.person import Plan, measure, of_person
from models.eval.replay.protocol import (
    HALF_HOUR_S,
    Hits,
    Moment,
    Outcomes,
    chosen,
    moments,
    r_precision,
    rank_of,
    session_numbers,
)
from models.eval.replay.reaction import Corners, react
from models.eval.replay.report import interval
from player_rec.domain.listening import SESSION_GAP_S, Outcome
from player_rec.recommend.learn.history import History

SONG_MS, SKIP_MS, DAY_S = 200_000, 5_000, 86_400.0
HEADER = "user,end_minute,artist_id,track_id,ms_played\n"


def listener(plays: int, seed: int = 0, name: str = "a") -> Person:
    """Somebody who goes through albums of ten in order, with skips and pauses by chance."""
    chance = np.random.default_rng(seed)
    now_s, track = 1.6e9, 0
    tracks, ends_s, heard = [], [], []
    for _ in range(plays):
        if chance.random() < 0.06:
            now_s += 5 * 3600
            track = 10 * int(chance.integers(0, 8))
        skips = chance.random() < 0.25
        heard.append(SKIP_MS if skips else SONG_MS)
        now_s += heard[-1] / 1000
        tracks.append(track % 80)
        ends_s.append(now_s // 60 * 60)
        track += 1
    numbers = np.array(tracks)
    return Person(name, numbers, numbers // 10, np.array(ends_s), np.array(heard))


def moment(sessions: Sequence[Sequence[int]], skipped: Sequence[int] = ()) -> Moment:
    """After sessions a day apart of which the last one is still going on, with early skips at its end."""
    heard, everything, now_s = History(), History(), 1e9
    for tracks in sessions:
        now_s += DAY_S
        for track in tracks:
            for history in (heard, everything):
                history.append(track, now_s, SONG_MS, Outcome.FINISH)
            now_s += SONG_MS / 1000
    for track in skipped:
        everything.append(track, now_s, SKIP_MS, Outcome.EARLY_SKIP)
    return Moment(everything.quiet_since, heard, everything, np.array(sessions[-1]))


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_plays_are_read_in_any_order_of_rows_and_columns(tmp_path: Path) -> None:
    path = written(
        tmp_path / "plays.csv",
        "track_id,user,ms_played,end_minute,artist_id,more\nx,bob,100,30,p,1\ny,ann,200,20,q,2\nz,bob,300,10,p,3\n",
    )
    (ann, bob), numbers = read_plays(path)
    assert [ann.name, bob.name] == ["ann", "bob"]
    assert bob.tracks.tolist() == [numbers["z"], numbers["x"]]
    assert bob.ends_s.tolist() == [600, 1800]
    assert bob.heard_ms.tolist() == [300, 100]
    assert bob.artists[0] == bob.artists[1] != ann.artists[0]


@pytest.mark.parametrize(
    "when", ["28333334", "28333334.0", "2023-11-14T22:14:00Z", "2023-11-14 22:14", "2023-11-14T23:14:00+01:00"]
)
def test_times_may_be_minutes_or_dates(tmp_path: Path, when: str) -> None:
    (person,), _ = read_plays(written(tmp_path / "plays.csv", f"{HEADER}u,{when},1,2,3\n"))
    assert person.ends_s.tolist() == [28333334 * 60]


@pytest.mark.parametrize(
    "text",
    ["user,end_minute\n1,2\n", f"{HEADER}u,noon,1,2,3\n", f"{HEADER}u,1,1,2,long\n", f"{HEADER}u,1\nu,1,1,2,3\n"],
)
def test_what_is_no_history_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFormat):
        read_plays(written(tmp_path / "plays.csv", text))


def test_tracks_are_matched_by_id_and_vectors_made_unit(tmp_path: Path) -> None:
    path = tmp_path / "tracks.npz"
    vectors = np.array([[3, 4], [0, 2], [1, 1]], np.float32)
    np.savez(path, ids=np.array([7, 8, 9]), vectors=vectors, album=np.array([1, 2, 3]), duration_ms=np.array([5, 6, 7]))
    found = read_tracks(path, {"9": 0, "7": 1, "unknown": 2})
    assert found.albums.tolist() == [3, 1, -1]
    assert found.durations_ms.tolist() == [7, 5, 0]
    assert found.vectors is not None
    assert found.vectors[1].tolist() == pytest.approx([0.6, 0.8])
    assert not found.vectors[2].any()


def test_tracks_without_sound_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tracks.npz"
    np.savez(path, ids=np.array(["x", "y"]))
    assert read_tracks(path, {"x": 0}).vectors is None
    np.savez(path, other=np.array([1]))
    with pytest.raises(BadFormat):
        read_tracks(path, {})


@pytest.mark.parametrize("place", ["position", "pos"])
def test_playlists_are_read_in_their_order(tmp_path: Path, place: str) -> None:
    path = written(tmp_path / "p.csv", f"playlist_id,track_id,{place}\n4,b,1\n5,c,0\n4,a,0\n")
    lists, tracks = read_playlists(path)
    assert [one.tolist() for one in lists] == [[2, 0], [1]]
    assert tracks == 3


def test_the_last_fifth_is_judged_at_evenly_spread_places() -> None:
    judged, taught = chosen(1000, 600, 600)
    assert judged.tolist() == list(range(800, 1000))
    assert taught.min() >= 1
    assert taught.max() == 799
    few, _ = chosen(1000, 3, 0)
    assert few.tolist() == [800, 900, 999] or few.tolist() == [800, 899, 999]


def test_sessions_end_with_a_pause() -> None:
    ends_s = np.array([0, 200, 200 + SESSION_GAP_S + 201, 10_000], np.float64)
    assert session_numbers(ends_s, np.full(4, SONG_MS)).tolist() == [0, 0, 1, 2]
    assert session_numbers(np.empty(0), np.empty(0, np.int64)).tolist() == []


def told(person: Person) -> list[tuple[object, ...]]:
    """What every moment says, with everything a ranker could look at."""
    durations_ms = np.zeros(100, np.int64)
    found: list[tuple[object, ...]] = []
    for at, future, judged in moments(person, 30, 30, durations_ms):
        seen = (at.heard.tracks.tolist(), at.everything.heard_ms.tolist(), at.everything.times.tolist())
        found.append((at.now_s, *seen, at.trail.tolist(), future.track, judged))
    return found


def test_no_moment_knows_how_long_the_next_song_is_heard() -> None:
    person = listener(400)
    longer = person.heard_ms.copy()
    sequence = np.flatnonzero(person.heard_ms >= 30_000)
    last = sequence[-1]
    longer[last] = 90_000
    changed = Person(person.name, person.tracks, person.artists, person.ends_s, longer)
    assert told(changed)[-1] == told(person)[-1]


def test_no_moment_knows_what_comes_later() -> None:
    person = listener(400)
    half = int(np.flatnonzero(person.heard_ms >= 30_000)[280])
    for at, future, _ in moments(person, 30, 30, np.zeros(100, np.int64)):
        played = len(at.everything)
        assert at.everything.tracks.tolist() == person.tracks[:played].tolist()
        assert future.track == person.tracks[played]
        assert future.track in future.rest
        assert at.now_s <= person.ends_s[played]
        assert len(at.heard) == int((person.heard_ms[:played] >= 30_000).sum())
    assert half


def test_where_a_session_begins_the_time_is_known_to_the_half_hour() -> None:
    person = listener(400)
    opening = [
        at.now_s
        for at, _, _ in moments(person, 600, 600, np.zeros(100, np.int64))
        if at.now_s - at.everything.quiet_since > SESSION_GAP_S
    ]
    assert opening
    assert all(now_s % HALF_HOUR_S == 0 for now_s in opening)


def test_lengths_are_learned_from_what_was_heard_before() -> None:
    outcomes = Outcomes(np.array([0, 20_000]))
    heard = [outcomes.of(0, heard_ms) for heard_ms in (4_000, 100_000, 200_000, 100_000, 190_000)]
    assert heard == [Outcome.EARLY_SKIP, Outcome.FINISH, Outcome.FINISH, Outcome.LATE_SKIP, Outcome.FINISH]
    assert [outcomes.of(1, heard_ms) for heard_ms in (5_000, 19_000)] == [Outcome.EARLY_SKIP, Outcome.FINISH]


def test_ranks_and_r_precision_by_hand() -> None:
    order = np.array([5, 3, 9, 1])
    assert [rank_of(track, order) for track in (5, 1, 7)] == [1, 4, 0]
    assert r_precision(np.array([3, 5, 7]), order) == pytest.approx(2 / 3)
    hits = Hits(np.array([1, 0, 4, 20]), np.array([1.0, 0, 0, 0]))
    assert hits.reciprocal.tolist() == [1, 0, 0.25, 0.05]
    assert [hits.within(depth) for depth in (1, 10, 20)] == [0.25, 0.5, 0.75]


def test_personal_top_counts() -> None:
    assert PersonalTop().rank(moment([[1, 2, 2], [3, 2, 1]]), 9).tolist() == [2, 1, 3]


def test_base_level_sums_every_play() -> None:
    at = moment([[1] * 30 + [2], [3], [2]])
    scores = BaseLevel().scores(at)
    for track in (1, 2, 3):
        ages_s = [max(60.0, at.now_s - started_s) for started_s in at.heard.times[at.heard.places(track)]]
        assert scores[at.heard.code(track)] == pytest.approx(sum(age_s**-0.5 for age_s in ages_s))


def test_transitions_count_what_came_next() -> None:
    at = moment([[1, 2, 1, 3, 1, 2], [4, 1]])
    assert Transitions().rank(at, 9).tolist() == [2, 3]
    assert Transitions().scores(at)[at.heard.code(2)] == pytest.approx(2 / 3)


def test_session_neighbours_are_sessions_like_this_one() -> None:
    at = moment([[1, 2, 3], [1, 4], [5, 6], [1, 2]])
    scores = SessionNeighbours().scores(at)
    assert scores[at.heard.code(3)] == pytest.approx(2 / np.sqrt(6))
    assert scores[at.heard.code(4)] == pytest.approx(1 / 2)
    assert scores[at.heard.code(5)] == 0


def test_spreading_counts_five_plays_either_way_within_a_session() -> None:
    at = moment([[9, 1, 2, 3, 4, 5, 6], [7, 1]])
    scores = Spreading().scores(at)
    near = {track for track in range(10) if at.heard.code(track) >= 0 and scores[at.heard.code(track)] > 0}
    assert near == {9, 2, 3, 4, 5, 6, 7, 1}
    assert scores[at.heard.code(9)] == pytest.approx(0.5)


def test_the_mix_puts_what_was_heard_in_this_session_behind() -> None:
    at = moment([[1, 2], [1, 2], [1, 2, 1]])
    assert Mix().rank(at, 2).tolist()[0] == 2


def test_sound_goes_by_the_accepted_and_away_from_the_skipped() -> None:
    angles = np.radians([0, 10, 20, 90, 100, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    at = moment([[0, 1, 2, 3, 4, 5], [0, 3]])
    assert NearLatest(vectors).rank(at, 1).tolist() == [4]
    assert set(NearAny(vectors).rank(at, 2).tolist()) == {1, 4}
    skipping = moment([[0, 1, 2, 3, 4, 5], [0]], skipped=[3])
    assert NearerThanSkipped(vectors).rank(skipping, 3).tolist() == [1, 2, 5]


def test_ours_finds_the_way_through_albums_and_beats_the_baselines() -> None:
    person, tracks, artists = of_person(listener(700), _unknown(80), np.arange(80) // 10)
    found = measure(person, tracks, artists, Plan(60, 60, ablation=False))
    mean = {name: float(hits.reciprocal.mean()) for name, hits in found.hits.items()}
    assert max(mean, key=lambda name: mean[name]).startswith(OURS)
    assert mean[OURS] > 2 * mean["personal top"]
    assert found.judged is not None
    assert found.reaction is not None


def _unknown(count: int) -> Tracks:
    return Tracks(np.full(count, -1), np.zeros(count, np.int64), None)


def test_a_part_switched_off_says_nothing() -> None:
    at = moment([[1, 2, 3], [1, 2]])
    rankers = {one.name: one for one in ours(np.zeros(9, np.int64), np.zeros(9, np.int64), ablation=True)}
    assert set(rankers[OURS].rank(at, 9).tolist()) == {1, 2, 3}
    without = rankers["ours without follows"]
    without.observe(at, 3)
    rankers[OURS].observe(at, 3)
    assert "follows" not in without.mixture.slopes
    assert "follows" in rankers[OURS].mixture.slopes


def test_auc_agrees_with_counting_pairs() -> None:
    chance = np.random.default_rng(1)
    chances, accepted = chance.integers(0, 6, 80) / 5, chance.random(80) < 0.5
    pairs = list(product(chances[accepted], chances[~accepted]))
    slowly = sum((good > bad) + 0.5 * (good == bad) for good, bad in pairs) / len(pairs)
    assert auc(chances, accepted) == pytest.approx(slowly)
    assert np.isnan(auc(chances, np.ones(80, np.bool_)))


def test_inside_a_session_only_its_own_pairs_count() -> None:
    chances = np.array([0.9, 0.8, 0.1, 0.2, 0.3])
    accepted = np.array([True, False, False, True, True])
    assert session_auc(chances, accepted, np.array([1, 1, 2, 2, 2])) == 1
    assert session_auc(chances, accepted, np.array([1, 2, 1, 2, 2])) == pytest.approx(1 / 3)


def test_loss_and_calibration_by_hand() -> None:
    chances, accepted = np.array([0.5, 0.5, 1.0, 0.0]), np.array([True, False, True, False])
    assert log_loss(chances, accepted) == pytest.approx(np.log(2) / 2, abs=1e-5)
    assert calibration_error(chances, accepted) == 0
    assert calibration_error(np.full(4, 0.7), accepted) == pytest.approx(0.2)


def test_acceptance_is_foretold_before_it_happens() -> None:
    person = listener(300)
    flipped = person.heard_ms.copy()
    flipped[-1] = SONG_MS if flipped[-1] == SKIP_MS else SKIP_MS
    changed = Person(person.name, person.tracks, person.artists, person.ends_s, flipped)
    durations_ms = np.zeros(80, np.int64)
    for name, chances in foretell(person, durations_ms).chances.items():
        assert chances.tolist() == foretell(changed, durations_ms).chances[name].tolist(), name


def test_a_corner_is_the_artist_or_the_nearest() -> None:
    known = np.arange(6)
    assert Corners(np.array([1, 1, 2, 1, 2, 2]), None).of(0, known).tolist() == [1, 3]
    vectors = np.eye(2, dtype=np.float32)[[0, 0, 1, 0, 1, 1]]
    assert set(Corners(known, vectors).of(0, known)[:2].tolist()) == {1, 3}


def test_reactions_are_shares_and_counts() -> None:
    person = listener(600)
    ranker = ours(np.arange(80) // 10, np.full(80, -1), ablation=False)[0]
    found = react(person, ranker, Corners(np.arange(80) // 10, None), np.zeros(80, np.int64), 20)
    assert 0 <= found.before <= 1
    assert 0 <= found.after <= 1
    assert 0 <= found.skips <= 12


def test_average_precision_by_hand() -> None:
    assert continuation.average_precision(np.array([1, 2, 3, 4]), np.array([1, 3])) == pytest.approx((1 + 2 / 3) / 2)
    assert continuation.average_precision(np.array([5]), np.array([1])) == 0


def cosines(given: list[Ints], seeds: Ints, tracks: int) -> list[float]:
    held = [{number for number, one in enumerate(given) if track in one} for track in range(tracks)]
    return [
        sum(len(held[track] & held[seed]) / max(1, len(held[track]) * len(held[seed])) ** 0.5 for seed in seeds)
        for track in range(tracks)
    ]


def test_item_neighbours_agree_with_plain_cosines() -> None:
    chance = np.random.default_rng(4)
    given = [chance.permutation(12)[: chance.integers(2, 9)] for _ in range(15)]
    table = continuation.shelf(given, 12)
    for number, seeds in enumerate(given):
        found = continuation.item_neighbours(table, number, seeds)
        assert found.tolist() == pytest.approx(cosines(given, seeds, 12))


def test_the_playlist_that_shares_most_says_what_is_next() -> None:
    given = [np.array(one) for one in ([0, 1, 2], [0, 1, 2, 3], [7, 2, 4], [5, 6], [5, 6, 8])]
    scores = continuation.alike_playlists(continuation.shelf(given, 9), 0, given[0])
    assert scores[3] > scores[4] > scores[5] == 0
    assert np.isfinite(scores).all()


def test_a_playlist_without_company_is_no_trouble() -> None:
    found = continuation.continue_all([np.arange(5), np.arange(5, 10)], 10)
    assert all(0 <= value <= 1 for value in found.values())


def test_the_interval_holds_the_mean() -> None:
    chance = np.random.default_rng(0)
    low, high = interval([chance.normal(0.3, 0.1, 200) for _ in range(6)], 0)
    assert low < 0.3 < high
    assert high - low < 0.1


def test_the_command_measures_everything(tmp_path: Path) -> None:
    rows = [HEADER]
    for name, seed in (("ann", 1), ("bob", 2)):
        person = listener(250, seed)
        columns = (person.ends_s // 60, person.artists, person.tracks, person.heard_ms)
        rows += [f"{name},{end:.0f},{a},{t},{ms}\n" for end, a, t, ms in zip(*columns, strict=True)]
    plays = written(tmp_path / "plays.csv", "".join(rows))
    lists = written(
        tmp_path / "p.csv", "playlist_id,position,track_id\n" + "".join(f"{n % 9},{n},{n % 7}\n" for n in range(90))
    )
    vectors = np.random.default_rng(0).normal(size=(80, 8))
    np.savez(tmp_path / "tracks.npz", ids=np.arange(80), vectors=vectors, album=np.arange(80) // 10)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "models.eval.replay",
        "--plays",
        plays,
        "--playlists",
        lists,
        "--json",
    ]
    command += ["--tracks", tmp_path / "tracks.npz", "--positions", "20", "--lessons", "10", "--by-person"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    figures = json.loads(done.stdout)
    assert figures["people"] == 2
    assert figures["moments"] == 40
    assert {"random", "untuned mix", "ours", "ours, fixed weights", "ours without follows"} <= figures[
        "next song"
    ].keys()
    assert figures["by person"].keys() == {"ann", "bob"}
    assert 0 <= figures["acceptance"]["ours"]["auc"] <= 1
    assert "ours" in figures["playlist continuation, MAP@10"]
    assert "2/2 bob" in done.stderr
