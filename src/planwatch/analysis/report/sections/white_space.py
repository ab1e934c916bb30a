"""White space section: which data tiers and terms no brand sells, or one brand does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, fact_id
from planwatch.analysis.market.market import DataTier, Listing, Market, data_tier, find_cheapest
from planwatch.analysis.metrics.white_space import Cell, white_space
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
        sentences=say_white_space(rows, shown, nobody),
        tables=[build_table("white_space", "Who sells where", _columns(shown), rows)],
        facts=_facts(cells, rows, shown),
    )


def _columns(shown: Sequence[str]) -> tuple[Column, ...]:
    return (
        ("tier", "Data tier", "text"),
        ("term", "Term", "text"),
        ("brands", "Brands", "int"),
        ("plans", "Plans", "int"),
        ("cheapest", "Cheapest", "text"),
        ("cheapest_pence", "Effective", "money"),
        *((f"{slug_of_brand(brand)}_pence", brand, "money") for brand in shown),
    )


def _row(cell: Cell, market: Market, shown: Sequence[str]) -> Record:
    row: dict[str, Any] = {
        "tier": TIER_WORDS[cell.tier],
        "term": format_term(cell.term_months),
        "brands": len(cell.brands),
        "plans": cell.plans,
        "cheapest": name_plan_of_brand(cell.cheapest.plan) if cell.cheapest else None,
        "cheapest_pence": cell.cheapest.monthly_pence if cell.cheapest else None,
    }
    for brand in shown:
        own = find_cheapest(item for item in market.of_brand(brand) if _is_in(cell, item))
        row[f"{slug_of_brand(brand)}_pence"] = own.monthly_pence if own else None
    row["ids"] = {
        "cheapest_pence": fact_id("cell", tier_subject(cell.tier), f"{cell.term_months}m")
    }
    if cell.cheapest:
        row["ids"]["cheapest"] = cell.cheapest.plan_id
    return row


def _is_in(cell: Cell, item: Listing) -> bool:
    return item.plan.term_months == cell.term_months and data_tier(item.plan.allowance) == cell.tier


def say_white_space(rows: Sequence[Record], shown: Sequence[str], nobody: str) -> list[str]:
    empty = [row for row in rows if not row["brands"]]
    sentences = []
    if empty:
        cells = join_some([f"{row['tier']} ({row['term']})" for row in empty])
        sentences.append(
            f"{nobody} sells a plan in {len(empty)} of "
            f"{count_of(len(rows), 'combination')} of data tier and term: {cells}."
        )
    for brand in shown:
        key = f"{slug_of_brand(brand)}_pence"
        lacking = [row for row in rows if row["brands"] and row[key] is None]
        if not lacking:
            sentences.append(f"{brand} sells in every combination in which any brand here does.")
            continue
        first = min(lacking, key=lambda row: row["cheapest_pence"])
        sentences.append(
            f"{brand} sells nothing in {count_of(len(lacking), 'combination')} in which others do; "
            f"the cheapest plan there is {first['cheapest']} at "
            f"{format_pounds(first['cheapest_pence'])} a month."
        )
    return sentences


def _facts(cells: Sequence[Cell], rows: Sequence[Record], shown: Sequence[str]) -> list[Fact]:
    facts = [
        count_fact("cells", len(rows), "combinations of data tier and term", MARKET),
        count_fact(
            "empty_cells",
            sum(cell.is_empty for cell in cells),
            "combinations that no brand sells",
            MARKET,
        ),
    ]
    for brand in shown:
        slug = slug_of_brand(brand)
        lacking = sum(bool(row["brands"]) and row[f"{slug}_pence"] is None for row in rows)
        facts.append(
            count_fact(
                "cells_left", lacking, "combinations that only others sell", brand_subject(brand)
            )
        )
    facts += [
        Fact(
            kind="cell",
            variant=f"{cell.term_months}m",
            label="lowest effective cost in the combination of data tier and term",
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
