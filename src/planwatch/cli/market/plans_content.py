"""What `plans` hands out in each form: the table, the grid, a page, a workbook, JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from planwatch.ledger.store.connection import Ledger
from planwatch.views.output.delivery import Content

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.analysis.metrics.price_grid import PriceGrid
    from planwatch.ledger.plans.selection import PlanFilter
    from planwatch.services.market.plans import FoundPlans
    from planwatch.views.table.table import FittingTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, and what was found.

    Attributes:
        unstated: plans that pass but for not stating what the filter asks for, by what.
        limit: how many plans to hand out; None is all.
        anything: whether the ledger has a plan at all.
    """

    wanted: PlanFilter
    found: FoundPlans
    unstated: dict[str, int]
    limit: int | None
    as_of: str | None
    signing: str | None
    is_grid: bool
    anything: bool

    @property
    def title(self) -> str:
        if self.as_of is not None:
            return f"Plans in force on {self.as_of}"
        return "Plans in force" + (f", signed in {self.signing}" if self.signing else "")

    @property
    def shown(self) -> int:
        """How many plans are handed out."""
        return self.found.total if self.limit is None else min(self.limit, self.found.total)

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the plans that are handed out."""
        return islice(self.found.read(), self.limit)

    def grid(self) -> PriceGrid:
        """Return the grid of all plans that were found."""
        from planwatch.services.market.price_grid import grid_of_records

        return grid_of_records(self.found.read())


def plans_content(ledger: Ledger, asked: Asked, opening: str | None) -> Content:
    """Return what was found, in each form.

    Args:
        opening: the first lines on the screen: what the market is, and what was not read of it.
    """
    from planwatch.views.market.market import PLAN_CSV_COLUMNS, say_unstated
    from planwatch.views.market.price_grid import GRID_COLUMNS, grid_rows
    from planwatch.workflows.freshness import market_note

    note = market_note(ledger)
    not_stated = {what: asked.unstated.get(what) for what in ("roaming", "generation")}
    record = {"total": asked.found.total, "not_stated": not_stated, "grid": None}
    remarks = say_unstated(asked.unstated)
    if asked.is_grid:
        grid = asked.grid()
        return Content(
            record={**record, "grid": grid.as_record(), "plans": list(asked.read())},
            columns=GRID_COLUMNS,
            rows=grid_rows(grid),
            draw=lambda target: _draw_grid(target, grid, asked, opening),
            md=lambda: _write_grid(grid, note, remarks),
            note=note,
            remarks=remarks,
            html=lambda: _write_page(ledger, asked, note),
            xlsx=lambda: _write_workbook(ledger, asked, note),
        )
    if asked.shown < asked.found.total:
        remarks = [f"{asked.shown} of {asked.found.total} plans", *remarks]
    return Content(
        record=record,
        listed="plans",
        columns=PLAN_CSV_COLUMNS,
        rows=asked.read(),
        draw=lambda target: _draw(target, ledger, asked, opening),
        tables=lambda: [_table(ledger, asked)],
        note=note,
        remarks=remarks,
        html=lambda: _write_page(ledger, asked, note),
        xlsx=lambda: _write_workbook(ledger, asked, note),
    )


def _table(ledger: Ledger, asked: Asked) -> FittingTable:
    from planwatch.views.market.market import render_plans
    from planwatch.workflows.freshness import market_now

    return render_plans(
        list(asked.read()),
        total=asked.found.total,
        present=market_now(ledger),
        title=asked.title,
        unstated=asked.unstated,
    )


def _draw(target: Console, ledger: Ledger, asked: Asked, note: str | None) -> None:
    from planwatch.views.market.market_pages import print_plans

    print_plans(
        target,
        _table(ledger, asked),
        note=note,
        anything=asked.anything,
        unstated=asked.unstated,
    )


def _draw_grid(target: Console, grid: PriceGrid, asked: Asked, note: str | None) -> None:
    from planwatch.views.market.price_grid import print_grid

    print_grid(
        target,
        grid,
        note=note,
        title=asked.title,
        anything=asked.anything,
        unstated=asked.unstated,
    )


def _write_grid(grid: PriceGrid, note: str | None, remarks: Sequence[str]) -> str:
    """Return the grid as Markdown."""
    from planwatch.views.market.price_grid import render_grids
    from planwatch.views.output.delivery import render_tables

    tables = render_tables(render_grids(grid, folds=False), note=note)
    said = [*([] if grid.terms else ["No plan passes the filter"]), *remarks]
    return "\n".join([tables, *(f"{clause}.\n" for clause in said)])


def _write_page(ledger: Ledger, asked: Asked, note: str | None) -> str:
    from planwatch.services.market.recent_moves import end_of_market
    from planwatch.views.market.market import say_unstated
    from planwatch.views.market.market_page import render_market_page
    from planwatch.workflows.freshness import market_now

    return render_market_page(
        asked.grid(),
        [] if asked.is_grid else [_table(ledger, asked)],
        title=asked.title,
        note=note,
        end=end_of_market(market_now(ledger), asked.as_of),
        remarks=say_unstated(asked.unstated) if asked.is_grid else [],
    )


def _write_workbook(ledger: Ledger, asked: Asked, note: str | None) -> bytes:
    from planwatch.services.market.recent_moves import RECENT_DAYS, end_of_market, load_recent_moves
    from planwatch.views.market.market_workbook import about_market, market_sheets
    from planwatch.views.output.workbook import write_workbook
    from planwatch.workflows.freshness import market_now

    present = market_now(ledger)
    end = end_of_market(present, asked.as_of)
    about = about_market(
        asked.title,
        shown=asked.shown,
        total=asked.found.total,
        unstated=asked.unstated,
        days=RECENT_DAYS,
        end=end,
        note=note,
    )
    sheets = market_sheets(
        asked.read(),
        asked.grid(),
        load_recent_moves(ledger, end, brands=asked.wanted.brands, source=asked.wanted.source),
        about,
        present=present,
    )
    return write_workbook(sheets, title=asked.title, created=present)
