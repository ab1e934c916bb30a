"""What a person does to a job: cancel it, take it up again."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planwatch.clock import stamp
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.lock import is_held
from planwatch.engine.origin import is_elsewhere
from planwatch.engine.request import JobRequest
from planwatch.errors import EngineError, JobLost, UnknownName, WrongState
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import active_jobs, load_job
from planwatch.ledger.jobs.steps import load_steps, reopen_steps
from planwatch.ledger.jobs.transitions import cancel_job, reopen_job
from planwatch.ledger.store.connection import Ledger

_STOP_LIMIT_S: Final = 1.0  # a worker looks four times a second whether the job is its own
_KILL_LIMIT_S: Final = 10.0  # after SIGKILL; on a busy machine even dying takes a while
_POLL_S: Final = 0.02


def cancel(ledger: Ledger, home: Home, job: Job) -> bool:
    """Cancel an active job and end its worker with all that it started, as a rule in two seconds.

    Finished steps stay. A worker whose machine is elsewhere cannot be ended, and can write nothing.

    Returns:
        False when it was cancelled already.

    Raises:
        WrongState: the job has ended.
        EngineError: its worker could not be ended.
    """
    if job.status is JobStatus.CANCELLED:
        return False
    try:
        before = cancel_job(ledger, job.job_id, at=stamp())
    except JobLost as error:
        now = load_job(ledger, job.job_id).status
        raise WrongState(
            f"job {job.job_id} is {now}; there is nothing to cancel",
            hint=f"see the result: planwatch status {job.job_id}",
        ) from error
    if not is_elsewhere(before, home):
        _end_worker(home, before)
    return True


def cancel_all(ledger: Ledger, home: Home, kind: str | None = None) -> list[Job]:
    """Cancel every active job, or every one of a kind, and end their workers.

    All are cancelled before the first worker is ended, the last in the queue first: so nobody
    starts one that waits.

    Returns:
        The jobs as they were, the oldest first; none where nothing was active.

    Raises:
        EngineError: a worker could not be ended; all jobs are cancelled.
    """
    cancelled: list[Job] = []
    for job in reversed(active_jobs(ledger)):
        if kind is None or job.kind == kind:
            with contextlib.suppress(JobLost):  # it has ended meanwhile
                cancelled.insert(0, cancel_job(ledger, job.job_id, at=stamp()))
    errors: list[EngineError] = []
    for job in cancelled:
        if not is_elsewhere(job, home):
            try:
                _end_worker(home, job)
            except EngineError as error:
                errors.append(error)
    if errors:
        raise errors[0]
    return cancelled


def _end_worker(home: Home, job: Job) -> None:
    lock = home.lock_of(job.job_id)
    if _is_free_within(lock, _STOP_LIMIT_S):
        return
    if job.worker_pid is not None and _is_worker_of(job.worker_pid, job.job_id):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.worker_pid, signal.SIGKILL)
    if not _is_free_within(lock, _KILL_LIMIT_S):
        raise EngineError(
            f"job {job.job_id} is cancelled, but its worker does not end"
            + (f" (process {job.worker_pid})" if job.worker_pid else ""),
            hint="it can write nothing more; end that process by hand",
        )


def _is_free_within(lock: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_held(lock):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _is_worker_of(pid: int, job_id: str) -> bool:
    """Tell whether a process is still the worker of a job, and not another that got its number."""
    try:
        if os.getpgid(pid) != pid:
            return False
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except ProcessLookupError:
        return False
    except OSError:
        return True  # no /proc here: the lock is held, and only the worker holds it
    return job_id.encode() in command


@dataclass(frozen=True, slots=True)
class Reopened:
    """A job taken up again: the finished steps that are kept, and those to be done again."""

    kept: int
    again: Sequence[str]


def reopen(
    ledger: Ledger, home: Home, job: Job, request: JobRequest, from_step: str | None = None
) -> Reopened:
    """Make a failed, partial or cancelled job pending again; who starts it is the caller's.

    Args:
        request: whose folder, settings and limit of resumptions the job takes from now on.
        from_step: do this step again, too, and every later stage; by default those that failed or
            fell back, and every later stage.

    Raises:
        WrongState: the job is active, or completed.
        UnknownName: it has no such step.
    """
    steps = load_steps(ledger, job.job_id, with_values=False)
    if from_step is not None and from_step not in {step.name for step in steps}:
        raise UnknownName(
            f"job {job.job_id} has no step {from_step!r}",
            hint="its steps: " + (", ".join(step.name for step in steps) or "none yet"),
        )
    try:
        with ledger.transaction():
            reopen_job(
                ledger,
                job.job_id,
                context=request.context(home),
                max_resumes=request.max_resumes,
                at=stamp(),
            )
            again = reopen_steps(ledger, job.job_id, from_step)
    except JobLost as error:
        raise _cannot_reopen(load_job(ledger, job.job_id)) from error
    done = sum(step.status == "completed" for step in steps)
    return Reopened(kept=done - len(again), again=again)


def _cannot_reopen(job: Job) -> WrongState:
    if job.is_active:
        return WrongState(
            f"job {job.job_id} is {job.status}; it is still running or waiting",
            hint=f"follow it: planwatch status {job.job_id} --watch",
        )
    return WrongState(
        f"job {job.job_id} is {job.status}; nothing of it is left to do",
        hint=f"start a new one: planwatch {job.kind}",
    )
