"""The sentences that a comparison and a market report share, each made from one row of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from planwatch.domain.phrasing import (
    count_of,
    format_date,
    format_money,
    format_percent,
    is_or_are,
    possessive,
)

Row = Mapping[str, Any]
LARGE_UPLIFT_PERCENT: Final = 15.0


def say_of_base(row: Row, base: str) -> str:
    """Return "£3.00 (19 % of Vodafone's)": the size of a gap, its sign left to the sentence."""
    amount = format_money(abs(row["gap_pence"]))
    if row["gap_percent"] is None:
        return amount
    return f"{amount} ({format_percent(row['gap_percent'])} of {possessive(base)})"


def say_freshness(rows: Sequence[Row]) -> list[str]:
    """Return for each brand how many plans are compared, from when, and how fresh they are."""
    sentences = []
    for row in rows:
        fresh = f", {row['freshness']}" if row["freshness"] else ""
        sentences.append(
            f"{row['brand']}: {count_of(row['plans'], 'plan')} compared, seen at {row['seen_at']} "
            f"on {format_date(date.fromisoformat(row['as_of']))}{fresh}."
        )
    return sentences


def say_uplift(rungs: Sequence[Row], brand: str) -> list[str]:
    """Return one sentence where the brand's headline misleads, none where it does not."""
    large = [
        row
        for row in rungs
        if row["brand"] == brand and (row["uplift_percent"] or 0) >= LARGE_UPLIFT_PERCENT
    ]
    if not large:
        return []
    worst = max(large, key=lambda row: row["uplift_percent"])
    return [
        f"The headline misleads on {count_of(len(large), 'plan')} of {possessive(brand)}, "
        f"{'most on ' if len(large) > 1 else ''}{worst['plan']}: it starts at "
        f"{format_money(worst['headline_pence'])} and costs "
        f"{format_money(worst['effective_pence'])} a month over the term "
        f"(+{format_percent(worst['uplift_percent'])}). Quote the effective cost."
    ]


def say_elsewhere(rows: Sequence[Row]) -> list[str]:
    """Return one sentence on plans that cost less through an aggregator; none of none."""
    if not rows:
        return []
    row = rows[0]
    less = row["own_pence"] - row["offer_pence"]
    first = (
        f"{row['plan']} costs {format_money(row['offer_pence'])} a month at {row['seller']}, "
        f"{format_money(less)} below {possessive(row['brand'])} own price"
    )
    if len(rows) == 1:
        return [f"{first}."]
    return [f"{first}; others, too, are sold for less there or at another seller."]


def find_dearest(gaps: Sequence[Row]) -> Row | None:
    """Return the plan that lies furthest above its rival; None where none lies above.

    One whose rival lacks nothing that the plan gives comes before any that compares unlike plans.
    """
    dearer = [row for row in gaps if (row["gap_pence"] or 0) > 0]
    return max(dearer, key=lambda row: (row["rival_lacks"] is None, row["gap_pence"]), default=None)


def say_like(row: Row) -> str:
    """Return a beginning that says so where the rival of a row gives all that the plan does."""
    return "" if row["rival_lacks"] else "Where the rival gives as much, "


def say_lack(row: Row) -> str:
    """Return " (which lacks EU roaming)" for a rival that gives less, else nothing."""
    return f" (which lacks {row['rival_lacks']})" if row["rival_lacks"] else ""


def say_dominated_count(rows: Sequence[Row], total: int, brand: str, rival: str) -> str:
    """Return how many plans of a brand are dominated for certain, and how many only perhaps.

    Args:
        rival: who sells the dominators, as the beginning of a sentence's half: "Vodafone sells one
            that costs no more and gives no less".
    """
    certain = sum(row["hangs_on"] is None for row in rows)
    perhaps = len(rows) - certain
    plans = f"of {possessive(brand)} {count_of(total, 'plan')}"
    if not perhaps:
        return f"{certain} {plans} {is_or_are(certain)} dominated: {rival}."
    doubt = "if the roaming and speed that their pages do not state are no better"
    if not certain:
        return f"None {plans} is dominated for certain; {perhaps} {is_or_are(perhaps)}, {doubt}."
    return (
        f"{certain} {plans} {is_or_are(certain)} dominated for certain: {rival}. {perhaps} more "
        f"{is_or_are(perhaps)}, {doubt}."
    )


def find_widest_domination(rows: Sequence[Row]) -> Row | None:
    """Return the row with the widest gap, of those that hang on nothing if there are any."""
    return max(rows, key=lambda row: (row["hangs_on"] is None, row["gap_pence"]), default=None)


def say_end_of_domination(row: Row) -> str:
    """Return which plan dominates, by how much, and the cut that ends it."""
    cut = row["effective_pence"] - row["ends_at_pence"]
    doubt = (
        f", if its {row['hangs_on']} (not stated) {_is_no(row)} better" if row["hangs_on"] else ""
    )
    return (
        f"{row['plan']} at {format_money(row['effective_pence'])} a month is dominated by "
        f"{row['dominator']} at {format_money(row['dominator_pence'])}{doubt}; a cut of "
        f"{format_money(cut)} a month, to {format_money(row['ends_at_pence'])}, ends it."
    )


def _is_no(row: Row) -> str:
    return "are no" if " and " in row["hangs_on"] else "is no"
