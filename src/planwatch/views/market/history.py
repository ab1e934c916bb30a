"""One plan's prices over time: sparklines, and a row a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.london import show_day
from planwatch.domain.phrasing import format_money, short_date
from planwatch.views.market.changes import before_and_after
from planwatch.views.table.column import Column
from planwatch.views.table.sparkline import render_sparkline
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
    target: Console, histories: Sequence[Mapping[str, Any]], *, note: str | None
) -> None:
    """Print the plan's history at each source."""
    print_note(target, note)
    for history in histories:
        target.print(Text(f"{history['name']} ({history['brand']}) at {history['source']}", "bold"))
        for label, key in (("effective", "effective_pence"), ("headline", "price_pence")):
            target.print(_line(history, label, key, target.encoding))
        target.print(render_history(history))
    if any(version["capture"] for history in histories for version in history["versions"]):
        target.print(
            Text("page: first digits of its hash, under which archive/ has its bytes", "dim")
        )


def _line(history: Mapping[str, Any], label: str, key: str, encoding: str) -> Text:
    values = sample(history, key)
    # a plan that was withdrawn the instant it was seen has no value at any point
    known = [value for value in values if value is not None] or [history["versions"][-1][key]]
    spark = render_sparkline(values, encoding)
    currency = history["versions"][-1]["currency"]
    span = format_money(min(known), currency)
    if max(known) != min(known):
        span += f" to {format_money(max(known), currency)}"
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


def render_history(history: Mapping[str, Any]) -> FittingTable:
    """Return the table of versions, the earliest first, with what changed and the page behind."""
    rows = [
        (
            show_day(version["first_seen"]),
            show_day(version["last_seen"]),
            format_money(version["price_pence"], version["currency"]),
            format_money(version["effective_pence"], version["currency"]),
            format_money(version["exit_price_pence"], version["currency"]),
            f"{version['promo_months']} months" if version["promo_months"] else "",
            version["capture"]["sha256"][:8] if version["capture"] else "",
            say_moves(version),
        )
        for version in history["versions"]
    ]
    caption = "; ".join(_say_gap(gap) for gap in history["gaps"]) or None
    title = f"{history['plan_key']} at {history['source']}"
    return FittingTable(title, _COLUMNS, rows, caption=caption)


def say_moves(version: Mapping[str, Any]) -> str:
    """Return what changed against the version before, in a line."""
    moves = []
    for move in version["moves"]:
        before, after, _ = before_and_after(move, version["currency"])
        moves.append(f"{move['kind']} {before} → {after}")
    line = ", ".join(moves)
    return f"corrected: {line}" if version["is_correction"] and line else line


def _say_gap(gap: Mapping[str, Any]) -> str:
    back = f", relaunched {short_date(gap['relaunched_at'])}" if gap["relaunched_at"] else ""
    return f"withdrawn {short_date(gap['withdrawn_at'])}{back}"
