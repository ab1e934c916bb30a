"""Overview: one row for each brand, its freshness and cheapest plan, the index and the owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Listing, cheapness
from planwatch.analysis.market.owners import group_by_owner
from planwatch.analysis.report.caveats import find_caveats, say_unread
from planwatch.analysis.report.costs import cost_cells, cost_columns, cost_ids
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.index import (
    find_index,
    index_facts,
    index_table,
    owner_facts,
    owner_table,
    say_index,
    say_owners,
)
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, brand_subject, plan_subject
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import count_of, format_day, join_words, name_plan

_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plans", "Plans", "int"),
    ("seen_at", "Seen at", "text"),
    ("as_of", "As of", "date"),
    ("freshness", "Freshness", "text"),
    ("outcome", "Last visit", "text"),
    *cost_columns("cheapest_pence", "Cheapest effective"),
    ("cheapest", "Cheapest plan", "text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBrand:
    """What is known of a brand's plans, and how fresh it is.

    Attributes:
        sellers: where its plans were seen: "the brand", an aggregator.
        as_of: the newest day of capture.
        freshness: of its newest source; None where sources are not known; so `outcome`.
    """

    brand: str
    plans: int
    sellers: str
    as_of: str
    freshness: str | None
    outcome: str | None
    cheapest: Listing


def _see_brands(study: Study) -> list[SeenBrand]:
    """Return each brand, in alphabetical order."""
    by_id = {source["source"]: source for source in study.background.sources}
    by_brand = study.market.by_brand()
    return [_see_brand(brand, listings, by_id) for brand, listings in by_brand.items()]


def _see_brand(
    brand: str, listings: Sequence[Listing], sources: Mapping[str, Mapping[str, Any]]
) -> SeenBrand:
    newest = max(listings, key=lambda item: item.plan.as_of)
    source = sources.get(newest.plan.source, {})
    sellers = {AGGREGATORS.get(item.plan.source, "the brand") for item in listings}
    return SeenBrand(
        brand=brand,
        plans=len(listings),
        sellers=join_words(sorted(sellers)),
        as_of=newest.plan.as_of.isoformat(),
        freshness=source.get("freshness"),
        outcome=source.get("outcome"),
        cheapest=min(listings, key=cheapness),
    )


def _brand_table(brands: Sequence[SeenBrand]) -> Record:
    return build_table("brands", "Brands", _COLUMNS, map(_row, brands))


def _row(seen: SeenBrand) -> Record:
    cheapest = seen.cheapest
    return {
        "brand": seen.brand,
        "plans": seen.plans,
        "seen_at": seen.sellers,
        "as_of": seen.as_of,
        "freshness": seen.freshness,
        "outcome": seen.outcome,
        **cost_cells(cheapest_pence=cheapest),
        "cheapest": name_plan(cheapest.plan),
        "ids": {
            **ids_of(brand_subject(seen.brand), plans="plans"),
            **ids_of(plan_subject(cheapest), named="cheapest"),
            **cost_ids("cheapest_pence", cheapest),
        },
    }


def _facts(brands: Sequence[SeenBrand], plans: int) -> list[Fact]:
    """Return how many plans and brands there are, and how many plans each has."""
    return [
        count_fact("plans", plans, "comparable plans", MARKET),
        count_fact("brands", len(brands), "brands with a comparable plan", MARKET),
        *(
            count_fact("plans", seen.plans, "comparable plans", brand_subject(seen.brand))
            for seen in brands
        ),
    ]


def _say_freshness(seen: SeenBrand) -> str:
    """Return how many plans of a brand are compared, from when, and how fresh they are."""
    fresh = f", {seen.freshness}" if seen.freshness else ""
    return (
        f"{seen.brand}: {count_of(seen.plans, 'plan')} compared, seen at {seen.sellers} on "
        f"{format_day(seen.as_of)}{fresh}."
    )


def _compared(study: Study) -> Part:
    brands = _see_brands(study)
    return Part(
        sentences=[_say_freshness(seen) for seen in brands],
        tables=[_brand_table(brands)],
        facts=[],
        verdict=_verdict(study),
        caveats=_caveats(study),
    )


def _analysed(study: Study) -> Part:
    """Return the brands in the market, their owners, and the market index."""
    market = study.market
    brands = _see_brands(study)
    owners, points = group_by_owner(market.listings), find_index(study.background)
    plans = len(market.listings)
    return Part(
        sentences=[
            *_say_market(brands, plans, study.focus),
            *say_index(points),
            *say_owners(owners, plans),
        ],
        tables=[
            _brand_table(brands),
            owner_table(owners),
            *([index_table(points)] if points else []),
        ],
        facts=[*_facts(brands, plans), *index_facts(points), *owner_facts(owners)],
        verdict=_verdict(study),
        caveats=_caveats(study),
    )


def _verdict(study: Study) -> list[Line]:
    unread = say_unread(study.background.sources, study.market.listings)
    return [Line(0, unread)] if unread else []


def _caveats(study: Study) -> list[str]:
    market = study.market
    return find_caveats(market.listings, study.background.sources, market.left_out)


def _say_market(brands: Sequence[SeenBrand], plans: int, focus: str) -> list[str]:
    own = next(seen for seen in brands if seen.brand == focus)
    return [
        f"The market has {count_of(plans, 'comparable plan')} from "
        f"{count_of(len(brands), 'brand')}; {focus} sells {own.plans} of them.",
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
