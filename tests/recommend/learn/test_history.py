"""A history says of every play what the plain list of plays would say."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from player_rec.domain.listening import SESSION_GAP_S, Outcome, Source
from player_rec.recommend.learn.history import SOURCES, History, is_heard

Row = tuple[int, float, int, Outcome]

rows = st.lists(
    st.tuples(
        st.integers(0, 6).map(lambda number: number * 10**12),
        st.floats(0, 3 * SESSION_GAP_S),
        st.integers(0, 60_000),
        st.sampled_from(Outcome),
    ),
    max_size=60,
)


def history_of(plays: list[Row]) -> tuple[History, list[Row]]:
    """A history of plays given with the pause before each, and the same plays with their start."""
    history, now_s, told = History(), 1e9, []
    for track, pause_s, heard_ms, outcome in plays:
        now_s += pause_s
        told.append((track, now_s, heard_ms, outcome))
        now_s += heard_ms / 1000
    history.extend(told)
    return history, told


def test_an_empty_history_answers() -> None:
    history = History()
    assert len(history) == len(history.tracks) == len(history.heard) == len(history.known) == 0
    assert history.session_start == 0
    assert len(history.places(7)) == 0
    assert history.plays(7) == 0
    assert history.last_heard(7) is None
    assert history.codes_of(np.array([7])).tolist() == [-1]


def test_a_session_ends_after_thirty_minutes_without_a_play() -> None:
    history = History()
    for started_s in (0.0, 100 + SESSION_GAP_S, 200 + 2 * SESSION_GAP_S + 1):
        history.append(1, started_s, 100_000, Outcome.FINISH)
    assert history.sessions.tolist() == [0, 0, 1]
    assert history.session_starts.tolist() == [0, 2]
    assert history.session_start == 2


def test_a_clock_put_back_begins_no_session() -> None:
    history = History()
    for started_s in (10_000.0, 500.0, 600.0):
        history.append(1, started_s, 100_000, Outcome.FINISH)
    assert history.sessions.tolist() == [0, 0, 0]


def test_thirty_seconds_or_the_end_make_a_play_heard() -> None:
    assert is_heard(30_000, Outcome.NOTHING)
    assert is_heard(9_000, Outcome.FINISH)
    assert not is_heard(29_999, Outcome.EARLY_SKIP)


def test_who_put_a_play_there_is_kept() -> None:
    history = History()
    for source in Source:
        history.append(1, 0.0, 1000, Outcome.NOTHING, source)
    assert [SOURCES[number] for number in history.sources] == list(Source)


def test_a_view_stays_what_it_was_while_the_history_grows() -> None:
    history = History()
    history.append(5, 0.0, 1000, Outcome.FINISH)
    before = history.tracks
    for track in range(3000):
        history.append(track, float(track), 1000, Outcome.FINISH)
    assert before.tolist() == [5]
    assert not before.flags.writeable
    assert history.tracks.tolist() == [5, *range(3000)]


@settings(max_examples=60, deadline=None)
@given(rows)
def test_columns_agree_with_the_plain_list(plays: list[Row]) -> None:
    history, told = history_of(plays)
    assert history.tracks.tolist() == [track for track, *_ in told]
    assert history.times.tolist() == [started_s for _, started_s, *_ in told]
    assert history.heard_ms.tolist() == [heard_ms for *_, heard_ms, _ in told]
    assert history.outcomes.tolist() == [int(outcome) for *_, outcome in told]
    assert history.known[history.codes].tolist() == history.tracks.tolist()
    heard = [place for place, (*_, heard_ms, outcome) in enumerate(told) if is_heard(heard_ms, outcome)]
    assert history.heard.tolist() == heard
    assert history.heard_codes.tolist() == history.codes[heard].tolist()
    assert history.heard_until.tolist() == [sum(one <= place for one in heard) for place in range(len(told))]


@settings(max_examples=60, deadline=None)
@given(rows)
def test_what_is_known_of_a_track_agrees_with_the_plain_list(plays: list[Row]) -> None:
    history, told = history_of(plays)
    for track in {track for track, *_ in told}:
        code = history.code(track)
        mine = [place for place, (one, *_) in enumerate(told) if one == track]
        heard = [place for place in mine if is_heard(*told[place][2:])]
        assert history.places(track).tolist() == mine
        assert history.plays(track) == len(mine)
        assert history.latest_played(np.array([code], np.int32)).tolist() == mine[-1:]
        assert history.early_skips[code] == sum(told[place][3] is Outcome.EARLY_SKIP for place in mine)
        assert history.heard_counts[code] == len(heard)
        assert history.latest_heard[code] == (heard[-1] if heard else -1)
        assert history.last_heard(track) == (told[heard[-1]][1] if heard else None)
        assert not heard or history.first_heard[code] == told[heard[0]][1]
        assert [history.heard_before[place] for place in heard] == [-1, *heard][: len(heard)]
