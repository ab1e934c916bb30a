"""Render a `what-if` tariff: its sentences first, then baskets and dominating plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.phrasing import (
    format_percent_change,
    format_pounds,
    format_pounds_change,
    short_data,
    short_date,
    short_term,
)
from planwatch.views.output.delivery import render_tables
from planwatch.views.output.markdown import escape
from planwatch.views.table.column import Column
from planwatch.views.table.styles import list_points, print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

_BASKETS: Final = (
    Column("basket", folds=True, is_head=True),
    Column("rank", align="right"),
    Column("of", align="right"),
    Column("market price", align="right"),
    Column("at", folds=True),
    Column("wins at", align="right"),
)
_PLANS: Final = (
    Column("plan", folds=True, is_head=True),
    Column("effective", align="right"),
    Column("gap", align="right"),
    Column("depends on (not stated)", folds=True),
)


def print_placements(
    target: Console, placements: Sequence[Mapping[str, Any]], *, note: str | None
) -> None:
    """Print how each tariff would stand in the market."""
    print_note(target, note)
    for number, placed in enumerate(placements):
        if number:
            target.print()
        _print_placement(target, placed)


def render_placements(placements: Sequence[Mapping[str, Any]], *, note: str | None) -> str:
    """Return how each tariff would stand as Markdown: its sentences, then its tables."""
    parts = [f"> {escape(note)}\n"] if note else []
    for placed in placements:
        points = [f"- {escape(point)}" for point in say_placement(placed)]
        parts.append("\n".join((f"# {escape(_title(placed))}", "", *points)) + "\n")
        parts.append(render_tables(_tables(placed)))
    return "\n".join(parts)


def _print_placement(target: Console, placed: Mapping[str, Any]) -> None:
    target.print(Text(_title(placed), style="bold underline"))
    target.print(list_points(say_placement(placed)))
    for table in _tables(placed):
        target.print(table)


def _tables(placed: Mapping[str, Any]) -> list[FittingTable]:
    tables = [
        FittingTable(title, _PLANS, [_plan(plan) for plan in placed[key]])
        for title, key in (("Dominated by", "dominated_by"), ("Dominates", "dominates"))
        if placed[key]
    ]
    if placed["baskets"]:
        rows = [_basket(basket) for basket in placed["baskets"]]
        tables.insert(0, FittingTable("Baskets", _BASKETS, rows))
    return tables


def _title(placed: Mapping[str, Any]) -> str:
    size = f"{short_data(placed['data_mb'])}, {short_term(placed['term_months'])}"
    promo = ""
    if placed["promo_months"]:
        promo = f", {format_pounds(placed['promo_pence'])} for {placed['promo_months']} months"
    return f"What if {placed['brand']} sold {size} at {format_pounds(placed['price_pence'])}{promo}"


def say_placement(placed: Mapping[str, Any]) -> list[str]:
    """Return a sentence each on cost, frontier, gap and what is not stated."""
    return [
        f"Effective cost {format_pounds(placed['effective_pence'])} a month over the term, "
        f"{format_pounds(placed['exit_price_pence'])} in its last month, if signed on "
        f"{short_date(placed['as_of'])}; "
        f"{_say_rises(placed)}.",
        _say_frontier(placed),
        *_say_gap(placed),
        *_say_unstated(placed),
    ]


def _say_rises(placed: Mapping[str, Any]) -> str:
    if placed["rise_pence"] is not None:
        return f"rises of {format_pounds(placed['rise_pence'])} each April as given"
    if placed["rise_source"] is None:
        return "no rise is known for the brand, so the price is assumed not to change"
    if placed["exit_price_pence"] == placed["price_pence"]:
        return "no rise falls within the term"
    return f"rises follow the brand's rule ({placed['rise_source']}; not confirmed by planwatch)"


def _say_frontier(placed: Mapping[str, Any]) -> str:
    if placed["no_rival_gives_as_much"]:
        return "Efficient at any price: no plan offers as much on as short a term."
    price = placed["joins_frontier_at_pence"]
    if price is None:
        return "Dominated at any price."
    cost = format_pounds(placed["joins_frontier_at_effective_pence"])
    if placed["efficient"]:
        up_to = f"{format_pounds(price)} a month (effective {cost})"
        return f"Efficient: no plan dominates it up to {up_to}."
    promo = placed["promo_pence"]
    if promo is not None and price <= promo:
        return (
            f"Dominated, at any price with this promotion; without it, the tariff would be "
            f"efficient at {format_pounds(price)} a month (effective {cost} at most)."
        )
    return (
        f"Dominated; it would be efficient at {format_pounds(price)} a month "
        f"(effective {cost} at most)."
    )


def _say_gap(placed: Mapping[str, Any]) -> list[str]:
    if placed["rival"] is None:
        return []
    gap = placed["gap_pence"]
    return [
        f"{format_pounds_change(gap)} a month ({format_percent_change(placed['gap_percent'])}) "
        f"against {placed['rival']} at {format_pounds(placed['rival_pence'])}, "
        f"the cheapest like for like: as much data, no longer term, no less speed and roaming."
    ]


def _say_unstated(placed: Mapping[str, Any]) -> list[str]:
    words = [
        word
        for word, key in (("roaming", "roaming"), ("4G or 5G", "generation"))
        if placed[key] is None
    ]
    if not words:
        return []
    return [
        f"It states no {' and no '.join(words)}, which can only count against it: "
        "state what it offers."
    ]


def _basket(rank: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        rank["label"],
        str(rank["rank"]),
        str(rank["brands"]),
        format_pounds(rank["market_pence"]),
        ", ".join(rank["market_brands"]),
        format_pounds(rank["win_pence"]),
    )


def _plan(plan: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        plan["plan"],
        format_pounds(plan["effective_pence"]),
        format_pounds_change(plan["gap_pence"]),
        " and ".join(plan["hangs_on"]),
    )
