"""Price to match: the cut, promotion or data with which a plan matches a rival or wins a basket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from planwatch.analysis.market.like_for_like import NO_SHORTFALL, Equivalents, Shortfall, Terms
from planwatch.analysis.market.market import Listing, Listings, find_cheapest
from planwatch.analysis.market.sizes import Sizes, plan_size
from planwatch.analysis.metrics.baskets import MarketPrice
from planwatch.analysis.metrics.frontier import is_dominated
from planwatch.analysis.metrics.gap import Gap
from planwatch.analysis.metrics.standings import standings_of
from planwatch.analysis.pricing import NOBODY, Pricing
from planwatch.analysis.rounding import round_up
from planwatch.domain.allowance import MB_PER_GB, Allowance
from planwatch.domain.plan import Plan

PROMO_MONTHS: Final = (3, 6, 12)
"""The lengths of the promotions that are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What would match the rival of a plan that costs more.

    Attributes:
        aim_pence: what the cost of the plan is to fall by: the gap less the premium.
        headline_pence: the headline that does it; the floor where it is higher; None where the
            price is not that much.
        is_floor: the floor keeps the plan dearer than is aimed at.
        undercut: the cheapest of all rivals that is cheaper than this one, of more data, for a
            longer term, or because it gives less; None where none is.
        shortfall: what it gives less of.
        promotions: the reduction in each of the first months, by their number; None where it would
            exceed the price, or where the term is no longer.
        data_mb: the least data at the same price that no rival dominates; None where no amount is
            enough, or where none is needed because no rival dominates the plan.
    """

    gap: Gap
    aim_pence: int
    headline_pence: int | None
    is_floor: bool
    undercut: Listing | None
    shortfall: Shortfall
    promotions: Mapping[int, int | None]
    data_mb: int | None
    is_no_data_enough: bool

    @property
    def cut_pence(self) -> int | None:
        """What to cut off every month; None where no headline is low enough."""
        if self.headline_pence is None:
            return None
        return self.gap.item.plan.price_pence - self.headline_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Win:
    """What would win a basket that the brand serves and does not win.

    Attributes:
        rival: the cheapest plan of another brand for the basket.
    """

    price: MarketPrice
    own: Listing
    rival: Listing
    win_pence: int

    @property
    def cut_pence(self) -> int:
        return self.own.monthly_pence - self.win_pence

    @property
    def headline_pence(self) -> int | None:
        """The headline that wins it; None where the price is not that much."""
        headline = self.own.plan.price_pence - self.cut_pence
        return headline if headline > 0 else None


def cut_to_match_pence(gap_pence: int) -> int:
    """Return by how much every month's price must fall to close the gap; 0 where there is none.

    Source: docs/reference/formulas.md, "Price to match".
    """
    return max(gap_pence, 0)


def promotion_to_match_pence(plan: Plan, gap_pence: int, months: int) -> int | None:
    """Return the reduction a month that closes the gap in the first `months` months alone.

    Args:
        gap_pence: monthly, over the whole term.
        months: of the promotion, 1 to the term.

    Returns:
        gap × T / months, rounded up, since less would not match; 0 where there is no gap; None
        where it exceeds the price of one of those months.

    Raises:
        ValueError: the promotion outlasts the term.

    Source: docs/reference/formulas.md, "Price to match".
    """
    prices = plan.prices_by_month()
    if not 1 <= months <= len(prices):
        raise ValueError(f"a promotion lasts 1 to {len(prices)} months, not {months}")
    worth = round_up(Fraction(max(gap_pence, 0) * len(prices), months))
    return None if worth > min(prices[:months]) else worth


def data_to_match(item: Listing, rivals: Sequence[Listing]) -> Allowance | None:
    """Return the least whole GB at the same price that no rival dominates.

    Returns:
        The plan's own allowance where nothing dominates it; None where an unlimited plan does.

    Source: docs/reference/formulas.md, "Price to match".
    """
    needed = item.plan.allowance.data_mb
    for rival, is_better in standings_of(rivals).largest_dominators(item):
        data_mb = rival.plan.allowance.data_mb
        if data_mb is None or needed is None:
            return None
        # as much is enough beside one that is better in nothing else
        least_gb = data_mb // MB_PER_GB + 1 if is_better else -(-data_mb // MB_PER_GB)
        needed = max(needed, least_gb * MB_PER_GB)
    return item.plan.allowance if needed is None else Allowance(needed)


def price_to_win_pence(market_pence: int | None) -> int | None:
    """Return the cost that wins a basket: 1p below the market price; None where no brand serves it.

    Source: docs/reference/formulas.md, "Price to match".
    """
    return None if market_pence is None else max(market_pence - 1, 0)


def find_match(gap: Gap, rivals: Sequence[Listing], pricing: Pricing = NOBODY) -> Match:
    """Return what would match the rival.

    Args:
        rivals: all that are sold beside the plan, which may dominate it or undercut the rival.
        pricing: the premium that the plan may cost more than the rival, and the lowest headline.
    """
    plan, enough = gap.item.plan, data_to_match(gap.item, rivals)
    aim = cut_to_match_pence(gap.pence - pricing.premium_pence)
    wanted = plan.price_pence - aim
    is_floor = wanted < pricing.floor_pence
    headline = min(pricing.floor_pence, plan.price_pence) if is_floor else wanted
    undercut = _find_undercut(gap, rivals)
    return Match(
        gap=gap,
        aim_pence=aim,
        headline_pence=headline if headline > 0 else None,
        is_floor=is_floor and pricing.floor_pence > 0,
        undercut=undercut,
        shortfall=Terms.of(plan).shortfall_of(Terms.of(undercut.plan))
        if undercut
        else NO_SHORTFALL,
        promotions={
            months: promotion_to_match_pence(plan, aim, months)
            if months < plan.term_months
            else None
            for months in PROMO_MONTHS
        },
        data_mb=enough.data_mb if enough and is_dominated(gap.item, rivals) else None,
        is_no_data_enough=enough is None,
    )


def _find_undercut(gap: Gap, rivals: Sequence[Listing]) -> Listing | None:
    """Return the cheapest alternative to the plan that costs less than the rival to be matched."""
    equal = Listings.of(rivals).once(Equivalents).find_any_term(gap.item.plan)
    plan = gap.item.plan
    covering = Listings.of(rivals).once(Sizes).find_covering(*plan_size(plan))
    found = find_cheapest(item for item in (equal, covering) if item)
    return found if found and found.monthly_pence < gap.rival.monthly_pence else None


def find_win(price: MarketPrice, brand: str) -> Win | None:
    """Return what would win a basket; None where the brand wins it alone or does not serve it."""
    own = price.cheapest.get(brand)
    others = [item for name, item in price.cheapest.items() if name != brand]
    if own is None or not others:
        return None
    rival = min(others, key=lambda item: (item.monthly_pence, item.plan_id))
    win = price_to_win_pence(rival.monthly_pence)
    if win is None or own.monthly_pence <= win:
        return None
    return Win(price=price, own=own, rival=rival, win_pence=win)
