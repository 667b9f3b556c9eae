"""The library as columns."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from player_rec.domain.track import TrackId
from player_rec.recommend.catalogue import NOBODY, Catalogue, Names
from tests.recommend.libraries import entry

tracks = st.sets(st.integers(0, 50), max_size=30)


def test_names_are_numbered_as_they_are_met_and_the_empty_one_is_nobodys() -> None:
    names = Names()
    assert [names.number(name) for name in ("b", "", "a", "b")] == [0, NOBODY, 1, 0]
    assert len(names) == 2
    assert (names.find("a"), names.find("c"), names.find("")) == (1, None, None)


def test_columns_stand_in_the_order_of_the_tracks() -> None:
    known = Catalogue.of([entry(9, "x", "one", energy=0.5), entry(2, "y", year=1970), entry(5, "x", genre="jazz")])
    assert known.tracks.tolist() == [2, 5, 9]
    assert known.artist.tolist() == [0, 1, 1]
    assert known.album.tolist() == [NOBODY, NOBODY, 0]
    assert known.genre.tolist() == [NOBODY, 0, NOBODY]
    assert known.year.tolist() == [1970, 0, 0]
    assert np.isnan(known.energy).tolist() == [True, True, False]
    assert known.key.tolist() == [-1, -1, -1]
    assert [known.by_content[content] for content in known.contents] == [2, 5, 9]


@settings(deadline=None, derandomize=True)
@given(tracks, st.lists(st.one_of(st.integers(0, 50), st.just(10**12))))
def test_rows_and_masks_agree_with_looking_one_by_one(held: set[int], asked: list[int]) -> None:
    known = Catalogue.of([entry(track) for track in held])
    in_order = sorted(held)
    expected = [in_order.index(track) if track in held else -1 for track in asked]
    assert known.rows(np.array(asked, np.int64)).tolist() == expected
    assert [known.row(TrackId(track)) for track in asked] == expected
    assert known.mask([TrackId(track) for track in asked]).tolist() == [track in asked for track in in_order]


def test_nothing_is_in_no_row_and_an_empty_library_has_none() -> None:
    empty = Catalogue.of([])
    assert len(empty) == 0
    assert empty.row(None) == empty.row(TrackId(1)) == -1
    assert not empty.mask([TrackId(1)]).any()


def test_a_length_beyond_all_measure_is_cut_not_wrapped() -> None:
    assert Catalogue.of([entry(1, minutes=2**30)]).duration_ms.tolist() == [2**31 - 1]
