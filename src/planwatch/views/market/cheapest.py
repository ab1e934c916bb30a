"""What `cheapest` prints: the answer, the ranking and its remarks. Sentences: cheapest_words.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from planwatch.domain.phrasing import (
    format_count,
    format_pounds,
    short_data,
    short_term,
)
from planwatch.views.market.cheapest_words import list_remarks, say_asked
from planwatch.views.market.market import remark_on, say_per_gb, say_roaming
from planwatch.views.output.delivery import render_tables
from planwatch.views.output.markdown import escape
from planwatch.views.table.column import Cell, Column, Styled
from planwatch.views.table.styles import list_points, print_note
from planwatch.views.table.table import FittingTable
from planwatch.workflows.freshness import sources_note

if TYPE_CHECKING:
    from rich.console import Console

Record = Mapping[str, Any]

CHEAPEST_COLUMNS: Final = (
    "rank",
    "brand",
    "name",
    "variant",
    "data_mb",
    "unlimited",
    "term_months",
    "price_pence",
    "upfront_pence",
    "effective_pence",
    "printed_effective_pence",
    "comparable_pence",
    "may_rise",
    "trip_pence",
    "cost_with_trip_pence",
    "roaming",
    "roaming_mb",
    "generation",
    "max_speed_mbps",
    "condition",
    "retailer",
    "missing",
    "source",
    "plan_key",
    "url",
    "last_seen",
    "as_of",
    "verified",
)
_PLAN: Final = (
    Column("#", align="right", is_head=True),
    Column("plan", folds=True, is_head=True),
    Column("data", align="right", is_head=True),
    Column("headline", align="right"),
    Column("effective", align="right"),
)
_TRIP: Final = (Column("trip", align="right"), Column("total", align="right"))
_REST: Final = (
    Column("£/GB", align="right"),
    Column("term", align="right"),
    Column("roaming"),
    Column("network"),
    Column("remark", folds=True, is_note=True),
)
_LEAVING: Final = ("£/GB", "network", "headline", "roaming", "term")
_DERIVED: Final = "* with rises by the brand's rule, which the page does not print"
_DATED: Final = "† by the dated table of roaming charges; the plan's page does not say it"
_TOTAL: Final = "total: a month, with a twelfth of the year's trip"


def print_cheapest(
    target: Console, answer: str, found: Record, *, note: str | None, present: datetime
) -> None:
    """Print the answer first, then what bounds it, then the ranking."""
    from rich.text import Text

    target.print(Text(answer, style="bold"))
    print_note(target, note)
    print_note(target, sources_note(found["sources"]))
    if found["plans"]:
        target.print(render_ranking(found, present))
    points = list_remarks(found)
    if points:
        target.print(list_points(points))


def write_cheapest(answer: str, found: Record, *, note: str | None, present: datetime) -> str:
    """Return the same as Markdown."""
    said = [note, sources_note(found["sources"])]
    parts = [escape(answer), *(f"> {escape(line)}" for line in said if line)]
    if found["plans"]:
        parts.append(render_tables([render_ranking(found, present)]).rstrip("\n"))
    if points := list_remarks(found):
        parts.append("\n".join(f"- {escape(point)}" for point in points))
    return "\n\n".join(parts) + "\n"


def render_ranking(found: Record, present: datetime) -> FittingTable:
    """Return the table of the ranked plans, best first; a column that says nothing is left out."""
    days = found["asked"]["eu_days"]
    rows = [_cells_of(plan, present) for plan in found["plans"]]
    columns = (*_PLAN, *(() if days is None else _TRIP), *_REST)
    shown = [column for column in columns if any(row[column.label] for row in rows)]
    plans, total = found["plans"], found["total"]
    notes = [
        f"showing {len(plans)} of {total}" if total > len(plans) else format_count(total, "plan"),
        *([] if days is None else [_TOTAL]),
        *([_DERIVED] if any(plan["derived_steps"] for plan in plans) else []),
        *([_DATED] if any(plan["roaming_charge"] for plan in plans) else []),
    ]
    return FittingTable(
        f"Cheapest: {say_asked(found['asked'])}",
        shown,
        [[row[column.label] for column in shown] for row in rows],
        caption="; ".join(notes),
        leaving=_LEAVING,
    )


def _cells_of(plan: Record, present: datetime) -> dict[str, Cell]:
    dagger = "†" if plan["roaming_charge"] else ""
    trip, with_trip = plan["trip_pence"], plan["cost_with_trip_pence"]
    is_known = trip is not None
    effective = f"{format_pounds(plan['effective_pence'])}{'*' if plan['derived_steps'] else ''}"
    return {
        "#": str(plan["rank"]),
        "plan": f"{plan['brand']} {plan['variant']}".rstrip(),
        "data": short_data(plan["data_mb"]),
        "headline": format_pounds(plan["price_pence"]),
        "effective": effective if is_known else Styled([effective], "bold"),
        "trip": f"{format_pounds(trip)}{dagger}" if is_known else "",
        "total": Styled([format_pounds(with_trip)], "bold") if is_known else "",
        "£/GB": say_per_gb(plan),
        "term": short_term(plan["term_months"]),
        "roaming": _roaming(plan),
        "network": _network(plan),
        "remark": _remark(plan, present),
    }


def _roaming(plan: Record) -> str:
    charge = plan["roaming_charge"]
    if charge and plan["roaming"] is None:
        return f"{short_data(charge['cap_mb'])}†" if charge["cap_mb"] else ""
    return say_roaming(plan)


def _network(plan: Record) -> str:
    limit = f"≤ {plan['max_speed_mbps']} Mbps" if plan["max_speed_mbps"] else ""
    return " ".join(part for part in ((plan["generation"] or "").upper(), limit) if part)


def _remark(plan: Record, present: datetime) -> str:
    remarks = ["may rise"] if plan["may_rise"] else []
    if plan["comparable_pence"] != plan["effective_pence"]:
        remarks.append(f"comparable {format_pounds(plan['comparable_pence'])}: billed by days")
    others = remark_on({**plan, "max_speed_mbps": None}, present)  # it has a column
    return ", ".join(filter(None, (*remarks, others)))
