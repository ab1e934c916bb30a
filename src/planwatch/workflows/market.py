"""The market as the ledger has it: freshness of each source, plans in force, as JSON records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from planwatch.clock import now, parse_instant
from planwatch.domain.brand import find_brand
from planwatch.ledger.connection import Ledger
from planwatch.ledger.health import load_health
from planwatch.ledger.info import is_recorded, market_instant
from planwatch.ledger.plans import StoredPlan, load_current_plans, load_offers, stored_plan_record
from planwatch.sources.registry import AGGREGATORS, SOURCE_IDS

FRESH_H: Final = 24.0
STALE_H: Final = 48.0
RECORDED_NOTE: Final = (
    "Recorded market for demonstration: prices are illustrative, no offer of any brand."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFilter:
    """Which plans to show; None and empty mean any. Data in MB, prices in pence."""

    brands: Sequence[str] = ()
    source: str | None = None
    data_mb_min: int | None = None
    unlimited: bool = False
    term_months: int | None = None
    price_pence_max: int | None = None


def market_now(ledger: Ledger) -> datetime:
    """Return the present of this market: a recorded one has a clock of its own."""
    recorded = market_instant(ledger)
    return parse_instant(recorded) if recorded else now()


def market_note(ledger: Ledger) -> str | None:
    """Return what every view of a recorded market must say, None for a real one."""
    return RECORDED_NOTE if is_recorded(ledger) else None


def freshness(last_good_at: str | None, present: datetime) -> tuple[float | None, str]:
    """Return the age in hours and `fresh` (< 24 h), `ageing` (24–48 h), `stale` or `none`."""
    if last_good_at is None:
        return None, "none"
    age_h = (present - parse_instant(last_good_at)).total_seconds() / 3600
    if age_h < FRESH_H:
        return age_h, "fresh"
    return age_h, "ageing" if age_h <= STALE_H else "stale"


def source_records(ledger: Ledger) -> list[dict[str, Any]]:
    """Return every source in the registry's order with its newest outcome and freshness."""
    health = load_health(ledger)
    present = market_now(ledger)
    records = []
    for source_id in SOURCE_IDS:
        seen = health.get(source_id)
        age_h, word = freshness(seen.last_good_at if seen else None, present)
        brand = find_brand(source_id)
        records.append(
            {
                "source": source_id,
                "brand": None if source_id in AGGREGATORS or not brand else brand.name,
                "outcome": seen.outcome.value if seen else None,
                "plans": seen.plans if seen else 0,
                "checked_at": seen.checked_at if seen else None,
                "last_good_at": seen.last_good_at if seen else None,
                "age_h": None if age_h is None else round(age_h, 1),
                "freshness": word,
                "failures_in_a_row": seen.failures_in_a_row if seen else 0,
                "error": seen.error if seen else None,
            }
        )
    return records


def plan_records(ledger: Ledger, wanted: PlanFilter) -> list[dict[str, Any]]:
    """Return the plans in force that pass the filter, in the shape of docs/reference/json.md."""
    offers = load_offers(ledger)
    return [
        stored_plan_record(stored, offers.get(stored.plan_id, []))
        for stored in load_current_plans(ledger)
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
