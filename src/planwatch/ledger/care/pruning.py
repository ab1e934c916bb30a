"""What goes by age: jobs that have ended, with their steps. Plans and analyses stay."""

from __future__ import annotations

from planwatch.ledger.store.connection import Ledger

_ENDED_BEFORE = "status NOT IN ('pending', 'running') AND finished_at < ?"


def old_jobs(ledger: Ledger, before: str) -> frozenset[str]:
    """Return the ids of jobs that ended before an instant."""
    rows = ledger.query(
        f"SELECT job_id FROM jobs WHERE {_ENDED_BEFORE}",  # noqa: S608 - a constant
        (before,),
    )
    return frozenset(row["job_id"] for row in rows)


def delete_old_jobs(ledger: Ledger, before: str, *, limit: int) -> list[str]:
    """Delete jobs that ended before an instant, in one transaction; return their ids.

    Args:
        limit: most jobs at once, so that no worker waits for long.
    """
    with ledger.transaction():
        rows = ledger.query(
            f"DELETE FROM jobs WHERE rowid IN (SELECT rowid FROM jobs WHERE {_ENDED_BEFORE}"  # noqa: S608 - a constant
            " LIMIT ?) RETURNING job_id",
            (before, limit),
        )
    return [row["job_id"] for row in rows]


def known_jobs(ledger: Ledger) -> frozenset[str]:
    """Return the ids of all jobs."""
    return frozenset(row["job_id"] for row in ledger.query("SELECT job_id FROM jobs"))


def compact(ledger: Ledger) -> None:
    """Give pages that are no longer used back to the file system."""
    ledger.vacuum()
