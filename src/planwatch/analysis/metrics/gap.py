"""Gap of a plan to its cheapest rival, in pence and as a percentage of the rival's cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from planwatch.analysis.facts import Difference, difference
from planwatch.analysis.market.market import ROAMING_RANK, Listing, Listings
from planwatch.analysis.market.sizes import Sizes
from planwatch.domain.plan import Plan

Basis = Literal["same", "covers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Difference):
    """A plan beside the rival's plan that it is measured against.

    EMC of the plan − EMC of the rival; the percentage is of the *rival's* cost.

    Attributes:
        basis: "same" data and term, or a plan that "covers" them.
        rival_lacks: what the plan offers and the rival does not: such a gap compares unlike plans.
    """

    item: Listing
    rival: Listing
    basis: Basis
    rival_lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The gaps of several plans.

    Attributes:
        items: all the plans, in order.
        found: the gap of each that has a rival, in that order.
    """

    items: tuple[Listing, ...]
    found: tuple[Gap, ...]

    @property
    def alone(self) -> list[Listing]:
        """The plans without a rival."""
        measured = {gap.item.plan_id for gap in self.found}
        return [item for item in self.items if item.plan_id not in measured]


def find_gaps(items: Iterable[Listing], rivals: Sequence[Listing]) -> Gaps:
    """Measure each plan against the rivals' plans."""
    measured = tuple(items)
    gaps = (find_gap(item, rivals) for item in measured)
    return Gaps(items=measured, found=tuple(gap for gap in gaps if gap is not None))


def find_gap(item: Listing, rivals: Sequence[Listing]) -> Gap | None:
    """Measure one plan against the rivals' plans.

    Args:
        rivals: the plans of one brand, or of all others.

    Returns:
        The gap to the cheapest plan of the same data and term; else to the cheapest with at
        least the data and at most the term; None where the rivals sell nothing with as much data
        for as short a term.

    Source: docs/reference/formulas.md, "Gap to a rival".
    """
    plan = item.plan
    sizes = Listings.of(rivals).once(Sizes)
    same = sizes.find_same(plan.allowance, plan.term_months)
    rival = same or sizes.find_covering(plan.allowance, plan.term_months)
    if rival is None:
        return None
    found = difference(item.monthly_pence, rival.monthly_pence)
    return Gap(
        item=item,
        rival=rival,
        basis="same" if same else "covers",
        pence=found.pence,
        percent=found.percent,
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
