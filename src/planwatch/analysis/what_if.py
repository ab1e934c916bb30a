"""What if: the cost and rank of a hypothetical tariff, the plans it dominates and its dominators.

A pure function of the tariff and the plans. The tariff is added to the plans of its brand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from planwatch.analysis.market.comparable import comparable_pence
from planwatch.analysis.market.market import Listing, Market, newest_capture
from planwatch.analysis.metrics.baskets import Basket, price_market, satisfies
from planwatch.analysis.metrics.frontier import (
    Domination,
    find_dominated,
    find_every_dominator,
    find_frontier_pence,
)
from planwatch.analysis.metrics.gap import Gap, find_gap
from planwatch.analysis.metrics.price_to_match import price_to_win_pence
from planwatch.analysis.metrics.tariff import SOURCE, Tariff, build_plan
from planwatch.domain.plan import MOST_PENCE, Plan
from planwatch.domain.rise_rules import RiseRule, find_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketRank:
    """The tariff in one basket that it serves.

    Attributes:
        rank: 1 + the number of other brands that serve the basket for less; a tie is not less.
        brands: other brands that serve it, and the tariff's own.
        market_pence: the lowest among the plans sold now; None where no brand serves it.
        win_pence: the cost that would win it, 1p below; None where no brand serves it.
    """

    basket: Basket
    rank: int
    brands: int
    market_pence: int | None
    market_brands: tuple[str, ...]
    win_pence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a tariff would stand in the market.

    Attributes:
        item: its plan, with the comparable cost.
        baskets: those that it serves, in the order of the baskets asked for.
        dominates: plans of any brand that it dominates, each with the gap.
        dominated_by: its dominators, the cheapest first.
        joins_at_pence: the highest monthly price at which none dominates it, promotion and rises
            as they are; None where no price is low enough, or where `is_free_of_rivals`.
        joins_at_cost_pence: the comparable cost that goes with it.
        is_free_of_rivals: no plan offers as much in every point, so it is efficient at any price.
        gap: to the cheapest rival of another brand of its size, or one that covers it; None where
            no other brand sells as much data for as short a term.
        rise_source: where its rises come from: the tariff, a rule's source, or None if unknown.
    """

    tariff: Tariff
    item: Listing
    baskets: tuple[BasketRank, ...]
    dominates: tuple[Domination, ...]
    dominated_by: tuple[Domination, ...]
    joins_at_pence: int | None
    joins_at_cost_pence: int | None
    is_free_of_rivals: bool
    gap: Gap | None
    rise_source: str | None


def place_tariff(
    tariff: Tariff, market: Market, baskets: Sequence[Basket], rules: Sequence[RiseRule] = ()
) -> Placement:
    """Rank a tariff in a market of at least one plan, signed on the day of the newest capture.

    Args:
        rules: rise rules of its brand.

    Source: docs/reference/formulas.md, "What if".
    """
    as_of = newest_capture(market.listings)
    item = list_tariff(tariff, as_of, rules)
    limit = find_frontier_pence(item, market.listings)
    price = None if limit is None else highest_price(tariff, as_of, rules, limit)
    rivals = market.others_than(tariff.brand)
    return Placement(
        tariff=tariff,
        item=item,
        baskets=_rank_in_baskets(item, market, baskets),
        dominates=find_dominated(market.listings, [item]),
        dominated_by=find_every_dominator(item, market.listings),
        joins_at_pence=price,
        joins_at_cost_pence=None if price is None else limit,
        is_free_of_rivals=limit is None,
        gap=find_gap(item, rivals),
        rise_source=_rise_source(item.plan),
    )


def list_tariff(tariff: Tariff, as_of: date, rules: Sequence[RiseRule]) -> Listing:
    """Return the plan of a tariff with its figures, as one of the market."""
    plan = build_plan(tariff, as_of, rules)
    plan_id = f"{SOURCE}:{plan.plan_key}"
    return Listing(
        plan=plan, plan_id=plan_id, monthly_pence=comparable_pence(plan), identity=plan_id
    )


def highest_price(
    tariff: Tariff, as_of: date, rules: Sequence[RiseRule], limit_pence: int
) -> int | None:
    """Return the highest price whose comparable cost is within the limit; None where none is.

    The promotional price stays, and falls with a price below it. Cost never falls as the price
    rises, so that halving the range finds the price to the penny; only where the promotion is just
    half of the price, rises may be halved and cost falls: those prices are tried by themselves.
    """

    def cost_at(price_pence: int, rules: Sequence[RiseRule]) -> int:
        return comparable_pence(build_plan(tariff.priced(price_pence), as_of, rules))

    whole = [replace(rule, halved=False) for rule in rules]
    low, high = -1, MOST_PENCE // 2
    while high - low > 1:
        middle = (low + high) // 2
        if cost_at(middle, whole) <= limit_pence:
            low = middle
        else:
            high = middle
    promo = tariff.promo_pence
    halves = () if promo is None else (2 * promo - 1, 2 * promo, 2 * promo + 1)
    fit = [price for price in halves if price > low and cost_at(price, rules) <= limit_pence]
    found = max((low, *fit))
    return None if found < 0 else found


def _rank_in_baskets(
    item: Listing, market: Market, baskets: Sequence[Basket]
) -> tuple[BasketRank, ...]:
    by_brand = market.by_brand()
    ranks = []
    for basket in baskets:
        if not satisfies(item.plan, basket):
            continue
        now = price_market(basket, by_brand)
        others = [
            found.monthly_pence for brand, found in now.cheapest.items() if brand != item.plan.brand
        ]
        ranks.append(
            BasketRank(
                basket=basket,
                rank=1 + sum(pence < item.monthly_pence for pence in others),
                brands=len(others) + 1,
                market_pence=now.pence,
                market_brands=now.winners,
                win_pence=price_to_win_pence(now.pence),
            )
        )
    return tuple(ranks)


def _rise_source(plan: Plan) -> str | None:
    """Return where the rises come from, also for a term that ends before one is due."""
    found = find_rules(plan.rules, plan)
    return found[-1].source if found else None
