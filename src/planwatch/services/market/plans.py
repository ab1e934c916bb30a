"""The plans in force, filtered and sorted, as JSON records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from planwatch.errors import UsageError
from planwatch.ledger.pages.health import SourceHealth, load_health
from planwatch.ledger.plans.market_history import first_seen, load_stored_plans_on
from planwatch.ledger.plans.read import (
    StoredPlan,
    load_current_plans,
    load_offers,
    stored_plan_record,
)
from planwatch.ledger.store.connection import Ledger
from planwatch.workflows.freshness import market_now

_END_OF_DAY: Final = "T23:59:59.999Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFilter:
    """Which plans to show; None and empty mean any. Data in MB, prices in pence."""

    brands: Sequence[str] = ()
    source: str | None = None
    data_mb_min: int | None = None
    unlimited: bool = False
    term_months: int | None = None
    price_pence_max: int | None = None


def plan_records(
    ledger: Ledger, wanted: PlanFilter, signing: date | None = None
) -> list[dict[str, Any]]:
    """Return the plans in force that pass the filter, in the shape of docs/reference/json.md.

    Args:
        signing: day for which costs are computed; None is the day of each plan's last capture.
    """
    offers = load_offers(ledger, signing)
    plans = load_current_plans(ledger)
    health = load_health(ledger)
    if signing is not None:
        plans = [_signed(stored, signing) for stored in plans]
    return [
        {
            **stored_plan_record(stored, offers.get(stored.plan_id, [])),
            "source_outcome": _outcome_of(health.get(stored.plan.source)),
        }
        for stored in plans
        if passes(stored, wanted)
    ]


def _outcome_of(health: SourceHealth | None) -> str | None:
    return None if health is None else health.outcome.value


def _signed(stored: StoredPlan, signing: date) -> StoredPlan:
    return replace(stored, plan=replace(stored.plan, as_of=signing))


def past_records(ledger: Ledger, wanted: PlanFilter, day: date) -> list[dict[str, Any]]:
    """Return the plans that were in force at the end of a day, as they then were.

    Costs are for a signing on that day. The offers of each plan are those of one: the ledger keeps
    the cheapest of former days, no other.

    Raises:
        UsageError: the day is to come, or lies before the first scrape.
    """
    first, present = first_seen(ledger), market_now(ledger).date()
    if day > present:
        raise UsageError(
            f"--as-of {day} is in the future",
            hint=f"today is {present}; for future costs, use --signing",
        )
    if first is None:
        raise UsageError(
            f"nothing is known about {day}: there are no plans yet", hint="planwatch scrape --wait"
        )
    if day.isoformat() < first[:10]:
        raise UsageError(
            f"nothing is known about {day}: the first scrape was on {first[:10]}",
            hint=f"name a day from {first[:10]} to {present}",
        )
    plans = [_signed(stored, day) for stored in load_stored_plans_on(ledger, f"{day}{_END_OF_DAY}")]
    return [
        {**stored_plan_record(stored, []), "source_outcome": None}
        for stored in plans
        if passes(stored, wanted)
    ]


def passes(stored: StoredPlan, wanted: PlanFilter) -> bool:
    """Tell whether a plan is one of those asked for."""
    plan = stored.plan
    data_mb = plan.allowance.data_mb
    return (
        (not wanted.brands or plan.brand in wanted.brands)
        and (wanted.source is None or plan.source == wanted.source)
        and (not wanted.unlimited or plan.allowance.unlimited)
        and (wanted.data_mb_min is None or data_mb is None or data_mb >= wanted.data_mb_min)
        and (wanted.term_months is None or plan.term_months == wanted.term_months)
        and (wanted.price_pence_max is None or plan.effective_pence <= wanted.price_pence_max)
    )


SORTS: Final[Mapping[str, str]] = {
    "brand": "by brand, data and term",
    "price": "headline price",
    "effective": "effective monthly cost",
    "data": "most data first",
}


def sort_records(records: Sequence[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Order plan records by one of `SORTS`; equal ones keep the market's order."""
    if sort == "price":
        return sorted(records, key=lambda record: int(record["price_pence"]))
    if sort == "effective":
        return sorted(records, key=lambda record: int(record["effective_pence"]))
    if sort == "data":
        return sorted(records, key=lambda record: -_mb(record))
    return list(records)


def _mb(record: Mapping[str, Any]) -> float:
    return float("inf") if record["unlimited"] else float(record["data_mb"])
