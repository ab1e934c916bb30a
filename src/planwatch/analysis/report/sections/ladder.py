"""Ladder section: headline and effective prices of two brands, size by size, and their uplift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, row_gap_facts
from planwatch.analysis.report.sentences import LARGE_UPLIFT_PERCENT, Row, say_uplift
from planwatch.analysis.subjects import MARKET, brand_subject
from planwatch.domain.phrasing import count_of, format_pounds, name_size


def pair_facts(computed: Row) -> list[Fact]:
    """Return how many sizes two brands both sell, and how many each sells for less."""
    a, b = computed["brands"]
    rows = [row for row in computed["pairs"] if row["gap_pence"] is not None]
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


MOST_FLIPS_SAID: Final = 3


def say_ladder(computed: Row) -> list[str]:
    a, b = computed["brands"]
    flips = find_flips(computed["pairs"])
    return [
        say_pairs(computed),
        *(say_flip(computed, row) for row in flips[:MOST_FLIPS_SAID]),
        *say_uplift(computed["rungs"], a),
        *say_uplift(computed["rungs"], b),
    ]


def say_pairs(computed: Row) -> str:
    a, b = computed["brands"]
    gaps = [row["gap_pence"] for row in computed["pairs"] if row["gap_pence"] is not None]
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


def say_flip(computed: Row, row: Row) -> str:
    a, b = computed["brands"]
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
