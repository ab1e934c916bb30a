"""One way to open the ledger: WAL, FULL, foreign keys, a busy timeout, explicit IMMEDIATE.

Python's sqlite3 in its legacy mode keeps DDL out of transactions, and a deferred transaction that
turns into a write meets SQLITE_BUSY at once; hence `isolation_level=None` and `transaction()`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from planwatch.errors import (
    HomeError,
    LedgerBusy,
    LedgerError,
    LedgerTooNew,
    NotALedger,
    PlanwatchError,
    RowRefused,
)
from planwatch.home import Home
from planwatch.ledger.store.version import APPLICATION_ID, SCHEMA_VERSION

_LEAST_SPACE: Final = 65_536  # of the shared memory beside a ledger: 32 KB at a time
_BUSY_TIMEOUT_MS: Final = 15_000
# A file without our application id may hold nothing but what sqlite-utils keeps of migrations.
_FOREIGN: Final = (
    "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view')"
    " AND name <> '_sqlite_migrations' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1"
)


class Ledger:
    """An open ledger; may be shared by the threads of one process."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    # A step runs a dozen statements: each goes without a context manager of its own.
    def query(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Run one statement outside or inside a transaction and return its rows."""
        with self._lock:
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except sqlite3.Error as error:
                raise _translate(self.path, error) from error

    def query_one(
        self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()
    ) -> sqlite3.Row | None:
        """Return the first row, None without one."""
        rows = self.query(sql, parameters)
        return rows[0] if rows else None

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run one writing statement and return the number of rows that it touched."""
        return self._run(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Sequence[Any] | dict[str, Any]) -> int:
        """Run one INSERT and return the id of its row."""
        row_id = self._run(sql, parameters).lastrowid
        if row_id is None:
            raise LedgerError("an INSERT gave no row id")
        return row_id

    def data_version(self) -> int:
        """Return a number that is another one after every commit of another connection."""
        row = self.query_one("PRAGMA data_version")
        return int(row[0]) if row else 0

    @contextlib.contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """Hold one IMMEDIATE transaction; an error rolls all of it back.

        Args:
            durable: False lets the commit survive the process but not a power cut (NORMAL), which
                is enough for the mark that something has begun.
        """
        with self._lock:
            if not durable:
                self._run("PRAGMA synchronous=NORMAL")
            try:
                self._run("BEGIN IMMEDIATE")
                yield
                self._run("COMMIT")
            except BaseException as error:
                with _noted_on(error), translated_errors(self.path):
                    if self._connection.in_transaction:
                        self._run("ROLLBACK")
                    if not durable:
                        self._run("PRAGMA synchronous=FULL")
                raise
            if not durable:
                self._run("PRAGMA synchronous=FULL")

    def _run(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        with self._lock:
            try:
                return self._connection.execute(sql, parameters)
            except sqlite3.Error as error:
                raise _translate(self.path, error) from error

    def vacuum(self) -> None:
        """Give pages that are no longer used back to the file system."""
        with self._lock, translated_errors(self.path):
            # `execute` would take the first of the many steps of this pragma only
            self._connection.executescript("PRAGMA incremental_vacuum")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self._connection.close()


def open_ledger(home: Home) -> Ledger:
    """Open the ledger of a home; create and migrate it where needed.

    Raises:
        HomeError: the folder cannot be written to.
        NotALedger: the file is not a database, or another program's.
        LedgerTooNew: a newer planwatch wrote it.
        LedgerBusy: another process held it for too long.
    """
    home.prepare()
    path = home.ledger
    _create_private_file(home)
    with translated_errors(path):
        connection = connect(path)
        try:
            version = _check(path, connection)
            if version < SCHEMA_VERSION:
                # sqlite_utils takes 0.2 s to import; only a ledger that is behind needs it
                from planwatch.ledger.store.migrate import migrate

                migrate(home, connection)
            _configure(connection)
        except BaseException:
            connection.close()
            raise
    return Ledger(path, connection)


def connect(path: Path) -> sqlite3.Connection:
    """Return a bare connection with a busy timeout and rows by name."""
    connection = sqlite3.connect(
        path, timeout=_BUSY_TIMEOUT_MS / 1000, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous=FULL")
    # macOS: fsync alone leaves the data in the drive's cache; elsewhere these do nothing
    connection.execute("PRAGMA fullfsync=ON")
    connection.execute("PRAGMA checkpoint_fullfsync=ON")
    connection.execute("PRAGMA foreign_keys=ON")


def _check(path: Path, connection: sqlite3.Connection) -> int:
    """Return the version of the schema; 0 for a new file and an interrupted first migration."""
    connection.execute("BEGIN")  # one moment of the file: another process may be migrating it
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    is_ours = application_id == APPLICATION_ID or (
        application_id == 0 and version == 0 and connection.execute(_FOREIGN).fetchone() is None
    )
    connection.execute("COMMIT")
    if not is_ours:
        raise NotALedger(
            f"{path} is the database of another program",
            hint="move it away, or set PLANWATCH_HOME to another folder",
        )
    if version > SCHEMA_VERSION:
        raise LedgerTooNew(
            f"{path} has schema {version}; this planwatch knows up to {SCHEMA_VERSION}",
            hint="upgrade planwatch, or set PLANWATCH_HOME to another folder",
        )
    return version


def _create_private_file(home: Home) -> None:
    """Create a missing file as 0600, and never open one that is there.

    Closing any descriptor of a file drops all POSIX locks that this process holds on it. With those
    of another connection gone, whoever closes the file elsewhere takes itself for the last, deletes
    the WAL under us, and what we committed is lost (sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        os.close(os.open(home.ledger, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if home.ledger.stat().st_size == 0 and _was_used(home):
            raise NotALedger(
                f"{home.ledger} is empty, but this home was in use: its data are lost",
                hint="restore a backup, or move the file away to start again",
            ) from None
        if not os.access(home.ledger, os.R_OK | os.W_OK):
            raise home.unusable(PermissionError(errno.EACCES, "Permission denied")) from None
    except OSError as error:
        raise home.unusable(error) from error


def _was_used(home: Home) -> bool:
    """Tell whether a job ever ran here: its log or a page lies beside the ledger."""
    return any(home.logs.glob("*.log")) or any(home.archive.iterdir())


@contextlib.contextmanager
def _noted_on(error: BaseException) -> Iterator[None]:
    """Make a failure to tidy up after `error` a note on it, so that it never hides the reason."""
    try:
        yield
    except PlanwatchError as second:
        error.add_note(f"and then: {second}")


@contextlib.contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the tree of `errors.py`."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(path, error) from error


_REFUSALS: Final = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
)


def _translate(path: Path, error: sqlite3.Error) -> LedgerError | HomeError | RowRefused:
    if isinstance(error, _REFUSALS):
        return RowRefused(
            f"the ledger refused a row: {error}",
            hint="this is a bug in planwatch; the job's log has the details",
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LedgerBusy(
            f"the ledger {path} is locked by another process",
            hint="try again in a moment; nothing was changed",
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return NotALedger(
            f"{path} is not a planwatch ledger, or is damaged ({error})",
            hint="restore a backup, move the file away, or set PLANWATCH_HOME to another folder",
        )
    is_full = code == sqlite3.SQLITE_IOERR and not _has_space(path)
    if code == sqlite3.SQLITE_FULL or is_full:
        return LedgerError(
            f"no space left to write the ledger {path}", hint="free some space, then try again"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return HomeError(
            f"cannot write the ledger {path} ({error})",
            hint="fix its permissions, or set PLANWATCH_HOME to a folder that you may write to",
        )
    return LedgerError(
        f"the ledger {path} failed: {error}",
        hint="check the disk and the system's log; nothing was changed",
    )


def _has_space(path: Path) -> bool:
    """Tell whether the file system has room left: SQLite may call a full one an I/O error."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize > _LEAST_SPACE
