"""Raw values of tables and facts as a report prints them; a kind that is not known prints as is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.cost_mark import MARK
from planwatch.domain.phrasing import (
    DASH,
    format_percent_change,
    format_pounds,
    format_pounds_change,
    format_share,
    format_text,
    short_data,
    short_date,
    short_term,
)

_FIGURES: Final = frozenset({"money", "money_diff", "percent", "share", "data", "months", "int"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell.

    Attributes:
        tone: `good` or `bad` for the focus brand, else ''.
        href: anchor of the fact or plan that it is; '' where nobody knows.
    """

    text: str
    tone: str = ""
    href: str = ""


def _number(value: Any) -> str:
    return f"{round(value, 1):,}" if isinstance(value, float) else format_text(value)


_FORMATS: Final[Mapping[str, Callable[[Any], str]]] = {
    "money": format_pounds,
    "money_diff": format_pounds_change,
    "percent": format_percent_change,
    "share": format_share,
    "data": short_data,
    "months": short_term,
    "date": short_date,
    "int": _number,
}


def is_figure(kind: str) -> bool:
    """Tell whether a column is set to the right."""
    return kind in _FIGURES


def format_value(kind: str, value: Any) -> str:
    """Return a value of a column; None is a dash, but for data, where it is unlimited."""
    if value is None and kind != "data":
        return DASH
    if kind in _FIGURES and not isinstance(value, int | float | None):
        return format_text(value)
    if kind in ("money", "money_diff"):
        value = round(value)
    return _FORMATS.get(kind, format_text)(value)


def format_cell(column: Mapping[str, str], row: Mapping[str, Any]) -> str:
    """Return the value of a row in a column, with the mark where a cost rests on a rule."""
    key, kind = column["key"], column["kind"]
    text = format_value(kind, row.get(key))
    return f"{text}{MARK}" if kind == "money" and key in (row.get("by_rule") or ()) else text


_UNITS: Final[Mapping[str, Callable[[Any], str]]] = {
    "pence_per_month": lambda value: f"{format_pounds(round(value))} a month",
    "pence_per_year": lambda value: f"{format_pounds(round(value))} a year",
    "pence_per_gb": lambda value: f"{format_pounds(round(value))} a GB",
    "percent": lambda value: f"{value:,g} %".replace("-", "−"),
    "mb": short_data,
    "rank": lambda value: f"rank {value}",
    "points": lambda value: f"{value:g} points",
    "index": lambda value: f"{value:.1f}",
    "count": _number,
}


def format_fact(fact: Mapping[str, Any]) -> str:
    """Return a fact's value with its unit."""
    value, unit = fact.get("value"), str(fact.get("unit", ""))
    if not isinstance(value, int | float):
        return format_text(value)
    known = _UNITS.get(unit)
    return known(value) if known else f"{value:g} {unit.replace('_', ' ')}".strip()
