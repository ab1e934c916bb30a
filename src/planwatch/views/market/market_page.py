"""The plans of the market, and their grid of price bands, as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from planwatch.analysis.metrics.price_grid import PricedPlan, PriceGrid, TermGrid
from planwatch.domain.phrasing import format_date, format_pounds
from planwatch.views.market.price_grid import (
    EXPLAINED,
    LIMITED_NOTE,
    band_label,
    has_limited,
    say_gigabytes,
    term_title,
)
from planwatch.views.output.page import render_page
from planwatch.views.output.workbook import UNLIMITED_TEXT
from planwatch.views.table.table import FittingTable


def render_market_page(
    grid: PriceGrid,
    tables: Sequence[FittingTable],
    *,
    title: str,
    note: str | None,
    end: datetime,
    remarks: Sequence[str] = (),
) -> str:
    """Return the page; every text is escaped.

    Args:
        tables: of plans, such as `render_plans` gives.
        remarks: clauses that no table says.
        end: the last moment of the market that is shown.
    """
    return render_page(
        "market.html",
        ["report.css", "market.css"],
        title=title,
        note=note,
        remarks=remarks,
        day=format_date(end.date()),
        explained=EXPLAINED,
        limited=LIMITED_NOTE if has_limited(grid) else "",
        grids=[_grid(grid, term) for term in grid.terms],
        tables=[replace(table, rows=_plain(table)) for table in tables if table.rows],
    )


def _plain(table: FittingTable) -> list[list[str]]:
    return [[cell if isinstance(cell, str) else cell.plain for cell in row] for row in table.rows]


def _grid(grid: PriceGrid, term: TermGrid) -> dict[str, Any]:
    rows = [
        (brand, [plan and _cell(plan) for plan in row])
        for brand, row in zip(grid.brands, term.cells, strict=True)
        if any(row)
    ]
    return {
        "title": f"{term_title(term.term_months)}: most GB",
        "bands": list(map(band_label, grid.bands)),
        "rows": rows,
    }


def _cell(plan: PricedPlan) -> dict[str, Any]:
    return {
        "level": plan.level,
        "text": say_gigabytes(plan, UNLIMITED_TEXT),
        "title": f"{format_pounds(plan.effective_pence)} a month: {plan.plan_id}",
    }
