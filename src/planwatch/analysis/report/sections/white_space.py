"""White space section: which data tiers and terms no brand sells, or one brand does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, fact_id
from planwatch.analysis.market.market import DataTier, Listing, Market, data_tier, find_cheapest
from planwatch.analysis.metrics.white_space import Cell, white_space
from planwatch.analysis.report.costs import list_by_rule
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.subjects import MARKET, brand_subject, tier_subject
from planwatch.domain.brand import slug_of_brand
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import (
    count_of,
    format_pounds,
    format_term,
    join_some,
    name_plan_of_brand,
)

TIER_WORDS: Final[dict[DataTier, str]] = {
    "low": "up to 20 GB",
    "medium": "over 20 and up to 100 GB",
    "high": "over 100 GB",
    "unlimited": "unlimited data",
}


def white_space_part(market: Market, shown: Sequence[str], nobody: str) -> Part:
    """Return the part.

    Args:
        shown: brands with a column of their own, the first of them the focus.
        nobody: subject of the sentence on empty cells: "No brand", "Neither brand".
    """
    cells = white_space(market.listings)
    rows = [_row(cell, market, shown) for cell in cells]
    return Part(
        sentences=_say_white_space(cells, shown, nobody),
        tables=[build_table("white_space", "Who sells where", _columns(shown), rows)],
        facts=_facts(cells, shown),
    )


def _columns(shown: Sequence[str]) -> tuple[Column, ...]:
    return (
        ("tier", "Data tier", "text"),
        ("term", "Term", "text"),
        ("brands", "Brands", "int"),
        ("plans", "Plans", "int"),
        ("cheapest", "Cheapest", "text"),
        ("cheapest_pence", "Lowest cost", "money"),
        *((f"{slug_of_brand(brand)}_pence", brand, "money") for brand in shown),
    )


def _row(cell: Cell, market: Market, shown: Sequence[str]) -> Record:
    row: Record = {
        "tier": TIER_WORDS[cell.tier],
        "term": format_term(cell.term_months),
        "brands": len(cell.brands),
        "plans": cell.plans,
        "cheapest": name_plan_of_brand(cell.cheapest.plan) if cell.cheapest else None,
        "cheapest_pence": cell.cheapest.monthly_pence if cell.cheapest else None,
    }
    costs = {"cheapest_pence": cell.cheapest}
    for brand in shown:
        own = find_cheapest(item for item in market.of_brand(brand) if _is_in(cell, item))
        row[f"{slug_of_brand(brand)}_pence"] = own.monthly_pence if own else None
        costs[f"{slug_of_brand(brand)}_pence"] = own
    row["by_rule"] = list_by_rule(**costs)
    row["ids"] = {
        "cheapest_pence": fact_id("cell", tier_subject(cell.tier), f"{cell.term_months}m")
    }
    if cell.cheapest:
        row["ids"]["cheapest"] = cell.cheapest.plan_id
    return row


def _is_in(cell: Cell, item: Listing) -> bool:
    return item.plan.term_months == cell.term_months and data_tier(item.plan.allowance) == cell.tier


def _find_lacking(cells: Iterable[Cell], brand: str) -> list[Listing]:
    """Return the cheapest plan of each combination in which others sell and the brand does not."""
    return [cell.cheapest for cell in cells if cell.cheapest and brand not in cell.brands]


def _say_white_space(cells: Sequence[Cell], shown: Sequence[str], nobody: str) -> list[str]:
    empty = [cell for cell in cells if cell.is_empty]
    sentences = []
    if empty:
        named = join_some(
            [f"{TIER_WORDS[cell.tier]} ({format_term(cell.term_months)})" for cell in empty]
        )
        sentences.append(
            f"{nobody} sells a plan in {len(empty)} of "
            f"{count_of(len(cells), 'combination')} of data tier and term: {named}."
        )
    for brand in shown:
        lacking = _find_lacking(cells, brand)
        if not lacking:
            sentences.append(f"{brand} sells in every combination in which any brand here does.")
            continue
        first = min(lacking, key=lambda item: item.monthly_pence)
        sentences.append(
            f"{brand} sells nothing in {count_of(len(lacking), 'combination')} in which others do; "
            f"the cheapest plan there is {name_plan_of_brand(first.plan)} at "
            f"{format_pounds(first.monthly_pence)} a month."
        )
    return sentences


def _facts(cells: Sequence[Cell], shown: Sequence[str]) -> list[Fact]:
    facts = [
        count_fact("cells", len(cells), "combinations of data tier and term", MARKET),
        count_fact(
            "empty_cells",
            sum(cell.is_empty for cell in cells),
            "combinations that no brand sells",
            MARKET,
        ),
    ]
    for brand in shown:
        lacking = len(_find_lacking(cells, brand))
        facts.append(
            count_fact(
                "cells_left", lacking, "combinations that only others sell", brand_subject(brand)
            )
        )
    facts += [
        Fact(
            kind="cell",
            variant=f"{cell.term_months}m",
            label="lowest comparable cost in the combination of data tier and term",
            value=cell.cheapest.monthly_pence,
            unit="pence_per_month",
            subject=tier_subject(cell.tier).seen_in(cell.cheapest),
            formula="White space",
            plan_ids=(cell.cheapest.plan_id,),
        )
        for cell in cells
        if cell.cheapest
    ]
    return facts


COMPARED: Final = Section(
    report=COMPARE,
    name="white_space",
    title="White space",
    place=90,
    build=lambda study: white_space_part(study.market, study.brands, "Neither brand"),
)
