"""A line of a digest's first screen, and the facts that its figures are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planwatch.analysis.facts import Fact
from planwatch.analysis.market.market import Listing
from planwatch.analysis.subjects import Subject
from planwatch.domain.phrasing import name_plan_of_brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line: its kind, its words, and a fact for each figure in them."""

    kind: str
    text: str
    facts: tuple[Fact, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return the line as JSON."""
        ids = list(dict.fromkeys(fact.id for fact in self.facts))
        return {"kind": self.kind, "text": self.text, "fact_ids": ids}


def plan_by_id(plan_id: str, words: str, brand: str) -> Subject:
    """Return a plan that may no longer be sold, under the name that the ledger has for it."""
    return Subject(
        kind="plan", key=plan_id.replace(":", "."), words=words, brand=brand, plan_id=plan_id
    )


def plan_of(item: Listing) -> Subject:
    """Return a plan of the market as the same subject."""
    return plan_by_id(item.plan_id, name_plan_of_brand(item.plan), item.plan.brand)


def pence_fact(kind: str, subject: Subject, pence: int, label: str, formula: str) -> Fact:
    """Return an amount a month as a fact of a digest."""
    return Fact(
        kind=f"digest_{kind}",
        label=label,
        value=pence,
        unit="pence_per_month",
        subject=subject,
        formula=formula,
        plan_ids=(subject.plan_id,) if subject.plan_id else (),
    )


def cost_fact(item: Listing) -> Fact:
    """Return the comparable cost of a plan now."""
    return pence_fact(
        "cost", plan_of(item), item.monthly_pence, "effective cost now", "Comparable monthly cost"
    )
