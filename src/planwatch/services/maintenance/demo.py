"""Load what the demo shows at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planwatch.engine.job_record import job_record
from planwatch.ledger.jobs.jobs import count_jobs, list_jobs
from planwatch.ledger.plans.changes import ChangeFilter
from planwatch.ledger.plans.net_moves import load_net_moves
from planwatch.ledger.reports.analyses import StoredAnalysis, list_analyses
from planwatch.ledger.store.connection import Ledger
from planwatch.workflows.freshness import market_note, source_records

_MOST = 50


@dataclass(frozen=True, slots=True)
class Demo:
    """Status, net moves of plans and analyses of a recorded market."""

    status: dict[str, Any]
    changes: list[dict[str, Any]]
    analyses: list[StoredAnalysis]
    note: str | None


def load_demo(ledger: Ledger) -> Demo:
    """Return what there is to show."""
    return Demo(
        status={
            "jobs": [
                job_record(ledger, job, with_steps=False) for job in list_jobs(ledger, limit=_MOST)
            ],
            "jobs_total": count_jobs(ledger),
            "sources": source_records(ledger),
        },
        changes=load_net_moves(ledger, ChangeFilter()),
        analyses=list_analyses(ledger, limit=2),
        note=market_note(ledger),
    )
