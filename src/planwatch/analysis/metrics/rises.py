"""Mid-contract price rises: burden in % of the first price, and exposure in £ a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from planwatch.analysis.facts import percent_of
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.ladder import annual_rise_pence
from planwatch.analysis.rounding import round_half_up
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandExposure:
    """What rises add to the yearly bills of one brand's contracts.

    Attributes:
        rising: contracts with a rise within the term.
        mean_pence: over all contracts, rounded half up.
        most: the largest exposure, of the contract `largest`.
    """

    contracts: tuple[Listing, ...]
    rising: int
    mean_pence: int
    most: RiseExposure
    largest: Listing


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


def brand_exposure(contracts: Sequence[Listing]) -> BrandExposure:
    """Return the rise exposure of a brand's contracts, of which there is at least one.

    Source: docs/reference/formulas.md, "Rise exposure".
    """
    exposures = [(rise_exposure(item.plan), item) for item in contracts]
    most, largest = max(exposures, key=lambda found: (found[0].pence_a_year, found[0].percent or 0))
    total = sum(exposure.pence_a_year for exposure, _ in exposures)
    return BrandExposure(
        contracts=tuple(contracts),
        rising=sum(exposure.pence_a_year > 0 for exposure, _ in exposures),
        mean_pence=round_half_up(Fraction(total, len(contracts))),
        most=most,
        largest=largest,
    )


def _first_month_after_promo(plan: Plan, months: int) -> int:
    ends = [step.starts for step in plan.all_steps if isinstance(step.starts, int)]
    if plan.promo_months is not None:
        ends.append(plan.promo_months + 1)
    within = [month for month in ends if month <= months]
    return max(within, default=1)
