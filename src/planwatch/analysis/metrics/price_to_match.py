"""Price to match: the cut, promotion or data with which a plan matches a rival or wins a basket."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.standings import standings_of
from planwatch.analysis.rounding import round_up
from planwatch.domain.allowance import MB_PER_GB, Allowance
from planwatch.domain.plan import Plan


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
