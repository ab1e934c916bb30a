"""Gap of a plan to its cheapest rival, in pence and as a percentage of the rival's cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planwatch.analysis.facts import Fact, count_fact, ids_of, percent_of
from planwatch.analysis.market.market import ROAMING_RANK, Listing, Listings
from planwatch.analysis.market.sizes import Sizes
from planwatch.analysis.subjects import brand_subject, plan_subject
from planwatch.domain.phrasing import name_plan, name_plan_of_brand
from planwatch.domain.plan import Plan

Basis = Literal["same", "covers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A plan beside the rival's plan that it is measured against.

    Attributes:
        rival: None where the rivals sell nothing with as much data for as short a term.
        basis: "same" data and term, or a plan that "covers" them; None without a rival.
        pence: EMC of the plan − EMC of the rival: above 0 where the plan is dearer.
        percent: the gap as a percentage of the *rival's* cost.
        rival_lacks: what the plan offers and the rival does not: such a gap compares unlike plans.
    """

    item: Listing
    rival: Listing | None
    basis: Basis | None
    pence: int | None
    percent: float | None
    rival_lacks: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return raw values; `plan` and `rival` are names."""
        item, rival = self.item, self.rival
        return {
            "plan_id": item.plan_id,
            "plan": name_plan(item.plan),
            "effective_pence": item.monthly_pence,
            "rival_brand": rival.plan.brand if rival else None,
            "rival": name_plan_of_brand(rival.plan) if rival else None,
            "rival_pence": rival.monthly_pence if rival else None,
            "gap_pence": self.pence,
            "gap_percent": self.percent,
            "is_same_size": self.basis == "same",
            "basis": _BASIS_WORDS[self.basis] if self.basis else None,
            "rival_lacks": " and ".join(self.rival_lacks) or None,
            "ids": self._ids(),
        }

    def _ids(self) -> dict[str, str]:
        ids = ids_of(
            plan_subject(self.item),
            named="plan",
            effective_pence="effective",
            gap_pence="gap",
            gap_percent="gap_percent",
        )
        if self.rival is not None:
            ids |= ids_of(plan_subject(self.rival), named="rival", rival_pence="effective")
        return ids


_BASIS_WORDS = {"same": "same data and term", "covers": "as much data, no longer term"}


def find_gap(item: Listing, rivals: Sequence[Listing]) -> Gap:
    """Measure one plan against the rivals' plans.

    Args:
        rivals: the plans of one brand, or of all others.

    Returns:
        The gap to the cheapest plan of the same data and term; else to the cheapest with at
        least the data and at most the term; else a gap without a rival.

    Source: docs/reference/formulas.md, "Gap to a rival".
    """
    plan = item.plan
    sizes = Listings.of(rivals).once(Sizes)
    same = sizes.find_same(plan.allowance, plan.term_months)
    rival = same or sizes.find_covering(plan.allowance, plan.term_months)
    if rival is None:
        return Gap(item=item, rival=None, basis=None, pence=None, percent=None)
    pence = item.monthly_pence - rival.monthly_pence
    return Gap(
        item=item,
        rival=rival,
        basis="same" if same else "covers",
        pence=pence,
        percent=percent_of(pence, rival.monthly_pence),
        rival_lacks=find_lacks(plan, rival.plan),
    )


def find_lacks(plan: Plan, rival: Plan) -> tuple[str, ...]:
    """Return what `plan` states that it offers and `rival` does not: as wide roaming, its speed."""
    lacks = []
    if ROAMING_RANK[plan.roaming] > ROAMING_RANK[rival.roaming]:
        lacks.append("global roaming" if plan.roaming == "global" else "EU roaming")
    if rival.max_speed_mbps and rival.max_speed_mbps < (plan.max_speed_mbps or float("inf")):
        lacks.append("full speed" if plan.max_speed_mbps is None else "its speed")
    return tuple(lacks)


def gap_count_facts(gaps: Sequence[Gap], brand: str) -> list[Fact]:
    """Return at how many sizes a brand is dearer, cheaper or tied, and has no rival."""
    priced = [gap.pence for gap in gaps if gap.pence is not None]
    return [
        count_fact(kind, number, label, brand_subject(brand))
        for kind, number, label in (
            ("sizes_with_rival", len(priced), "plans or sizes with a rival"),
            ("dearer", sum(pence > 0 for pence in priced), "plans or sizes dearer than the rival"),
            (
                "cheaper",
                sum(pence < 0 for pence in priced),
                "plans or sizes cheaper than the rival",
            ),
            ("level", sum(pence == 0 for pence in priced), "plans or sizes tied with the rival"),
            ("no_rival", len(gaps) - len(priced), "plans or sizes without a rival"),
        )
    ]


def gap_facts(gaps: Iterable[Gap]) -> list[Fact]:
    """Return each gap in pence and in per cent of the rival's cost; the subject names both."""
    facts = []
    for gap in gaps:
        if gap.rival is None or gap.pence is None:
            continue
        item, base = plan_subject(gap.item), plan_subject(gap.rival)
        subject, ids = (
            item.said(f"{item.words} against {base.words}"),
            (gap.item.plan_id, gap.rival.plan_id),
        )
        facts.append(
            Fact(
                kind="gap",
                label="effective cost minus the rival's",
                value=gap.pence,
                unit="pence_per_month",
                subject=subject,
                formula="Gap to a rival",
                plan_ids=ids,
                base=base,
            )
        )
        if gap.percent is not None:
            facts.append(
                Fact(
                    kind="gap_percent",
                    label=f"gap as a percentage of the cost of {base.words}",
                    value=gap.percent,
                    unit="percent",
                    subject=subject,
                    formula="Gap to a rival",
                    plan_ids=ids,
                    base=base,
                )
            )
    return facts
