"""The sentences of `cheapest`: the answer, what bounds it, and what is set apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from planwatch.domain.phrasing import (
    format_count,
    format_data,
    format_pounds,
    format_term,
    join_words,
    name_plan_by,
)

Record = Mapping[str, Any]

_NOT_STATED: Final = {
    "roaming": "do not state their roaming",
    "generation": "do not state 4G or 5G",
    "trip": "have no known charge in the EU",
}
_MOST_NAMED: Final = 5
_MOST_TIED: Final = 3
_MOST_SOURCES: Final = 6


def say_answer(found: Record) -> str:
    """Return who is cheapest, at what, of how many, and how far the next is."""
    plans, total = found["plans"], found["total"]
    if not plans:
        return f"No plan in force is known to give what is asked for: {say_asked(found['asked'])}."
    least = _cost_of(plans[0])
    tied = [plan for plan in plans if _cost_of(plan) == least]
    at = _say_cost(plans[0], found["asked"]["eu_days"])
    if total == 1:
        return f"{_name(plans[0])} {at} is the only plan known to give what is asked for."
    if len(tied) > 1:
        names = join_words([_name(plan) for plan in tied[:_MOST_TIED]])
        more = f" and {len(tied) - _MOST_TIED} more" if len(tied) > _MOST_TIED else ""
        return f"{names}{more} {at} are the cheapest of {total}."
    said = f"{_name(plans[0])} {at} is the cheapest of {total}"
    if len(plans) == 1:
        return f"{said}."
    less = format_pounds(_cost_of(plans[1]) - least)
    return f"{said}; {less} less than the next, {_name(plans[1])}."


def _say_cost(plan: Record, eu_days: int | None) -> str:
    cost = format_pounds(_cost_of(plan))
    others = [] if plan["price_pence"] == _cost_of(plan) else [_say_headline(plan)]
    kind = "an effective " if others else ""
    trip = ""
    if eu_days is not None:
        kind, trip = "", f" a month with {format_count(eu_days, 'day')} a year in the EU"
        if plan["effective_pence"] not in (plan["price_pence"], _cost_of(plan)):
            others.append(f"effective {format_pounds(plan['effective_pence'])}")
    elif plan["comparable_pence"] != plan["effective_pence"]:
        kind = "a comparable "
    if plan["may_rise"]:
        others.append("it may rise within the term")
    return f"at {kind}{cost}{trip}" + (f" ({', '.join(others)})" if others else "")


def _say_headline(plan: Record) -> str:
    return f"headline {format_pounds(plan['price_pence'])}"


def say_asked(asked: Record) -> str:
    """Return what was asked for: "50 GB or more, up to 1 month, EU roaming"."""
    term = asked["max_term_months"]
    size = format_data(asked["data_mb"])
    days = asked["eu_days"]
    return ", ".join(
        part
        for part in (
            size if asked["unlimited"] else f"{size} or more",
            "" if term is None else f"up to {format_term(term)}" if term else format_term(term),
            {"eu": "EU roaming", "global": "global roaming", None: ""}[asked["roaming"]],
            "5G" if asked["generation"] else "",
            "" if days is None else f"{format_count(days, 'day')} a year in the EU",
            _join("from", asked["brands"]),
            _join("without", asked["excluded"]),
        )
        if part
    )


def _join(word: str, brands: Sequence[str]) -> str:
    return f"{word} {join_words(brands)}" if brands else ""


def list_remarks(found: Record) -> list[str]:
    """Return a line for each thing that some plans do not state, and on plans left out."""
    grouped = sorted(found["not_stated"], key=lambda plan: plan["missing"])
    lines = [
        _say_apart(missing, list(plans), found["plans"])
        for missing, plans in groupby(grouped, key=lambda plan: plan["missing"])
    ]
    left_out = found["left_out"]
    if left_out:
        verb = "is" if len(left_out) == 1 else "are"
        lines.append(f"{format_count(len(left_out), 'plan')} {verb} left out: {_list(left_out)}.")
    return lines


def _say_apart(missing: Sequence[str], plans: Sequence[Record], ranked: Sequence[Record]) -> str:
    what = " and ".join(_NOT_STATED[each] for each in missing)
    if len(plans) == 1:
        what = what.replace("do not", "does not").replace("have no", "has no")
        what = what.replace("their", "its")
    cheaper = sum(plan["comparable_pence"] < _cost_of(ranked[0]) for plan in plans if ranked)
    without = " without it" if "trip" in missing else ""
    verb = "costs" if cheaper == 1 else "cost"
    less = f" ({cheaper} {verb} less than the first{without})" if cheaper else ""
    named = [f"{_name(plan)} {format_pounds(plan['comparable_pence'])}" for plan in plans]
    return f"{format_count(len(plans), 'plan')} that {what}{less}: {_list(named)}."


def _list(named: Sequence[str]) -> str:
    """Return names that hold commas, so that semicolons part them."""
    more = len(named) - _MOST_NAMED
    return "; ".join(named[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _name(plan: Record) -> str:
    name = name_plan_by(
        plan["data_mb"],
        plan["term_months"],
        plan["variant"],
        condition=plan["condition"],
        max_speed_mbps=plan["max_speed_mbps"],
    )
    return f"{plan['brand']} {name}"


def _cost_of(plan: Record) -> int:
    with_trip = plan["cost_with_trip_pence"]
    return int(plan["comparable_pence"] if with_trip is None else with_trip)
