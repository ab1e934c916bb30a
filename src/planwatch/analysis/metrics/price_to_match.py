"""Price to match: the cut, promotion or data with which a plan matches a rival or wins a basket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.baskets import MarketPrice
from planwatch.analysis.metrics.frontier import is_dominated
from planwatch.analysis.metrics.gap import Gap
from planwatch.analysis.metrics.standings import standings_of
from planwatch.analysis.rounding import round_up
from planwatch.domain.allowance import MB_PER_GB, Allowance
from planwatch.domain.plan import Plan

PROMO_MONTHS: Final = (3, 6, 12)
"""The lengths of the promotions that are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What would match the rival of a plan that costs more.

    Attributes:
        promotions: the reduction in each of the first months, by their number; None where it would
            exceed the price, or where the term is no longer.
        data_mb: the least data at the same price that no rival dominates; None where no amount is
            enough, or where none is needed because no rival dominates the plan.
    """

    gap: Gap
    promotions: Mapping[int, int | None]
    data_mb: int | None
    is_no_data_enough: bool

    @property
    def cut_pence(self) -> int:
        return cut_to_match_pence(self.gap.pence)


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


def find_match(gap: Gap, rivals: Sequence[Listing]) -> Match:
    """Return what would match the rival, beside `rivals` that may dominate the plan."""
    plan, enough = gap.item.plan, data_to_match(gap.item, rivals)
    return Match(
        gap=gap,
        promotions={
            months: promotion_to_match_pence(plan, gap.pence, months)
            if months < plan.term_months
            else None
            for months in PROMO_MONTHS
        },
        data_mb=enough.data_mb if enough and is_dominated(gap.item, rivals) else None,
        is_no_data_enough=enough is None,
    )


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
