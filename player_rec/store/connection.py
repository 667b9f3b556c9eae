"""A connection to a database whose failures come out in our own words, whenever they show: asking, reading, ending.

What only a mistake in the program can bring about, a broken constraint or a wrong number of values, is not translated.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NoReturn, Self, TypeVar

from player_rec.domain.errors import StoreDamaged, StoreUnavailable

_T = TypeVar("_T")
_MISTAKES: Final = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.InternalError,
    sqlite3.DataError,
    sqlite3.NotSupportedError,
)
_WHY: Final = {
    sqlite3.SQLITE_BUSY: "another program has held it for too long",
    sqlite3.SQLITE_LOCKED: "another program has held it for too long",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_PERM: "it may not be opened",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_FULL: "the disk is full",
}


class Rows(sqlite3.Cursor):
    """What a question is answered with. Raises as ``Connection`` does, also while the rows are read."""

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """As ``sqlite3.Cursor.execute``. Raises StoreUnavailable, StoreDamaged."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            _tell(self.connection, error)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Self:
        """As ``sqlite3.Cursor.executemany``. Raises StoreUnavailable, StoreDamaged."""
        try:
            return super().executemany(sql, parameters)
        except sqlite3.Error as error:
            _tell(self.connection, error)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # a row is read by C code alone, not by __next__
        try:
            yield from iter(super().fetchone, None)
        except sqlite3.Error as error:
            _tell(self.connection, error)

    def fetchone(self) -> Any:
        """As ``sqlite3.Cursor.fetchone``. Raises StoreUnavailable, StoreDamaged."""
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            _tell(self.connection, error)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        """As ``sqlite3.Cursor.fetchmany``. Raises StoreUnavailable, StoreDamaged."""
        try:
            return super().fetchmany(size)
        except sqlite3.Error as error:
            _tell(self.connection, error)

    def fetchall(self) -> list[Any]:
        """As ``sqlite3.Cursor.fetchall``. Raises StoreUnavailable, StoreDamaged."""
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            _tell(self.connection, error)


class Connection(sqlite3.Connection):
    """A connection that says what is wrong with the database, not with SQLite.

    Raises:
        StoreUnavailable: it is locked, not permitted, or the disk is full.
        StoreDamaged: it is no database, or a torn one.
    """

    def __init__(self, database: Any, *args: Any, **options: Any) -> None:
        super().__init__(database, *args, **options)
        self.path = str(database)

    def execute(self, sql: str, parameters: Any = (), /) -> Rows:
        """As ``sqlite3.Connection.execute``. Raises StoreUnavailable, StoreDamaged."""
        return self.cursor(Rows).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Rows:
        """As ``sqlite3.Connection.executemany``. Raises StoreUnavailable, StoreDamaged."""
        return self.cursor(Rows).executemany(sql, parameters)

    def backup(self, target: sqlite3.Connection, **options: Any) -> None:
        """As ``sqlite3.Connection.backup``. Raises StoreUnavailable, StoreDamaged."""
        self._tried(lambda: super(Connection, self).backup(target, **options))

    def rollback(self) -> None:
        """As ``sqlite3.Connection.rollback``. Raises StoreUnavailable, StoreDamaged."""
        self._tried(super().rollback)

    def _tried(self, act: Callable[[], _T]) -> _T:
        try:
            return act()
        except sqlite3.Error as error:
            _tell(self, error)


def _tell(db: sqlite3.Connection, error: sqlite3.Error) -> NoReturn:
    path = db.path if isinstance(db, Connection) else "the database"
    if isinstance(error, _MISTAKES):
        raise error
    if not isinstance(error, sqlite3.OperationalError):
        raise StoreDamaged(f"{path} is damaged: {error}") from error
    why = _WHY.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
    raise StoreUnavailable(f"{path} cannot be used now: {why} ({error})" if why else f"{path}: {error}") from error
