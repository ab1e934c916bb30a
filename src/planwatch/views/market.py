"""Plans, sources and changes on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from planwatch.views.format import DASH, age, data, money, money_difference, percent, plain, term
from planwatch.views.tables import FRESHNESS_STYLES, OUTCOME_STYLES, new_table

_NOTICEABLE_UPLIFT: Final = 0.10
_HOUR_S: Final = 3600
_PLAN_COLUMNS: Final = (
    "brand",
    "tier",
    "data",
    "term",
    "headline",
    "effective",
    "exit",
    "promo until",
    "roaming",
    "source",
    "remark",
)
_RIGHT: Final = frozenset({"data", "term", "headline", "effective", "exit"})
_FOLDING: Final = frozenset({"tier", "remark"})
_MONEY_CHANGES: Final = frozenset({"headline", "effective", "new", "withdrawn", "relaunched"})


def render_plans(
    plans: Sequence[Mapping[str, Any]], *, total: int, title: str = "Plans in force"
) -> Table:
    """Return the table of plans: headline beside effective cost and exit price.

    A column in which no plan has anything to say is left out.
    """
    caption = f"showing {len(plans)} of {total}" if total > len(plans) else f"{total} plans"
    rows = [_cells_of(plan) for plan in plans]
    shown = [name for name in _PLAN_COLUMNS if any(row[name] for row in rows)]
    table = new_table(title, caption=caption)
    for name in shown:
        table.add_column(
            name,
            justify="right" if name in _RIGHT else "left",
            no_wrap=name not in _FOLDING,
            overflow="fold" if name in _FOLDING else "ellipsis",
        )
    for row in rows:
        table.add_row(*(row[name] for name in shown))
    return table


def _cells_of(plan: Mapping[str, Any]) -> dict[str, Text | str]:
    return {
        "brand": plan["brand"],
        "tier": plan["variant"],
        "data": data(plan["data_mb"]),
        "term": term(plan["term_months"]),
        "headline": money(plan["price_pence"]),
        "effective": _effective(plan),
        "exit": money(plan["exit_price_pence"]),
        "promo until": plan["promo_ends"] or "",
        "roaming": _roaming(plan),
        "source": plan["source"],
        "remark": _remark(plan),
    }


def _effective(plan: Mapping[str, Any]) -> Text:
    effective, headline = plan["effective_pence"], plan["price_pence"]
    misleads = headline and effective > headline * (1 + _NOTICEABLE_UPLIFT)
    return Text(money(effective), style="bold yellow" if misleads else "bold")


def _roaming(plan: Mapping[str, Any]) -> str:
    if plan["roaming"] is None:
        return ""
    limit = f" {data(plan['roaming_mb'])}" if plan["roaming_mb"] else ""
    return f"{plan['roaming'].upper() if plan['roaming'] == 'eu' else plan['roaming']}{limit}"


def _remark(plan: Mapping[str, Any]) -> str:
    remarks = [plan["condition"], plan["retailer"] and f"at {plan['retailer']}"]
    if len(plan["offers"]) > 1:
        remarks.append(f"{len(plan['offers'])} offers")
    if plan["max_speed_mbps"]:
        remarks.append(f"≤ {plan['max_speed_mbps']} Mbps")
    if not plan["verified"]:
        remarks.append("unverified")
    return ", ".join(remark for remark in remarks if remark)


def render_sources(sources: Sequence[Mapping[str, Any]]) -> Table:
    """Return the table of sources: what came of the last visit, how old the good data are."""
    table = new_table("Sources")
    for name in ("source", "sells", "last outcome"):
        table.add_column(name)
    table.add_column("plans", justify="right")
    table.add_column("last good", justify="right")
    has_checked_against = any("checked_against" in source for source in sources)
    if has_checked_against:
        table.add_column("checked against", overflow="fold")
    table.add_column("remark", overflow="fold")
    for source in sources:
        age_h, error = source["age_h"], source["error"]
        table.add_row(
            source["source"],
            source["brand"] or "many brands",
            Text(source["outcome"] or "never asked", OUTCOME_STYLES.get(source["outcome"], "dim")),
            str(source["plans"] or DASH),
            Text(
                "never" if age_h is None else age(max(0.0, age_h * _HOUR_S)),
                style=FRESHNESS_STYLES[source["freshness"]],
            ),
            *([source["checked_against"]] if has_checked_against else []),
            str(error["message"]) if error else "",
        )
    return table


def render_changes(changes: Sequence[Mapping[str, Any]], *, total: int) -> Table:
    """Return the table of what moved, the newest first."""
    caption = f"showing {len(changes)} of {total}" if total > len(changes) else None
    table = new_table("What changed", caption=caption)
    table.add_column("when", no_wrap=True)
    for name in ("brand", "plan", "what"):
        table.add_column(name)
    table.add_column("before", justify="right")
    table.add_column("after", justify="right")
    table.add_column("by", justify="right")
    for change in changes:
        table.add_row(
            change["changed_at"][:10],
            change["brand"],
            change["name"],
            change["kind"],
            *_before_and_after(change),
        )
    return table


def _before_and_after(change: Mapping[str, Any]) -> tuple[str, str, str]:
    before, after = change["before"], change["after"]
    if change["kind"] in _MONEY_CHANGES:
        by = percent((after - before) * 100 / before) if before and after is not None else ""
        return money(before), money(after), by
    if change["kind"] == "allowance":
        return data(before), data(after), ""
    if change["kind"] == "term":
        return term(before), term(after), ""
    if change["kind"] == "promotion":
        return _promotion(before), _promotion(after), ""
    if change["kind"] == "rise":
        return _steps(before), _steps(after), ""
    differing = [key for key in after if (before or {}).get(key) != after[key]]
    return (
        "; ".join(_extra((before or {}).get(key)) for key in differing),
        "; ".join(_extra(after[key]) for key in differing),
        "",
    )


def _promotion(value: Mapping[str, Any] | None) -> str:
    if value is None:
        return "none"
    months = value["promo_months"]
    was = value["list_price_pence"]
    return (
        f"{'' if was is None else f'was {money(was)}'}{f' for {months} months' if months else ''}"
    )


def _steps(steps: Sequence[Mapping[str, Any]] | None) -> str:
    if not steps:
        return "none"
    return ", ".join(
        f"{money_difference(step['increase_pence'])} on {step['date']}" for step in steps
    )


def _extra(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return plain(value)
