"""A job as the documented JSON record; what every view of a job is made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planwatch.domain.job import Job, JobStep
from planwatch.engine.place import is_elsewhere
from planwatch.engine.progress import measure_progress
from planwatch.home import Home
from planwatch.ledger.connection import Ledger
from planwatch.ledger.steps import load_steps


def job_record(ledger: Ledger, job: Job, *, with_steps: bool) -> dict[str, Any]:
    """Return the job in the shape of docs/reference/json.md; `steps` only where asked for.

    The flag `elsewhere` marks an active job that was started on another machine or in the original
    of this ledger, and so is not resumed here.
    """
    steps = load_steps(ledger, job.job_id, with_values=False)
    progress = measure_progress(job, steps)
    record: dict[str, Any] = {
        "id": job.job_id,
        "kind": job.kind,
        "key": job.key,
        "params": dict(job.params),
        "status": job.status.value,
        "percent": progress.percent,
        "steps_done": progress.steps_done,
        "steps_total": progress.steps_total,
        "current_steps": list(progress.current_steps),
        "flags": ["elsewhere"] if job.is_active and _is_copied(ledger, job) else [],
        "eta_s": progress.eta_s,
        "eta_basis": progress.eta_basis,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "attempts": job.attempts,
        "resumes": job.resumes,
        "error": job.error,
        "result": job.result,
    }
    if with_steps:
        record["steps"] = _step_records(steps)
    return record


def _is_copied(ledger: Ledger, job: Job) -> bool:
    return is_elsewhere(job, Home(ledger.path.parent, ledger.path.parent))


def _step_records(steps: Sequence[JobStep]) -> list[dict[str, Any]]:
    return [
        {
            "name": step.name if step.occurrence == 1 else f"{step.name} #{step.occurrence}",
            "status": step.status.value,
            "attempts": step.attempts,
            "started_at": step.started_at,
            "finished_at": step.finished_at,
            "retry_at": step.retry_at,
            "error": step.error,
        }
        for step in steps
    ]
