"""Changes of plans as the lines of a message, one line a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, Final, get_args

from planwatch.alerts.due import Extreme
from planwatch.alerts.plain_text import clause
from planwatch.domain.change import ChangeKind
from planwatch.domain.cost_mark import FOOTNOTE, format_cost
from planwatch.domain.london import show_day
from planwatch.domain.moves import NEW_LOW, PRESENCE_KINDS, PRICE_KINDS, moved_percent
from planwatch.domain.phrasing import (
    count_of,
    format_data,
    format_day,
    format_percent,
    format_term,
    join_words,
)

MOST_LINES: Final = 20
_PRICE_NAMES: Final = {"headline": "headline price", "effective": "effective cost"}
_BOTH: Final = "headline price and effective cost"
_SAID_OF_A_PRICE: Final = ("form", "before", "after", "values", "extreme")

Change = Mapping[str, Any]


def group_by_plan(changes: Sequence[Change]) -> list[list[Change]]:
    """Return the changes of each plan, the largest move of a price first."""
    plans: dict[int, list[Change]] = {}
    for change in sorted(changes, key=lambda change: get_args(ChangeKind).index(change["kind"])):
        plans.setdefault(change["plan_id"], []).append(change)
    return sorted(plans.values(), key=lambda changes: -_largest_percent(changes))


def list_changes(plans: Sequence[Sequence[Change]]) -> str:
    """Return a line for each plan, `MOST_LINES` at most, and how many more there are."""
    lines = [f"- {_plan_line(changes)}" for changes in plans[:MOST_LINES]]
    since = show_day(min(change["changed_at"] for changes in plans for change in changes))
    if len(plans) > MOST_LINES:
        lines.append(f"- and {len(plans) - MOST_LINES} more: planwatch changes --since {since}")
    shown = [change for changes in plans[:MOST_LINES] for change in changes]
    return "\n".join([*lines, FOOTNOTE] if any(map(_is_marked, shown)) else lines)


def _is_marked(change: Change) -> bool:
    return change["kind"] == "effective" and bool(change["by_rule"])


def _largest_percent(changes: Sequence[Change]) -> float:
    """Return the largest move of a price in per cent: infinite from zero, 0 where none moved."""
    moves = [change for change in changes if change["kind"] in PRICE_KINDS]
    percents = (moved_percent(change) for change in moves)
    return max((inf if each is None else abs(each) for each in percents), default=0.0)


def _plan_line(changes: Sequence[Change]) -> str:
    plan = changes[0]["plan"]
    mark = "" if changes[0].get("verified", True) else " (unverified)"
    said = [_describe(change) for change in _merge_prices(changes)]
    joint = "; " if any(", " in each for each in said) else ", "
    return f"{clause(plan)}{mark}: {joint.join(said)}"


def _merge_prices(changes: Sequence[Change]) -> list[Change]:
    """Return the changes with one for headline price and effective cost where both say the same."""
    prices = [change for change in changes if change["kind"] in PRICE_KINDS]
    if any(map(_is_marked, prices)):
        return list(changes)  # the mark is the cost's alone
    if len(prices) < 2 or any(prices[0].get(key) != prices[1].get(key) for key in _SAID_OF_A_PRICE):
        return list(changes)
    return [
        {**change, "is_both": True} if change is prices[0] else change
        for change in changes
        if change is not prices[1]
    ]


def _price_name(change: Change) -> str:
    return _BOTH if change.get("is_both") else _PRICE_NAMES[change["kind"]]


def _describe(change: Change) -> str:
    kind, before, after = change["kind"], change["before"], change["after"]
    if change["form"] == "alternates":
        return _describe_alternation(change)
    if change["form"] == "stands":
        return _describe_end(change)
    if kind in PRICE_KINDS:
        prices = f"{_money(before, change)} → {_money(after, change)} a month"
        return f"{_price_name(change)} {prices}{_signed_percent(change)}{_extreme(change)}"
    if kind in ("new", "relaunched"):
        return f"{kind} at {_monthly(after, change)}"
    if kind == "withdrawn":
        return f"withdrawn, was {_monthly(before, change)}"
    if kind == "allowance":
        return f"{format_data(before)} → {format_data(after)}"
    if kind == "term":
        return f"{format_term(before)} → {format_term(after)}"
    if kind == "renamed":
        return f"renamed from {clause(before)} to {clause(after)}"
    if kind == "promotion":
        return _describe_promotion(before, after)
    return {"rise": "scheduled price rises changed"}.get(kind, f"{kind} changed")


def _describe_alternation(change: Change) -> str:
    kind, values = change["kind"], change["values"]
    if kind in PRESENCE_KINDS:
        return "comes and goes"
    if kind in PRICE_KINDS:
        low, high = _money(min(values), change), _money(max(values), change)
        verb = "alternate" if change.get("is_both") else "alternates"
        return f"{_price_name(change)} {verb} between {low} and {high} a month"
    if kind == "allowance":
        low, *_, high = sorted(values, key=lambda size: inf if size is None else size)
        return f"alternates between {format_data(low)} and {format_data(high)}"
    if kind == "term":
        return f"alternates between {format_term(min(values))} and {format_term(max(values))}"
    if kind == "renamed":
        return f"its name alternates between {join_words([clause(name) for name in values])}"
    if None in values:
        return f"{kind} comes and goes"
    return {
        "rise": "scheduled price rises alternate",
        "extras": "extras alternate",
    }.get(kind, f"{kind} alternates")


def _describe_end(change: Change) -> str:
    """Say where a figure that alternated stands now, as it was before."""
    kind, after = change["kind"], change["after"]
    if kind in PRICE_KINDS:
        verb = "stand" if change.get("is_both") else "stands"
        return f"{_price_name(change)} {verb} at {_money(after, change)} again"
    if kind == "withdrawn":
        return f"withdrawn, was {_monthly(change['before'], change)}"
    if kind in PRESENCE_KINDS:
        return f"sold again at {_monthly(after, change)}"
    if kind == "allowance":
        return f"stands at {format_data(after)} again"
    if kind == "term":
        return f"stands at {format_term(after)} again"
    if kind == "renamed":
        return f"its name is {clause(after)} again"
    return {
        "rise": "scheduled price rises are as before again",
        "extras": "extras are as before again",
    }.get(kind, f"{kind} is as before again")


def _extreme(change: Change) -> str:
    if "extreme" not in change:
        return ""
    found: Extreme = change["extreme"]
    most = "lowest" if found.kind == NEW_LOW else "highest"
    if found.watched_since:
        return f", the {most} since {format_day(found.watched_since)}, when it was first seen"
    return f", the {most} seen in {count_of(found.days, 'day')}"


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
    return format_cost(pence, change["currency"], by_rule=_is_marked(change))
