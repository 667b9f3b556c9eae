"""The block store of vectors."""

import io

import numpy as np
import pytest

from player_rec.recommend.space.rows import BLOCK_ROWS, LARGEST_ID, Rows, Vectors, best


def rows_of(count: int, dimension: int = 3) -> tuple[Rows, Vectors]:
    rows = Rows(dimension)
    vectors = np.random.default_rng(0).standard_normal((count, dimension), np.float32)
    rows.put(np.arange(count), vectors)
    return rows, vectors


def test_vectors_come_back_across_block_borders() -> None:
    rows, vectors = rows_of(2 * BLOCK_ROWS + 5)
    asked = np.array([2 * BLOCK_ROWS + 4, 0, BLOCK_ROWS, BLOCK_ROWS - 1])
    assert np.array_equal(rows.take(asked), vectors[asked])


def test_dropping_leaves_all_others_as_they_were() -> None:
    rows, vectors = rows_of(2 * BLOCK_ROWS + 5)
    gone = np.random.default_rng(1).choice(len(rows), BLOCK_ROWS + 100, replace=False)
    assert rows.drop(np.concatenate((gone, gone, [-1, 10**6]))).tolist() == np.sort(gone).tolist()
    left = np.setdiff1d(np.arange(len(vectors)), gone)
    assert np.array_equal(np.sort(rows.ids), left)
    assert np.array_equal(rows.take(left), vectors[left])
    assert not rows.held(gone).any()


def test_everything_can_be_dropped_and_put_back() -> None:
    rows, vectors = rows_of(10)
    rows.drop(np.arange(10))
    assert len(rows) == 0
    rows.put(np.array([7]), vectors[7:8])
    assert rows.ids.tolist() == [7]
    assert np.array_equal(rows.take(np.array([7])), vectors[7:8])


def test_a_vector_that_is_not_here_is_an_error() -> None:
    rows, _ = rows_of(3)
    with pytest.raises(KeyError):
        rows.take(np.array([1, 99]))


@pytest.mark.parametrize("ids", [[1, 1], [-1, 2], [1, LARGEST_ID], [1]])
def test_ids_that_would_spoil_the_table_are_refused(ids: list[int]) -> None:
    rows = Rows(2)
    with pytest.raises(ValueError, match="id"):
        rows.put(np.array(ids), np.ones((2, 2), np.float32))
    assert len(rows) == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused(bad: float) -> None:
    for compact in (False, True):
        rows = Rows(2, compact=compact)
        with pytest.raises(ValueError, match="number"):
            rows.put(np.array([1]), np.array([[bad, 0]], np.float32))
        assert len(rows) == 0


def test_compact_rows_are_right_to_four_digits() -> None:
    rows = Rows(200, compact=True)
    vectors = np.random.default_rng(0).standard_normal((50, 200), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows.put(np.arange(50), vectors)
    assert rows.take(np.arange(50)) == pytest.approx(vectors, abs=2e-5)


def test_rows_survive_being_written_and_read() -> None:
    rows, vectors = rows_of(BLOCK_ROWS + 3)
    ids_file, rows_file = io.BytesIO(), io.BytesIO()
    rows.write(ids_file, rows_file)
    again = Rows(3)
    again.read(io.BytesIO(ids_file.getvalue()), io.BytesIO(rows_file.getvalue()))
    assert np.array_equal(again.take(np.arange(len(vectors))), vectors)


def test_rows_that_are_too_few_for_their_ids_are_refused() -> None:
    rows, _ = rows_of(10)
    ids_file, rows_file = io.BytesIO(), io.BytesIO()
    rows.write(ids_file, rows_file)
    with pytest.raises(ValueError, match="ids"):
        Rows(3).read(io.BytesIO(ids_file.getvalue()), io.BytesIO(rows_file.getvalue()[:60]))


def test_equals_at_the_edge_go_to_the_smaller_id() -> None:
    ids = np.array([9, 4, 7, 1])
    found = best(ids, np.array([0.5, 0.5, 0.9, 0.5], np.float32), 2)
    assert found.ids.tolist() == [7, 1]
