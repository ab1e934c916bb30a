"""Rise rules in words and as a table: what a brand's prices do, for which contracts, says who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from planwatch.domain.phrasing import (
    MARKET_CURRENCY,
    count_of,
    format_data,
    format_money,
    join_words,
    short_date,
)
from planwatch.domain.rise_rules import OLD_RULE_DAYS, SHORTEST_CONTRACT_MONTHS
from planwatch.views.table.column import Column, Styled
from planwatch.views.table.styles import NOTE_STYLE
from planwatch.views.table.table import FittingTable

_KINDS: Final = {
    "fixed": "no rise in the term",
    "variable": "may rise, by an amount that nobody states",
}
_COLUMNS: Final = (
    Column("brand", is_head=True),
    Column("part", folds=True),
    Column("signed", folds=True),
    Column("rise"),
    Column("checked"),
    Column("source", folds=True, is_note=True),
    Column("note", folds=True, is_note=True),
)
_OF_A_PLAN: Final = (
    Column("rule", folds=True, is_head=True),
    Column("part", folds=True),
    Column("signed", folds=True),
    Column("holds", folds=True),
)
_WHY_NOT: Final = {
    "signed_before": "signed before it",
    "signed_after": "signed after it",
    "data": "other data",
    "family": "another part of the brand",
    "condition": "the price has no such condition",
    "part_goes_first": "a rule about its part of the brand stands in its place",
    "no_rise_in_term": "none of its rises falls within the term",
    "short_term": f"the contract is shorter than {SHORTEST_CONTRACT_MONTHS} months",
}


def say_rule(rule: Mapping[str, Any]) -> str:
    """Return what a rule says: "+£2.50 each year on 1 April"."""
    if rule["kind"] != "stated":
        return _KINDS[rule["kind"]]
    halved = ", half of it at half price" if rule["halved"] else ""
    day = f"{date(2000, rule['month'], rule['day']):%-d %B}"
    return f"+{_money(rule['pence_a_year'])} each year on {day}{halved}"


def _say_short(rule: Mapping[str, Any]) -> str:
    if rule["kind"] != "stated":
        return str(rule["kind"])
    return f"+{_money(rule['pence_a_year'])}, {date(2000, rule['month'], rule['day']):%-d %b}"


def say_origin(rule: Mapping[str, Any]) -> str:
    """Return who says so, when that was checked, and what a reader must know."""
    old = f" (over {OLD_RULE_DAYS} days ago)" if rule["is_old"] else ""
    note = f"; {rule['note']}" if rule["note"] else ""
    return f"{rule['source']}; checked {short_date(rule['checked'])}{old}{note}"


def say_signed(rule: Mapping[str, Any]) -> str:
    """Return for contracts of which days, and for rises of which days, a rule is."""
    signed = _period(rule["signed_from"], rule["signed_to"])
    rises = _period(rule["rises_from"], rule["rises_to"])
    return "; ".join(part for part in (signed, rises and f"rises {rises}") if part)


def say_part(rule: Mapping[str, Any]) -> str:
    """Return which plans of the brand are meant: by name, condition and data; "" for all."""
    words = [" or ".join(rule[key]) for key in ("family", "condition") if rule[key]]
    data_from, below = rule["data_mb_from"], rule["data_mb_below"]
    if data_from and below:
        words.append(f"{format_data(data_from)} to below {format_data(below)}")
    elif data_from:
        words.append(f"{format_data(data_from)} and more")
    elif below:
        words.append(f"below {format_data(below)}")
    return ", ".join(words)


def render_rules(rules: Sequence[Mapping[str, Any]]) -> FittingTable:
    """Return the table of rules; one that was checked long ago is marked."""
    rows = [
        (
            rule["brand"],
            say_part(rule),
            say_signed(rule),
            _say_short(rule),
            _checked(rule),
            rule["source"],
            rule["note"],
        )
        for rule in rules
    ]
    is_any_old = any(rule["is_old"] for rule in rules)
    caption = "No rule is confirmed by planwatch: each was read at its source on the day checked."
    old = f" !: more than {OLD_RULE_DAYS} days ago, look it up anew." if is_any_old else ""
    title = f"Rise rules: {count_of(len(rules), 'rule')}"
    return FittingTable(title, _COLUMNS, rows, caption=f"{caption}{old}")


def render_plan_rules(one: Mapping[str, Any]) -> FittingTable:
    """Return the rules of a plan's brand, and which of them the plan uses, or why not."""
    rows = [
        (
            _say_short(rule),
            say_part(rule),
            say_signed(rule),
            Styled(("used",), "bold green") if rule["holds"] else _say_why_not(rule),
        )
        for rule in one["rules"]
    ]
    used = [rule for rule in one["rules"] if rule["holds"]]
    caption = "\n".join(f"Used: {say_rule(rule)}. {say_origin(rule)}" for rule in used)
    title = f"{one['name']} at {one['source']}, signed {short_date(one['signed'])}"
    return FittingTable(title, _OF_A_PLAN, rows, caption=caption or _say_none(one))


def _say_none(one: Mapping[str, Any]) -> str:
    if one["rules"]:
        return "No rule is used: the cost assumes that the price does not change after the page's."
    return f"No rule is known for {one['brand']}: the cost is over the printed prices alone."


def _say_why_not(rule: Mapping[str, Any]) -> str:
    return join_words([_WHY_NOT[each] for each in rule["why_not"]])


def _checked(rule: Mapping[str, Any]) -> Styled | str:
    day = short_date(rule["checked"])
    return Styled((f"{day} !",), NOTE_STYLE) if rule["is_old"] else day


def _period(first: str | None, last: str | None) -> str:
    if first and last:
        return f"{short_date(first)} to {short_date(last)}"
    if first:
        return f"from {short_date(first)}"
    return f"to {short_date(last)}" if last else ""


def _money(pence: int) -> str:
    return format_money(pence, MARKET_CURRENCY)
