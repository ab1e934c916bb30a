"""Match: the headline price at which a tariff costs what a rival does. The inverse of `what_if`.

A pure function of the tariff and the market. A headline is the price that the tariff states, with
a promotion the price after it; costs are comparable monthly costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planwatch.analysis.market.comparable import comparable_pence
from planwatch.analysis.market.like_for_like import Equivalents, Shortfall, Terms
from planwatch.analysis.market.market import (
    Listing,
    Listings,
    Market,
    newest_capture,
)
from planwatch.analysis.market.sizes import Sizes, plan_size
from planwatch.analysis.metrics.frontier import find_dominated, find_every_dominator
from planwatch.analysis.metrics.tariff import Tariff, build_plan
from planwatch.analysis.pricing import NOBODY, Pricing
from planwatch.analysis.what_if import highest_price, list_tariff
from planwatch.domain.plan import Plan
from planwatch.domain.rise_rules import RiseRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A price of the tariff, and what it comes to over the term; both in pence a month."""

    pence: int
    effective_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What it takes to match a rival.

    Attributes:
        shortfall: what the rival gives less of than the tariff; none where like for like.
        is_same_size: of the same data and term; else it gives as much data on no longer term.
        match: the highest headline that costs no more than the rival; None where none is low
            enough.
        beat: the highest that costs a penny less at least.
    """

    rival: Listing
    shortfall: Shortfall
    is_same_size: bool
    match: Headline | None
    beat: Headline | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The price for somebody: that of the rival with the premium, and not below the floor.

    Attributes:
        target_pence: comparable cost of the rival plus the premium.
        headline: the highest that is within the target, or the floor; None where none is.
        is_floor: the target asks for less than the floor.
    """

    rival: Listing
    target_pence: int
    headline: Headline | None
    is_floor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What a tariff must charge.

    Attributes:
        plan: the tariff, for what it gives; its price says nothing.
        current: the brand's own cheapest plan of that data and term now.
        like_for_like: against the cheapest of all other brands that gives no less.
        peers: the same among the peers; None without peers, too.
        overall: against the cheapest with as much data on no longer term, whatever it lacks.
        longer: the cheapest like for like on any term, where that is cheaper still.
        recommended: None where no rival is like for like.
        dominated: plans of the brand that nobody need buy any more at the recommended price.
        dominating: plans of the brand that leave nobody to buy the tariff at that price.
    """

    plan: Plan
    current: Listing | None
    like_for_like: Matching | None
    peers: Matching | None
    overall: Matching | None
    longer: Listing | None
    recommended: Recommendation | None
    dominated: tuple[Listing, ...]
    dominating: tuple[Listing, ...]


def match_tariff(
    tariff: Tariff,
    market: Market,
    rules: Sequence[RiseRule] = (),
    pricing: Pricing = NOBODY,
) -> Matched:
    """Return the headlines with which a tariff matches its rivals, signed on the newest capture.

    Args:
        tariff: its price is of no matter.
        market: of at least one plan.
        rules: rise rules of the tariff's brand.

    Source: docs/reference/formulas.md, "Match".
    """
    desk = _Desk(tariff, newest_capture(market.listings), tuple(rules))
    rivals = market.others_than(tariff.brand)
    peers = Listings(item for item in rivals if item.plan.brand in pricing.peers)
    like = _like_for_like(desk, rivals)
    of_peers = _like_for_like(desk, peers) if pricing.peers else None
    basis = of_peers if pricing.peers else like
    recommended = None if basis is None else _recommend(desk, basis.rival, pricing)
    own = market.of_brand(tariff.brand)
    dominated, dominating = _own_ladder(desk, own, recommended)
    any_term = rivals.once(Equivalents).find_any_term(desk.plan)
    return Matched(
        plan=desk.plan,
        current=own.once(Sizes).find_same(desk.plan.allowance, desk.plan.term_months),
        like_for_like=like,
        peers=of_peers,
        overall=_overall(desk, rivals),
        longer=any_term if any_term and _is_cheaper(any_term, like) else None,
        recommended=recommended,
        dominated=dominated,
        dominating=dominating,
    )


class _Desk:
    """A tariff on the day of signing: its cost at a price, and the price of a cost."""

    def __init__(self, tariff: Tariff, day: date, rules: tuple[RiseRule, ...]) -> None:
        self.tariff, self.day, self.rules = tariff, day, rules
        self.plan = build_plan(tariff, day, rules)

    def headline(self, pence: int) -> Headline:
        plan = build_plan(self.tariff.priced(pence), self.day, self.rules)
        return Headline(pence=pence, effective_pence=comparable_pence(plan))

    def within(self, cost_pence: int) -> Headline | None:
        """Return the highest headline of a penny or more whose cost is within another."""
        found = highest_price(self.tariff, self.day, self.rules, cost_pence)
        return self.headline(found) if found else None


def _like_for_like(desk: _Desk, rivals: Listings) -> Matching | None:
    rival = rivals.once(Equivalents).find_rival(desk.plan)
    return None if rival is None else _matching(desk, rival)


def _overall(desk: _Desk, rivals: Listings) -> Matching | None:
    sizes = rivals.once(Sizes)
    rival = sizes.find_covering(desk.plan.allowance, desk.plan.term_months)
    return None if rival is None else _matching(desk, rival)


def _matching(desk: _Desk, rival: Listing) -> Matching:
    mine, its = desk.plan, rival.plan
    return Matching(
        rival=rival,
        shortfall=Terms.of(mine).shortfall_of(Terms.of(its)),
        is_same_size=plan_size(its) == plan_size(mine),
        match=desk.within(rival.monthly_pence),
        beat=desk.within(rival.monthly_pence - 1),
    )


def _recommend(desk: _Desk, rival: Listing, pricing: Pricing) -> Recommendation:
    target = rival.monthly_pence + pricing.premium_pence
    headline = desk.within(target)
    is_floor = (headline.pence if headline else 0) < pricing.floor_pence
    return Recommendation(
        rival=rival,
        target_pence=target,
        headline=desk.headline(pricing.floor_pence) if is_floor else headline,
        is_floor=is_floor,
    )


def _is_cheaper(item: Listing, than: Matching | None) -> bool:
    return than is None or item.monthly_pence < than.rival.monthly_pence


def _own_ladder(
    desk: _Desk, own: Listings, recommended: Recommendation | None
) -> tuple[tuple[Listing, ...], tuple[Listing, ...]]:
    """Return what the recommended price does to the brand's other plans, and they to it."""
    if recommended is None or recommended.headline is None:
        return (), ()
    item = list_tariff(desk.tariff.priced(recommended.headline.pence), desk.day, desk.rules)
    others = Listings(each for each in own if plan_size(each.plan) != plan_size(desk.plan))
    return (
        tuple(verdict.item for verdict in find_dominated(others, [item])),
        tuple(verdict.dominator for verdict in find_every_dominator(item, others)),
    )
