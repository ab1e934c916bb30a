"""Prices of plans over time: a chart of several, sparklines, and a row a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.cost_mark import FOOTNOTE, format_cost, is_by_rule
from planwatch.domain.london import show_day
from planwatch.domain.moves import PRICE_KINDS
from planwatch.domain.phrasing import format_money, short_date
from planwatch.views.market.changes import say_move
from planwatch.views.market.history_chart import Events, draw_history_chart
from planwatch.views.table.column import Column
from planwatch.views.table.sparkline import can_hold, render_sparkline
from planwatch.views.table.styles import print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

_POINTS: Final = 40
_COLUMNS: Final = (
    Column("first seen", is_head=True),
    Column("last seen", is_head=True),
    Column("headline", align="right"),
    Column("effective", align="right"),
    Column("exit", align="right"),
    Column("promo"),
    Column("page"),
    Column("what changed", folds=True, is_note=True),
)


def print_history(
    target: Console,
    histories: Sequence[Mapping[str, Any]],
    *,
    note: str | None,
    events: Events = (),
) -> None:
    """Print the plans' histories: several on one chart, then each with its versions.

    Args:
        events: days of the market to mark on the chart, and what happened on them.
    """
    print_note(target, note)
    charted = histories_to_chart(histories)
    if len(charted) > 1:
        is_plain = not can_hold(target.encoding)
        for line in draw_history_chart(charted, target.width, is_plain=is_plain, events=events):
            target.print(line, no_wrap=True, crop=True)
        target.print()
    for history in histories:
        target.print(Text(name_history(history), "bold"))
        for label, key in (("effective", "effective_pence"), ("headline", "price_pence")):
            target.print(_line(history, label, key, target.encoding))
        target.print(_render_history(history, has_title=False))
    if any(map(_is_marked, histories)):
        target.print(Text(FOOTNOTE, "dim"))
    if any(version["capture"] for history in histories for version in history["versions"]):
        target.print(
            Text("page: first digits of its hash, under which archive/ has its bytes", "dim")
        )


def name_history(history: Mapping[str, Any]) -> str:
    """Return the plan's name, its id, and what its page calls it."""
    return f"{history['plan']} ({history['plan_id']}, on its page {history['name']})"


def histories_to_chart(histories: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return those that one chart can show: in the currency of the first."""
    currency = histories[0]["versions"][-1]["currency"] if histories else ""
    return [one for one in histories if one["versions"][-1]["currency"] == currency]


def _line(history: Mapping[str, Any], label: str, key: str, encoding: str) -> Text:
    values = sample(history, key)
    # a plan that was withdrawn the instant it was seen has no value at any point
    known = [value for value in values if value is not None] or [history["versions"][-1][key]]
    spark = render_sparkline(values, encoding)
    currency = history["versions"][-1]["currency"]
    marked = {
        one[key] for one in history["versions"] if key == "effective_pence" and is_by_rule(one)
    }
    ends = dict.fromkeys((min(known), max(known)))
    span = " to ".join(format_cost(each, currency, by_rule=each in marked) for each in ends)
    return Text.assemble(f" {label:<10}", (spark, "cyan"), f"  {span}")


def sample(history: Mapping[str, Any], key: str) -> list[int | None]:
    """Return a figure at equal distances over the plan's life; None where it was withdrawn."""
    first, last = (_at(history[end]) for end in ("first_seen", "last_seen"))
    points = min(_POINTS, (last - first).days + 1)
    instants = [first + (last - first) * place / max(points - 1, 1) for place in range(points)]
    return [None if _is_gap(history, at) else _value(history, key, at) for at in instants]


def _value(history: Mapping[str, Any], key: str, at: datetime) -> int:
    begun = [each for each in history["versions"] if _at(each["first_seen"]) <= at]
    return int((begun or history["versions"])[-1 if begun else 0][key])


def _is_gap(history: Mapping[str, Any], at: datetime) -> bool:
    return any(
        _at(gap["withdrawn_at"]) <= at
        and (gap["relaunched_at"] is None or at < _at(gap["relaunched_at"]))
        for gap in history["gaps"]
    )


def _at(instant: str) -> datetime:
    return datetime.fromisoformat(instant)


def _is_marked(history: Mapping[str, Any]) -> bool:
    return any(map(is_by_rule, history["versions"]))


def render_histories(histories: Sequence[Mapping[str, Any]]) -> list[FittingTable]:
    """Return a table for each plan; the last one explains the mark of derived costs."""
    tables = [_render_history(one) for one in histories]
    if tables and any(map(_is_marked, histories)):
        said = [each for each in (tables[-1].caption, FOOTNOTE) if each]
        tables[-1] = replace(tables[-1], caption="; ".join(said))
    return tables


def _render_history(history: Mapping[str, Any], *, has_title: bool = True) -> FittingTable:
    """Return the table of versions, the earliest first, with what changed and the page behind."""
    rows = [
        (
            show_day(version["first_seen"]),
            show_day(version["last_seen"]),
            format_money(version["price_pence"], version["currency"]),
            format_cost(
                version["effective_pence"], version["currency"], by_rule=is_by_rule(version)
            ),
            format_money(version["exit_price_pence"], version["currency"]),
            f"{version['promo_months']} months" if version["promo_months"] else "",
            version["capture"]["sha256"][:8] if version["capture"] else "",
            say_moves(version),
        )
        for version in history["versions"]
    ]
    caption = say_gaps(history) or None
    title = name_history(history) if has_title else None
    return FittingTable(title, _COLUMNS, rows, caption=caption)


def say_moves(version: Mapping[str, Any]) -> str:
    """Return what changed against the version before, in a line."""
    headline = next((move for move in version["moves"] if move["kind"] == "headline"), None)
    ordered = sorted(version["moves"], key=lambda move: move["kind"] not in PRICE_KINDS)
    line = "; ".join(say_move(move, version["currency"], headline) for move in ordered)
    return f"corrected: {line}" if version["is_correction"] and line else line


def say_gaps(history: Mapping[str, Any]) -> str:
    """Return when the plan was withdrawn and came back; "" where it never was."""
    return "; ".join(_say_gap(gap) for gap in history["gaps"])


def _say_gap(gap: Mapping[str, Any]) -> str:
    back = f", relaunched {short_date(gap['relaunched_at'])}" if gap["relaunched_at"] else ""
    return f"withdrawn {short_date(gap['withdrawn_at'])}{back}"
