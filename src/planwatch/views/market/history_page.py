"""The page of `history --html`: the plans on one chart, and a table of versions for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.domain.cost_mark import FOOTNOTE, format_cost, is_by_rule
from planwatch.domain.london import london_day
from planwatch.domain.phrasing import MARKET_CURRENCY, count_of, short_date
from planwatch.views.charts.price_history import MOST_LINES, Events, PriceLine, draw_price_history
from planwatch.views.charts.svg import NARROW, WIDE
from planwatch.views.market.history import name_history, say_gaps, say_moves
from planwatch.views.report.cells import Cell, format_value, is_figure
from planwatch.views.report.figures import Figure
from planwatch.views.report.html import render_report_page
from planwatch.views.report.page import Head, Page, Section, Sentence, Table

_COLUMNS: Final = (
    ("first_seen", "First seen", "date"),
    ("last_seen", "Last seen", "date"),
    ("price_pence", "Headline", "money"),
    ("effective_pence", "Effective", "money"),
    ("exit_price_pence", "After the term", "money"),
    ("promo_months", "Promotion", "months"),
    ("what", "What changed", "text"),
)


def render_history_page(
    histories: Sequence[Mapping[str, Any]], *, note: str | None, events: Events = ()
) -> str:
    """Return the text of the file; every text is escaped.

    Args:
        events: days of the market to mark on the chart, and what happened on them.
    """
    names = [one["plan"] for one in histories]
    title = names[0] if len(names) == 1 else count_of(len(names), "plan")
    first = min(one["first_seen"] for one in histories)
    last = max(one["last_seen"] for one in histories)
    return render_report_page(
        Page(
            title=f"Price history: {title}",
            kind="history",
            brands=list(dict.fromkeys(one["brand"] for one in histories)),
            meta=[("From", short_date(first)), ("To", short_date(last))],
            note=note,
            moved=None,
            freshness=(),
            first_screen=[],
            verdict=Sentence("; ".join(names)),
            findings=(),
            actions=(),
            actions_title="",
            actions_anchor="",
            figures=[(_draw(histories, events), None)],
            sections=[_section(number, one) for number, one in enumerate(histories, start=1)],
            caveats=[Sentence(FOOTNOTE)]
            if any(is_by_rule(version) for one in histories for version in one["versions"])
            else (),
            formulas=(),
            plan_columns=(),
            plans=(),
            left_out=(),
        )
    )


def _draw(histories: Sequence[Mapping[str, Any]], events: Events) -> Figure:
    charted = [one for one in histories if one["versions"][-1]["currency"] == MARKET_CURRENCY]
    title = "Effective cost over time"
    if not charted:
        lead = "None of these plans is priced in pounds, so there is no chart."
        return Figure(id="chart-history", title=title, lead=lead)
    lines = [
        PriceLine(
            brand=one["brand"],
            name=one["plan"],
            steps=[
                (london_day(version["first_seen"]), version["effective_pence"])
                for version in one["versions"]
            ],
            last_seen=london_day(one["last_seen"]),
            plan_id=one["plan_id"],
        )
        for one in charted
    ]
    brands = list(dict.fromkeys(line.brand for line in lines))[:2]
    lead = "The effective cost a month of each plan since it was first seen."
    if len(lines) > MOST_LINES:
        lead += f" The chart shows {MOST_LINES} of {len(lines)}."
    return Figure(
        id="chart-history",
        title=title,
        lead=lead,
        wide=draw_price_history(lines, brands, WIDE, "chart-history", events),
        narrow=draw_price_history(lines, brands, NARROW, "chart-history", events),
    )


def _cell(key: str, kind: str, row: Mapping[str, Any]) -> Cell:
    if kind != "money":
        return Cell(format_value(kind, row[key]))
    by_rule = key == "effective_pence" and is_by_rule(row)
    return Cell(format_cost(row[key], row["currency"], by_rule=by_rule))


def _section(number: int, history: Mapping[str, Any]) -> Section:
    rows = [{**version, "what": say_moves(version)} for version in history["versions"]]
    gaps = say_gaps(history)
    table = Table(
        title="Versions",
        heads=[Head(label, is_figure(kind), kind == "text") for _, label, kind in _COLUMNS],
        rows=[[_cell(key, kind, row) for key, _, kind in _COLUMNS] for row in rows],
        heading_cells=1,
    )
    said = [name_history(history), *([gaps] if gaps else [])]
    return Section(f"s{number}", history["plan"], [Sentence(each) for each in said], [table])
