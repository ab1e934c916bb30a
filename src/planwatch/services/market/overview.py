"""Load the overview that `planwatch` without a command shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planwatch.engine.job_record import job_records
from planwatch.errors import UnknownName
from planwatch.ledger.jobs.jobs import list_jobs
from planwatch.ledger.plans.counts import count_current_plans, known_brands
from planwatch.ledger.reports.analyses import StoredAnalysis, find_analysis
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.registry import Catalogue
from planwatch.workflows.freshness import market_note, source_records

_LAST_JOBS = 2


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures for at most a dozen lines; `analysis` is the newest, None before the first."""

    plans: int
    brands: int
    sources: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    analysis: StoredAnalysis | None
    note: str | None


def load_overview(ledger: Ledger, catalogue: Catalogue) -> Overview:
    """Return where things stand."""
    return Overview(
        plans=count_current_plans(ledger),
        brands=len(known_brands(ledger)),
        sources=source_records(ledger, catalogue),
        jobs=job_records(ledger, list_jobs(ledger, limit=_LAST_JOBS)),
        analysis=_newest_analysis(ledger),
        note=market_note(ledger),
    )


def _newest_analysis(ledger: Ledger) -> StoredAnalysis | None:
    try:
        return find_analysis(ledger, None)
    except UnknownName:
        return None
