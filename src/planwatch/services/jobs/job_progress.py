"""Load the finished steps of an active job; of a scrape, each source's outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planwatch.domain.job import Job
from planwatch.domain.job_kinds import SCRAPE
from planwatch.ledger.jobs.steps import load_finished
from planwatch.ledger.store.connection import Ledger


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished step; `outcome` and `plans` are those of a source, else None."""

    name: str
    outcome: str | None = None
    plans: int | None = None


def load_finished_steps(ledger: Ledger, job: Job) -> Sequence[Finished]:
    """Return the finished steps of a job in their order."""
    is_scrape = job.kind == SCRAPE  # the values of other jobs may be large, and say nothing here
    return [
        Finished(value["source"], value["outcome"], value["plans"])
        if is_scrape and isinstance(value, dict)
        else Finished(name)
        for name, value in load_finished(ledger, job.job_id, with_values=is_scrape)
    ]
