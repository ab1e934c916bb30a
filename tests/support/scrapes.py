"""A scrape of some plans as the ledger has it, without pages: its sightings and its run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.plans.sightings import Sightings, save_sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import group_offers


def day_of(day: int) -> date:
    """Return a day of November 2026; 31 is the first of December."""
    return date(2026, 11, 1) + timedelta(days=day - 1)


def instant_of(day: int) -> str:
    """Return the instant of the scrape of such a day."""
    return f"{day_of(day)}T09:00:00.000Z"


def save_scrape(
    ledger: Ledger,
    day: int,
    *plans: Plan,
    source: str = "o2",
    outcome: Outcome = Outcome.OK,
    job_id: str | None = None,
    captures: dict[str, int] | None = None,
    is_correction: bool = False,
    rereads: bool = False,
) -> Sightings:
    """Write what a scrape of a day saw, as `day_of` counts it.

    Args:
        captures: by plan key, the capture of the page that showed it.
        is_correction: another parser read the pages.
        rereads: it reads the pages of an earlier scrape anew, which is no further run.
    """
    as_of = day_of(day)
    with ledger.transaction():
        seen = save_sightings(
            ledger,
            source=source,
            offers=group_offers([replace(plan, as_of=as_of, source=source) for plan in plans]),
            outcome=outcome,
            at=instant_of(day),
            job_id=job_id,
            capture_ids=captures or {},
            is_correction=is_correction or rereads,
            rereads=rereads,
        )
        if not rereads:
            add_source_run(
                ledger,
                job_id=job_id,
                source=source,
                outcome=outcome,
                plans=len(plans),
                error=None,
                at=instant_of(day),
            )
    return seen
