"""Overview section: one row for each brand with its plans, freshness and cheapest plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.analysis.facts import Fact, count_fact
from planwatch.analysis.market.market import Listing, Market, find_cheapest, newest_capture
from planwatch.domain.brand import AGGREGATORS, slug_of_brand
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
    }


def newest_listing(listings: Sequence[Listing]) -> Listing:
    """Return the listing that was captured last; at least one listing."""
    return max(listings, key=lambda item: item.plan.as_of)


def overview_facts(rows: Sequence[Record], plans: int) -> list[Fact]:
    """Return how many plans and brands there are, and how many plans each has."""
    return [
        count_fact("plans", plans, "comparable plans", "the market"),
        count_fact("brands", len(rows), "brands with a comparable plan", "the market"),
        *(
            count_fact(
                f"plans.{slug_of_brand(row['brand'])}",
                row["plans"],
                "comparable plans",
                row["brand"],
            )
            for row in rows
        ),
    ]
