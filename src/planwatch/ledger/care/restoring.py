"""Makes the copy of a ledger one that can go on: migrated, with nothing under way or to be told.

The copy is a file of its own that nobody else has open. It is not yet in its place.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planwatch.errors import LedgerDamaged, LedgerTooNew, NotALedger
from planwatch.home import Home
from planwatch.ledger.alerts.baselines import load_moved, mark_looked_at
from planwatch.ledger.alerts.messages import give_up_waiting
from planwatch.ledger.alerts.unreported import mark_reported
from planwatch.ledger.care.backup import close_jobs, count_rows, make_single_file
from planwatch.ledger.care.inspection import inspect_ledger
from planwatch.ledger.store.connection import Ledger, connect
from planwatch.ledger.store.faults import translated_errors
from planwatch.ledger.store.migrate import migrate
from planwatch.ledger.store.version import SCHEMA_VERSION

_NO_LIMIT_S: Final = 1e9
_BUSY_MS: Final = 1_000
_OLD_NEWS: Final = "the ledger was restored from a backup, and this may have been sent before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is in a copy: rows by table, jobs closed, and messages that will not be sent."""

    rows: dict[str, int]
    jobs_closed: tuple[str, ...]
    messages_given_up: int


def check_copy(copy: Path, named: Path) -> None:
    """Make sure that a copy is an unharmed ledger which this planwatch can read.

    Args:
        named: the file that it is a copy of, for the message.

    Raises:
        NotALedger: it is none.
        LedgerTooNew: a newer planwatch wrote it.
        LedgerDamaged: it fails a check of SQLite's.
    """
    found = inspect_ledger(copy, limit_s=_NO_LIMIT_S, thorough=True)
    if found.state in ("empty", "foreign", "absent"):
        raise NotALedger(
            f"{named} is not a planwatch ledger",
            hint="name a file that planwatch backup wrote; nothing was changed",
        )
    if found.state == "newer":
        raise LedgerTooNew(
            f"{named} has schema {found.schema}; this planwatch knows up to {SCHEMA_VERSION}",
            hint="upgrade planwatch, then restore it; nothing was changed",
        )
    if found.state not in ("well", "older"):
        problem = found.problems[0] if found.problems else found.state
        raise LedgerDamaged(
            f"{named} is damaged ({' '.join(problem.split())})",
            hint="restore another backup; nothing was changed",
        )


def settle_copy(home: Home, copy: Path, *, at: str) -> Settled:
    """Migrate a checked copy, close its jobs, and take what it has not told as told.

    Whoever wrote it may have told it since, and a message told twice is worse than one that is
    found by looking.

    Args:
        at: when this is done.

    Raises:
        LedgerError: the copy cannot be written.
    """
    with translated_errors(copy), closing(connect(copy)) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
            migrate(home, connection, keeps_copy=False)
        ledger = Ledger(copy, connection)
        closed = close_jobs(ledger, at)
        with ledger.transaction():
            given_up = give_up_waiting(ledger, _OLD_NEWS)
            mark_looked_at(ledger, load_moved(ledger))
            mark_reported(ledger, at)
        rows = count_rows(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    make_single_file(copy)
    return Settled(rows=rows, jobs_closed=closed, messages_given_up=given_up)


def fold_wal(path: Path) -> None:
    """Write what is in a ledger's WAL into the file itself, as far as that is possible.

    What is not, because the file is damaged or somebody reads it, stays in the WAL.
    """
    with contextlib.suppress(sqlite3.Error), closing(connect(path)) as connection:
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
