"""A copy of the ledger that stands alone, made while jobs write; its unfinished jobs are closed.

The copy is of one moment: the reading connection holds its snapshot from the first page to the
last. In WAL no writer waits for it, and none makes it start again, however busy the ledger is.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planwatch.errors import EngineError, LedgerBusy, LedgerError
from planwatch.ledger.jobs.jobs import active_jobs
from planwatch.ledger.jobs.transitions import cancel_job
from planwatch.ledger.pages.captures import newest_captures
from planwatch.ledger.store.connection import Ledger, connect
from planwatch.ledger.store.faults import translated_errors

COUNTED: Final = ("plans", "plan_versions", "changes", "captures", "analyses", "jobs")
_PAGES_AT_ONCE: Final = 256
_LONGEST_STANDSTILL_S: Final = 30.0
_POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Copied:
    """What is in a copy: rows by table, and the ids of the jobs that were closed in it."""

    rows: dict[str, int]
    jobs_closed: tuple[str, ...]


def copy_ledger(
    source: Path, target: Path, *, at: str, tell: Callable[[int, int], None] | None = None
) -> Copied:
    """Copy a ledger into an existing empty file, close its unfinished jobs there, and check it.

    Args:
        at: when the jobs count as closed.
        tell: is told pages done and pages in all, from time to time.

    Raises:
        LedgerBusy: the ledger gave no page for half a minute.
        LedgerError: the copy is not what the ledger holds.
    """
    with translated_errors(source), closing(connect(source)) as reading:
        reading.execute("BEGIN")
        before = count_rows(reading)  # the first read takes the snapshot
        with translated_errors(target), closing(connect(target)) as writing:
            # a copy that a power cut spoils is not there yet: it gets its name when it is synced
            writing.execute("PRAGMA synchronous=OFF")
            _copy_pages(reading, writing, tell)
        reading.execute("ROLLBACK")
    with translated_errors(target), closing(connect(target)) as connection:
        closed = close_jobs(Ledger(target, connection), at)
        _verify(target, connection, before)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    make_single_file(target)
    return Copied(before, closed)


def read_named_pages(copy: Path) -> frozenset[str]:
    """Return the hashes of the pages that a copy names."""
    with translated_errors(copy), closing(connect(copy)) as connection:
        return frozenset(newest_captures(Ledger(copy, connection)))


def _copy_pages(
    reading: sqlite3.Connection,
    writing: sqlite3.Connection,
    tell: Callable[[int, int], None] | None,
) -> None:
    best, since = -1, time.monotonic()

    def watch(_status: int, remaining: int, total: int) -> None:
        nonlocal best, since
        done = total - remaining
        if done > best:
            best, since = done, time.monotonic()
            if tell is not None:
                tell(done, total)
        elif time.monotonic() - since > _LONGEST_STANDSTILL_S:
            raise LedgerBusy(
                f"the ledger was locked for {_LONGEST_STANDSTILL_S:.0f} s",
                hint="another program holds it; try again in a moment",
            )

    reading.backup(writing, pages=_PAGES_AT_ONCE, progress=watch, sleep=_POLL_S)


def close_jobs(copy: Ledger, at: str) -> tuple[str, ...]:
    """Cancel what was under way: a restored copy must not begin a job that went on elsewhere.

    Returns:
        The ids of the jobs.
    """
    jobs = active_jobs(copy)
    for job in jobs:
        cancel_job(copy, job.job_id, at=at)
        reason = EngineError(
            "the job was under way when this backup was made, and is closed in it",
            hint=f"do the rest of it here: planwatch resume {job.job_id}",
        )
        with copy.transaction():
            copy.execute(
                "UPDATE jobs SET error = ? WHERE job_id = ?",
                (json.dumps(reason.as_record()), job.job_id),
            )
    return tuple(job.job_id for job in jobs)


def _verify(path: Path, connection: sqlite3.Connection, before: dict[str, int]) -> None:
    said = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    if said != ["ok"]:
        raise LedgerError(
            f"the copy fails SQLite's check: {said[0]}",
            hint="the ledger itself may be damaged: planwatch doctor",
        )
    after = count_rows(connection)
    if after != before:
        differing = ", ".join(name for name in COUNTED if after[name] != before[name])
        raise LedgerError(
            f"the copy {path.name} and the ledger differ in {differing}",
            hint="check the disk, and back up again",
        )


def count_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each of the tables has by which copies are compared."""
    return {
        table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - constants
        for table in COUNTED
    }


def make_single_file(path: Path) -> None:
    """Remove what SQLite keeps beside a copy that nobody has open, and sync it."""
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)  # no connection to it is open any more
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
