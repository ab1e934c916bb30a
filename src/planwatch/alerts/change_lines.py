"""Changes of plans as the lines of a message, one line a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, Final

from planwatch.alerts.plain_text import clause
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.moves import PRICE_KINDS, moved_percent
from planwatch.domain.phrasing import format_data, format_money, format_percent, format_term

MOST_LINES: Final = 20
_PRICE_NAMES: Final = {"headline": "headline price", "effective": "effective cost"}

Change = Mapping[str, Any]


def group_by_plan(changes: Sequence[Change]) -> list[list[Change]]:
    """Return the changes of each plan, the largest move of a price first."""
    plans: dict[int, list[Change]] = {}
    for change in changes:
        plans.setdefault(change["plan_id"], []).append(change)
    return sorted(plans.values(), key=lambda changes: -_largest_percent(changes))


def list_changes(plans: Sequence[Sequence[Change]]) -> str:
    """Return a line for each plan, `MOST_LINES` at most, and how many more there are."""
    lines = [f"- {_plan_line(changes)}" for changes in plans[:MOST_LINES]]
    since = min(change["changed_at"] for changes in plans for change in changes)[:10]
    if len(plans) > MOST_LINES:
        lines.append(f"- and {len(plans) - MOST_LINES} more: planwatch changes --since {since}")
    return "\n".join(lines)


def _largest_percent(changes: Sequence[Change]) -> float:
    """Return the largest move of a price in per cent: infinite from zero, 0 where none moved."""
    moves = [change for change in changes if change["kind"] in PRICE_KINDS]
    percents = (moved_percent(change) for change in moves)
    return max((inf if each is None else abs(each) for each in percents), default=0.0)


def _plan_line(changes: Sequence[Change]) -> str:
    brand, name, source = (changes[0][key] for key in ("brand", "name", "source"))
    plan = name if name.lower().startswith(brand.lower()) else f"{brand} {name}"
    seller = f" (on {source})" if source in AGGREGATORS else ""
    mark = "" if changes[0].get("verified", True) else " (unverified)"
    return f"{clause(plan)}{seller}{mark}: {', '.join(_describe(change) for change in changes)}"


def _describe(change: Change) -> str:
    kind, before, after = change["kind"], change["before"], change["after"]
    if kind in PRICE_KINDS:
        prices = f"{_money(before, change)} → {_money(after, change)} a month"
        return f"{_PRICE_NAMES[kind]} {prices}{_signed_percent(change)}"
    if kind in ("new", "relaunched"):
        return f"{kind} at {_monthly(after, change)}"
    if kind == "withdrawn":
        return f"withdrawn, was {_monthly(before, change)}"
    if kind == "allowance":
        return f"{format_data(before)} → {format_data(after)}"
    if kind == "term":
        return f"{format_term(before)} → {format_term(after)}"
    if kind == "promotion":
        return _describe_promotion(before, after)
    return {"rise": "scheduled price rises changed"}.get(kind, f"{kind} changed")


def _describe_promotion(before: Any, after: Any) -> str:
    if before is None:
        return "promotion began"
    return "promotion ended" if after is None else "promotion changed"


def _signed_percent(change: Change) -> str:
    percent = moved_percent(change)
    if percent is None:
        return ""
    return f" ({'−' if percent < 0 else '+'}{format_percent(percent)})"


def _monthly(pence: int | None, change: Change) -> str:
    return "a price not stated" if pence is None else f"{_money(pence, change)} a month"


def _money(pence: int, change: Change) -> str:
    return format_money(pence, change["currency"])
