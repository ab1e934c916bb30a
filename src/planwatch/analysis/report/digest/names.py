"""Names of plans in the sentences of a digest: a list of some, and how many more there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.domain.cost_mark import format_cost
from planwatch.domain.phrasing import MARKET_CURRENCY, format_pounds

MOST_NAMED: Final = 10
_HEADS: Final = (
    ("new", "New"),
    ("relaunched", "Sold again"),
    ("withdrawn", "Withdrawn"),
    ("allowance", "Other data"),
    ("effective", "Also moved"),
)


def list_names(names: Sequence[str]) -> str:
    """Return "A; B; C", or the first ten "and 4 more"; a name may have commas."""
    more = len(names) - MOST_NAMED
    return "; ".join(names[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def name_changes(changes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each kind of change, with the plans by name."""
    return [
        f"{head}: {list_names([_name(row) for row in rows])}."
        for kind, head in _HEADS
        if (rows := [row for row in changes if row["kind"] == kind])
    ]


def _name(row: Mapping[str, Any]) -> str:
    kind, plan = row["kind"], row["plan"]
    if kind == "withdrawn":
        return f"{plan}, was {_price(row['before_pence'])}"
    if kind in ("new", "relaunched"):
        return f"{plan} at {_price(row['after_pence'])}"
    if kind == "effective":
        return f"{plan} from {say_end(row, 'before')} to {say_end(row, 'after')}"
    return f"{plan} ({row['what'].removeprefix('data ')})"


def say_end(row: Mapping[str, Any], side: str) -> str:
    """Return the cost before or after a change of it, with its mark."""
    by_rule = row["cost_marks"].get(side, False)
    return format_cost(row[f"{side}_pence"], MARKET_CURRENCY, by_rule=by_rule)


def _price(pence: int | None) -> str:
    return "a price not stated" if pence is None else format_pounds(pence)
