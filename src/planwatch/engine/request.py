"""What somebody asks for, and whether a job that stands already answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planwatch import __version__
from planwatch.domain.job import Job
from planwatch.engine.origin import is_elsewhere, place_of
from planwatch.errors import KeyTaken
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import active_jobs, find_by_key
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.environment import carried_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A job to be dispatched.

    Attributes:
        key: names the order, so that it is carried out once; the date, say, from cron.
        joins: an active job of the same kind and params, with the same key or for an order without
            one, answers it.
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
            "place": place_of(home),
            "version": __version__,
        }


def find_standing(ledger: Ledger, home: Home, order: Order) -> Job | None:
    """Return the job that answers an order already, inside the transaction that would make one.

    Raises:
        KeyTaken: a job of this kind has the key and other params.
    """
    if order.key is not None:
        job = find_by_key(ledger, order.kind, order.key)
        if job is not None and dict(job.params) != dict(order.params):
            raise KeyTaken(
                f"the key {order.key!r} belongs to {order.kind} {job.job_id}, which has other"
                " parameters",
                hint="give this one another key; see: planwatch status " + job.job_id,
            )
        if job is not None and job.is_active and is_elsewhere(job, home):
            raise KeyTaken(
                f"the key {order.key!r} belongs to {order.kind} {job.job_id}, which was started on"
                " another machine or in another place",
                hint=f"take it up here: planwatch cancel {job.job_id}, then"
                f" planwatch resume {job.job_id}",
            )
        return job
    if not order.joins:
        return None
    return next((job for job in active_jobs(ledger) if _answers(job, home, order)), None)


def _answers(job: Job, home: Home, order: Order) -> bool:
    return (
        job.kind == order.kind
        and dict(job.params) == dict(order.params)
        and not is_elsewhere(job, home)
    )
