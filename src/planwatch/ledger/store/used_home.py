"""Tells a new home from one that has lost its ledger."""

from __future__ import annotations

from typing import Final

from planwatch.errors import LedgerMissing
from planwatch.home import Home

RESTORE_OR_START_AGAIN: Final = (
    "put a backup in place: planwatch restore FILE; to start again with nothing, move the whole"
    " folder away, or set PLANWATCH_HOME to another one"
)


def was_used(home: Home) -> bool:
    """Tell whether a home without a ledger has had one.

    The lock of migrations is made after a ledger and never removed. A home that was copied without
    its locks may still have logs, pages or a WAL.
    """
    return (home.locks / "migrate.lock").exists() or has_data(home)


def has_data(home: Home) -> bool:
    """Tell whether a job ever ran here: its log, a page or a WAL lies beside the ledger.

    `cron.log` says nothing: the shell makes it before planwatch runs for the first time.
    """
    ledger = home.ledger.resolve()  # SQLite follows a link, and keeps the WAL where it leads
    wal = ledger.with_name(ledger.name + "-wal")
    return (
        any(log.name != "cron.log" for log in home.logs.glob("*.log"))
        or any(home.archive.glob("*"))
        or (wal.exists() and wal.stat().st_size > 0)
    )


def missing_ledger(home: Home) -> LedgerMissing:
    """Return the error for a home whose ledger is not there."""
    return LedgerMissing(
        f"the ledger {home.ledger} is gone, but this home was in use",
        hint=RESTORE_OR_START_AGAIN,
    )
