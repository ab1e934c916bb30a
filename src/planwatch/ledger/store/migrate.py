"""Brings a ledger up to date, under a file lock: several first commands may meet at once.

Our application id is written before the first table, so that a ledger whose first migration was
interrupted is told from another program's database.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator

import sqlite_utils

from planwatch.home import Home
from planwatch.ledger.store.migrations import MIGRATIONS
from planwatch.ledger.store.version import APPLICATION_ID, SCHEMA_VERSION


def migrate(home: Home, connection: sqlite3.Connection) -> None:
    """Apply what is missing; a process that comes second finds nothing to do.

    Raises:
        HomeError: the lock cannot be taken.
    """
    with _migrate_lock(home):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # only before the first write
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute("PRAGMA journal_mode=WAL")
        if version < SCHEMA_VERSION:
            MIGRATIONS.apply(sqlite_utils.Database(connection))
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


@contextlib.contextmanager
def _migrate_lock(home: Home) -> Iterator[None]:
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
