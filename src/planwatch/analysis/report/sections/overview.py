"""Overview section: one row for each brand with its plans, freshness and cheapest plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Listing, Market, find_cheapest, newest_capture
from planwatch.analysis.subjects import MARKET, brand_subject, plan_subject
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.phrasing import join_words, name_plan

Record = dict[str, Any]


def brand_rows(market: Market, sources: Sequence[Mapping[str, Any]] = ()) -> list[Record]:
    """Return one row for each brand, in alphabetical order.

    Args:
        sources: each source with its outcome and freshness; () where they are not known.
    """
    by_id = {source["source"]: source for source in sources}
    return [_brand_row(brand, items, by_id) for brand, items in market.by_brand().items()]


def _brand_row(
    brand: str, listings: Sequence[Listing], sources: Mapping[str, Mapping[str, Any]]
) -> Record:
    source = sources.get(newest_listing(listings).plan.source, {})
    cheapest = find_cheapest(listings)
    sellers = {AGGREGATORS.get(item.plan.source, "the brand") for item in listings}
    return {
        "brand": brand,
        "plans": len(listings),
        "seen_at": join_words(sorted(sellers)),
        "as_of": newest_capture(listings).isoformat(),
        "freshness": source.get("freshness"),
        "outcome": source.get("outcome"),
        "cheapest_pence": cheapest.monthly_pence if cheapest else None,
        "cheapest": name_plan(cheapest.plan) if cheapest else None,
        "ids": {
            **ids_of(brand_subject(brand), plans="plans"),
            **(_ids_of_cheapest(cheapest) if cheapest else {}),
        },
    }


def _ids_of_cheapest(item: Listing) -> dict[str, str]:
    return {"cheapest": item.plan_id, **ids_of(plan_subject(item), cheapest_pence="effective")}


def newest_listing(listings: Sequence[Listing]) -> Listing:
    """Return the listing that was captured last; at least one listing."""
    return max(listings, key=lambda item: item.plan.as_of)


def overview_facts(rows: Sequence[Record], plans: int) -> list[Fact]:
    """Return how many plans and brands there are, and how many plans each has."""
    return [
        count_fact("plans", plans, "comparable plans", MARKET),
        count_fact("brands", len(rows), "brands with a comparable plan", MARKET),
        *(
            count_fact("plans", row["plans"], "comparable plans", brand_subject(row["brand"]))
            for row in rows
        ),
    ]
