"""The cheapest plans for a need: ranked by cost, with what does not state what was asked set apart.

A pure function of the plans and the need. A plan that does not state its roaming or generation is
never ranked where that was asked for, and no table fills in what its page leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from planwatch.analysis.market.market import ROAMING_RANK, Listing, cheapness
from planwatch.analysis.rounding import round_half_up
from planwatch.domain.allowance import Allowance
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.plan import Plan
from planwatch.domain.roaming_charges import RoamingCharge, trip_pence

MONTHS_A_YEAR: Final = 12

Zone = Literal["eu", "global"]
Missing = Literal["roaming", "generation", "trip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a buyer asks for.

    Attributes:
        needed: least data.
        longest_term: in months; None is any.
        roaming: the least zone that the plan's page must state; None is not asked for.
        five_g: whether its page must state 5G.
        eu_days: days a year in the EU, whose charge is added; None is not asked for.
        brands: only these; () is all. `excluded`: none of these.
    """

    needed: Allowance
    longest_term: int | None = None
    roaming: Zone | None = None
    five_g: bool = False
    eu_days: int | None = None
    brands: Sequence[str] = ()
    excluded: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan that serves the need, or may.

    Attributes:
        trip_pence: what the days in the EU cost a year; None where not asked for or not known.
        missing: what its page does not state, or nobody knows, of what was asked; () if ranked.
    """

    item: Listing
    trip_pence: int | None = None
    missing: tuple[Missing, ...] = ()

    @property
    def cost_pence(self) -> int:
        """The comparable cost a month, with a twelfth of a year's days in the EU."""
        return self.item.monthly_pence + spread_trip(self.trip_pence or 0)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Plans that serve a need, the cheapest first, and those of which that is not known."""

    ranked: tuple[Candidate, ...]
    not_stated: tuple[Candidate, ...]


def spread_trip(pence_a_year: int) -> int:
    """Return what a year's days abroad come to a month, rounded half up.

    Source: docs/reference/formulas.md, "Days in the EU".
    """
    return round_half_up(Fraction(pence_a_year, MONTHS_A_YEAR))


def rank_cheapest(
    listings: Iterable[Listing],
    need: Need,
    day: date,
    charges: Iterable[RoamingCharge] | None = None,
) -> Ranking:
    """Rank the plans that serve the need by cost, then headline price, then id.

    A direct plan and an aggregator's offer of it are one plan: the cheaper is meant, or the direct.

    Args:
        day: whose roaming charges are counted; `charges` by default those of the package.

    Source: docs/reference/formulas.md, "Cheapest for a need".
    """
    table = None if charges is None else tuple(charges)
    found = [
        candidate
        for item in listings
        if (candidate := _find_candidate(item, need, day, table)) is not None
    ]
    ranked = _one_each([candidate for candidate in found if not candidate.missing])
    costs = {candidate.item.identity: candidate.item.monthly_pence for candidate in ranked}
    unknown = [
        candidate
        for candidate in _one_each([candidate for candidate in found if candidate.missing])
        if costs.get(candidate.item.identity, candidate.item.monthly_pence + 1)
        > candidate.item.monthly_pence
    ]
    return Ranking(tuple(ranked), tuple(unknown))


def _find_candidate(
    item: Listing, need: Need, day: date, charges: Sequence[RoamingCharge] | None
) -> Candidate | None:
    plan = item.plan
    if not _may_serve(plan, need):
        return None
    trip = None if need.eu_days is None else trip_pence(plan, need.eu_days, day, charges)
    asked: tuple[tuple[Missing, bool], ...] = (
        ("roaming", need.roaming is not None and plan.roaming is None),
        ("generation", need.five_g and plan.generation is None),
        ("trip", need.eu_days is not None and trip is None),
    )
    missing = tuple(what for what, is_missing in asked if is_missing)
    return Candidate(item=item, trip_pence=trip, missing=missing)


def _may_serve(plan: Plan, need: Need) -> bool:
    """Tell whether nothing that the plan states is against it."""
    if need.brands and plan.brand not in need.brands:
        return False
    if plan.brand in need.excluded or not plan.allowance.covers(need.needed):
        return False
    if need.longest_term is not None and plan.term_months > need.longest_term:
        return False
    if need.five_g and plan.generation not in (None, "5g"):
        return False
    return (
        need.roaming is None
        or plan.roaming is None
        or ROAMING_RANK[plan.roaming] >= ROAMING_RANK[need.roaming]
    )


def _one_each(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the cheapest candidate of each plan, in order."""
    chosen: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=_sellers_first):
        chosen.setdefault(candidate.item.identity, candidate)
    return sorted(chosen.values(), key=_order)


def _sellers_first(candidate: Candidate) -> tuple[int, bool, tuple[int, int, str]]:
    item = candidate.item
    return (candidate.cost_pence, item.plan.source in AGGREGATORS, cheapness(item))


def _order(candidate: Candidate) -> tuple[int, int, str]:
    item = candidate.item
    return (candidate.cost_pence, item.plan.price_pence, item.plan_id)
