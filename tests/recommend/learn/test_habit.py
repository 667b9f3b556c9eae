"""Habit: what usually comes next, by hand and by plain loops."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from player_rec.domain.listening import DAY_S, SESSION_GAP_S, Outcome
from player_rec.recommend.learn.habit import FINEST, PARTS, Habit, Ids, habit
from player_rec.recommend.learn.history import History
from player_rec.recommend.learn.succession import CONTEXT_GAIN, HALF_LIFE_DAYS, LONG_AGO, REACH, UNSURE

A, B, C, D, E, F, G = range(100, 107)
SONG_MS, SKIP_MS = 200_000, 5_000


class Listening:
    """A history that is written down as it would be told."""

    def __init__(self) -> None:
        self.history = History()
        self.now_s = 1e9

    def hears(self, *tracks: int) -> "Listening":
        """One after the other, to their ends."""
        return self._plays(tracks, SONG_MS, Outcome.FINISH)

    def skips(self, *tracks: int) -> "Listening":
        """Each after five seconds."""
        return self._plays(tracks, SKIP_MS, Outcome.EARLY_SKIP)

    def pauses(self, days: float = 1.0) -> "Listening":
        """Nothing for a while."""
        self.now_s += days * DAY_S
        return self

    def expects(self) -> Habit:
        """What may come next."""
        return habit(self.history, self.now_s)

    def _plays(self, tracks: tuple[int, ...], heard_ms: int, outcome: Outcome) -> "Listening":
        for track in tracks:
            self.history.append(track, self.now_s, heard_ms, outcome)
            self.now_s += heard_ms / 1000
        return self


def part(found: Habit, name: str, track: int) -> float:
    at = np.flatnonzero(found.tracks == track)
    return float(found.parts[name][at[0]]) if len(at) else 0.0


def compressed(probability: float) -> float:
    return float(np.log1p(probability / FINEST) / np.log1p(1 / FINEST))


def wandering(plays: int, seed: int = 5) -> Listening:
    """Somebody who hears, skips and pauses by chance, with tracks that tend to follow each other."""
    chance, listening, track = np.random.default_rng(seed), Listening(), 0
    for _ in range(plays):
        track = (track + int(chance.choice([1, 1, 1, 2, 5]))) % 12
        if chance.random() < 0.3:
            listening.skips(track)
        else:
            listening.hears(track)
        if chance.random() < 0.05:
            listening.pauses(float(chance.uniform(0.1, 40)))
    return listening


def test_nothing_heard_expects_nothing() -> None:
    found = Listening().skips(A, B).expects()
    assert len(found.tracks) == 0
    assert found.parts.keys() == set(PARTS)


def test_every_part_is_there_for_every_candidate_between_0_and_1() -> None:
    found = wandering(300).expects()
    assert tuple(sorted(found.parts)) == tuple(sorted(PARTS))
    for values in found.parts.values():
        assert values.shape == found.tracks.shape
        assert values.dtype == np.float32
        assert (values >= 0).all()
        assert (values <= 1).all()


def test_one_play_is_enough_to_have_taught_something() -> None:
    found = Listening().hears(A, B).pauses().hears(C, A).expects()
    assert part(found, "follows", B) > 0.5
    assert part(found, "follows", C) == 0


def test_what_followed_lately_counts_more_than_what_followed_long_ago() -> None:
    found = Listening().hears(A, B).pauses(200).hears(A, C).pauses().hears(D, A).expects()
    assert part(found, "follows", C) > part(found, "follows", B) > 0


def test_a_session_ends_what_follows() -> None:
    found = Listening().hears(A).pauses().hears(B).pauses().hears(C, A).expects()
    assert part(found, "follows", B) == 0


def test_after_a_skip_the_way_goes_on_from_the_skipped_song() -> None:
    found = Listening().hears(A, B, C).pauses().hears(A).skips(B).expects()
    assert part(found, "follows", C) > 0.5


def test_the_same_way_is_told_from_the_same_song() -> None:
    listening = Listening().hears(A, B, C).pauses().hears(D, B, E).pauses().hears(F, B, E).pauses().hears(A, B)
    found = listening.expects()
    assert part(found, "follows", E) > part(found, "follows", C)
    assert part(found, "context", C) > part(found, "context", E)


def test_early_skips_after_the_same_song_speak_against_it() -> None:
    listening = Listening()
    for _ in range(3):
        listening.hears(A).skips(B).hears(C).pauses()
    found = listening.hears(A).expects()
    assert part(found, "follows", B) == 0
    assert part(found, "refused", B) > 0.7
    assert part(found, "refused", C) == 0


def test_a_session_like_this_one_says_what_is_left() -> None:
    listening = Listening().hears(A, B, C, D).pauses().hears(E, F, G).pauses().hears(C, A)
    found = listening.expects()
    assert part(found, "session", B) > 0
    assert part(found, "session", D) > 0
    assert part(found, "session", F) == 0
    assert part(found, "again", A) == part(found, "again", C) == 1
    assert part(found, "again", B) == 0
    assert part(found, "repeat", A) == 1


def test_what_sessions_open_with_counts_only_while_one_opens() -> None:
    listening = Listening().hears(A, B).pauses().hears(A, C).pauses().hears(D, B)
    assert part(listening.expects(), "opens", A) == 0
    listening.now_s += SESSION_GAP_S + 60
    found = listening.expects()
    assert part(found, "opens", A) > part(found, "opens", D) > part(found, "opens", B)
    assert part(found, "again", B) == part(found, "session", C) == 0


def test_songs_skipped_in_this_session_are_told() -> None:
    found = Listening().hears(A, B, C).pauses().hears(A).skips(C).hears(B).expects()
    assert part(found, "skipped", C) == 1
    assert part(found, "skipped", A) == 0


def test_staying_with_an_artist_counts_by_how_much_this_session_does() -> None:
    def artist_of(tracks: Ids) -> Ids:
        return np.where(tracks < D, 1, np.where(tracks < G, 2, -1))

    listening = Listening().hears(A, B, C, D, E, F, G).pauses().hears(A, B)
    stays = habit(listening.history, listening.now_s, artist_of)
    assert part(stays, "artist", C) > 0
    assert part(stays, "artist", E) == 0
    wanders = listening.hears(D, A)
    left = habit(wanders.history, wanders.now_s, artist_of)
    assert 0 < part(left, "artist", C) < part(stays, "artist", C)


def test_an_artist_skipped_in_this_session_has_cooled_until_it_is_heard_again() -> None:
    def artist_of(tracks: Ids) -> Ids:
        return np.where(tracks < D, 1, 2)

    listening = Listening().hears(A, B, C, D, E).pauses().hears(D).skips(A)
    cooled = habit(listening.history, listening.now_s, artist_of)
    assert part(cooled, "cooled", B) == pytest.approx(0.5)
    assert part(cooled, "cooled", E) == 0
    listening.hears(B)
    assert part(habit(listening.history, listening.now_s, artist_of), "cooled", C) == 0


def test_no_more_candidates_than_asked_for_and_the_likely_ones_first() -> None:
    listening = wandering(400)
    few = habit(listening.history, listening.now_s, most=3)
    best = max(PARTS[:1], key=lambda name: float(few.parts[name].max()))
    assert len(few.tracks) == 3
    assert few.parts[best].max() == listening.expects().parts[best].max()


def test_the_same_history_expects_the_same() -> None:
    first, second = wandering(300).expects(), wandering(300).expects()
    assert first.tracks.tolist() == second.tracks.tolist()
    for name in PARTS:
        assert first.parts[name].tolist() == second.parts[name].tolist()


def fade(age_s: float) -> float:
    return LONG_AGO + (1 - LONG_AGO) * 2 ** (-age_s / DAY_S / HALF_LIFE_DAYS)


def slowly(listening: Listening) -> tuple[dict[int, float], dict[int, float]]:
    """First-order and longest-context successors by walking through every play."""
    history, last = listening.history, len(listening.history) - 1
    plays = list(zip(history.tracks.tolist(), history.sessions.tolist(), history.heard_ms.tolist(), strict=True))
    heard = [place for place, (_, _, heard_ms) in enumerate(plays) if heard_ms > SKIP_MS]
    mine = [plays[place][0] for place in heard if place < last][::-1]
    follows: defaultdict[int, float] = defaultdict(float)
    context: defaultdict[int, float] = defaultdict(float)
    mass, gained = UNSURE, UNSURE * CONTEXT_GAIN
    for place in [place for place in range(last) if plays[place][0] == plays[last][0]]:
        weight = fade(listening.now_s - float(history.times[place]))
        mass += weight
        target = next((one for one in heard if one > place), None)
        if target is None or plays[target][1] != plays[place][1] or target - place > REACH:
            continue
        weight /= (target - place) ** 0.5
        follows[plays[target][0]] += weight
        theirs = [plays[one][0] for one in heard if one < place][::-1]
        same = 0
        while same < min(5, len(mine), len(theirs)) and mine[same] == theirs[same]:
            same += 1
        if same:
            context[plays[target][0]] += weight * CONTEXT_GAIN**same
            gained += weight * CONTEXT_GAIN**same
    return ({t: w / mass for t, w in follows.items()}, {t: w / gained for t, w in context.items()})


@pytest.mark.parametrize("seed", range(8))
def test_successors_agree_with_plain_loops(seed: int) -> None:
    listening = wandering(300 + seed, seed)
    found = listening.expects()
    for name, wanted in zip(("follows", "context"), slowly(listening), strict=True):
        for track in range(12):
            assert part(found, name, track) == pytest.approx(compressed(wanted.get(track, 0)), abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_nearby_was_within_five_songs_in_some_session(seed: int) -> None:
    listening = wandering(120, seed)
    history = listening.history
    heard = history.heard.tolist()
    last = {int(history.tracks[place]) for place in heard[-5:]}
    near = set()
    for number, place in enumerate(heard):
        if int(history.tracks[place]) in last and place < history.session_start:
            around = heard[max(0, number - 5) : number] + heard[number + 1 : number + 6]
            near |= {int(history.tracks[one]) for one in around if history.sessions[one] == history.sessions[place]}
    found = listening.expects()
    assert set(found.tracks[found.parts["nearby"] > 0].tolist()) == near


def test_refusals_agree_with_plain_loops() -> None:
    listening = wandering(200)
    history = listening.history
    offered: defaultdict[int, float] = defaultdict(float)
    skipped: defaultdict[int, float] = defaultdict(float)
    for place, after in pairwise(range(len(history))):
        same = history.sessions[place] == history.sessions[after]
        if history.tracks[place] == history.tracks[-1] and same:
            weight = fade(listening.now_s - float(history.times[place]))
            offered[int(history.tracks[after])] += weight
            skipped[int(history.tracks[after])] += weight * (history.outcomes[after] == Outcome.EARLY_SKIP)
    found = listening.expects()
    for track, weight in skipped.items():
        assert part(found, "refused", track) == pytest.approx(weight / (offered[track] + UNSURE), abs=1e-5)
