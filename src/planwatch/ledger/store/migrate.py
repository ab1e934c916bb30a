"""Brings a ledger up to date, under a file lock: several first commands may meet at once.

The ledger as it was is kept beside it as `ledger.db.vN`, N being the version of its schema.

Our application id is written before the first table, so that a ledger whose first migration was
interrupted is told from another program's database.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlite_utils

from planwatch.home import Home
from planwatch.ledger.store.faults import translated_errors
from planwatch.ledger.store.migrations import MIGRATIONS
from planwatch.ledger.store.version import APPLICATION_ID, SCHEMA_VERSION

_COPIES_KEPT: Final = 2


def migrate(home: Home, connection: sqlite3.Connection, *, keeps_copy: bool = True) -> None:
    """Apply what is missing; a process that comes second finds nothing to do.

    Args:
        keeps_copy: False for a ledger that is a copy itself.

    Raises:
        HomeError: the lock cannot be taken.
        LedgerError: there is no room for the copy; nothing is migrated.
    """
    with hold_migrate_lock(home):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # only before the first write
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute("PRAGMA journal_mode=WAL")
        elif version < SCHEMA_VERSION and keeps_copy:
            _keep_copy(home.ledger, connection, version)
        if version < SCHEMA_VERSION:
            MIGRATIONS.apply(sqlite_utils.Database(connection))
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _keep_copy(ledger: Path, connection: sqlite3.Connection, version: int) -> None:
    """Copy the ledger as it stands, what is in its WAL included; only the newest copies stay."""
    copy = ledger.with_name(f"{ledger.name}.v{version}")
    unfinished = copy.with_name(f".{copy.name}.partial")
    unfinished.unlink(missing_ok=True)  # of a process that was killed
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        with translated_errors(copy), contextlib.closing(sqlite3.connect(unfinished)) as target:
            target.execute("PRAGMA synchronous=OFF")  # it gets its name when it is synced
            connection.backup(target)
        _sync(unfinished, os.O_RDWR)
        unfinished.replace(copy)
        _sync(copy.parent, os.O_RDONLY | os.O_DIRECTORY)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)
    for old in _copies(ledger)[:-_COPIES_KEPT]:
        old.unlink(missing_ok=True)


def _copies(ledger: Path) -> list[Path]:
    """Return the copies beside a ledger, that of the oldest version first."""
    start = len(f"{ledger.name}.v")
    found = [
        path for path in ledger.parent.glob(f"{ledger.name}.v*") if path.name[start:].isdecimal()
    ]
    return sorted(found, key=lambda path: int(path.name[start:]))


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def hold_migrate_lock(home: Home) -> Iterator[None]:
    """Keep every other process from migrating the ledger of a home meanwhile.

    Raises:
        HomeError: the lock cannot be taken.
    """
    try:
        descriptor = os.open(
            home.locks / "migrate.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        raise home.unusable(error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
