"""Figures that went back and forth within a digest's period, of which net moves show nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.report.digest.names import list_names
from planwatch.domain.allowance import Allowance
from planwatch.domain.alternation import Figure, Spell, observe
from planwatch.domain.moves import PRESENCE_KINDS
from planwatch.domain.phrasing import count_of, format_pounds, format_term, join_words

_PRESENCE: Final = "presence"
# one is said of a plan: a price takes its cost and its promotion with it
_ORDER: Final = (
    _PRESENCE,
    "headline",
    "effective",
    "allowance",
    "term",
    "promotion",
    "rise",
    "extras",
    "renamed",
)
_PRICES: Final = {"headline": "price", "effective": "effective cost"}
_OTHERS: Final = {
    "promotion": "promotion",
    "rise": "scheduled price rises",
    "extras": "extras",
    "renamed": "name",
}

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alternation:
    """A figure of a plan that alternated; `switches` are its changes within the period."""

    plan: str
    figure: str
    values: tuple[Any, ...]
    switches: int


def find_alternations(changes: Sequence[Change]) -> list[Alternation]:
    """Return one for each plan with a figure that alternated, the most restless first.

    Args:
        changes: every recorded change of the period, in any order.

    Source: `domain/alternation.py`, as alerts judge it.
    """
    figures: dict[str, dict[str, list[Change]]] = {}
    for change in sorted(changes, key=lambda change: str(change["changed_at"])):
        kind = _PRESENCE if change["kind"] in PRESENCE_KINDS else change["kind"]
        figures.setdefault(change["plan_id"], {}).setdefault(kind, []).append(change)
    found = [
        next((one for kind in _ORDER if (one := _judge(kind, kinds.get(kind, ())))), None)
        for kinds in figures.values()
    ]
    return sorted((one for one in found if one), key=lambda one: -one.switches)


def say_alternations(found: Sequence[Alternation]) -> list[str]:
    """Return one sentence about all of them; none where there is none."""
    if not found:
        return []
    return [f"Back and forth within the period: {list_names([_say(one) for one in found])}."]


def _judge(kind: str, changes: Sequence[Change]) -> Alternation | None:
    if not changes:
        return None
    first, seen_at = changes[0], ""
    figure = Figure(spells=(Spell(at=first["changed_at"], value=_before(kind, first)),))
    values: tuple[Any, ...] = ()
    for change in changes:
        at = change["changed_at"]
        figure = observe(
            figure,
            _after(kind, change),
            at,
            seen_at=seen_at,
            is_good=True,
            may_flip_in_a_day=kind != _PRESENCE,
        )
        values = figure.alternating if figure.alternating_since else values
        seen_at = at
    return Alternation(changes[-1]["plan"], kind, values, len(changes)) if values else None


def _before(kind: str, change: Change) -> Any:
    return change["kind"] == "withdrawn" if kind == _PRESENCE else change["before"]


def _after(kind: str, change: Change) -> Any:
    return change["kind"] != "withdrawn" if kind == _PRESENCE else change["after"]


def _say(one: Alternation) -> str:
    times = count_of(one.switches, "change")
    if one.figure == _PRESENCE:
        return f"{one.plan} (came and went, {times})"
    if one.figure in _OTHERS:
        return f"{one.plan} ({_OTHERS[one.figure]}, {times})"
    between = join_words(_said_values(one))
    return f"{one.plan} ({_PRICES.get(one.figure, one.figure)} between {between}, {times})"


def _said_values(one: Alternation) -> list[str]:
    if one.figure == "allowance":
        sizes = sorted(one.values, key=lambda size: (size is None, size or 0))
        return ["unlimited data" if size is None else str(Allowance(size)) for size in sizes]
    if one.figure == "term":
        return [format_term(months) for months in sorted(one.values)]
    return [format_pounds(pence) for pence in sorted(one.values)]
