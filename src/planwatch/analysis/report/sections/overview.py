"""Overview: one row for each brand, its freshness and cheapest plan, the index and the owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Listing, Market, find_cheapest, newest_capture
from planwatch.analysis.report.caveats import find_caveats
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.index import (
    find_index,
    index_facts,
    index_table,
    owner_facts,
    owner_rows,
    owner_table,
    say_index,
    say_owners,
)
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.report.sentences import say_freshness
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, brand_subject, plan_subject
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import count_of, join_words, name_plan

BRAND_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plans", "Plans", "int"),
    ("seen_at", "Seen at", "text"),
    ("as_of", "As of", "date"),
    ("freshness", "Freshness", "text"),
    ("outcome", "Last visit", "text"),
    ("cheapest_pence", "Cheapest effective", "money"),
    ("cheapest", "Cheapest plan", "text"),
)


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
            **(
                ids_of(plan_subject(cheapest), named="cheapest", cheapest_pence="effective")
                if cheapest
                else {}
            ),
        },
    }


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


def _compared(study: Study) -> Part:
    rows = brand_rows(study.market, study.background.sources)
    return Part(
        sentences=say_freshness(rows),
        tables=[build_table("brands", "Brands", BRAND_COLUMNS, rows)],
        facts=[],
        caveats=_caveats(study),
    )


def _analysed(study: Study) -> Part:
    """Return the brands in the market, their owners, and the market index."""
    market = study.market
    brands = brand_rows(market, study.background.sources)
    owners, points = owner_rows(market), find_index(study.background)
    plans = len(market.listings)
    return Part(
        sentences=[
            *_say_market(brands, plans, study.focus),
            *say_index(points),
            *say_owners(owners, plans),
        ],
        tables=[
            build_table("brands", "Brands", BRAND_COLUMNS, brands),
            owner_table(owners),
            *([index_table(points)] if points else []),
        ],
        facts=[*overview_facts(brands, plans), *index_facts(points), *owner_facts(owners)],
        caveats=_caveats(study),
    )


def _caveats(study: Study) -> list[str]:
    market = study.market
    return find_caveats(market.listings, study.background.sources, market.left_out)


def _say_market(brands: Sequence[Record], plans: int, focus: str) -> list[str]:
    own = next(row for row in brands if row["brand"] == focus)
    return [
        f"The market has {count_of(plans, 'comparable plan')} from "
        f"{count_of(len(brands), 'brand')}; {focus} sells {own['plans']} of them.",
    ]


COMPARED: Final = Section(
    report=COMPARE, name="brands", title="Freshness", place=10, build=_compared
)
ANALYSED: Final = Section(
    report=ANALYSE,
    name="overview",
    title="Overview",
    place=10,
    build=_analysed,
    told=frozenset(
        {
            *("plans", "brands", "index", "index_mean", "tier", "tier_rank", "score"),
            *("cells", "empty_cells", "cells_left"),
        }
    ),
)
