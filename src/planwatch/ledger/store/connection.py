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
from typing import TYPE_CHECKING, Any, Final

from planwatch.errors import (
    LedgerDamaged,
    LedgerError,
    LedgerTooNew,
    NotALedger,
    PlanwatchError,
)
from planwatch.home import Home
from planwatch.ledger.store.faults import translate, translated_errors
from planwatch.ledger.store.file_identity import FileIdentity
from planwatch.ledger.store.used_home import (
    RESTORE_OR_START_AGAIN,
    has_data,
    missing_ledger,
    was_used,
)
from planwatch.ledger.store.version import APPLICATION_ID, SCHEMA_VERSION

if TYPE_CHECKING:
    from planwatch.domain.rise_table import RiseTable

_BUSY_TIMEOUT_MS: Final = 15_000
# A file without our application id may hold nothing but what sqlite-utils keeps of migrations.
_FOREIGN: Final = (
    "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view')"
    " AND name <> '_sqlite_migrations' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1"
)


class Ledger:
    """An open ledger; may be shared by the threads of one process."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, rules: RiseTable | None = None
    ) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._file = FileIdentity.of(path)
        self._rules = rules

    @property
    def rules(self) -> RiseTable:
        """The rise rules by which plans of this ledger are priced: those of the package."""
        if self._rules is None:
            from planwatch.domain.rise_table import load_rise_rules  # not every command prices

            self._rules = load_rise_rules()
        return self._rules

    def check_in_place(self) -> None:
        """Make sure that the file which was opened is still the one at its path.

        SQLite would go on with a file that was removed, replaced or moved, and all that it writes
        there is lost.

        Raises:
            LedgerReplaced: it is not.
        """
        self._file.check(self.path)

    # A step runs a dozen statements: each goes without a context manager of its own.
    def query(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Run one statement outside or inside a transaction and return its rows."""
        with self._lock:
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except sqlite3.Error as error:
                raise translate(self.path, error) from error

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

        Raises:
            LedgerReplaced: the file is no longer at its path.
        """
        with self._lock:
            if not durable:
                self._run("PRAGMA synchronous=NORMAL")
            try:
                self._run("BEGIN IMMEDIATE")
                yield
                self.check_in_place()
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
                raise translate(self.path, error) from error

    def close(self) -> None:
        self._connection.close()


def open_ledger(home: Home, *, create: bool = True, rules: RiseTable | None = None) -> Ledger:
    """Open the ledger of a home; create and migrate it where needed.

    Args:
        create: False for a process that was started because there is one: nothing is made where
            somebody has moved the home away meanwhile.
        rules: rise rules other than those of the package.

    Raises:
        HomeError: the folder cannot be written to.
        LedgerMissing: there is none, and it is not to be made or there was one before.
        LedgerDamaged: SQLite cannot read it.
        NotALedger: the file is another program's.
        LedgerTooNew: a newer planwatch wrote it.
        LedgerBusy: another process held it for too long.
    """
    path = home.ledger
    if create:
        home.prepare()
        _create_private_file(home)
    elif not path.exists():
        raise missing_ledger(home)
    with translated_errors(path):
        connection = connect(path)
        try:
            version = _check(path, connection)
            ledger = Ledger(path, connection, rules)  # now: its first read has opened the file
            if version < SCHEMA_VERSION:
                # sqlite_utils takes 0.2 s to import; only a ledger that is behind needs it
                from planwatch.ledger.store.migrate import migrate

                migrate(home, connection)
            _configure(connection)
        except BaseException:
            connection.close()
            raise
    return ledger


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
    if not home.ledger.exists() and was_used(home):
        raise missing_ledger(home)
    try:
        os.close(os.open(home.ledger, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if not home.ledger.exists():  # a link that leads nowhere
            raise missing_ledger(home) from None
        if home.ledger.stat().st_size == 0 and has_data(home):
            raise LedgerDamaged(
                f"{home.ledger} is damaged: it is empty, but this home was in use",
                hint=RESTORE_OR_START_AGAIN,
            ) from None
        if not os.access(home.ledger, os.R_OK | os.W_OK):
            raise home.unusable(PermissionError(errno.EACCES, "Permission denied")) from None
    except OSError as error:
        raise home.unusable(error) from error


@contextlib.contextmanager
def _noted_on(error: BaseException) -> Iterator[None]:
    """Make a failure to tidy up after `error` a note on it, so that it never hides the reason."""
    try:
        yield
    except PlanwatchError as second:
        error.add_note(f"and then: {second}")
