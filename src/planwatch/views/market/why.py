"""Why a number is what it is, on the screen: the sum first, then month by month, rule and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.domain.london import show_time
from planwatch.domain.phrasing import (
    format_money,
    format_money_change,
    join_words,
    short_date,
)
from planwatch.domain.rise_rules import SHORTEST_CONTRACT_MONTHS
from planwatch.views.market.facts import print_why, render_inputs
from planwatch.views.market.rise_rules import say_origin, say_rule
from planwatch.views.table.column import Column
from planwatch.views.table.styles import NOTE_STYLE, print_note
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

Record = Mapping[str, Any]
_MARK: Final = "*"  # of what no page prints
_MONTHS: Final = (
    Column("months", align="right", is_head=True),
    Column("calendar", is_head=True),
    Column("price", align="right"),
    Column("sum", align="right"),
    Column("why", folds=True),
)
_MATCHES: Final = (
    Column("what", folds=True, is_head=True),
    Column("the amount is its", folds=True),
    Column("explained by"),
)


def print_answer(target: Console, answer: Record, *, note: str | None) -> None:
    """Print the answer: a fact, plans, or what the amount may be."""
    if answer["why"]:
        _print_fact(target, answer["why"], answer["plans"])
    else:
        for number, one in enumerate(answer["plans"]):
            if number:
                target.print()
            _print_plan(target, one)
    if not answer["plans"] and answer["matches"]:
        target.print(render_matches(answer))
    print_note(target, note)


def answer_tables(answer: Record) -> list[FittingTable]:
    """Return the tables of the answer, for Markdown."""
    tables = [render_inputs(answer["why"])] if answer["why"] else []
    tables += [_captioned(one) for one in answer["plans"]]
    if not answer["plans"] and answer["matches"]:
        tables.append(render_matches(answer))
    return tables


def render_months(one: Record) -> FittingTable:
    """Return the term as runs of months with one price, upfront charge and credit as terms."""
    plan = one["plan"]
    rows = [
        (
            str(run["months"]),
            _calendar(run),
            _marked(run, plan["currency"]),
            format_money(run["total_pence"], plan["currency"]),
            _say_reason(run, plan),
        )
        for run in one["runs"]
    ]
    for label, pence in _once(plan):
        rows.append(("", label, "", format_money(pence, plan["currency"]), "once"))
    if one["term"] > 1 or len(rows) > 1:
        total = format_money(one["total_pence"], plan["currency"])
        mean = _say_mean(one) if one["term"] > 1 else ""
        rows.append((str(one["term"]), "the whole term", "", total, mean))
    return FittingTable(None, _MONTHS, rows)


def say_sum(one: Record) -> str:
    """Return the cost as a sum: "5 × £7.00 + 19 × £15.90 = £337.10, / 24 = £14.05"."""
    currency = one["plan"]["currency"]
    parts = " + ".join(f"{run['months']} × {_marked(run, currency)}" for run in one["runs"])
    for label, pence in _once(one["plan"]):
        sign = "−" if pence < 0 else "+"
        parts += f" {sign} {format_money(abs(pence), currency)} {label}"
    total = f"{parts} = {format_money(one['total_pence'], currency)}"
    return f"{total}, {_say_mean(one)}" if one["term"] > 1 else total


def render_matches(answer: Record) -> FittingTable:
    """Return what has the amount, each with the command that explains it."""
    rows = [
        (match["what"], join_words(match["figures"]), match["command"])
        for match in answer["matches"]
    ]
    title = f"{answer['asked']} is the value of {len(rows)} figures"
    return FittingTable(title, _MATCHES, rows)


def _print_fact(target: Console, why: Record, plans: Sequence[Record]) -> None:
    if not plans:
        print_why(target, why)
        return
    [one] = plans
    print_why(target, why, lines=(say_sum(one), _say_origin(one)))
    target.print(render_months(one))
    _print_details(target, one, why)


def _print_plan(target: Console, one: Record) -> None:
    target.print(Text.assemble((_say_name(one), "bold"), f": {_say_costs(one['plan'])}"))
    target.print(Text(say_sum(one)))
    target.print(Text(_say_origin(one)), soft_wrap=True)
    target.print(render_months(one))
    _print_details(target, one)


def _say_costs(plan: Record) -> str:
    """Return the effective cost, and headline and exit price where they are others."""
    effective, headline, last = (
        format_money(plan[key], plan["currency"])
        for key in ("effective_pence", "price_pence", "exit_price_pence")
    )
    if effective == headline == last:
        return f"{effective} a month"
    return f"{effective} a month; headline {headline}, exit {last}"


def _print_details(target: Console, one: Record, why: Record | None = None) -> None:
    for line in _warnings(one, why):
        target.print(Text(line, style=NOTE_STYLE))
    for line in _details(one):
        target.print(Text(line))
    page = one["page"]
    if page and not why:  # the inputs of a fact have theirs
        kept = f"kept as {page['page_file']}" if page["page_file"] else "no longer kept"
        at = show_time(page["captured_at"])
        target.print(Text(f"Page of {at}, {kept}"), soft_wrap=True)


def _captioned(one: Record) -> FittingTable:
    table = render_months(one)
    lines = [say_sum(one), _say_origin(one), *_warnings(one, None), *_details(one)]
    return FittingTable(_say_name(one), table.columns, table.rows, caption="; ".join(lines))


def _say_origin(one: Record) -> str:
    """Return where the prices are from: the page and its day, and what no page prints."""
    plan, page = one["plan"], one["page"]
    captured = f", captured {short_date(page['captured_at'])}" if page else ""
    is_derived = any(run["derived"] for run in one["runs"])
    how = f"{_MARK} by the rise rule of {plan['brand']}" if is_derived else "as printed"
    address = (page and page["url"]) or plan["url"]
    return (
        f"From {plan['source']}{captured}, signed {short_date(plan['as_of'])}, {how}"
        f"{f': {address}' if address else ''}"
    )


def _say_name(one: Record) -> str:
    then = f", on {short_date(one['as_it_was_on'])}" if one["as_it_was_on"] else ""
    return f"{one['name']}{then}"


def _warnings(one: Record, why: Record | None) -> list[str]:
    plan, lines = one["plan"], []
    if one["withdrawn_at"]:
        lines.append(f"Withdrawn on {short_date(one['withdrawn_at'])}: this is its last version.")
    if plan["may_rise"]:
        lines.append("May rise within the term, by an amount that nobody states; it is left out.")
    for conflict in one["conflicts"]:
        printed, ruled = (
            format_money_change(conflict[key], plan["currency"])
            for key in ("printed_pence", "rule_pence")
        )
        lines.append(
            f"Card and rule disagree: in {_month(conflict['from'])} the card prints {printed},"
            f" the rule says {ruled} ({conflict['source']}). The card's price is used."
        )
    if why and why["fact"]["formula"] in ("Effective monthly cost", "Comparable monthly cost"):
        value = why["fact"]["value"]
        if value not in (one["comparable_pence"], plan["effective_pence"]):
            lines.append(
                f"The analysis has {format_money(round(value), plan['currency'])}: it was computed"
                " by the rise rules of its day; the months above are by those of today."
            )
    return lines


def _details(one: Record) -> list[str]:
    plan, currency = one["plan"], one["plan"]["currency"]
    lines = [
        f"Rule of {rule['brand']}: {say_rule(rule)}. {say_origin(rule)}" for rule in one["rules"]
    ]
    printed = plan["printed_effective_pence"]
    if printed != plan["effective_pence"]:
        lines.append(
            f"Printed prices alone: {format_money(printed, currency)} a month,"
            f" {format_money(plan['effective_pence'] - printed, currency)} less."
        )
    if one["billing_days"]:
        lines.append(
            f"Billed every {one['billing_days']} days:"
            f" {format_money(one['comparable_pence'], currency)} a calendar month"
            f" (× 365.25 / 12 / {one['billing_days']})."
        )
    if not one["rules"] and plan["term_months"] >= SHORTEST_CONTRACT_MONTHS:
        lines.append(f"No rise rule of {plan['brand']} is known for it: the printed prices stand.")
    return lines


def _once(plan: Record) -> list[tuple[str, int]]:
    """Return what is paid or given once, by its name; a credit is below 0."""
    found = [("upfront", plan["upfront_pence"]), ("credit", -plan["credit_pence"])]
    return [(label, pence) for label, pence in found if pence]


def _say_mean(one: Record) -> str:
    mean = format_money(one["plan"]["effective_pence"], one["plan"]["currency"])
    return f"/ {one['term']} = {mean}"


def _marked(run: Record, currency: str) -> str:
    return f"{format_money(run['price_pence'], currency)}{_MARK if run['derived'] else ''}"


def _calendar(run: Record) -> str:
    first, last = _month(run["from"]), _month(run["to"])
    return first if first == last else f"{first}–{last}"


def _month(day: str) -> str:
    return f"{date.fromisoformat(day):%b %Y}"


def _say_reason(run: Record, plan: Record) -> str:
    by = format_money(abs(run["by_pence"]), plan["currency"])
    on = f" on {short_date(run['day'])}" if run["day"] else ""
    listed = format_money(plan["list_price_pence"], plan["currency"])
    return {
        "headline": "headline price",
        "promotion": f"promotion, list price {listed}",
        "promotion_ends": f"promotion ends: {by} more{on}",
        "printed_rise": f"printed rise of {by}{on}",
        "printed_fall": f"printed fall of {by}{on}",
        "rise_by_rule": f"rise of {by}{on} by rule",
    }[run["reason"]] + (", by rule" if run["derived"] and run["reason"] == "promotion_ends" else "")
