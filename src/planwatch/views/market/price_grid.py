"""The grid of price bands by brand: on the screen, in Markdown, and as rows of CSV.

Brands are rows and bands are columns. Where not all bands fit beside each other, the dearest leave
first; the caption names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from planwatch.analysis.metrics.price_grid import Band, PricedPlan, PriceGrid, TermGrid
from planwatch.domain.allowance import MB_PER_GB
from planwatch.domain.phrasing import DASH, format_pounds, format_term
from planwatch.views.market.market import say_no_plans, say_unstated
from planwatch.views.table.column import Column, Styled
from planwatch.views.table.styles import print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

GRID_COLUMNS: Final = (
    "term_months",
    "band_from_pence",
    "band_to_pence",
    "brand",
    "data_mb",
    "unlimited",
    "effective_pence",
    "limited",
    "plan_id",
)
LIMITED: Final = "*"
LIMITED_NOTE: Final = f"{LIMITED} speed capped, or only for some customers"
LEVEL_COLOURS: Final = ("#f0f7ec", "#d5ebc8", "#b3dc9f", "#86c873", "#4fae4d", "#2b9a3f")
"""The background of each level of data, the least first; black text is legible on all."""
EXPLAINED: Final = (
    "The most GB a month that each brand gives within each band of effective cost, £ a month."
)
_UNLIMITED: Final = "unlim."


def term_title(term_months: int) -> str:
    """Return "Rolling (1 month)", "24 months" or "Pay as you go"."""
    return "Rolling (1 month)" if term_months == 1 else format_term(term_months).capitalize()


def band_label(band: Band) -> str:
    """Return "up to £5.00" or "£5.01–10.00"."""
    if not band.from_pence:
        return f"up to {format_pounds(band.to_pence)}"
    return f"{format_pounds(band.from_pence)}–{format_pounds(band.to_pence).removeprefix('£')}"


def level_colour(plan: PricedPlan) -> str:
    return LEVEL_COLOURS[plan.level - 1]


def say_gigabytes(plan: PricedPlan, unlimited: str) -> str:
    """Return the GB of a cell: "100", "0.5", "unlimited*"."""
    data = unlimited if plan.data_mb is None else f"{plan.data_mb / MB_PER_GB:,g}"
    return f"{data}{LIMITED if plan.is_limited else ''}"


def has_limited(grid: PriceGrid) -> bool:
    """Tell whether a cell has the sign that must be explained."""
    return any(map(_is_any_limited, grid.terms))


def _is_any_limited(term: TermGrid) -> bool:
    return any(plan.is_limited for row in term.cells for plan in row if plan)


def render_grids(grid: PriceGrid, *, folds: bool = True) -> list[FittingTable]:
    """Return a table for each term.

    Args:
        folds: whether the labels of bands may be folded at their dash.
    """
    dash = " –" if folds else "–"
    labels = [band_label(band).replace("–", dash) for band in grid.bands]
    return [_render_term(grid, term, labels) for term in grid.terms]


def _render_term(grid: PriceGrid, term: TermGrid, labels: Sequence[str]) -> FittingTable:
    return FittingTable(
        f"{term_title(term.term_months)}: most GB",
        (
            Column("brand", folds=True, is_head=True),
            *(Column(label, align="right") for label in labels),
        ),
        [
            [brand, *(_cell(plan) for plan in row)]
            for brand, row in zip(grid.brands, term.cells, strict=True)
            if any(row)
        ],
        caption=LIMITED_NOTE if _is_any_limited(term) else None,
        leaving=labels[::-1],
    )


def _cell(plan: PricedPlan | None) -> str | Styled:
    if plan is None:
        return DASH
    return Styled([say_gigabytes(plan, _UNLIMITED)], f"black on {level_colour(plan)}")


def print_grid(
    target: Console,
    grid: PriceGrid,
    *,
    note: str | None,
    title: str,
    anything: bool,
    unstated: Mapping[str, int],
) -> None:
    """Print the grid of each term; an empty one says what to run instead."""
    print_note(target, note)
    if not grid.terms:
        target.print(say_no_plans(anything=anything, unstated=unstated))
        return
    target.print(f"{title}. {EXPLAINED}")
    for table in render_grids(grid):
        target.print(table)
    for clause in say_unstated(unstated):
        target.print(clause)


def grid_rows(grid: PriceGrid) -> Iterator[dict[str, Any]]:
    """Yield a row of CSV for each cell that has a plan."""
    for term in grid.as_record():
        for cell in term["cells"]:
            band = term["bands"][cell["band"]]
            yield {
                **cell,
                "term_months": term["term_months"],
                "band_from_pence": band["from_pence"],
                "band_to_pence": band["to_pence"],
            }
