"""Open a database and bring its schema up to date. The only place that knows about files and migrations."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from player_rec.domain.errors import PlayerRecError, StoreDamaged, StoreTooNew, StoreUnavailable
from player_rec.store.connection import Connection

log = logging.getLogger(__name__)

Schema = Literal["library", "listening"]

_PATIENCE_S: Final = 10


def open_db(path: Path, schema: Schema) -> sqlite3.Connection:
    """Open ``path``, making or migrating it as needed.

    The connection may be handed to the one thread that will own it. The listening database is flushed to the
    disk at every commit and copied beside itself before a migration; the library, which can be rebuilt, may
    lose its last moments to a power cut but is never torn. What fails later is told in our own words, too.

    Raises:
        StoreTooNew: a newer player_rec wrote it.
        StoreDamaged: it is no database.
        StoreUnavailable: it is locked, not permitted, or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, _PATIENCE_S, isolation_level=None, check_same_thread=False, factory=Connection)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreUnavailable(f"{path}: {error}") from error
    try:
        _prepare(db, path, schema)
    except sqlite3.Error as error:
        db.close()
        raise StoreDamaged(f"{path}: what is in it does not fit this player_rec ({error})") from error
    except PlayerRecError:
        db.close()
        raise
    return db


def open_rebuildable(path: Path) -> sqlite3.Connection:
    """Open the library; if it is damaged, set it aside and begin a new one. Raises: StoreTooNew, StoreUnavailable."""
    try:
        return open_db(path, "library")
    except StoreDamaged as why:
        aside = path.with_name(f"{path.name}.damaged")
        log.warning("the library is damaged (%s): set aside as %s and built anew", why, aside)
        try:
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            path.replace(aside)
        except OSError as error:
            raise StoreUnavailable(f"{why}, and cannot be set aside: {error}") from error
        return open_db(path, "library")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what happens inside is kept, or none of it. Raises: StoreUnavailable where the disk is full, say."""
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def changes(db: sqlite3.Connection) -> int:
    """A number that moves whenever another connection has written to the database."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def integrity(db: sqlite3.Connection) -> str:
    """``"ok"``, or what SQLite finds wrong with the database."""
    try:
        return str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except (StoreDamaged, StoreUnavailable) as error:
        return str(error)


def _prepare(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    _write_ahead(db)
    db.execute(f"PRAGMA synchronous = {'FULL' if schema == 'listening' else 'NORMAL'}")
    db.execute("PRAGMA foreign_keys = ON")
    _migrate(db, path, schema)


def _write_ahead(db: sqlite3.Connection) -> None:
    """Set the journal. SQLite refuses this at once, not after its time-out, while another opens the same new file."""
    patience = time.monotonic() + _PATIENCE_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except StoreUnavailable as error:
            busy = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _migrate(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    steps = _steps(schema)
    done = int(db.execute("PRAGMA user_version").fetchone()[0])
    if done > len(steps):
        raise StoreTooNew(
            f"{path}: written by a newer player_rec (schema {done}, this one knows {len(steps)}). "
            "Install that version again, or point --library elsewhere."
        )
    if schema == "listening" and 0 < done < len(steps):
        _back_up(db, path.with_name(f"{path.name}.schema-{done}"))
    if done == len(steps):
        return
    with transaction(db):  # another process may be at it as well, so it is looked again, and all is done in one go
        done = int(db.execute("PRAGMA user_version").fetchone()[0])
        for step in steps[done:]:
            for statement in _statements(step):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {max(done, len(steps))}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for piece in f"{script};".split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _steps(schema: Schema) -> list[str]:
    """The numbered migrations in order; a step's number is its place in the list."""
    folder = resources.files("player_rec.store").joinpath("schema", schema)
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda e: e.name)
    return [entry.read_text(encoding="utf-8") for entry in found]


def _back_up(db: sqlite3.Connection, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as target:
            db.backup(target)
    except sqlite3.OperationalError as error:
        raise StoreUnavailable(f"{copy}: {error}") from error
    log.info("kept %s before moving the schema forward", copy)
