"""Looks at a ledger file as it is: never makes one, never migrates one, never waits for long.

For `doctor`, which must also say what a ledger is that no other command can open.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from planwatch.ledger.store.version import APPLICATION_ID, SCHEMA_VERSION

LedgerState = Literal[
    "well", "absent", "empty", "foreign", "damaged", "held", "older", "newer", "unreadable"
]
_OPS_BETWEEN_LOOKS: Final = 10_000
_BUSY_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file turned out to be.

    `problems` are SQLite's own sentences; `is_complete` is False where the time was not enough.
    """

    state: LedgerState
    schema: int | None = None
    problems: tuple[str, ...] = ()
    is_complete: bool = True


def inspect_ledger(path: Path, *, limit_s: float, thorough: bool = False) -> Inspection:
    """Return what the file is, after SQLite's quick check and that of references.

    Args:
        limit_s: the longest time for both checks.
        thorough: compare every index with its table, too, which takes longer.
    """
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return Inspection("absent")
    except OSError as error:  # a folder that we may not look into
        return Inspection("unreadable", problems=(error.strerror or str(error),))
    if size == 0 and not path.with_name(path.name + "-wal").exists():
        return Inspection("empty")
    try:
        with closing(_open(path)) as connection:
            return _inspect(connection, limit_s, "integrity_check" if thorough else "quick_check")
    except sqlite3.Error as error:
        return Inspection(_state_of(error), problems=(str(error),))


def _open(path: Path) -> sqlite3.Connection:
    # not mode=ro: that cannot open a WAL whose shared memory is not there
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_BUSY_S)


def _inspect(connection: sqlite3.Connection, limit_s: float, check: str) -> Inspection:
    schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return Inspection("foreign", schema)
    if schema > SCHEMA_VERSION:
        return Inspection("newer", schema)
    ends = time.monotonic() + limit_s
    connection.set_progress_handler(lambda: int(time.monotonic() > ends), _OPS_BETWEEN_LOOKS)
    problems: list[str] = []
    is_complete = True
    try:
        said = [str(row[0]) for row in connection.execute(f"PRAGMA {check}(5)")]
        problems += [line for line in said if line != "ok"]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
        problems += [
            f"a row of {row[0]} refers to a row of {row[2]} that is gone" for row in dangling
        ]
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
            raise
        is_complete = False
    state: LedgerState = "older" if schema < SCHEMA_VERSION else "well"
    return Inspection("damaged" if problems else state, schema, tuple(problems), is_complete)


def _state_of(error: sqlite3.Error) -> LedgerState:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "held"
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return "damaged"
    return "unreadable"


def sqlite_version() -> tuple[int, int, int]:
    """Return the version of the SQLite that this Python uses."""
    major, minor, patch = (int(part) for part in sqlite3.sqlite_version.split(".")[:3])
    return (major, minor, patch)


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Tell whether a version may, rarely, damage a ledger that several processes write at once.

    From 3.7.0 on; mended in 3.51.3, and in 3.44.6 and 3.50.7 for their lines.

    Source: sqlite.org/wal.html, "the WAL-reset bug".
    """
    if version[:2] == (3, 44):
        return version < (3, 44, 6)
    if version[:2] == (3, 50):
        return version < (3, 50, 7)
    return (3, 7, 0) <= version < (3, 51, 3)
