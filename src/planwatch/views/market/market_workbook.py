"""The market as a workbook: its plans, the grid of price bands, the last changes, what it is.

Text and numbers as they are written: views/output/workbook.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from planwatch.analysis.metrics.price_grid import PricedPlan, PriceGrid
from planwatch.domain.cost_mark import is_by_rule
from planwatch.domain.phrasing import format_date
from planwatch.views.market.changes import say_other_moves
from planwatch.views.market.market import remark_on, say_shown, say_unstated
from planwatch.views.market.price_grid import (
    EXPLAINED,
    LIMITED,
    LIMITED_NOTE,
    band_label,
    has_limited,
    level_colour,
    term_title,
)
from planwatch.views.output.workbook import Day, Link, Marked, Money, Page, Sheet, Value, gigabytes

Row = Mapping[str, Any]
_BRAND_WIDTH: Final = 18.0
_BAND_WIDTH: Final = 14.0
_PLAN_COLUMNS: Final = (
    ("Brand", _BRAND_WIDTH),
    ("Tier", 16.0),
    ("Name", 28.0),
    ("GB", 10.0),
    ("Term (months)", 9.0),
    ("Headline", 10.0),
    ("Effective cost", 10.0),
    ("By rule", 8.0),
    ("£/GB", 9.0),
    ("Exit price", 10.0),
    ("Upfront", 9.0),
    ("Promotion until", 12.0),
    ("Roaming", 9.0),
    ("Roaming GB", 10.0),
    ("Network", 9.0),
    ("Speed cap (Mbps)", 10.0),
    ("Condition", 14.0),
    ("Remark", 34.0),
    ("Source", 10.0),
    ("Plan", 34.0),
    ("Last seen", 12.0),
    ("Page", 40.0),
)
_CHANGE_COLUMNS: Final = (
    ("Day", 12.0),
    ("Plan", 40.0),
    ("Headline before", 11.0),
    ("Headline after", 11.0),
    ("Effective before", 11.0),
    ("Effective after", 11.0),
    ("By rule", 8.0),
    ("Effective change", 11.0),
    ("What else", 44.0),
    ("Source", 10.0),
)
BY_RULE: Final = (
    "yes: the effective cost has rises that the page does not print, by its brand's rule "
    "(planwatch config rules)"
)
_COMING_AND_GOING: Final = ("new", "withdrawn", "relaunched")


def market_sheets(
    plans: Iterable[Row],
    grid: PriceGrid,
    moves: Sequence[Row],
    about: Sequence[tuple[str, str]],
    *,
    present: datetime,
) -> list[Sheet | Page]:
    """Return the sheets of a market.

    Args:
        moves: net moves of plans in the last days.
        about: what the workbook is, as (name, text).
    """
    return [
        Sheet("Plans", _PLAN_COLUMNS, (_plan_row(plan, present) for plan in plans)),
        Page("Grid", _grid_lines(grid), [_BRAND_WIDTH, *[_BAND_WIDTH] * len(grid.bands)]),
        changes_sheet(moves),
        Page("About", (((name, text), False) for name, text in about), [22.0, 100.0]),
    ]


def changes_sheet(moves: Iterable[Row]) -> Sheet:
    """Return the sheet of net moves, a line a plan."""
    return Sheet("Changes", _CHANGE_COLUMNS, map(_change_row, moves))


def _plan_row(plan: Row, present: datetime) -> list[Value]:
    def money(key: str, decimals: int = 2) -> Money:
        return Money(plan[key], plan["currency"], decimals)

    return [
        plan["brand"],
        plan["variant"],
        plan["name"],
        gigabytes(plan["data_mb"]),
        plan["term_months"],
        money("price_pence"),
        money("effective_pence"),
        _yes_or_no(is_by_rule(plan)),
        money("per_gb_pence", 3),
        money("exit_price_pence"),
        money("upfront_pence"),
        Day(plan["promo_ends"]),
        plan["roaming"],
        None if plan["roaming_mb"] is None else gigabytes(plan["roaming_mb"]),
        plan["generation"] and plan["generation"].upper(),
        plan["max_speed_mbps"],
        plan["condition"],
        remark_on(plan, present),
        plan["source"],
        plan["plan_key"],
        Day(plan["last_seen"]),
        Link(plan["url"]),
    ]


def _yes_or_no(holds: bool) -> str:
    return "yes" if holds else "no"


def _grid_lines(grid: PriceGrid) -> Iterator[tuple[Sequence[Value], bool]]:
    yield [EXPLAINED], False
    for term in grid.terms:
        yield [], False
        yield [term_title(term.term_months)], True
        yield ["Brand", *map(band_label, grid.bands)], True
        for brand, row in zip(grid.brands, term.cells, strict=True):
            if any(row):
                yield [brand, *map(_grid_cell, row)], False
    if has_limited(grid):
        yield [], False
        yield [LIMITED_NOTE], False


def _grid_cell(plan: PricedPlan | None) -> Value:
    if plan is None:
        return None
    sign = LIMITED if plan.is_limited else ""
    return Marked(gigabytes(plan.data_mb), level_colour(plan), sign)


def _change_row(line: Row) -> list[Value]:
    moves = {move["kind"]: move for move in line["moves"]}
    came_or_went = next((moves[kind] for kind in _COMING_AND_GOING if kind in moves), None)
    headline, effective = moves.get("headline", came_or_went), moves.get("effective")

    def money(move: Row | None, side: str) -> Money:
        return Money(None if move is None else move[side], line["currency"])

    by = None if effective is None else effective["after"] - effective["before"]
    return [
        Day(line["changed_at"]),
        line["plan"],
        money(headline, "before"),
        money(headline, "after"),
        money(effective, "before"),
        money(effective, "after"),
        None if effective is None else _yes_or_no(any(effective["by_rule"].values())),
        Money(by, line["currency"]),
        say_other_moves(line),
        line["source"],
    ]


def about_market(
    title: str,
    *,
    shown: int,
    total: int,
    unstated: Mapping[str, int],
    days: int,
    end: datetime,
    note: str | None,
) -> list[tuple[str, str]]:
    """Return what a workbook of the market is, as (name, text).

    Args:
        days: how many of them, up to `end`, the changes cover.
    """
    lines = [
        ("Workbook", f"{title}, {format_date(end.date())}"),
        ("Plans", say_shown(shown, total) or f"all {total} that pass the filter"),
        *(("Left out", clause) for clause in say_unstated(unstated)),
        ("Effective cost", "£ a month over the minimum term: charges, promotions and rises in it"),
        ("By rule", BY_RULE),
        ("£/GB", "effective cost / GB; empty for unlimited data"),
        ("Grid", f"{EXPLAINED} All plans that pass the filter are in it."),
        ("Changes", f"what moved in the {days} days to {format_date(end.date())}, net"),
    ]
    return [("Note", note), *lines] if note else lines
