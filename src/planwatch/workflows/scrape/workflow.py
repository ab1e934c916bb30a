"""The scrape: every source a step, all at once; one that fails stops no other."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.domain.job import JobStatus
from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.engine.retry import RetryPolicy
from planwatch.engine.workflow import Ended, PlannedStep, Run, Step, Workflow
from planwatch.errors import (
    EngineError,
    HomeError,
    LedgerError,
    PlanwatchError,
    SettingsError,
    StepTimeout,
)
from planwatch.fetch.contract import Fetcher
from planwatch.ledger.plans.counts import count_current_plans
from planwatch.ledger.store.connection import Ledger
from planwatch.workflows.context import RECORDED, Services, captured_at
from planwatch.workflows.scrape.collect import Collected, collect, collect_nothing, record_collected

logger: Final = logging.getLogger(__name__)
COUNT_STEP = "count plans"
_SOURCE_S = 30.0  # before the first scrape says better: a few pages at a polite pace
_RECORDED_S = 1.0
_COUNT_S = 0.1
# a full disk, a ledger that refuses a row
_NOT_THE_SITES_FAULT = (HomeError, LedgerError, EngineError, SettingsError)


def build_scrape(services: Services) -> Workflow:
    """Return the workflow of a scrape; one that is found too late is closed, not resumed."""
    return Workflow(
        function=lambda run, params: scrape(run, params, services),
        plan=plan_scrape,
        resume_within_s=services.settings.jobs.resume_within_h * 3600,
        close=close_scrape,
    )


def step_of_source(source_id: str) -> str:
    """Return the name of the step for one source."""
    return f"scrape {source_id}"


def plan_scrape(params: Mapping[str, Any]) -> Sequence[Sequence[PlannedStep]]:
    """Return the sources, all at once, then the count."""
    estimate_s = _RECORDED_S if params.get("fetcher") == RECORDED else _SOURCE_S
    sources = [PlannedStep(step_of_source(name), estimate_s) for name in params["sources"]]
    return [sources, [PlannedStep(COUNT_STEP, _COUNT_S)]]


def scrape(run: Run, params: Mapping[str, Any], services: Services) -> Ended:
    """Collect the plans of `params["sources"]`.

    Ends completed when every outcome is good, failed when no source gave a plan, partial otherwise.
    """
    fetcher = services.fetcher_for(params)
    with contextlib.closing(fetcher):
        results = run.gather(
            {
                step_of_source(source_id): _step(run, params, source_id, fetcher, services)
                for source_id in params["sources"]
            }
        )
    total = run.step(COUNT_STEP, Step(work=lambda: None, record=_count))
    sources = [results[step_of_source(source_id)] for source_id in params["sources"]]
    result = {"sources": sources, "plans_total": total}
    outcomes = [Outcome(source["outcome"]) for source in sources]
    if all(outcome in GOOD_OUTCOMES for outcome in outcomes):
        return Ended(result=result)
    if any(source["plans"] for source in sources):
        return Ended(result=result, status=JobStatus.PARTIAL)
    return Ended(
        result=result,
        status=JobStatus.FAILED,
        error={
            "code": "nothing_usable",
            "message": f"none of {len(sources)} sources gave a plan: "
            + ", ".join(f"{source['source']} {source['outcome']}" for source in sources),
            "hint": "see why for each: planwatch sources; ask again: planwatch resume "
            + run.job_id,
        },
    )


def close_scrape(done: Mapping[str, Any]) -> Ended:
    """End a scrape that was found too late, with the sources that it had finished."""
    sources = [value for name, value in done.items() if name != COUNT_STEP]
    return Ended(
        result={"sources": sources, "plans_total": sum(source["plans"] for source in sources)},
        status=JobStatus.PARTIAL,
        error={
            "code": "too_old_to_resume",
            "message": f"its worker had died and this was found too late to continue; "
            f"{len(sources)} sources were done",
            "hint": "scrape again: planwatch scrape --wait",
        },
    )


def _step(
    run: Run, params: Mapping[str, Any], source_id: str, fetcher: Fetcher, services: Services
) -> Step:
    started, archive = time.monotonic(), services.archive

    def work() -> Collected:
        return collect(
            services.catalogue.load(source_id),
            fetcher,
            archive,
            services.ledger,
            captured_at(params),
        )

    def record(ledger: Ledger, collected: Collected) -> dict[str, Any]:
        return record_collected(
            ledger, collected, run.job_id, alert_after=services.settings.alarms.after_failures
        )

    def fallback(error: Exception) -> Collected:
        if isinstance(error, _NOT_THE_SITES_FAULT) and not isinstance(error, StepTimeout):
            raise error
        if not isinstance(error, PlanwatchError):
            logger.error("%s: a fault in planwatch", step_of_source(source_id), exc_info=error)
        return collect_nothing(source_id, error, captured_at(params), time.monotonic() - started)

    fetch = services.settings.fetch
    retry = RetryPolicy(attempts=fetch.attempts, first_wait_s=fetch.retry_wait_s)
    return Step(work=work, record=record, retry=retry, fallback=fallback)


def _count(ledger: Ledger, _value: None) -> int:
    return count_current_plans(ledger)
