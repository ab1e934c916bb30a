"""What `planwatch changes` prints for a person: a line a plan, from what was to what is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from planwatch.domain.cost_mark import FOOTNOTE, format_cost
from planwatch.domain.london import show_day
from planwatch.domain.phrasing import (
    count_of,
    format_day,
    format_money,
    format_money_change,
    format_percent_change,
    format_text,
    short_data,
    short_date,
    short_term,
)
from planwatch.views.table.column import Column
from planwatch.views.table.styles import print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.ledger.plans.changes import ChangeFilter

_COLUMNS: Final = (
    Column("when", is_head=True),
    Column("plan", shortens=True, is_head=True),
    Column("headline", align="right"),
    Column("effective", align="right"),
    Column("by", align="right"),
    Column("what", folds=True, is_note=True),
)
_LEAVING: Final = ("by", "when", "headline")
"""Columns that a narrow terminal does without, the least important first."""
_PRICES: Final = ("headline", "effective")
_COMING_AND_GOING: Final = ("new", "withdrawn", "relaunched")
_SAID: Final = {"allowance": "data", "rise": "rises"}


def print_changes(
    target: Console,
    lines: Sequence[Mapping[str, Any]],
    *,
    recorded: int,
    wanted: ChangeFilter,
    ends: bool,
    limit: int,
    note: str | None,
    remarks: Sequence[str] = (),
    anything: bool = True,
    first_seen_at: str | None = None,
) -> None:
    """Print what moved within a period, net; an empty table says so in words.

    Args:
        ends: whether an end of the period was asked for; else it ends now.
        remarks: sentences about the period that are no moves.
        recorded: how many changes passed the filter where no net move did.
        anything: whether the ledger ever had a plan.
        first_seen_at: when the first plan was seen of what is asked for, where that is known.
    """
    print_note(target, note)
    for remark in remarks:
        target.print(remark)
    if lines:
        target.print(render_net_moves(lines[:limit], total=len(lines)))
        return
    period = f"since {short_date(wanted.since)}"
    if ends and wanted.until is not None:
        last = datetime.fromisoformat(wanted.until) - timedelta(milliseconds=1)
        period = f"from {short_date(wanted.since)} to {short_date(last.isoformat())}"
    if recorded:
        target.print(f"No net move {period}: {count_of(recorded, 'change')}, listed by --json.")
    elif not anything and not wanted.has_any:
        target.print("No plans yet. Collect them: planwatch scrape --wait (or try: planwatch demo)")
    else:
        target.print(_say_nothing(period, wanted, first_seen_at))


def _say_nothing(period: str, wanted: ChangeFilter, first_seen_at: str | None) -> str:
    said = [
        f"No change {period} passes the filter."
        if wanted.has_any
        else f"No plan has changed {period}."
    ]
    if first_seen_at is not None and first_seen_at >= wanted.since:
        begun = f"Collected since {format_day(first_seen_at)}; nothing earlier to compare with."
        said = [*(said if wanted.has_any else []), begun]
    return " ".join(said)


def render_net_moves(lines: Sequence[Mapping[str, Any]], *, total: int) -> FittingTable:
    """Return the table of net moves, a line a plan, the one that moved last first."""
    words = [f"showing {len(lines)} of {total} plans"] if total > len(lines) else []
    words += [FOOTNOTE] if any(map(_is_marked, lines)) else []
    rows = list(map(_cells_of, lines))
    caption = "; ".join(words) or None
    return FittingTable("What changed", _COLUMNS, rows, caption=caption, leaving=_LEAVING)


def _is_marked(line: Mapping[str, Any]) -> bool:
    return any(any((move.get("by_rule") or {}).values()) for move in line["moves"])


def _cells_of(line: Mapping[str, Any]) -> tuple[str, ...]:
    currency, moves = line["currency"], {move["kind"]: move for move in line["moves"]}
    came_or_went = next((moves[kind] for kind in _COMING_AND_GOING if kind in moves), None)
    headline, effective = moves.get("headline", came_or_went), moves.get("effective")
    measured = effective or moves.get("headline")
    return (
        show_day(line["changed_at"]),
        f"{line['plan']}{'' if line['verified'] else ', unverified'}",
        _arrow(headline, currency),
        _arrow(effective, currency),
        _percent(measured["before"], measured["after"]) if measured else "",
        say_other_moves(line),
    )


def say_other_moves(line: Mapping[str, Any]) -> str:
    """Return what moved of a plan other than its prices: "data 25 GB → 50 GB; new"."""
    headline = next((move for move in line["moves"] if move["kind"] == "headline"), None)
    return "; ".join(
        say_move(move, line["currency"], headline)
        for move in line["moves"]
        if move["kind"] not in _PRICES
    )


def _arrow(move: Mapping[str, Any] | None, currency: str) -> str:
    if move is None:
        return ""
    by_rule = move.get("by_rule") or {}
    before, after = (
        format_cost(move[side], currency, by_rule=by_rule.get(side, False))
        for side in ("before", "after")
    )
    return f"{before} → {after}"


def say_move(move: Mapping[str, Any], currency: str, headline: Mapping[str, Any] | None) -> str:
    """Return what moved in words: "now 6 months half price", "data 40 GB → 80 GB".

    Args:
        headline: the move of the headline price that came with it, if any.
    """
    kind = move["kind"]
    if kind in _COMING_AND_GOING:
        return str(kind)
    if kind == "promotion":
        return _say_promotion(move, currency, headline)
    if kind == "rise":
        return _say_rises(move, currency)
    before, after = _before_and_after(move, currency)
    return f"{_SAID.get(kind, kind)} {before} → {after}"


def _say_promotion(
    move: Mapping[str, Any], currency: str, headline: Mapping[str, Any] | None
) -> str:
    """Return "now 6 months half price", or that a promotion ended and what it was."""
    if move["after"] is None:
        return f"promotion ended ({_promotion(move['before'], currency)})"
    months, full = move["after"]["promo_months"], move["after"]["list_price_pence"]
    length = f"{count_of(months, 'month')} " if months else ""
    price = headline["after"] if headline else None
    if price == 0:
        return f"now {length}free"
    if full and price is not None and price * 2 == full:
        return f"now {length}half price"
    if full is None:
        return f"now {length}promotion"
    if price is None:
        return f"now {length}reduced from {format_money(full, currency)}"
    return (
        f"now {length}at {format_money(price, currency)} instead of {format_money(full, currency)}"
    )


def _say_rises(move: Mapping[str, Any], currency: str) -> str:
    """Return the dated rises that are new, gone or of another amount."""
    before, after = (
        {step["date"]: step["increase_pence"] for step in move[side] or ()}
        for side in ("before", "after")
    )
    said = []
    for day in sorted({*before, *after}):
        was, now = (format_money_change(side.get(day), currency) for side in (before, after))
        if day not in after:
            said.append(f"no rise on {short_date(day)} (was {was})")
        elif day not in before:
            said.append(f"rise {now} on {short_date(day)}")
        elif was != now:
            said.append(f"rise {was} → {now} on {short_date(day)}")
    return ", ".join(said) or "order of rises"


def _percent(before: int | None, after: int | None) -> str:
    if not before or after is None:
        return ""
    return format_percent_change((after - before) * 100 / before)


def _before_and_after(change: Mapping[str, Any], currency: str) -> tuple[str, str]:
    """Return what a change was before, and what it is after."""
    kind, before, after = change["kind"], change["before"], change["after"]
    if kind in _PRICES:
        by_rule = change.get("by_rule") or {}
        return (
            format_cost(before, currency, by_rule=by_rule.get("before", False)),
            format_cost(after, currency, by_rule=by_rule.get("after", False)),
        )
    if kind == "allowance":
        return short_data(before), short_data(after)
    if kind == "term":
        return short_term(before), short_term(after)
    if kind == "renamed":
        return before or "no name", after or "no name"
    differing = [key for key in after if (before or {}).get(key) != after[key]]
    return (
        "; ".join(_extra((before or {}).get(key)) for key in differing),
        "; ".join(_extra(after[key]) for key in differing),
    )


def _promotion(value: Mapping[str, Any] | None, currency: str) -> str:
    if value is None:
        return "none"
    months = value["promo_months"]
    was = value["list_price_pence"]
    price = "" if was is None else f"was {format_money(was, currency)}"
    return f"{price}{f' for {months} months' if months else ''}"


def _extra(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return format_text(value)
