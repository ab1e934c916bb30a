"""Facts: computed figures with unit, subject, formula and the plans they come from.

Owns the shape of a fact and the rounding of percentages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal[
    "pence_per_month",
    "pence_per_year",
    "pence_per_gb",
    "percent",
    "count",
    "rank",
    "mb",
    "points",
    "index",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure.

    Attributes:
        id: stable and readable ("gap.o2-25gb-24m-classic").
        value: in `unit`: pence, per cent (19.3 = 19.3 %), a count; signed.
        subject: what it is a figure of, in words; a gap names its base here, too.
        base: what a difference or a percentage is against; None where it is against nothing.
        formula: heading in docs/reference/formulas.md.
        plan_ids: the plans that it was computed from, as "source:plan_key".
    """

    id: str
    label: str
    value: int | float
    unit: Unit
    subject: str
    formula: str
    plan_ids: tuple[str, ...] = ()
    base: str | None = None

    def as_record(self) -> dict[str, Any]:
        """Return the fact as JSON, in the order of its fields."""
        return {
            "id": self.id,
            "label": self.label,
            "value": self.value,
            "unit": self.unit,
            "subject": self.subject,
            "base": self.base,
            "formula": self.formula,
            "plan_ids": list(self.plan_ids),
        }


def count_fact(fact_id: str, number: int, label: str, subject: str) -> Fact:
    """Return a count as a fact."""
    return Fact(
        id=fact_id, label=label, value=number, unit="count", subject=subject, formula="Count"
    )


def fact_records(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return the records in order of first appearance; a fact computed twice appears once."""
    return [fact.as_record() for fact in {fact.id: fact for fact in facts}.values()]


def percent_of(part: int, base: int) -> float | None:
    """Return `part` as a percentage of `base`, to one decimal, half away from zero.

    Args:
        part: pence, may be negative.
        base: pence.

    Returns:
        19.3 for 19.3 %; None where the base is not above 0.

    Source: docs/reference/formulas.md, "Gap to a rival".
    """
    if base <= 0:
        return None
    tenths = (2 * abs(part) * 1000 + base) // (2 * base)
    return (tenths if part >= 0 else -tenths) / 10


def row_gap_facts(
    fact_id: str, row: Mapping[str, Any], subject: str, base: str, formula: str
) -> list[Fact]:
    """Return a row's gap to a base in pence and in percent; a figure that is None is left out."""
    figures: tuple[tuple[str, str, Any, Unit], ...] = (
        ("", "cost minus that of the base", row["gap_pence"], "pence_per_month"),
        ("_percent", "gap as a percentage of the base", row["gap_percent"], "percent"),
    )
    kind, _, rest = fact_id.partition(".")
    return [
        Fact(
            id=f"{kind}{suffix}.{rest}",
            label=label,
            value=value,
            unit=unit,
            subject=subject,
            formula=formula,
            base=base,
        )
        for suffix, label, value, unit in figures
        if value is not None
    ]
