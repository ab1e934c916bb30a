"""Jobs and steps as values, without a ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from planwatch.clock import format_instant
from planwatch.domain.job import Job, JobStatus, JobStep, StepStatus

START: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def build_job(status: JobStatus = JobStatus.RUNNING, **fields: Any) -> Job:
    """Return a job that began at `START` and, where it has ended, took 1000 s."""
    defaults: dict[str, Any] = {
        "turn": 1,
        "job_id": "job",
        "kind": "scrape",
        "key": None,
        "params": {},
        "context": {},
        "generation": 1,
        "attempts": 1,
        "resumes": 0,
        "max_resumes": 3,
        "worker_pid": 1,
        "launched": False,
        "parallel_steps": 1,
        "expected_s": None,
        "queued_at": format_instant(START),
        "stalled_at": None,
        "created_at": format_instant(START),
        "started_at": format_instant(START),
        "finished_at": None
        if status in (JobStatus.PENDING, JobStatus.RUNNING)
        else format_instant(START + timedelta(seconds=1000)),
        "result": None,
        "error": None,
    }
    return Job(status=status, **{**defaults, **fields})


def build_step(name: str, status: StepStatus = StepStatus.PENDING, **fields: Any) -> JobStep:
    """Return a step that nobody has begun."""
    defaults: dict[str, Any] = {
        "occurrence": 1,
        "stage": 0,
        "attempts": 0,
        "attempts_before": 0,
        "expected_s": 1.0,
        "usual_s": None,
        "fell_back": False,
        "paused_at": None,
        "lost_s": 0.0,
        "started_at": None,
        "finished_at": None,
        "retry_at": None,
        "value": None,
        "error": None,
    }
    return JobStep(name=name, status=status, **{**defaults, **fields})
