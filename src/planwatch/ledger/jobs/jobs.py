"""Jobs as they stand: found, listed, counted. How they change: transitions.py."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from planwatch.domain.job import ACTIVE, Job, JobStatus
from planwatch.errors import UnknownName
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.json_column import load_json
from planwatch.ledger.store.prefix import range_of_prefix

_COLUMNS: Final = (
    "turn, job_id, kind, key, params, context, status, generation, attempts, resumes,"
    " max_resumes, worker_pid, launched, parallel_steps, expected_s,"
    " coalesce(queued_at, created_at) AS queued_at, stalled_at, created_at, started_at,"
    " finished_at, result, error"
)
_SHOWN_PREFIXES: Final = 5
_NO_LIMIT: Final = -1


def load_job(ledger: Ledger, job_id: str) -> Job:
    """Return the job with exactly this id.

    Raises:
        UnknownName: there is none.
    """
    row = ledger.query_one(f"SELECT {_COLUMNS} FROM jobs WHERE job_id = ?", (job_id,))  # noqa: S608 - a constant
    if row is None:
        raise UnknownName(f"no job {job_id!r}", hint="run: planwatch status")
    return _job(row)


def find_job(ledger: Ledger, text: str) -> Job:
    """Return the job meant by a unique prefix of its id, or by `last`.

    Raises:
        UnknownName: none or several begin so.
    """
    if text == "last":
        jobs = list_jobs(ledger, limit=1)
        if not jobs:
            raise UnknownName("there is no job yet", hint="start one: planwatch scrape")
        return jobs[0]
    prefix = text.strip().lower()
    rows = ledger.query(
        f"SELECT {_COLUMNS} FROM jobs WHERE rowid IN (SELECT rowid FROM jobs"  # noqa: S608 - a constant
        " WHERE job_id >= ? AND job_id < ? ORDER BY +rowid DESC LIMIT ?) ORDER BY rowid DESC",
        (*range_of_prefix(prefix), _SHOWN_PREFIXES),
    )
    if prefix and len(rows) == 1:
        return _job(rows[0])
    if not prefix or not rows:
        raise UnknownName(
            f"no job's id begins with {text!r}",
            hint="list the jobs with `planwatch status`; `last` means the newest",
        )
    raise UnknownName(
        f"several jobs' ids begin with {text!r}: {', '.join(row['job_id'] for row in rows)}",
        hint="give one more letter",
    )


def list_jobs(
    ledger: Ledger,
    *,
    limit: int,
    kind: str | None = None,
    statuses: Sequence[str] = (),
    since: str | None = None,
) -> list[Job]:
    """Return jobs, the newest first, in the order in which they were made by whatever clock.

    Args:
        statuses: only jobs in one of these; all without any.
        since: only jobs made at this instant or later.
    """
    where, parameters = _where(kind, statuses, since)
    rows = ledger.query(
        f"SELECT {_COLUMNS} FROM jobs{where} ORDER BY rowid DESC LIMIT ?",  # noqa: S608 - constants
        (*parameters, limit),
    )
    return [_job(row) for row in rows]


def list_newest_and_active(
    ledger: Ledger,
    *,
    limit: int,
    kind: str | None = None,
    statuses: Sequence[str] = (),
    since: str | None = None,
) -> list[Job]:
    """Return jobs as `list_jobs` does, with every active one among them.

    More than `limit` come back only where more than that are active.
    """
    newest = list_jobs(ledger, limit=limit, kind=kind, statuses=statuses, since=since)
    wanted = [status for status in sorted(ACTIVE) if status in (statuses or ACTIVE)]
    if len(newest) < limit or not wanted:
        return newest
    known = {job.job_id for job in newest}
    active = list_jobs(ledger, limit=_NO_LIMIT, kind=kind, statuses=wanted, since=since)
    older = [job for job in active if job.job_id not in known]
    for job in reversed(newest):
        if len(newest) + len(older) > limit and not job.is_active:
            newest.remove(job)
    return newest + older


def count_jobs(
    ledger: Ledger,
    *,
    kind: str | None = None,
    statuses: Sequence[str] = (),
    since: str | None = None,
) -> int:
    """Return how many jobs there are of those that `list_jobs` would list."""
    where, parameters = _where(kind, statuses, since)
    row = ledger.query_one(f"SELECT count(*) FROM jobs{where}", parameters)  # noqa: S608 - constants
    return int(row[0]) if row else 0


def _where(
    kind: str | None, statuses: Sequence[str], since: str | None
) -> tuple[str, tuple[str, ...]]:
    tests, parameters = [], []
    if kind is not None:
        tests.append("kind = ?")
        parameters.append(kind)
    if statuses:
        tests.append(f"status IN ({', '.join('?' * len(statuses))})")
        parameters += statuses
    if since is not None:
        tests.append("created_at >= ?")
        parameters.append(since)
    return (" WHERE " + " AND ".join(tests) if tests else "", tuple(parameters))


def active_jobs(ledger: Ledger) -> list[Job]:
    """Return pending and running jobs in the order of their turns."""
    rows = ledger.query(
        f"SELECT {_COLUMNS} FROM jobs WHERE status IN ('pending', 'running')"  # noqa: S608 - a constant
        " ORDER BY turn"
    )
    return [_job(row) for row in rows]


def find_by_key(ledger: Ledger, kind: str, key: str) -> Job | None:
    """Return the job of this kind that was dispatched with this key."""
    row = ledger.query_one(
        f"SELECT {_COLUMNS} FROM jobs WHERE kind = ? AND key = ?",  # noqa: S608 - a constant
        (kind, key),
    )
    return None if row is None else _job(row)


def _job(row: sqlite3.Row) -> Job:
    return Job(
        turn=row["turn"],
        job_id=row["job_id"],
        kind=row["kind"],
        key=row["key"],
        params=json.loads(row["params"]),
        context=json.loads(row["context"]),
        status=JobStatus(row["status"]),
        generation=row["generation"],
        attempts=row["attempts"],
        resumes=row["resumes"],
        max_resumes=row["max_resumes"],
        worker_pid=row["worker_pid"],
        launched=bool(row["launched"]),
        parallel_steps=row["parallel_steps"],
        expected_s=row["expected_s"],
        queued_at=row["queued_at"],
        stalled_at=row["stalled_at"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        result=load_json(row["result"]),
        error=load_json(row["error"]),
    )
