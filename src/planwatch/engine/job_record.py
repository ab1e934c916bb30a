"""A job as the documented JSON record; what every view of a job is made from.

`load_state` reads the ledger and the locks; `record_of` computes, so that a watch can let clocks
tick without reading again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planwatch.clock import now, parse_instant
from planwatch.domain.job import Job, JobStatus, JobStep, StepStatus
from planwatch.engine.lock import is_held, read_heartbeat
from planwatch.engine.origin import is_elsewhere
from planwatch.engine.progress import is_longer_than_usual, measure_progress
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import active_jobs, load_job
from planwatch.ledger.jobs.steps import count_steps, load_attempts, load_steps
from planwatch.ledger.store.connection import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """All that a view of a job needs from outside.

    Attributes:
        counts: completed steps and all steps, where the steps themselves were not read.
        waits_for: ids of the jobs of its kind that come before a job that waits for its turn.
        is_lost: it is active and was taken up, and no living worker has it.
        last_heartbeat: of the worker of a lost job.
    """

    job: Job
    steps: Sequence[JobStep]
    attempts: Sequence[dict[str, Any]] | None
    counts: tuple[int, int] | None
    waits_for: Sequence[str]
    is_elsewhere: bool = False
    is_lost: bool = False
    last_heartbeat: str | None = None


def load_state(
    ledger: Ledger, job: Job, active: Sequence[Job], *, with_attempts: bool = False
) -> JobState:
    """Return the state of one job with its steps.

    Args:
        active: all active jobs, the oldest first.
    """
    home = home_of(ledger)
    is_away = job.is_active and is_elsewhere(job, home)
    is_gone = is_lost(ledger, job)
    return JobState(
        job=job,
        steps=load_steps(ledger, job.job_id, with_values=False),
        attempts=load_attempts(ledger, job.job_id) if with_attempts else None,
        counts=None,
        waits_for=() if is_away else _waits_for(job, home, active),
        is_elsewhere=is_away,
        is_lost=is_gone,
        last_heartbeat=read_heartbeat(home.lock_of(job.job_id)) if is_gone else None,
    )


def load_states(ledger: Ledger, jobs: Sequence[Job]) -> list[JobState]:
    """Return the states of many jobs; of those that are done only the counts of their steps."""
    active = active_jobs(ledger) if any(job.is_active for job in jobs) else []
    counts = count_steps(ledger, [job.job_id for job in jobs if _is_whole(job)])
    return [
        load_state(ledger, job, active)
        if not _is_whole(job)
        else JobState(
            job=job,
            steps=(),
            attempts=None,
            counts=counts.get(job.job_id, (0, 0)),
            waits_for=(),
        )
        for job in jobs
    ]


def job_record(ledger: Ledger, job: Job, *, with_steps: bool) -> dict[str, Any]:
    """Return one job as it stands now, in the shape of docs/reference/json.md."""
    state = load_state(ledger, job, active_jobs(ledger), with_attempts=with_steps)
    return record_of(state, now(), with_steps=with_steps)


def job_records(ledger: Ledger, jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Return many jobs as they stand now, without their steps."""
    present = now()
    return [record_of(state, present, with_steps=False) for state in load_states(ledger, jobs)]


def record_of(state: JobState, present: datetime, *, with_steps: bool) -> dict[str, Any]:
    """Return a job in the shape of docs/reference/json.md; `steps` only where asked for."""
    job = state.job
    if state.last_heartbeat is not None:
        present = min(present, parse_instant(state.last_heartbeat))
    progress = measure_progress(job, state.steps, present)
    done, total = state.counts or (progress.steps_done, progress.steps_total)
    record: dict[str, Any] = {
        "id": job.job_id,
        "kind": job.kind,
        "key": job.key,
        "params": dict(job.params),
        "status": job.status.value,
        "percent": progress.percent,
        "steps_done": done,
        "steps_total": total,
        "current_steps": list(progress.current_steps),
        "waits_for": list(state.waits_for),
        "flags": _flags(state),
        "eta_s": None if state.is_lost else progress.eta_s,
        "eta_basis": None if state.is_lost else progress.eta_basis,
        "expected_s": None if job.expected_s is None else round(job.expected_s, 3),
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "attempts": job.attempts,
        "resumes": job.resumes,
        "error": job.error,
        "result": job.result,
    }
    if with_steps:
        record["steps"] = _step_records(state, present)
    return record


def _status_of_step(step: JobStep, job: Job) -> str:
    """Return the state of a step; nothing waits in a job that has ended."""
    if step.status is not StepStatus.PENDING or job.is_active:
        return step.status.value
    if job.status is JobStatus.COMPLETED:
        return "not_needed"
    return "stopped" if step.attempts else "not_reached"


def home_of(ledger: Ledger) -> Home:
    """Return the home that a ledger lies in."""
    return Home(ledger.path.parent, ledger.path.parent)


def _is_whole(job: Job) -> bool:
    return job.status in (JobStatus.COMPLETED, JobStatus.PARTIAL)


def _flags(state: JobState) -> list[str]:
    """Return what is out of the ordinary about an active job."""
    flags = {
        "elsewhere": state.is_elsewhere,
        "lost": state.is_lost,
        "waiting": bool(state.waits_for),
        "stalled": state.job.is_active and state.job.stalled_at is not None,
    }
    return [name for name, is_raised in flags.items() if is_raised]


def is_lost(ledger: Ledger, job: Job) -> bool:
    """Tell whether a job was taken up here, and no living worker has it."""
    home = home_of(ledger)
    if not job.is_active or job.is_waiting or is_elsewhere(job, home):
        return False
    if is_held(home.lock_of(job.job_id)):
        return False
    now = load_job(ledger, job.job_id)  # it may have ended between our reading and the test
    return (now.status, now.generation) == (job.status, job.generation)


def is_progressing(ledger: Ledger, job: Job) -> bool:
    """Tell whether a job needs no command to go on.

    A worker has it, or a living worker has the slot that the job waits for.
    """
    home = home_of(ledger)
    if is_elsewhere(job, home):
        return False
    if is_held(home.lock_of(job.job_id)):
        return True
    before = _waits_for(job, home, active_jobs(ledger))
    return any(is_held(home.lock_of(other)) for other in before)


def _waits_for(job: Job, home: Home, active: Iterable[Job]) -> list[str]:
    if not job.is_waiting:
        return []
    return [
        other.job_id
        for other in active
        if other.kind == job.kind
        and other.job_id != job.job_id
        and (not other.is_waiting or other.turn < job.turn)
        and not is_elsewhere(other, home)
    ]


def _step_records(state: JobState, present: datetime) -> list[dict[str, Any]]:
    tries: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for attempt in state.attempts or ():
        tries.setdefault((attempt["name"], attempt["occurrence"]), []).append(
            {
                "attempt": attempt["attempt"],
                "started_at": attempt["started_at"],
                "finished_at": attempt["finished_at"],
                "took_s": None if attempt["took_s"] is None else round(attempt["took_s"], 3),
                "error": attempt["error"],
            }
        )
    return [
        {
            "name": step.name if step.occurrence == 1 else f"{step.name} #{step.occurrence}",
            "status": _status_of_step(step, state.job),
            "attempts": step.attempts,
            "started_at": step.started_at,
            "finished_at": step.finished_at,
            "retry_at": step.retry_at,
            "expected_s": None if step.expected_s is None else round(step.expected_s, 3),
            "longer_than_usual": is_longer_than_usual(step, present),
            "fell_back": step.fell_back,
            "error": step.error,
            "tries": tries.get((step.name, step.occurrence), []),
        }
        for step in state.steps
    ]
