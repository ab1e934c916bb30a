"""The mark of an effective cost that rests on rises which the page does not print.

Screens, pages and messages write such a cost with it, and explain it once. Imports no plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planwatch.domain.phrasing import format_money

MARK: Final = "*"
FOOTNOTE: Final = (
    "* with rises that the page does not print, by its brand's rule: planwatch config rules"
)
MAY_RISE: Final = "may rise"
"""What is said of a plan whose price may rise within its term by an amount that nobody states."""


def is_by_rule(record: Mapping[str, Any]) -> bool:
    """Tell whether a plan, or a version of one, costs more than its page prints, or less."""
    return bool(record["effective_pence"] != record["printed_effective_pence"])


def format_cost(pence: int | None, currency: str, *, by_rule: bool) -> str:
    """Return an effective cost as `format_money` does, with the mark where a rule is in it."""
    text = format_money(pence, currency)
    return f"{text}{MARK}" if by_rule and pence is not None else text
