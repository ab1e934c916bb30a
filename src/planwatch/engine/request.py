"""A request for a job, and the existing job that answers it, if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planwatch import __version__
from planwatch.domain.job import Job
from planwatch.engine.origin import is_elsewhere, origin_of
from planwatch.errors import KeyTaken
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import active_jobs, find_by_key
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.environment import carried_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A job to be dispatched.

    Attributes:
        key: names the request, so that it is carried out once; the date, say, from cron.
        joins: an active job of the same kind and params answers a request without a key.
    """

    kind: str
    params: Mapping[str, Any]
    max_resumes: int
    working_folder: Path
    key: str | None = None
    joins: bool = False

    def context(self, home: Home) -> dict[str, Any]:
        """Return what a worker is to be started with, whoever starts it; no secrets."""
        return {
            "cwd": str(self.working_folder),
            "config": str(home.config_file),
            "environment": carried_environment(),
            "place": origin_of(home),
            "version": __version__,
        }


def find_existing_job(ledger: Ledger, home: Home, request: JobRequest) -> Job | None:
    """Return the job that already answers a request, inside the transaction that would make one.

    Raises:
        KeyTaken: a job of this kind has the key and other params.
    """
    if request.key is not None:
        job = find_by_key(ledger, request.kind, request.key)
        if job is not None and dict(job.params) != dict(request.params):
            raise KeyTaken(
                f"the key {request.key!r} belongs to {request.kind} {job.job_id}, which has other"
                " parameters",
                hint="give this one another key; see: planwatch status " + job.job_id,
            )
        if job is not None and job.is_active and is_elsewhere(job, home):
            raise KeyTaken(
                f"the key {request.key!r} belongs to {request.kind} {job.job_id}, which was started"
                " on another machine or in another place",
                hint=f"take it up here: planwatch cancel {job.job_id}, then"
                f" planwatch resume {job.job_id}",
            )
        return job
    if not request.joins:
        return None
    return next((job for job in active_jobs(ledger) if _answers(job, home, request)), None)


def _answers(job: Job, home: Home, request: JobRequest) -> bool:
    return (
        job.kind == request.kind
        and dict(job.params) == dict(request.params)
        and not is_elsewhere(job, home)
    )
