"""Ladder section: headline and effective prices of two brands, size by size, and their uplift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, ids_of, row_gap_facts
from planwatch.analysis.metrics.ladder import (
    Pair,
    ladder_facts,
    ladder_rows,
    pair_ladders,
    pair_row,
)
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import LARGE_UPLIFT_PERCENT, Row, say_uplift
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, brand_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import count_of, format_pounds, name_size

MOST_FLIPS_SAID: Final = 3
RUNG_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plan", "Plan", "text"),
    ("headline_pence", "Headline", "money"),
    ("effective_pence", "Effective", "money"),
    ("exit_pence", "Exit price", "money"),
    ("uplift_percent", "Uplift", "percent"),
    ("promo_percent", "Promo depth", "percent"),
    ("promo_months", "Promo months", "months"),
    ("rise_pence", "Annual rise", "money"),
    ("per_gb_pence", "Per GB", "money"),
)


def _pair_columns(brand_a: str, brand_b: str) -> tuple[Column, ...]:
    """Return the columns of two ladders side by side."""
    return (
        ("data_mb", "Data", "data"),
        ("term_months", "Term", "months"),
        ("a_headline_pence", f"{brand_a} headline", "money"),
        ("b_headline_pence", f"{brand_b} headline", "money"),
        ("a_effective_pence", f"{brand_a} effective", "money"),
        ("b_effective_pence", f"{brand_b} effective", "money"),
        ("gap_pence", f"{brand_a} − {brand_b}", "money_diff"),
        ("gap_percent", f"% of {brand_b}", "percent"),
    )


def _pair_row(pair: Pair, brand_a: str) -> Record:
    row = pair_row(pair)
    ids = ids_of(
        brand_subject(brand_a),
        variant=pair_size(row),
        gap_pence="pair_gap",
        gap_percent="pair_gap_percent",
    )
    return {**row, "ids": ids}


def pair_facts(brands: Sequence[str], pairs: Sequence[Row]) -> list[Fact]:
    """Return how many sizes two brands both sell, and how many each sells for less."""
    a, b = brands
    rows = [row for row in pairs if row["gap_pence"] is not None]
    both = MARKET.said(f"{a} and {b}")
    facts = [count_fact("pairs", len(rows), "sizes that both brands sell", both)]
    for brand, sign in ((a, -1), (b, 1)):
        won = sum(row["gap_pence"] * sign > 0 for row in rows)
        label = "sizes at which it is cheaper"
        facts.append(count_fact("pairs_won", won, label, brand_subject(brand)))
    for row in rows:
        size = name_size(row["data_mb"], row["term_months"])
        own, other = (brand_subject(brand).said(f"{brand} {size}") for brand in (a, b))
        facts += row_gap_facts("pair_gap", row, own, other, "Gap to a rival", pair_size(row))
    return facts


def pair_size(row: Row) -> str:
    """Return the size of a pair as it stands in the id of its gap: "25000-24m"."""
    return f"{row['data_mb'] or 'unlimited'}-{row['term_months']}m"


def uplift_count_facts(rungs: Iterable[Row], brands: Sequence[str]) -> list[Fact]:
    """Return on how many plans of each brand the headline price misleads."""
    large = [row for row in rungs if (row["uplift_percent"] or 0) >= LARGE_UPLIFT_PERCENT]
    return [
        count_fact(
            "misleading",
            sum(row["brand"] == brand for row in large),
            f"plans whose effective cost is {LARGE_UPLIFT_PERCENT:g} % or more above the headline",
            brand_subject(brand),
        )
        for brand in brands
    ]


def say_pairs(brands: Sequence[str], rows: Sequence[Row]) -> str:
    a, b = brands
    gaps = [row["gap_pence"] for row in rows if row["gap_pence"] is not None]
    if not gaps:
        return f"{a} and {b} have no plan with the same data and term."
    wins_a, wins_b = sum(gap < 0 for gap in gaps), sum(gap > 0 for gap in gaps)
    pairs = count_of(len(gaps), "like-for-like pair")
    if wins_a == wins_b == 0:
        return f"On effective cost, {a} and {b} tie in {pairs}."
    if wins_a == wins_b:
        return f"On effective cost, {a} and {b} are each cheaper in {wins_a} of {pairs}."
    lead, other = (a, b) if wins_a > wins_b else (b, a)
    more, fewer = max(wins_a, wins_b), min(wins_a, wins_b)
    return (
        f"On effective cost, {lead} is cheaper than {other} in {more} of {pairs} "
        f"and dearer in {fewer or 'none'}."
    )


def find_flips(pairs: Sequence[Row]) -> list[Row]:
    """Return the pairs where one brand has the lower headline price but the higher effective cost.

    The widest gap in effective cost comes first.
    """
    flips = [row for row in pairs if row["gap_pence"] and row["gap_pence"] * _headline_gap(row) < 0]
    return sorted(flips, key=lambda row: -abs(row["gap_pence"]))


def _headline_gap(row: Row) -> int:
    return int(row["a_headline_pence"] - row["b_headline_pence"])


def say_flip(brands: Sequence[str], row: Row) -> str:
    a, b = brands
    a_looks_cheaper = _headline_gap(row) < 0
    seems, is_not = ("a", "b") if a_looks_cheaper else ("b", "a")
    name, other = (a, b) if a_looks_cheaper else (b, a)
    return (
        f"At {name_size(row['data_mb'], row['term_months'])}, {name} is cheaper than {other} on "
        f"headline price ({format_pounds(row[f'{seems}_headline_pence'])} against "
        f"{format_pounds(row[f'{is_not}_headline_pence'])}) but dearer on effective cost "
        f"({format_pounds(row[f'{seems}_effective_pence'])} against "
        f"{format_pounds(row[f'{is_not}_effective_pence'])}): compare effective costs."
    )


def _compared(study: Study) -> Part:
    a, b = study.brands
    own, rivals = study.own, study.rivals
    pairs = [_pair_row(pair, a) for pair in pair_ladders(own, rivals)]
    rungs = [*ladder_rows(own), *ladder_rows(rivals)]
    flips = [say_flip(study.brands, row) for row in find_flips(pairs)]
    said_uplift = say_uplift(rungs, a)
    return Part(
        sentences=[
            say_pairs(study.brands, pairs),
            *flips[:MOST_FLIPS_SAID],
            *said_uplift,
            *say_uplift(rungs, b),
        ],
        tables=[
            build_table(
                "pairs", "Cheapest variant of each data and term", _pair_columns(a, b), pairs
            ),
            build_table("rungs", "Every plan over its term", RUNG_COLUMNS, rungs),
        ],
        facts=[
            *ladder_facts(study.market.listings),
            *pair_facts(study.brands, pairs),
            *uplift_count_facts(rungs, study.brands),
        ],
        verdict=[Line(10, say_pairs(study.brands, pairs))],
        findings=[
            *(Line(10, text) for text in flips[:1]),
            *(Line(40, text) for text in said_uplift),
        ],
    )


PRICES: Final = frozenset(
    {"headline", "effective", "exit", "uplift", "gap", "gap_percent", "largest_uplift"}
)
"""Kinds of facts that a model is given for a ladder."""

COMPARED: Final = Section(
    report=COMPARE,
    name="ladder",
    title="Ladder",
    place=20,
    build=_compared,
    told=PRICES | {"misleading", "per_gb", "marginal_per_gb"},
)
