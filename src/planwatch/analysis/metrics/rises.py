"""Mid-contract price rises: burden in % of the first price, and exposure in £ a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from planwatch.analysis.facts import percent_of
from planwatch.analysis.metrics.ladder import annual_rise_pence
from planwatch.domain.plan import Plan

_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseExposure:
    """What rises add to the bill of a year.

    Attributes:
        pence_a_year: 0 where the price does not rise.
        percent: of a year's bill at the first price after the promotion; None where that is 0.
    """

    pence_a_year: int
    percent: float | None


def rise_burden_percent(plan: Plan) -> float | None:
    """Return the yearly rise as a percentage of the first month's price.

    Returns:
        0.0 where the price does not rise; None where the rise is not known or the month is free.

    Source: docs/reference/formulas.md, "Rise burden".
    """
    rise = annual_rise_pence(plan)
    return None if rise is None else percent_of(rise, plan.prices_by_month()[0])


def rise_exposure(plan: Plan) -> RiseExposure:
    """Return how much dearer a year is at the end of the term than after the promotion.

    (p(T) − p(first month after the promotion)) × 12, and as a percentage of 12 × the latter.
    If a promotion lasts the whole term, the first month is used instead.

    Source: docs/reference/formulas.md, "Rise exposure".
    """
    prices = plan.prices_by_month()
    first = prices[_first_month_after_promo(plan, len(prices)) - 1]
    pence = max(prices[-1] - first, 0) * _MONTHS_A_YEAR
    return RiseExposure(pence_a_year=pence, percent=percent_of(pence, first * _MONTHS_A_YEAR))


def _first_month_after_promo(plan: Plan, months: int) -> int:
    ends = [step.starts for step in plan.all_steps if isinstance(step.starts, int)]
    if plan.promo_months is not None:
        ends.append(plan.promo_months + 1)
    within = [month for month in ends if month <= months]
    return max(within, default=1)
