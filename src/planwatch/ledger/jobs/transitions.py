"""Jobs made, claimed, released, cancelled, reopened and finished: every change of a job's state.

The table of transitions is in domain/job.py; one that is not in it raises and writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from planwatch.domain.job import ACTIVE, Job, JobStatus, states_before
from planwatch.errors import EngineError, JobLost, WrongState
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.steps import stop_steps
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import JOB_BEING_PRUNED, get_info
from planwatch.ledger.store.json_column import dump_json


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
    """Write a pending job that waits for its turn, inside a transaction."""
    ledger.execute(
        "INSERT INTO jobs (job_id, kind, key, params, context, max_resumes, created_at, queued_at,"
        " launched, turn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0,"
        " (SELECT coalesce(max(turn), 0) + 1 FROM jobs))",
        (job_id, kind, key, json.dumps(params), json.dumps(context), max_resumes, at, at),
    )


def mark_launched(ledger: Ledger, job: Job) -> bool:
    """Note that a worker is being started for a job whose turn has come.

    Args:
        job: as it was seen when its lock was taken.

    Returns:
        False when the job has moved on since it was seen.
    """
    with ledger.transaction():
        touched = ledger.execute(
            "UPDATE jobs SET launched = 1 WHERE job_id = ? AND generation = ?"
            " AND status = 'pending' AND launched = 0",
            (job.job_id, job.generation),
        )
    return touched == 1


def undo_launch(ledger: Ledger, job_id: str, *, resumed: bool) -> None:
    """Take back a start that failed for a reason outside the job; it waits for the next command.

    Args:
        resumed: the start would have counted as a resumption.
    """
    with ledger.transaction():
        ledger.execute(
            "UPDATE jobs SET launched = 0, resumes = resumes - ?"
            " WHERE job_id = ? AND status = 'pending' AND resumes >= ?",
            (int(resumed), job_id, int(resumed)),
        )


def claim_job(ledger: Ledger, job_id: str, *, pid: int, at: str) -> Job:
    """Make a pending job this worker's: running, in a new generation.

    Raises:
        JobLost: it is not pending; somebody else has it or it is over.
    """
    with ledger.transaction():
        _set_status(ledger, job_id, JobStatus.RUNNING)
        ledger.execute(
            "UPDATE jobs SET generation = generation + 1, attempts = attempts + 1, launched = 0,"
            " worker_pid = ?, started_at = coalesce(started_at, ?), finished_at = NULL,"
            " error = NULL WHERE job_id = ?",
            (pid, at, job_id),
        )
        return load_job(ledger, job_id)


def release_job(
    ledger: Ledger, job: Job, *, at: str, died_at: str | None = None
) -> JobStatus | None:
    """Take an active job from a worker that is dead: back to pending, or failed at the limit.

    Args:
        job: as it was seen when its lock was found free.
        died_at: when its worker gave its last sign of life, where that is known.

    Returns:
        The new state; None when the job has moved on since it was seen, or only waits for its turn.

    Raises:
        JobLost: it is not active.
    """
    with ledger.transaction():
        now = load_job(ledger, job.job_id)
        if now.status != job.status or now.generation != job.generation:
            return None
        if not now.is_active:
            raise JobLost(f"job {job.job_id} is {now.status}; no worker has it")
        if now.is_waiting:
            return None
        if now.resumes >= now.max_resumes:
            error = EngineError(
                _describe_deaths(now),
                hint=f"planwatch logs {job.job_id} may say why;"
                f" resume it: planwatch resume {job.job_id}",
            )
            _set_status(ledger, job.job_id, JobStatus.FAILED)
            ledger.execute(
                "UPDATE jobs SET finished_at = ?, error = ? WHERE job_id = ?",
                (at, json.dumps(error.as_record()), job.job_id),
            )
            _fence_off(ledger, job.job_id, died_at or at)
            return JobStatus.FAILED
        if now.status is JobStatus.RUNNING:
            _set_status(ledger, job.job_id, JobStatus.PENDING)
        ledger.execute("UPDATE jobs SET resumes = resumes + 1 WHERE job_id = ?", (job.job_id,))
        _fence_off(ledger, job.job_id, died_at or at)
        return JobStatus.PENDING


def allow_resume(ledger: Ledger, job_id: str) -> None:
    """Allow one resumption more, inside a transaction: the last death cannot happen again."""
    ledger.execute("UPDATE jobs SET max_resumes = max_resumes + 1 WHERE job_id = ?", (job_id,))


def cancel_job(ledger: Ledger, job_id: str, *, at: str) -> Job:
    """Cancel an active job; its finished steps stay. Return the job as it was.

    The worker, if one lives, can write nothing from here on; ending it is the caller's business.

    Raises:
        JobLost: the job is not active.
    """
    with ledger.transaction():
        before = load_job(ledger, job_id)
        _set_status(ledger, job_id, JobStatus.CANCELLED)
        ledger.execute(
            "UPDATE jobs SET finished_at = ?, error = NULL WHERE job_id = ?", (at, job_id)
        )
        _fence_off(ledger, job_id, at)
        return before


def reopen_job(
    ledger: Ledger,
    job_id: str,
    *,
    context: Mapping[str, Any],
    max_resumes: int,
    at: str,
) -> None:
    """Make a failed, partial or cancelled job pending again, inside a transaction.

    Raises:
        JobLost: it is none of these.
        WrongState: `prune` has removed some of its steps.
    """
    if get_info(ledger, f"{JOB_BEING_PRUNED}{job_id}") is not None:
        raise WrongState(
            f"prune is removing job {job_id}, and some of its steps are gone",
            hint="start a new job, and let planwatch prune finish",
        )
    _set_status(ledger, job_id, JobStatus.PENDING, states_before(JobStatus.PENDING) - ACTIVE)
    ledger.execute(
        "UPDATE jobs SET context = ?, max_resumes = ?, resumes = 0, queued_at = ?,"
        " turn = (SELECT max(turn) + 1 FROM jobs), started_at = NULL, finished_at = NULL,"
        " result = NULL, error = NULL WHERE job_id = ?",
        (json.dumps(context), max_resumes, at, job_id),
    )
    _fence_off(ledger, job_id, at)


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
    _set_status(ledger, job_id, status)
    ledger.execute(
        "UPDATE jobs SET finished_at = ?, result = ?, error = ?, worker_pid = NULL,"
        " stalled_at = NULL WHERE job_id = ?",
        (
            at,
            dump_json(result),
            dump_json(error),
            job_id,
        ),
    )
    stop_steps(ledger, job_id, at)


def save_expectation(
    ledger: Ledger, job_id: str, *, parallel_steps: int, expected_s: float
) -> None:
    """Keep what the worker plans with, inside a transaction."""
    ledger.execute(
        "UPDATE jobs SET parallel_steps = ?, expected_s = ? WHERE job_id = ?",
        (parallel_steps, expected_s, job_id),
    )


def mark_stalled(ledger: Ledger, job_id: str, *, generation: int, at: str) -> None:
    """Note that the job is beyond its expected time; nothing when it is no longer this worker's."""
    with ledger.transaction():
        ledger.execute(
            "UPDATE jobs SET stalled_at = ?"
            " WHERE job_id = ? AND generation = ? AND status = 'running'",
            (at, job_id, generation),
        )


def check_fence(ledger: Ledger, job_id: str, generation: int) -> None:
    """Make sure, inside a transaction, that this worker still has the job.

    Raises:
        JobLost: it has not.
    """
    if not is_ours(ledger, job_id, generation):
        raise JobLost(f"job {job_id} is no longer this worker's", job_id=job_id)


def is_ours(ledger: Ledger, job_id: str, generation: int) -> bool:
    """Tell whether the worker that claimed this generation still has the job."""
    row = ledger.query_one("SELECT status, generation FROM jobs WHERE job_id = ?", (job_id,))
    return (
        row is not None and row["generation"] == generation and row["status"] == JobStatus.RUNNING
    )


def _set_status(
    ledger: Ledger, job_id: str, status: JobStatus, allowed: Collection[JobStatus] | None = None
) -> None:
    """Change the state, from one of `allowed`; by default from wherever the table allows it."""
    before = sorted(states_before(status) if allowed is None else allowed)
    marks = ", ".join("?" * len(before))
    touched = ledger.execute(
        f"UPDATE jobs SET status = ? WHERE job_id = ? AND status IN ({marks})",  # noqa: S608 - marks only
        (status, job_id, *before),
    )
    if touched != 1:
        raise JobLost(f"job {job_id} cannot become {status}: it has moved on", job_id=job_id)


def _fence_off(ledger: Ledger, job_id: str, at: str) -> None:
    """Fence off whatever worker the job had, and stop its steps where they stand."""
    ledger.execute(
        "UPDATE jobs SET generation = generation + 1, worker_pid = NULL, launched = 0,"
        " stalled_at = NULL WHERE job_id = ?",
        (job_id,),
    )
    stop_steps(ledger, job_id, at)


def _describe_deaths(job: Job) -> str:
    times = "once" if not job.resumes else f"{job.resumes + 1} times"
    return f"its worker died {times}" if job.attempts else f"its worker did not start, {times}"
