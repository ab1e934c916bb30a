"""Ledgers in tests: what is in one, by plain SQL, and a job that a worker was started for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.transitions import create_job, mark_launched
from planwatch.ledger.store.connection import Ledger
from tests.support.cli import HANG_S


@contextmanager
def reading(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger of a home for reading.

    With mode=rw: a read-only connection cannot open a WAL whose shared memory another process is
    just making or removing.
    """
    connection = sqlite3.connect(f"file:{home / 'ledger.db'}?mode=rw", uri=True, timeout=HANG_S)
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    finally:
        connection.close()


def rows(home: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one query as tuples."""
    with reading(home) as connection:
        return [tuple(row) for row in connection.execute(sql, parameters)]


def value(home: Path, sql: str, *parameters: Any) -> Any:
    """Return the first column of the first row, None without one."""
    found = rows(home, sql, *parameters)
    return found[0][0] if found else None


def create_launched_job(ledger: Ledger, *, job_id: str, **job: Any) -> None:
    """Write a pending job for which a worker is being started."""
    with ledger.transaction():
        create_job(ledger, job_id=job_id, **job)
    assert mark_launched(ledger, load_job(ledger, job_id))
