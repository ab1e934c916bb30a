"""Plans and sources on the screen.

A table of plans has a line a plan. Where a terminal is too narrow for all columns they leave in
this order, the caption naming them: source, promo until, roaming, £/GB, exit, remark, tier,
headline, term. Brand, data and effective cost stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from planwatch.domain.cost_mark import FOOTNOTE, MAY_RISE, format_cost, is_by_rule
from planwatch.domain.outcome import GOOD_OUTCOMES
from planwatch.domain.phrasing import (
    DASH,
    format_age,
    format_count,
    format_money,
    short_data,
    short_term,
)
from planwatch.views.table.column import Cell, Column, Styled
from planwatch.views.table.styles import FRESHNESS_STYLES, OUTCOME_STYLES
from planwatch.views.table.table import FittingTable

_NOTICEABLE_UPLIFT: Final = 0.10
_HOUR_S: Final = 3600
_PLAN_TABLE: Final = (
    Column("brand", folds=True, is_head=True),
    Column("tier", folds=True, is_head=True),
    Column("data", align="right", is_head=True),
    Column("term", align="right", is_head=True),
    Column("headline", align="right"),
    Column("effective", align="right"),
    Column("£/GB", align="right"),
    Column("exit", align="right"),
    Column("promo until"),
    Column("roaming"),
    Column("source"),
    Column("remark"),
)
_LONG_REMARK: Final = 30  # characters; a longer one takes further lines
PLAN_CSV_COLUMNS: Final = (
    "brand",
    "name",
    "variant",
    "data_mb",
    "unlimited",
    "term_months",
    "plan_kind",
    "price_pence",
    "effective_pence",
    "exit_price_pence",
    "list_price_pence",
    "upfront_pence",
    "credit_pence",
    "currency",
    "promo_ends",
    "roaming",
    "generation",
    "max_speed_mbps",
    "minutes",
    "texts",
    "host_network",
    "condition",
    "extras",
    "incentives",
    "source",
    "plan_key",
    "url",
    "first_seen",
    "last_seen",
    "source_outcome",
    "as_of",
    "verified",
    "per_gb_pence",
    "printed_effective_pence",
    "may_rise",
)
_LEAVING_PLANS: Final = (
    "source",
    "promo until",
    "roaming",
    "£/GB",
    "exit",
    "remark",
    "tier",
    "headline",
    "term",
)
_UNSTATED: Final = {"roaming": "roaming", "generation": "4G or 5G"}
_SOURCE_COLUMNS: Final = (
    Column("source", is_head=True),
    Column("sells", folds=True, is_head=True),
    Column("last outcome"),
    Column("plans", align="right"),
    Column("last good", align="right"),
)
_CHECKED_AGAINST: Final = Column("checked against", folds=True, is_note=True)
_REMARK: Final = Column("remark", folds=True, is_note=True)


def render_plans(
    plans: Sequence[Mapping[str, Any]],
    *,
    total: int,
    present: datetime | None = None,
    title: str = "Plans in force",
    unstated: Mapping[str, int] | None = None,
) -> FittingTable:
    """Return the table of plans: headline beside effective cost and exit price.

    A column in which no plan has anything to say is left out. A plan of a source that was not read
    in full says so, and how old it is at `present`; a probe's are never old.

    Args:
        unstated: how many plans are left out because they do not state what the filter asks for.
    """
    caption = say_shown(len(plans), total) or format_count(total, "plan")
    rows = [_cells_of(plan, present) for plan in plans]
    footnotes = [FOOTNOTE] if any(map(is_by_rule, plans)) else []
    shown = [column for column in _PLAN_TABLE if not rows or any(row[column.label] for row in rows)]
    return FittingTable(
        title,
        [_fitted(column, [row[column.label] for row in rows]) for column in shown],
        [[row[column.label] for column in shown] for row in rows],
        caption="; ".join([caption, *say_unstated(unstated or {}), *footnotes]),
        leaving=_LEAVING_PLANS,
    )


def say_shown(shown: int, total: int) -> str:
    """Return "showing 10 of 105", or "" where all are shown."""
    return f"showing {shown} of {total}" if total > shown else ""


def say_unstated(unstated: Mapping[str, int]) -> list[str]:
    """Return a clause for each thing that a filter asks for and some plans do not state."""
    return [
        f"{format_count(number, 'more plan')} {'does' if number == 1 else 'do'} not state"
        f" {_UNSTATED[what]}"
        for what, number in unstated.items()
        if number
    ]


def say_no_plans(*, anything: bool, unstated: Mapping[str, int]) -> str:
    """Return what stands in place of an empty table: why, or what to run instead."""
    if not anything:
        return "No plans yet. Collect them: planwatch scrape --wait"
    return " ".join(
        ["No plan passes the filter.", *(f"{clause}." for clause in say_unstated(unstated))]
    )


def _fitted(column: Column, cells: Sequence[Cell]) -> Column:
    """Return the column of remarks as one that folds where a remark is long."""
    if column.label != "remark" or max(map(len, cells), default=0) <= _LONG_REMARK:
        return column
    return replace(column, folds=True, is_note=True)


def _cells_of(plan: Mapping[str, Any], present: datetime | None) -> dict[str, Cell]:
    return {
        "brand": plan["brand"],
        "tier": plan["variant"],
        "data": short_data(plan["data_mb"]),
        "term": short_term(plan["term_months"]),
        "headline": format_money(plan["price_pence"], plan["currency"]),
        "effective": _effective(plan),
        "£/GB": say_per_gb(plan),
        "exit": format_money(plan["exit_price_pence"], plan["currency"]),
        "promo until": plan["promo_ends"] or "",
        "roaming": say_roaming(plan),
        "source": plan["source"],
        "remark": remark_on(plan, present),
    }


def say_per_gb(plan: Mapping[str, Any]) -> str:
    """Return the cost of a GB to a tenth of a penny, "£0.571"; "" for unlimited data."""
    if plan["per_gb_pence"] is None:
        return ""
    pence, tenth = divmod(round(plan["per_gb_pence"] * 10), 10)
    return f"{format_money(pence, plan['currency'])}{tenth}"


def _effective(plan: Mapping[str, Any]) -> Styled:
    effective, headline = plan["effective_pence"], plan["price_pence"]
    misleads = headline and effective > headline * (1 + _NOTICEABLE_UPLIFT)
    return Styled(
        [format_cost(effective, plan["currency"], by_rule=is_by_rule(plan))],
        "bold yellow" if misleads else "bold",
    )


def say_roaming(plan: Mapping[str, Any]) -> str:
    """Return the zone that a plan states, and its data there: "EU 12 GB"; "" for nothing."""
    if plan["roaming"] is None:
        return ""
    limit = f" {short_data(plan['roaming_mb'])}" if plan["roaming_mb"] else ""
    return f"{plan['roaming'].upper() if plan['roaming'] == 'eu' else plan['roaming']}{limit}"


def remark_on(plan: Mapping[str, Any], present: datetime | None) -> str:
    """Return what the figures of a plan do not say: what else is paid, who may have it, how sure.

    Args:
        present: the market's; None where no plan is old.
    """
    remarks = [plan["condition"], plan["retailer"] and f"at {plan['retailer']}"]
    if plan["upfront_pence"]:
        remarks.append(f"{format_money(plan['upfront_pence'], plan['currency'])} upfront")
    if plan["credit_pence"]:
        remarks.append(f"{format_money(plan['credit_pence'], plan['currency'])} credit")
    if plan["base_data_mb"] != plan["data_mb"]:
        remarks.append(f"usually {short_data(plan['base_data_mb'])}")
    if len(plan["offers"]) > 1:
        remarks.append(f"{len(plan['offers'])} offers")
    if plan["max_speed_mbps"]:
        remarks.append(f"≤ {plan['max_speed_mbps']} Mbps")
    if plan["may_rise"]:
        remarks.append(MAY_RISE)
    if not plan["verified"]:
        remarks.append("unverified")
    if present is not None and plan["source_outcome"] not in (None, *GOOD_OUTCOMES):
        age_s = (present - datetime.fromisoformat(plan["last_seen"])).total_seconds()
        remarks.append(f"source {plan['source_outcome']}, seen {format_age(max(0.0, age_s))}")
    return ", ".join(remark for remark in remarks if remark)


def render_sources(sources: Sequence[Mapping[str, Any]]) -> FittingTable:
    """Return the table of sources: what came of the last visit, how old the good data are."""
    has_checked_against = any("checked_against" in source for source in sources)
    checked_against = (_CHECKED_AGAINST,) if has_checked_against else ()
    rows = [
        (
            *_health(source),
            *([_proved_on(source)] if has_checked_against else []),
            _remark_on(source),
        )
        for source in sources
    ]
    return FittingTable("Sources", (*_SOURCE_COLUMNS, *checked_against, _REMARK), rows)


def _proved_on(source: Mapping[str, Any]) -> str:
    proof = source.get("checked_live")
    here = f"; {proof['against']} on {proof['at'][:10]} here" if proof else ""
    return f"{source['checked_against']}{here}"


def _remark_on(source: Mapping[str, Any]) -> str:
    if not source.get("in_settings", True):
        return "no longer in the settings; its plans stay as they were last read"
    if not source.get("enabled", True):
        return "switched off in the settings"
    if source["error"]:
        failures = source["failures_in_a_row"]
        times = f"{failures} visits in a row not good; " if failures > 1 else ""
        return f"{times}{source['error']['message']}"
    if source["plans_absent"]:
        return (
            f"{format_count(source['plans_absent'], 'plan')} no longer seen, withdrawn if the"
            " next good visit does not find them either"
        )
    return ""


def _health(source: Mapping[str, Any]) -> tuple[Cell, ...]:
    age_h, outcome = source["age_h"], source["outcome"]
    return (
        source["source"],
        source["brand"] or "many brands",
        Styled([outcome or "never asked"], OUTCOME_STYLES.get(outcome, "dim")),
        str(source["plans_in_force"] or DASH),
        Styled(
            ["never" if age_h is None else format_age(max(0.0, age_h * _HOUR_S))],
            FRESHNESS_STYLES[source["freshness"]],
        ),
    )
