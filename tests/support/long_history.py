"""A ledger of many daily scrapes, written as real ones write it: jobs, captures, plans, prunings.

Only the pages themselves are left out: what grows with the days is the ledger.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from planwatch.clock import format_instant
from planwatch.domain.job import JobStatus
from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.domain.plan import Plan, PriceStep
from planwatch.engine.run import LocalRun
from planwatch.engine.workflow import Step
from planwatch.home import Home
from planwatch.ledger.jobs.steps import load_steps
from planwatch.ledger.jobs.transitions import claim_job, create_job, finish_job
from planwatch.ledger.plans.counts import count_current_plans
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.services.maintenance.prune.jobs import prune
from planwatch.sources.contract import Reading
from planwatch.sources.registry import SOURCE_IDS, load_source
from planwatch.workflows.scrape.collect import Collected, record_collected
from planwatch.workflows.scrape.workflow import COUNT_STEP, step_of_source
from tests.support.large_market import make_market

JOBS_KEPT_DAYS: Final = 30
_PRUNED_EVERY: Final = 7
_PAGES: Final = {
    "o2": 3,
    "vodafone": 3,
    "three": 12,
    "ee": 2,
    "giffgaff": 1,
    "sky": 1,
    "tesco": 1,
    "smarty": 1,
    "uswitch": 10,
}
"""Pages of a scrape, as many as the shops have."""


def build_history(home: Home, *, plans: int, days: int, last: date, share: float = 0.02) -> None:
    """Fill a new home with a scrape at nine each day, and a pruning each week.

    Args:
        share: how many of the plans move on a day; each in its turn.
    """
    first = last - timedelta(days=days - 1)
    market = [_enrich(plan, place) for place, plan in enumerate(make_market(plans, first))]
    moved = 0
    with closing(open_ledger(home)) as ledger, _clock_put_back():
        for number in range(days):
            at = datetime(first.year, first.month, first.day, 9, tzinfo=UTC) + timedelta(number)
            os.environ["PLANWATCH_NOW"] = at.isoformat()
            changed = round(plans * share * number) if number else 0
            for turn in range(moved, changed):
                market[turn * 7 % plans] = _move(market[turn * 7 % plans], turn)
            moved = changed
            _scrape(ledger, market, at, number)
            if number % _PRUNED_EVERY == _PRUNED_EVERY - 1:
                before = format_instant(at - timedelta(days=JOBS_KEPT_DAYS))
                prune(ledger, home, before, dry_run=False)


@contextmanager
def _clock_put_back() -> Iterator[None]:
    former = os.environ.get("PLANWATCH_NOW")
    try:
        yield
    finally:
        os.environ.pop("PLANWATCH_NOW", None)
        if former is not None:
            os.environ["PLANWATCH_NOW"] = former


def _enrich(plan: Plan, place: int) -> Plan:
    """Return the plan with as much about it as a real card says; a third stand at Uswitch."""
    return replace(
        plan,
        source="uswitch" if place % 3 == 0 else plan.source,
        price_steps=_rises(plan.price_pence),
        minutes="unlimited",
        texts="unlimited",
        roaming_mb=25_000,
        extras=("Inclusive Extra",),
        incentives=("£40 gift card by post",),
        source_ref=f"M24ALRUNL{place}",
    )


def _rises(price_pence: int) -> tuple[PriceStep, ...]:
    return tuple(
        PriceStep(date(2027 + year, 3, 31), price_pence + 250 * (year + 1)) for year in range(2)
    )


def _move(plan: Plan, turn: int) -> Plan:
    """Return the plan with a new price; each tenth time with other extras instead."""
    if turn % 10 == 9:
        return replace(plan, extras=("Inclusive Extra", f"Gift {turn}"))
    price = plan.price_pence + (100 if turn // 400 % 2 else -100)
    return replace(plan, price_pence=price, price_steps=_rises(price))


def _scrape(ledger: Ledger, market: Sequence[Plan], at: datetime, number: int) -> None:
    job_id = hashlib.sha256(str(number).encode()).hexdigest()[:12]
    params = {"sources": list(SOURCE_IDS)}
    context = {"cwd": "/home/analyst", "config": "", "environment": {}, "place": "here"}
    with ledger.transaction():
        create_job(
            ledger,
            job_id=job_id,
            kind="scrape",
            params=params,
            context=context,
            max_resumes=3,
            at=format_instant(at),
        )
    job = claim_job(ledger, job_id, pid=os.getpid(), at=format_instant(at))
    run = LocalRun(ledger, job, load_steps(ledger, job_id), parallel=1)
    results = [
        run.step(
            step_of_source(source_id),
            Step(
                work=partial(_collect, source_id, market, at, number),
                record=lambda inside, collected: record_collected(
                    inside, collected, job_id, alert_after=2
                ),
            ),
        )
        for source_id in SOURCE_IDS
    ]
    total = run.step(
        COUNT_STEP,
        Step(work=lambda: None, record=lambda inside, _nothing: count_current_plans(inside)),
    )
    with ledger.transaction():
        finish_job(
            ledger,
            job_id,
            generation=job.generation,
            status=JobStatus.COMPLETED,
            result={"sources": results, "plans_total": total},
            error=None,
            at=format_instant(at),
        )


def _collect(source_id: str, market: Sequence[Plan], at: datetime, number: int) -> Collected:
    plans = [replace(plan, as_of=at.date()) for plan in market if plan.source == source_id]
    url = load_source(source_id).requests[0].url
    names = [f"24-months-{place}" for place in range(_PAGES[source_id])]
    pages = tuple(_page(name, url, number) for name in names)
    read = Reading(
        plans=tuple(plans),
        unreadable=(),
        page_names=tuple(names[place % len(names)] for place in range(len(plans))),
    )
    return Collected(
        source=source_id,
        outcome=Outcome.OK,
        at=at,
        duration_s=2.5,
        reading=read,
        pages=pages,
        detail=_detail(len(plans)),
    )


def _page(name: str, url: str, number: int) -> tuple[Page, str]:
    body = f"{name} {url} {number}".encode()
    return Page(body=body, url=url, name=name), hashlib.sha256(body).hexdigest()


def _detail(cards: int) -> dict[str, Any]:
    return {
        "miner": {"found": cards, "fault": None, "agreement": 1.0, "unverified": []},
        "coverage": {"cards": cards, "read": 1.0, "rises": 1.0},
    }
