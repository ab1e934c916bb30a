"""Jobs: created, claimed, released and finished. Every change of state goes through here."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from planwatch.domain.job import Job, JobStatus, states_before
from planwatch.errors import EngineError, JobLost, UnknownName
from planwatch.ledger.connection import Ledger
from planwatch.ledger.prefix import range_of_prefix

_COLUMNS: Final = (
    "job_id, kind, key, params, context, status, generation, attempts, resumes, max_resumes,"
    " worker_pid, created_at, started_at, finished_at, result, error"
)
_SHOWN_PREFIXES: Final = 5


def create_job(
    ledger: Ledger,
    *,
    job_id: str,
    kind: str,
    params: Mapping[str, Any],
    context: Mapping[str, Any],
    max_resumes: int,
    at: str,
    key: str | None = None,
) -> None:
    """Write a pending job; one durable transaction."""
    with ledger.transaction():
        ledger.execute(
            "INSERT INTO jobs (job_id, kind, key, params, context, max_resumes, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (job_id, kind, key, json.dumps(params), json.dumps(context), max_resumes, at),
        )


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


def list_jobs(ledger: Ledger, *, limit: int, kind: str | None = None) -> list[Job]:
    """Return jobs, the newest first, in the order in which they were made by whatever clock."""
    of_kind, parameters = ("", ()) if kind is None else (" WHERE kind = ?", (kind,))
    rows = ledger.query(
        f"SELECT {_COLUMNS} FROM jobs{of_kind} ORDER BY rowid DESC LIMIT ?",  # noqa: S608 - constants
        (*parameters, limit),
    )
    return [_job(row) for row in rows]


def count_jobs(ledger: Ledger) -> int:
    row = ledger.query_one("SELECT count(*) FROM jobs")
    return int(row[0]) if row else 0


def active_jobs(ledger: Ledger) -> list[Job]:
    """Return pending and running jobs, the oldest first."""
    rows = ledger.query(
        f"SELECT {_COLUMNS} FROM jobs WHERE status IN ('pending', 'running')"  # noqa: S608 - a constant
        " ORDER BY rowid"
    )
    return [_job(row) for row in rows]


def claim_job(ledger: Ledger, job_id: str, *, pid: int, at: str) -> Job:
    """Make a pending job this worker's: running, in a new generation.

    Raises:
        JobLost: it is not pending; somebody else has it or it is over.
    """
    with ledger.transaction():
        _move(ledger, job_id, JobStatus.RUNNING)
        ledger.execute(
            "UPDATE jobs SET generation = generation + 1, attempts = attempts + 1,"
            " worker_pid = ?, started_at = coalesce(started_at, ?), finished_at = NULL,"
            " error = NULL WHERE job_id = ?",
            (pid, at, job_id),
        )
        return load_job(ledger, job_id)


def release_job(ledger: Ledger, job: Job, *, at: str) -> JobStatus | None:
    """Take an active job from a worker that is dead: back to pending, or failed at the limit.

    Args:
        job: as it was seen when its lock was found free.

    Returns:
        The new state; None when the job has moved on since it was seen.
    """
    with ledger.transaction():
        now = load_job(ledger, job.job_id)
        if now.status != job.status or now.generation != job.generation:
            return None
        if job.resumes >= job.max_resumes:
            error = EngineError(
                _say_deaths(job),
                hint=f"the reason may stand in the log logs/{job.job_id}.log in the home folder",
            )
            _move(ledger, job.job_id, JobStatus.FAILED)
            ledger.execute(
                "UPDATE jobs SET finished_at = ?, error = ?, generation = generation + 1"
                " WHERE job_id = ?",
                (at, json.dumps(error.as_record()), job.job_id),
            )
            return JobStatus.FAILED
        if job.status is JobStatus.RUNNING:
            _move(ledger, job.job_id, JobStatus.PENDING)
        ledger.execute(
            "UPDATE jobs SET resumes = resumes + 1, generation = generation + 1,"
            " worker_pid = NULL WHERE job_id = ?",
            (job.job_id,),
        )
        return JobStatus.PENDING


def _say_deaths(job: Job) -> str:
    times = "once" if not job.resumes else f"{job.resumes + 1} times"
    return f"its worker died {times}" if job.attempts else f"its worker did not start, {times}"


def undo_resume(ledger: Ledger, job_id: str) -> None:
    """Take back the count of a resumption whose worker could not be started."""
    with ledger.transaction():
        ledger.execute(
            "UPDATE jobs SET resumes = resumes - 1 WHERE job_id = ? AND status = 'pending'"
            " AND resumes > 0",
            (job_id,),
        )


def finish_job(
    ledger: Ledger,
    job_id: str,
    *,
    generation: int,
    status: JobStatus,
    result: Any,
    error: Mapping[str, Any] | None,
    at: str,
) -> None:
    """Write the end of a job, inside a transaction.

    Raises:
        JobLost: the generation is no longer ours.
    """
    check_fence(ledger, job_id, generation)
    _move(ledger, job_id, status)
    ledger.execute(
        "UPDATE jobs SET finished_at = ?, result = ?, error = ?, worker_pid = NULL"
        " WHERE job_id = ?",
        (
            at,
            None if result is None else json.dumps(result),
            None if error is None else json.dumps(error),
            job_id,
        ),
    )


def check_fence(ledger: Ledger, job_id: str, generation: int) -> None:
    """Make sure, inside a transaction, that this worker still has the job.

    Raises:
        JobLost: it has not.
    """
    row = ledger.query_one("SELECT status, generation FROM jobs WHERE job_id = ?", (job_id,))
    if row is None or row["generation"] != generation or row["status"] != JobStatus.RUNNING:
        raise JobLost(f"job {job_id} is no longer this worker's", job_id=job_id)


def _move(ledger: Ledger, job_id: str, status: JobStatus) -> None:
    before = sorted(states_before(status))
    marks = ", ".join("?" * len(before))
    touched = ledger.execute(
        f"UPDATE jobs SET status = ? WHERE job_id = ? AND status IN ({marks})",  # noqa: S608 - marks only
        (status, job_id, *before),
    )
    if touched != 1:
        raise JobLost(f"job {job_id} cannot become {status}: it has moved on", job_id=job_id)


def _job(row: sqlite3.Row) -> Job:
    return Job(
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
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        result=None if row["result"] is None else json.loads(row["result"]),
        error=None if row["error"] is None else json.loads(row["error"]),
    )
