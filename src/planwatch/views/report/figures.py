"""The charts of a report: which data each takes from document and ledger, and its table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.market.market import plan_id_of
from planwatch.analysis.metrics.baskets import parse_basket
from planwatch.domain.phrasing import format_pounds, name_plan_of_brand, short_date
from planwatch.errors import UsageError
from planwatch.services.market.report_data import Report
from planwatch.views.charts.basket_prices import BasketPrices, draw_basket_prices
from planwatch.views.charts.cost_against_data import (
    DataPoint,
    draw_cost_against_data,
    find_steps,
)
from planwatch.views.charts.headline_and_effective import (
    MOST_PLANS,
    Pair,
    draw_headline_and_effective,
    order_pairs,
)
from planwatch.views.charts.price_history import (
    PriceLine,
    choose_lines,
    draw_price_history,
)
from planwatch.views.charts.svg import NARROW, WIDE, Canvas

_SECTION: Final = "baskets"
Table = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart in two widths with what it says and its data; no pictures where there are no data."""

    id: str
    title: str
    lead: str
    wide: str = ""
    narrow: str = ""
    table: Table | None = None


def build_figures(report: Report) -> list[Figure]:
    """Return the charts for which there are data, and a sentence where history is missing."""
    shown = shown_brands(report)
    figures = [
        _cost_against_data(report, shown),
        _headline_and_effective(report, shown),
        _basket_prices(report, shown),
        _price_history(report, shown),
    ]
    return [figure for figure in figures if figure]


def shown_brands(report: Report) -> list[str]:
    """Return the brands in colour: the two compared, or the focus."""
    document = report.analysis.document
    focus = document.get("focus")
    return [focus] if focus else list(document.get("brands") or report.analysis.brands)[:2]


def _shorten(name: str) -> str:
    """Return a plan's or a basket's name for a chart: "unlimited, 24m (Classic)"."""
    short = re.sub(r"\b(\d+) months?\b", r"\1m", name)
    return short.replace("unlimited data", "unlimited").replace("pay as you go", "PAYG")


def _draw(draw: Callable[[Canvas], str]) -> dict[str, str]:
    return {"wide": draw(WIDE), "narrow": draw(NARROW)}


def _table(title: str, columns: Sequence[tuple[str, str, str]], rows: Sequence[Table]) -> Table:
    return {
        "title": title,
        "columns": [{"key": key, "label": label, "kind": kind} for key, label, kind in columns],
        "rows": list(rows),
    }


def _cost_against_data(report: Report, shown: Sequence[str]) -> Figure | None:
    plans = [
        plan
        for plan in report.plans
        if plan.allowance and plan.effective_pence is not None and not plan.reason
    ]
    if not plans:
        return None
    points = [
        DataPoint(
            brand=plan.brand,
            name=plan.name,
            data_mb=plan.allowance.data_mb if plan.allowance else None,
            pence=plan.effective_pence or 0,
            plan_id=plan.plan_id,
        )
        for plan in plans
    ]
    steps = find_steps(points)
    counts = ((brand, sum(step.brand == brand for step in steps)) for brand in shown)
    by_brand = ", ".join(f"{brand} {count or 'none'}" for brand, count in counts)
    lead = (
        f"{len(steps)} of {len(points)} plans are the cheapest for as much data, whatever else "
        f"they give{f': of these {by_brand}' if by_brand else ''}. A plan above the line "
        "costs more than the least for its data."
    )
    names = {step.name for step in steps}
    rows = [
        {
            "plan": point.name,
            "data_mb": point.data_mb,
            "pence": point.pence,
            "on": "yes" if point.name in names else None,
            "ids": {"plan": point.plan_id},
        }
        for point in sorted(points, key=lambda p: (p.data_mb or float("inf"), p.pence, p.name))
    ]
    columns = (
        ("plan", "Plan", "text"),
        ("data_mb", "Data", "data"),
        ("pence", "Effective, £ a month", "money"),
        ("on", "On the line", "text"),
    )
    return Figure(
        id="chart-cost",
        title="Effective monthly cost against data",
        lead=lead,
        table=_table("Plans by data and cost", columns, rows),
        **_draw(lambda canvas: draw_cost_against_data(points, shown, canvas, "chart-cost")),
    )


def _headline_and_effective(report: Report, shown: Sequence[str]) -> Figure | None:
    alone = len(shown) == 1
    pairs = [
        Pair(
            brand=plan.brand,
            name=_shorten(plan.name.removeprefix(f"{plan.brand} ") if alone else plan.name),
            headline_pence=plan.headline_pence,
            effective_pence=plan.effective_pence,
            plan_id=plan.plan_id,
        )
        for plan in report.plans
        if plan.brand in shown
        and not plan.reason
        and plan.headline_pence is not None
        and plan.effective_pence is not None
    ]
    if not pairs:
        return None
    ordered = order_pairs(pairs)
    more = sum(pair.more_pence > 0 for pair in pairs)
    lead = (
        f"{more} of {len(pairs)} plans of {' and '.join(shown)} cost more over the term than their "
        f"headline says, at most {format_pounds(ordered[0].more_pence)} a month."
        if more
        else f"No plan of {' or '.join(shown)} costs more over the term than its headline says."
    )
    if len(pairs) > MOST_PLANS:
        lead += f" The chart shows the {MOST_PLANS} with the largest differences."
    columns = (
        ("plan", "Plan", "text"),
        ("headline", "Headline, £ a month", "money"),
        ("effective", "Effective, £ a month", "money"),
        ("more", "Difference", "money_diff"),
    )
    rows = [
        {
            "plan": pair.name,
            "headline": pair.headline_pence,
            "effective": pair.effective_pence,
            "more": pair.more_pence,
            "ids": {"plan": pair.plan_id},
        }
        for pair in ordered
    ]
    return Figure(
        id="chart-headline",
        title="What the headline says and what the plan costs",
        lead=lead,
        table=_table("Headline and effective cost", columns, rows),
        **_draw(lambda canvas: draw_headline_and_effective(pairs, shown, canvas, "chart-headline")),
    )


def _basket_prices(report: Report, shown: Sequence[str]) -> Figure | None:
    baskets = read_baskets(report.analysis.document)
    served = [basket for basket in baskets if basket.pence_by_brand]
    if not served:
        return None
    won = [sum(basket.winners == [brand] for basket in served) for brand in shown]
    by_brand = ", ".join(
        f"{brand} {count or 'none'}" for brand, count in zip(shown, won, strict=True)
    )
    unserved = len(baskets) - len(served)
    lead = (
        f"Of {len(served)} usage baskets that at least one brand serves, the only cheapest brand "
        f"is: {by_brand}."
    )
    if unserved:
        lead += (
            f" {unserved} more {'is' if unserved == 1 else 'are'} served by none of these brands."
        )
    brands = list(dict.fromkeys(brand for basket in served for brand in basket.pence_by_brand))
    ordered = [*(b for b in shown if b in brands), *(b for b in brands if b not in shown)]
    columns = [
        ("basket", "Basket", "text"),
        ("winner", "Cheapest", "text"),
        *((f"b{at}", brand, "money") for at, brand in enumerate(ordered)),
    ]
    rows = [
        {
            "basket": basket.basket,
            "winner": " and ".join(basket.winners),
            **{f"b{at}": basket.pence_by_brand.get(b) for at, b in enumerate(ordered)},
        }
        for basket in served
    ]
    return Figure(
        id="chart-baskets",
        title="Usage baskets: who is cheapest",
        lead=lead,
        table=_table("Least cost of each basket, £ a month", columns, rows),
        **_draw(lambda canvas: draw_basket_prices(served, shown, canvas, "chart-baskets")),
    )


def read_baskets(document: Mapping[str, Any]) -> list[BasketPrices]:
    """Return the prices by brand that a document's tables of baskets hold; [] without any."""
    sections = [s for s in document.get("sections") or () if s.get("id") == _SECTION]
    tables = [table for section in sections for table in section.get("tables") or ()]
    by_brand = [basket for table in tables for basket in _read_by_brand(table)]
    return by_brand or [basket for table in tables for basket in _read_pair(table, document)]


def _read_by_brand(table: Mapping[str, Any]) -> list[BasketPrices]:
    columns = table.get("columns") or []
    if not columns or columns[0]["key"] != "brand":
        return []
    rows = table.get("rows") or []
    return [
        BasketPrices(
            basket=_name_basket(column),
            pence_by_brand={
                row["brand"]: row[column["key"]]
                for row in rows
                if row.get(column["key"]) is not None
            },
        )
        for column in columns[1:]
        if column["kind"] == "money"
    ]


def _read_pair(table: Mapping[str, Any], document: Mapping[str, Any]) -> list[BasketPrices]:
    keys = dict(zip(("a_pence", "b_pence"), document.get("brands") or (), strict=False))
    rows = table.get("rows") or []
    if not keys or not rows or not {"basket", *keys} <= rows[0].keys():
        return []
    return [
        BasketPrices(
            basket=_shorten(row["basket"]),
            pence_by_brand={
                brand: row[key] for key, brand in keys.items() if row.get(key) is not None
            },
        )
        for row in rows
    ]


def _name_basket(column: Mapping[str, str]) -> str:
    try:
        return _shorten(parse_basket(column["key"]).label)
    except UsageError:
        return column["label"]  # a document of another version may name them otherwise


def _price_history(report: Report, shown: Sequence[str]) -> Figure:
    since = report.analysis.document.get("since")
    period = f"since {short_date(since)}" if since else "in 90 days"
    title = f"Plans whose cost has moved {period}"
    if not report.moves:
        lead = f"No price history yet: no plan here has been seen at two different costs {period}."
        return Figure(id="chart-history", title=title, lead=lead)
    lines = [
        PriceLine(
            brand=move.plan.brand,
            name=_shorten(name_plan_of_brand(move.plan)),
            steps=move.steps,
            last_seen=move.last_seen,
            plan_id=plan_id_of(move.plan),
        )
        for move in report.moves
    ]
    drawn = choose_lines(lines, shown)
    up = sum(line.by_pence > 0 for line in lines)
    down = sum(line.by_pence < 0 for line in lines)
    lead = f"{up} went up, {down} went down."
    if len(drawn) < len(lines):
        lead += f" The chart shows {len(drawn)} of {len(lines)}."
    columns = (
        ("plan", "Plan", "text"),
        ("day", "From", "date"),
        ("pence", "Effective, £ a month", "money"),
        ("by", "Move", "money_diff"),
    )
    rows = [
        {
            "plan": line.name,
            "day": start.isoformat(),
            "pence": pence,
            "by": pence - line.steps[at - 1][1] if at else None,
            "ids": {"plan": line.plan_id},
        }
        for line in choose_lines(lines, shown) + [one for one in lines if one not in drawn]
        for at, (start, pence) in enumerate(line.steps)
    ]
    return Figure(
        id="chart-history",
        title=title,
        lead=lead,
        table=_table("Costs and since when", columns, rows),
        **_draw(lambda canvas: draw_price_history(lines, shown, canvas, "chart-history")),
    )
