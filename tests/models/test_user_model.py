"""Whether a song will be accepted, from what is known before it begins."""

import numpy as np
import pytest

from models.eval.replay.user_model import FEATURES, SESSION, Acceptance, move, starting
from player_rec.domain.listening import SESSION_GAP_S, Outcome
from player_rec.recommend.learn.history import History

SONG_MS, SKIP_MS = 200_000, 4_000


class Listener:
    """Somebody who is asked before every song, and says what they did with it."""

    def __init__(self) -> None:
        self.history, self.model, self.now_s = History(), Acceptance(), 1e9

    def takes(self, track: int, artist: int = -1) -> None:
        """Hear it to the end."""
        self._meets(track, artist, SONG_MS, accepted=True)

    def leaves(self, track: int, artist: int = -1) -> None:
        """Skip it at once."""
        self._meets(track, artist, SKIP_MS, accepted=False)

    def pauses(self) -> None:
        """Long enough to begin a session."""
        self.now_s += SESSION_GAP_S + 1000

    def chance(self, track: int, artist: int = -1) -> float:
        """What the model gives it now."""
        return float(self.model.chances(self.history, np.array([track]), self.now_s, np.array([artist]))[0])

    def feature(self, name: str, track: int, artist: int = -1) -> float:
        """What the model sees in it now."""
        told = self.model.features(self.history, np.array([track]), self.now_s, np.array([artist]))
        return float(told[0, FEATURES.index(name)])

    def _meets(self, track: int, artist: int, heard_ms: int, *, accepted: bool) -> None:
        self.model.learn(self.history, track, self.now_s, accepted=accepted, artist=artist)
        outcome = Outcome.FINISH if accepted else Outcome.EARLY_SKIP
        self.history.append(track, self.now_s, heard_ms, outcome)
        self.now_s += heard_ms / 1000


def test_nobody_met_yet_gets_a_chance_between() -> None:
    assert 0.3 < Listener().chance(1) < 0.9


def test_skips_in_a_row_make_the_next_one_likely() -> None:
    listener = Listener()
    chances = []
    for track in range(5):
        chances.append(listener.chance(99))
        listener.leaves(track)
    assert listener.chance(99) < chances[1] < chances[0]
    assert listener.feature("skips in a row", 99) == pytest.approx(np.log1p(5))
    assert listener.feature("heard in a row", 99) == 0
    listener.takes(7)
    assert listener.feature("heard in a row", 99) == pytest.approx(np.log1p(1))


def test_a_new_session_is_a_new_mood() -> None:
    listener = Listener()
    for track in range(4):
        listener.leaves(track, artist=3)
    assert listener.feature("artist today", 50, artist=3) < -1
    listener.pauses()
    assert listener.feature("opening", 50) == 1
    assert listener.feature("skips in a row", 50) == listener.feature("artist today", 50, artist=3) == 0


def test_songs_and_artists_have_their_own_record() -> None:
    listener = Listener()
    for _ in range(6):
        listener.takes(1, artist=10)
        listener.leaves(2, artist=20)
    assert listener.chance(1, artist=10) > listener.chance(2, artist=20)
    assert listener.chance(3, artist=10) > listener.chance(4, artist=20)
    assert listener.feature("song", 1) > 0 > listener.feature("song", 2)
    assert listener.feature("song last time", 2) == -1
    assert listener.feature("same artist", 4, artist=20) == 1
    assert listener.feature("never met", 4) == 1


def test_time_since_the_last_play_falls_into_one_class() -> None:
    listener = Listener()
    listener.takes(1)
    for days, name in ((0.001, "minutes"), (0.05, "hours"), (2, "days"), (5, "week"), (20, "month"), (400, "long")):
        told = listener.model.features(listener.history, np.array([1]), listener.now_s + days * 86_400)[0]
        away = {FEATURES[place]: told[place] for place in range(len(FEATURES)) if FEATURES[place].startswith("away")}
        assert away.pop(f"away {name}") == 1
        assert not any(away.values())


def test_it_learns_somebody_who_skips_everything_of_one_artist() -> None:
    chance, listener = np.random.default_rng(2), Listener()
    for _ in range(600):
        artist = int(chance.integers(0, 2))
        track = 100 * artist + int(chance.integers(0, 30))
        (listener.takes if artist else listener.leaves)(track, artist)
    assert listener.chance(131, artist=1) > 0.8
    assert listener.chance(31, artist=0) < 0.2


def test_one_step_goes_down_the_slope_of_the_loss() -> None:
    weights = starting()
    features = np.linspace(0, 1, len(FEATURES))
    before = move(weights, features, accepted=True)
    after = move(weights, features, accepted=False)
    assert after > before
    assert move(weights, features, accepted=True) < after


def test_recalling_a_history_gives_the_record_of_having_lived_it() -> None:
    listener = Listener()
    artists = []
    for number in range(40):
        artists.append(number % 3 - 1)
        (listener.leaves if number % 4 == 0 else listener.takes)(number % 7, artists[-1])
    listener.pauses()
    recalled = Acceptance(listener.model.weights.copy())
    recalled.recall(listener.history, np.array(artists))
    tracks, whose = np.arange(9), np.arange(9) % 3 - 1
    lived = listener.model.chances(listener.history, tracks, listener.now_s, whose)
    assert recalled.chances(listener.history, tracks, listener.now_s, whose).tolist() == pytest.approx(
        lived.tolist(), abs=0.05
    )


def test_the_session_says_the_same_of_every_song() -> None:
    listener = Listener()
    for track in range(6):
        listener.takes(track)
    told = listener.model.features(listener.history, np.arange(10), listener.now_s)
    for name in SESSION:
        assert len(set(told[:, FEATURES.index(name)].tolist())) == 1
