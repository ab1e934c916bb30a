"""Brings a ledger up to date, under a file lock: several first commands may meet at once."""

from __future__ import annotations

import fcntl
import sqlite3

import sqlite_utils

from planwatch.home import Home
from planwatch.ledger.migrations import MIGRATIONS
from planwatch.ledger.version import APPLICATION_ID, SCHEMA_VERSION


def migrate(home: Home, connection: sqlite3.Connection) -> None:
    """Apply what is missing; a process that comes second finds nothing to do."""
    with (home.locks / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # only before the first table
            connection.execute("PRAGMA journal_mode=WAL")
        if version < SCHEMA_VERSION:
            MIGRATIONS.apply(sqlite_utils.Database(connection))
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
