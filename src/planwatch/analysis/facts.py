"""Facts: computed figures with unit, subject, formula and the plans they come from.

Owns the shape of a fact and the rounding of percentages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from planwatch.analysis.subjects import Subject

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
        kind: what it measures ("gap", "moves"): one word for each formula and point of view.
        value: in `unit`: pence, per cent (19.3 = 19.3 %), a count; signed.
        base: what a difference or a percentage is against, in words where that is no subject;
            None where it is against nothing.
        formula: heading in docs/reference/formulas.md.
        plan_ids: the plans that it was computed from, as "source:plan_key".
        variant: what tells it from others of its kind and subject: "30d", "12m"; else empty.
    """

    kind: str
    label: str
    value: int | float
    unit: Unit
    subject: Subject
    formula: str
    plan_ids: tuple[str, ...] = ()
    base: Subject | str | None = None
    variant: str = ""

    @property
    def id(self) -> str:
        """Its name in a document, for people to type; code asks the fact itself."""
        return fact_id(self.kind, self.subject, self.variant)

    def as_record(self) -> dict[str, Any]:
        """Return the fact as JSON, in the order of its fields."""
        base = self.base
        return {
            "id": self.id,
            "kind": self.kind,
            "label": self.label,
            "value": self.value,
            "unit": self.unit,
            "subject": self.subject.words,
            "about": self.subject.as_record(),
            "base": base.words if isinstance(base, Subject) else base,
            "against": base.as_record() if isinstance(base, Subject) else None,
            "formula": self.formula,
            "plan_ids": list(self.plan_ids),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFact:
    """A fact as a document has it, with its subject and base in words and as values."""

    id: str
    kind: str
    label: str
    value: int | float
    unit: Unit
    subject: str
    about: Mapping[str, Any]
    base: str | None
    against: Mapping[str, Any] | None
    formula: str
    plan_ids: tuple[str, ...]

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        """Return the fact of a record that `as_record` wrote."""
        return cls(**{**record, "plan_ids": tuple(record["plan_ids"])})

    def as_record(self) -> dict[str, Any]:
        """Return the record again."""
        names = (field.name for field in fields(self))
        return {**{name: getattr(self, name) for name in names}, "plan_ids": list(self.plan_ids)}


def fact_id(kind: str, subject: Subject, variant: str = "") -> str:
    """Return the id of the fact of this kind and subject: "gap.o2-25gb-24m-classic"."""
    return ".".join(part for part in (kind, subject.key, variant) if part)


def ids_of(subject: Subject, *, named: str = "", variant: str = "", **kinds: str) -> dict[str, str]:
    """Return for each column of a row the id of the fact, or of the plan, that its cell shows.

    Args:
        named: the column in which the subject's plan is named.
        kinds: the kind of fact by the column's key; all of them are of `subject` and `variant`.
    """
    plan = {named: subject.plan_id} if named and subject.plan_id else {}
    return plan | {column: fact_id(kind, subject, variant) for column, kind in kinds.items()}


def count_fact(kind: str, number: int, label: str, subject: Subject, variant: str = "") -> Fact:
    """Return a count as a fact."""
    return Fact(
        kind=kind,
        label=label,
        value=number,
        unit="count",
        subject=subject,
        formula="Count",
        variant=variant,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cost minus that of a base.

    Attributes:
        pence: above 0 where the cost is the higher one.
        percent: of the base; None where that is not above 0.
    """

    pence: int
    percent: float | None


def difference(pence: int, base: int) -> Difference:
    """Return how far a cost in pence lies from a base in pence."""
    return Difference(pence=pence - base, percent=percent_of(pence - base, base))


def facts_of(
    subject: Subject,
    formula: str,
    *figures: tuple[str, str, float | None, Unit],
    plan_ids: tuple[str, ...] = (),
    base: Subject | str | None = None,
    variant: str = "",
) -> list[Fact]:
    """Return several figures of a subject by one formula as facts.

    Args:
        figures: kind, label, value and unit of each; one that is None is left out.
    """
    return [
        Fact(
            kind=kind,
            label=label,
            value=value,
            unit=unit,
            subject=subject,
            formula=formula,
            plan_ids=plan_ids,
            base=base,
            variant=variant,
        )
        for kind, label, value, unit in figures
        if value is not None
    ]


def difference_facts(
    kind: str,
    found: Difference,
    subject: Subject,
    base: Subject | str,
    formula: str,
    variant: str = "",
) -> list[Fact]:
    """Return a difference in pence and in per cent."""
    return facts_of(
        subject,
        formula,
        (kind, "cost minus that of the base", found.pence, "pence_per_month"),
        (f"{kind}_percent", "gap as a percentage of the base", found.percent, "percent"),
        base=base,
        variant=variant,
    )
