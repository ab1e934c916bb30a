"""Plans, sources and changes on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

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
    Column("exit", align="right"),
    Column("promo until"),
    Column("roaming"),
    Column("source"),
    Column("remark", folds=True, is_note=True),
)
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
)
_LEAVING_PLANS: Final = ("source", "promo until", "roaming")
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
) -> FittingTable:
    """Return the table of plans: headline beside effective cost and exit price.

    A column in which no plan has anything to say is left out. A plan of a source that was not read
    in full says so, and how old it is at `present`; a probe's are never old.
    """
    caption = (
        f"showing {len(plans)} of {total}" if total > len(plans) else format_count(total, "plan")
    )
    rows = [_cells_of(plan, present) for plan in plans]
    shown = [column for column in _PLAN_TABLE if not rows or any(row[column.label] for row in rows)]
    return FittingTable(
        title,
        shown,
        [[row[column.label] for column in shown] for row in rows],
        caption=caption,
        leaving=_LEAVING_PLANS,
    )


def _cells_of(plan: Mapping[str, Any], present: datetime | None) -> dict[str, Cell]:
    return {
        "brand": plan["brand"],
        "tier": plan["variant"],
        "data": short_data(plan["data_mb"]),
        "term": short_term(plan["term_months"]),
        "headline": format_money(plan["price_pence"], plan["currency"]),
        "effective": _effective(plan),
        "exit": format_money(plan["exit_price_pence"], plan["currency"]),
        "promo until": plan["promo_ends"] or "",
        "roaming": _roaming(plan),
        "source": plan["source"],
        "remark": _remark(plan, present),
    }


def _effective(plan: Mapping[str, Any]) -> Styled:
    effective, headline = plan["effective_pence"], plan["price_pence"]
    misleads = headline and effective > headline * (1 + _NOTICEABLE_UPLIFT)
    return Styled(
        [format_money(effective, plan["currency"])], "bold yellow" if misleads else "bold"
    )


def _roaming(plan: Mapping[str, Any]) -> str:
    if plan["roaming"] is None:
        return ""
    limit = f" {short_data(plan['roaming_mb'])}" if plan["roaming_mb"] else ""
    return f"{plan['roaming'].upper() if plan['roaming'] == 'eu' else plan['roaming']}{limit}"


def _remark(plan: Mapping[str, Any], present: datetime | None) -> str:
    remarks = [plan["condition"], plan["retailer"] and f"at {plan['retailer']}"]
    if len(plan["offers"]) > 1:
        remarks.append(f"{len(plan['offers'])} offers")
    if plan["max_speed_mbps"]:
        remarks.append(f"≤ {plan['max_speed_mbps']} Mbps")
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
