"""What `probe` prints: the plans of a dry run, what the card miner says of them, a saved case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.phrasing import format_count, format_money, short_data, short_term
from planwatch.views.market.market import render_plans

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.services.sources.fixture import SavedFixture
    from planwatch.views.table.table import FittingTable

_MOST_LINES: Final = 8


def print_probe(target: Console, result: Mapping[str, Any]) -> None:
    """Print what a parser, or the card miner alone, read from pages."""
    plans = result["plans"]
    target.print(render_probe(result))
    for item in result["unreadable"]:
        target.print(Text(f"unreadable: {item['where']}: {item['reason']}", style="yellow"))
    if result["miner"] is not None:
        prices = sum(len(plan["offers"]) or 1 for plan in plans)
        _print_miner(target, result["miner"], prices)
    target.print("Nothing was stored.")


def render_probe(result: Mapping[str, Any]) -> FittingTable:
    """Return the table of plans that were read."""
    plans = result["plans"]
    title = f"{result['source']}, as of {result['as_of']}"
    return render_plans(plans, total=len(plans), title=title)


def _print_miner(target: Console, miner: Mapping[str, Any], prices: int) -> None:
    if not miner["found"]:
        target.print("Card miner: finds no plan there.")
        return
    target.print(
        f"Card miner: finds {format_count(miner['found'], 'plan')}; "
        f"{miner['agree']} of the parser's {prices} prices agree."
    )
    _print_lines(target, "only the parser", miner["only_parser"])
    _print_lines(target, "only the miner", [_line_of(plan) for plan in miner["only_miner"]])


def _line_of(plan: Mapping[str, Any]) -> str:
    figures = (
        short_data(plan["data_mb"]),
        short_term(plan["term_months"]),
        format_money(plan["price_pence"], plan["currency"]),
    )
    return f"{', '.join(figures)} ({plan['name']})"


def _print_lines(target: Console, head: str, lines: Sequence[str]) -> None:
    for line in lines[:_MOST_LINES]:
        target.print(Text(f"  {head}: {line}", overflow="ellipsis", no_wrap=True))
    if len(lines) > _MOST_LINES:
        target.print(f"  {head}: {len(lines) - _MOST_LINES} more; --json has all")


def describe_fixture(case: SavedFixture) -> str:
    """Return what a person must know of a case just written, as lines for the terminal."""
    read = f"the error {case.error}" if case.error else format_count(case.plans, "plan")
    removed = ", ".join(format_count(number, what) for what, number in case.removed.items())
    return (
        f"planwatch: wrote the fixture {case.folder}: {format_count(case.pages, 'page')}, {read}; "
        f"removed {removed or 'nothing'}.\n"
        "  Hint: read it before you commit it: figures against the page, and nothing personal left."
    )
