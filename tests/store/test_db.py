"""Opening, migrating, and what happens to a database that is damaged or from the future."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from player_rec.domain.errors import StoreDamaged, StoreTooNew, StoreUnavailable
from player_rec.store import db as store_db
from player_rec.store.db import integrity, open_db, open_rebuildable, transaction
from tests.store.holder import held


@pytest.mark.parametrize("schema", ["library", "listening"])
def test_a_new_database_is_made_whole_and_opens_again(tmp_path: Path, schema: store_db.Schema) -> None:
    for _ in range(2):
        with closing(open_db(tmp_path / "new" / "x.db", schema)) as db:
            assert integrity(db) == "ok"
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert db.execute("PRAGMA user_version").fetchone()[0] >= 1


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreTooNew, match="newer player_rec"):
        open_db(path, "library")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (99,)


def test_a_damaged_library_is_set_aside_but_a_damaged_listening_history_never_is(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this was a database once" * 500)
    with pytest.raises(StoreDamaged):
        open_db(path, "listening")
    assert path.read_bytes().startswith(b"this was")
    with closing(open_rebuildable(path)) as db:
        assert integrity(db) == "ok"
    assert (tmp_path / "x.db.damaged").read_bytes().startswith(b"this was")


def test_a_locked_library_is_not_mistaken_for_a_damaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.db"
    monkeypatch.setattr("player_rec.store.db._PATIENCE_S", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("CREATE TABLE t (x)")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable):
            open_rebuildable(path)
    assert not (tmp_path / "x.db.damaged").exists()


def test_a_migration_of_the_listening_history_leaves_a_copy_from_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "listening.db"
    with closing(open_db(path, "listening")) as db:
        db.execute("INSERT INTO folders VALUES (?, '2026')", (b"/music",))
    steps = [*store_db._steps("listening"), "CREATE TABLE later (x)"]
    monkeypatch.setattr(store_db, "_steps", lambda schema: steps)
    with closing(open_db(path, "listening")) as db:
        assert db.execute("SELECT count(*) FROM later").fetchone() == (0,)
    with closing(sqlite3.connect(tmp_path / f"listening.db.schema-{len(steps) - 1}")) as copy:
        assert copy.execute("SELECT path FROM folders").fetchall() == [(b"/music",)]


def test_a_migration_that_fails_half_way_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.db"
    open_db(path, "library").close()
    good = store_db._steps("library")
    monkeypatch.setattr(store_db, "_steps", lambda schema: [*good, "CREATE TABLE half (x); SELECT * FROM nothing"])
    with pytest.raises(StoreUnavailable):
        open_db(path, "library")
    monkeypatch.setattr(store_db, "_steps", lambda schema: good)
    with closing(open_db(path, "library")) as db:
        assert db.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None


def test_a_transaction_keeps_all_or_nothing(tmp_path: Path) -> None:
    with closing(open_db(tmp_path / "x.db", "listening")) as db:
        with pytest.raises(sqlite3.IntegrityError), transaction(db):
            db.executemany("INSERT INTO folders VALUES (?, '2026')", [(b"/music",), (b"/music",)])
        assert db.execute("SELECT count(*) FROM folders").fetchone() == (0,)


def test_a_full_disk_is_said_in_words_and_tears_nothing(tmp_path: Path) -> None:
    with closing(open_db(tmp_path / "x.db", "listening")) as db:
        db.execute("PRAGMA max_page_count = 12")
        with pytest.raises(StoreUnavailable, match="full"), transaction(db):
            db.executemany("INSERT INTO folders VALUES (?, '2026')", ((b"/%d" % n + b"x" * 900,) for n in range(99)))
        assert db.execute("SELECT count(*) FROM folders").fetchone() == (0,)
        assert integrity(db) == "ok"


def test_a_database_that_another_process_holds_is_said_to_be_held_whatever_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(open_db(path, "listening")) as db, held(path):
        db.execute("PRAGMA busy_timeout = 20")
        with pytest.raises(StoreUnavailable, match=r"x\.db cannot be used now: another program has held it"):
            db.execute("INSERT INTO folders VALUES (?, '2026')", (b"/music",))
        with pytest.raises(StoreUnavailable):
            db.executemany("DELETE FROM folders WHERE path = ?", [(b"/music",)])
        with pytest.raises(StoreUnavailable), transaction(db):
            db.execute("SELECT 1")
        assert db.execute("SELECT count(*) FROM folders").fetchone() == (0,)  # reading waits for nobody


def test_a_database_torn_while_it_is_read_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(open_db(path, "library")) as db:
        with transaction(db):
            db.executemany("INSERT INTO mounts VALUES (?, ?)", ((b"f", b"%d" % n + b"x" * 500) for n in range(2000)))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(100_000)
        file.write(b"\xaa" * 400_000)
    with closing(open_db(path, "library")) as db:
        with pytest.raises(StoreDamaged, match="damaged"):
            list(db.execute("SELECT path FROM mounts"))
        with pytest.raises(StoreDamaged):
            db.execute("SELECT path FROM mounts").fetchall()
        assert integrity(db) != "ok"


def test_rows_are_read_as_they_are_however_they_are_asked_for(tmp_path: Path) -> None:
    with closing(open_db(tmp_path / "x.db", "listening")) as db:
        db.executemany("INSERT INTO folders VALUES (?, '2026')", [(b"%d" % n,) for n in range(5)])
        rows = db.execute("SELECT path FROM folders ORDER BY path")
        assert rows.fetchone() == (b"0",)
        assert rows.fetchmany(2) == [(b"1",), (b"2",)]
        assert list(rows) == [(b"3",), (b"4",)]
        assert rows.fetchone() is None
        assert dict(db.execute("SELECT path, added FROM folders LIMIT 1")) == {b"0": "2026"}


def test_many_that_open_a_new_database_at_once_make_it_once(tmp_path: Path) -> None:
    for attempt in range(5):
        path = tmp_path / f"{attempt}.db"
        together = Barrier(8)

        def open_it(path: Path = path, together: Barrier = together) -> None:
            together.wait()
            open_db(path, "library").close()

        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(open_it) for _ in range(8)]:
                done.result()
