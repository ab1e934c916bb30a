"""What moved between two captures of one plan. Kinds are those of docs/reference/glossary.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from planwatch.domain.plan import Plan
from planwatch.domain.slug import slugify

ChangeKind = Literal[
    "new",
    "withdrawn",
    "relaunched",
    "renamed",
    "headline",
    "effective",
    "promotion",
    "rise",
    "allowance",
    "term",
    "extras",
]


@dataclass(frozen=True, slots=True)
class Change:
    """One move; `before` and `after` are JSON values, pence for the kinds about money."""

    kind: ChangeKind
    before: Any
    after: Any


def _rises(plan: Plan) -> list[dict[str, Any]]:
    """Return each dated rise by its amount, so that a lower headline alone is no change of it."""
    rises, price = [], plan.price_pence
    for step in plan.price_steps:
        if isinstance(step.starts, date):
            rises.append(
                {"date": step.starts.isoformat(), "increase_pence": step.price_pence - price}
            )
        price = step.price_pence
    return rises


_READINGS: Final[tuple[tuple[ChangeKind, Callable[[Plan], Any]], ...]] = (
    ("headline", lambda plan: plan.price_pence),
    (
        "promotion",
        lambda plan: (
            {"list_price_pence": plan.list_price_pence, "promo_months": plan.promo_months}
            if plan.list_price_pence is not None or plan.promo_months is not None
            else None
        ),
    ),
    ("rise", _rises),
    ("allowance", lambda plan: plan.allowance.data_mb),
    ("term", lambda plan: plan.term_months),
    (
        "extras",
        lambda plan: {
            "extras": sorted(plan.extras),
            "incentives": sorted(plan.incentives),
            "roaming": plan.roaming,
            "roaming_mb": plan.roaming_mb,
            "max_speed_mbps": plan.max_speed_mbps,
            "condition": plan.condition,
        },
    ),
)


def diff_plans(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Return what moved from `before` to `after`, in a fixed order; empty when nothing did.

    Effective costs are compared for a signing on the day of `after`, so that the passing of a
    month is never taken for a change of price. Another order of extras is no change, and a variant
    is renamed only where both state one, and they differ in more than case and punctuation.
    """
    changes = [
        Change(kind, read(before), read(after))
        for kind, read in _READINGS
        if read(before) != read(after)
    ]
    names = {slugify(before.variant), slugify(after.variant)}
    if len(names) == 2 and "" not in names:
        changes.insert(0, Change("renamed", before.variant, after.variant))
    cost_before = before.effective_pence_on(after.as_of)
    if cost_before != after.effective_pence:
        changes.append(Change("effective", cost_before, after.effective_pence))
    return tuple(changes)
