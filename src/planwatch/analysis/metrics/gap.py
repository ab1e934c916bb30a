"""Gap of a plan to its cheapest rival like for like, in pence and per cent of the rival's cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from planwatch.analysis.facts import Difference, difference
from planwatch.analysis.market.like_for_like import Equivalents, Shortfall, Terms
from planwatch.analysis.market.market import Listing, Listings
from planwatch.analysis.market.sizes import Sizes, plan_size

Basis = Literal["same", "covers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Difference):
    """A plan beside the rival's plan that it is measured against.

    EMC of the plan − EMC of the rival; the percentage is of the *rival's* cost.

    Attributes:
        rival: gives no less in speed, roaming zone and data abroad than the plan states.
        basis: "same" data and term, or a plan that "covers" them.
        cheaper: the cheapest that gives no less, of more data or for a longer term, where it costs
            less than the rival.
    """

    item: Listing
    rival: Listing
    basis: Basis
    cheaper: Listing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest(Difference):
    """A plan without an equivalent beside the rival that comes nearest.

    Attributes:
        shortfall: what the rival gives less of; not none.
    """

    item: Listing
    rival: Listing
    shortfall: Shortfall


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The gaps of several plans.

    Attributes:
        items: all the plans, in order.
        found: the gap of each that has an equivalent, in that order.
        nearest: of the others, those beside which a rival can be named at all.
    """

    items: tuple[Listing, ...]
    found: tuple[Gap, ...]
    nearest: tuple[Nearest, ...] = ()

    @property
    def alone(self) -> list[Listing]:
        """The plans without an equivalent."""
        measured = {gap.item.plan_id for gap in self.found}
        return [item for item in self.items if item.plan_id not in measured]


def find_gaps(items: Iterable[Listing], rivals: Sequence[Listing]) -> Gaps:
    """Measure each plan against the rivals' plans."""
    measured, among = tuple(items), Listings.of(rivals)
    found: list[Gap] = []
    nearest: list[Nearest] = []
    for item in measured:
        gap = find_gap(item, among)
        if gap is not None:
            found.append(gap)
        elif (near := find_nearest(item, among)) is not None:
            nearest.append(near)
    return Gaps(items=measured, found=tuple(found), nearest=tuple(nearest))


def find_gap(item: Listing, rivals: Sequence[Listing]) -> Gap | None:
    """Measure one plan against the rivals' plans that give no less.

    Args:
        rivals: the plans of one brand, or of all others.

    Returns:
        The gap to the cheapest plan of the same data and term; else to the cheapest with at
        least the data and at most the term; None where no rival is known to give as much.

    Source: docs/reference/formulas.md, "Gap to a rival".
    """
    equivalents = Listings.of(rivals).once(Equivalents)
    rival = equivalents.find_rival(item.plan)
    if rival is None:
        return None
    found = difference(item.monthly_pence, rival.monthly_pence)
    any_term = equivalents.find_any_term(item.plan)
    is_cheaper = any_term is not None and any_term.monthly_pence < rival.monthly_pence
    return Gap(
        item=item,
        rival=rival,
        basis="same" if plan_size(rival.plan) == plan_size(item.plan) else "covers",
        pence=found.pence,
        percent=found.percent,
        cheaper=any_term if is_cheaper else None,
    )


def find_nearest(item: Listing, rivals: Sequence[Listing]) -> Nearest | None:
    """Return the rival of the plan's size, or that covers it, whatever it lacks; None without one.

    Of the same data and term the cheapest; else with at least the data and at most the term.
    """
    plan, sizes = item.plan, Listings.of(rivals).once(Sizes)
    size = plan_size(plan)
    rival = sizes.find_same(*size) or sizes.find_covering(*size)
    if rival is None:
        return None
    found = difference(item.monthly_pence, rival.monthly_pence)
    return Nearest(
        item=item,
        rival=rival,
        pence=found.pence,
        percent=found.percent,
        shortfall=Terms.of(plan).shortfall_of(Terms.of(rival.plan)),
    )
