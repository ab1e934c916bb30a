"""The sentences that a comparison and a market report share, each made from one row of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.domain.phrasing import (
    count_of,
    format_day,
    format_percent,
    format_pounds,
    is_or_are,
    possessive,
)

Row = Mapping[str, Any]
LARGE_UPLIFT_PERCENT: Final = 15.0


def say_difference(row: Row) -> str:
    """Return "£3.00 (19 %) more than" or "… less than"; the sentence goes on with the base."""
    amount = format_pounds(abs(row["gap_pence"]))
    share = "" if row["gap_percent"] is None else f" ({format_percent(row['gap_percent'])})"
    return f"{amount}{share} {'less' if row['gap_pence'] < 0 else 'more'} than"


def say_freshness(rows: Sequence[Row]) -> list[str]:
    """Return for each brand how many plans are compared, from when, and how fresh they are."""
    sentences = []
    for row in rows:
        fresh = f", {row['freshness']}" if row["freshness"] else ""
        sentences.append(
            f"{row['brand']}: {count_of(row['plans'], 'plan')} compared, seen at {row['seen_at']} "
            f"on {format_day(row['as_of'])}{fresh}."
        )
    return sentences


def say_uplift(rungs: Sequence[Row], brand: str) -> list[str]:
    """Return one sentence where the brand's headline price misleads, none where it does not."""
    large = [
        row
        for row in rungs
        if row["brand"] == brand and (row["uplift_percent"] or 0) >= LARGE_UPLIFT_PERCENT
    ]
    if not large:
        return []
    worst = max(large, key=lambda row: row["uplift_percent"])
    return [
        f"The headline price misleads on {count_of(len(large), f'{brand} plan')}, "
        f"{'most of all on ' if len(large) > 1 else ''}{worst['plan']}: it starts at "
        f"{format_pounds(worst['headline_pence'])} but costs "
        f"{format_pounds(worst['effective_pence'])} a month over the term "
        f"(+{format_percent(worst['uplift_percent'])}). Quote the effective cost."
    ]


def say_elsewhere(rows: Sequence[Row]) -> list[str]:
    """Return one sentence on plans that cost less at another seller; none without such plans."""
    if not rows:
        return []
    row = rows[0]
    less = row["own_pence"] - row["offer_pence"]
    first = (
        f"{row['plan']} costs {format_pounds(row['offer_pence'])} a month at {row['seller']}, "
        f"{format_pounds(less)} below {possessive(row['brand'])} own price"
    )
    if len(rows) == 1:
        return [f"{first}."]
    return [f"{first}; other plans are cheaper at another seller, too."]


def find_dearest(gaps: Sequence[Row]) -> Row | None:
    """Return the plan with the widest gap above its rival; None where no plan is dearer.

    A plan whose rival lacks nothing that it offers comes before any other.
    """
    dearer = [row for row in gaps if (row["gap_pence"] or 0) > 0]
    return max(dearer, key=lambda row: (row["rival_lacks"] is None, row["gap_pence"]), default=None)


def say_widest_gap(gaps: Sequence[Row], brand: str, rival: str) -> list[str]:
    """Return one sentence on the brand's dearest plan against its rival; none if none is dearer.

    Args:
        rival: whose plans the gaps are measured against: "Vodafone", "the cheapest rival".
    """
    row = find_dearest(gaps)
    if row is None:
        return []
    as_much = "" if row["rival_lacks"] else "Where the rival offers at least as much, "
    return [
        f"{as_much}{possessive(brand)} widest gap above {rival} is on {row['plan']}: "
        f"{say_beside_rival(row)}; cutting {format_pounds(row['gap_pence'])} off every month would "
        f"match it."
    ]


def say_widest_lead(gaps: Sequence[Row], brand: str, rival: str) -> list[str]:
    """Return one sentence on the plan that is cheapest against a rival of the same size."""
    cheaper = [row for row in gaps if row["is_same_size"] and row["gap_pence"] < 0]
    if not cheaper:
        return []
    row = min(cheaper, key=lambda row: row["gap_pence"])
    return [
        f"{possessive(brand)} widest gap below {rival} is on {row['plan']}: {say_beside_rival(row)}"
        f"; its price could rise by that much before the two tie."
    ]


def say_beside_rival(row: Row) -> str:
    """Return "£5.00, which is £1.00 (25 %) more than EE 5 GB at £4.00 (which lacks roaming)"."""
    lacks = f" (which lacks {row['rival_lacks']})" if row["rival_lacks"] else ""
    return (
        f"{format_pounds(row['effective_pence'])}, which is {say_difference(row)} {row['rival']} "
        f"at {format_pounds(row['rival_pence'])}{lacks}"
    )


def say_dominated_count(rows: Sequence[Row], total: int, brand: str, rival: str) -> str:
    """Return how many plans of a brand are dominated, and how many may be.

    Args:
        rival: who sells the dominators, as a clause: "Vodafone has one that costs no more and
            offers no less".
    """
    certain = sum(row["hangs_on"] is None for row in rows)
    perhaps = len(rows) - certain
    plans = f"of {possessive(brand)} {count_of(total, 'plan')}"
    if not perhaps:
        return f"{certain} {plans} {is_or_are(certain)} dominated: {rival}."
    state = "its page does" if perhaps == 1 else "their pages do"
    doubt = f"may be dominated: {state} not state roaming or speed"
    if not certain:
        return f"None {plans} is clearly dominated; {perhaps} {doubt}."
    return f"{certain} {plans} {is_or_are(certain)} dominated: {rival}. {perhaps} more {doubt}."


def find_widest_domination(rows: Sequence[Row]) -> Row | None:
    """Return the row with the widest gap, of those that are certain if there are any."""
    return max(rows, key=lambda row: (row["hangs_on"] is None, row["gap_pence"]), default=None)


def say_domination(row: Row) -> str:
    """Return which plan dominates a plan, at what cost, and the cut after which it no longer does.

    What the plan does not state, and the verdict depends on, is named.
    """
    cut = row["effective_pence"] - row["ends_at_pence"]
    unstated = str(row["hangs_on"]).replace(" and ", " or ")
    doubt = f", unless its {unstated} (not stated) is better" if row["hangs_on"] else ""
    return (
        f"{row['plan']} at {format_pounds(row['effective_pence'])} a month is dominated by "
        f"{row['dominator']} at {format_pounds(row['dominator_pence'])}{doubt}; after a cut of "
        f"{format_pounds(cut)} a month, to {format_pounds(row['ends_at_pence'])}, it is no longer "
        f"dominated by that plan."
    )
