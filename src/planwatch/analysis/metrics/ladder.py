"""Price ladder of a brand: headline, effective and exit price, uplift and rise of each plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planwatch.analysis.facts import Difference, difference, percent_of
from planwatch.analysis.market.like_for_like import NO_SHORTFALL, Shortfall, Terms
from planwatch.analysis.market.market import Listing, find_cheapest
from planwatch.analysis.market.sizes import group_sizes
from planwatch.analysis.rounding import round_half_up
from planwatch.domain.allowance import Allowance
from planwatch.domain.per_gb import cost_per_gb
from planwatch.domain.plan import Plan
from planwatch.domain.schedule import month_of_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two brands at one data and term: A's cheapest variant and B's cheapest that gives no less.

    Attributes:
        a: None where A sells none; `b` likewise.
        shortfall: what B's gives less of, where none of its variants gives no less: `b` is its
            cheapest then, and is not compared.
    """

    allowance: Allowance
    term_months: int
    a: Listing | None
    b: Listing | None
    shortfall: Shortfall = NO_SHORTFALL

    @property
    def gap(self) -> Difference | None:
        """A − B in effective cost, where both sell like for like."""
        if self.a is None or self.b is None or not self.shortfall.is_none:
            return None
        return difference(self.a.monthly_pence, self.b.monthly_pence)


def uplift_percent(plan: Plan) -> float | None:
    """Return by how much the effective cost lies above the first month's price, EMC/p(1) − 1.

    Returns:
        Per cent, negative where the price falls; None where the first month is free.

    Source: docs/reference/formulas.md, "Uplift".
    """
    first = plan.prices_by_month()[0]
    return percent_of(plan.effective_pence - first, first)


def promo_percent(plan: Plan) -> float | None:
    """Return the depth of the promotion, 1 − promo/list, in per cent; None without one.

    Source: docs/reference/formulas.md, "Promotion depth".
    """
    if plan.list_price_pence is None or plan.list_price_pence <= plan.price_pence:
        return None
    return percent_of(plan.list_price_pence - plan.price_pence, plan.list_price_pence)


def annual_rise_pence(plan: Plan) -> int | None:
    """Return the last yearly rise that is billed within the term, in pence a month.

    The end of a promotion is not a rise; a rise in the same month is measured from the list price.

    Returns:
        0 where the price does not rise; None where rise and promotion end cannot be told apart.

    Source: docs/reference/formulas.md, "Annual rise".
    """
    prices = plan.prices_by_month()
    ends = _months_of_promo_ends(plan)
    for month in range(len(prices), 1, -1):
        rise = prices[month - 1] - prices[month - 2]
        if rise > 0 and month not in ends:
            return rise
    return _rise_on_promo_end(plan, prices, ends)


def _rise_on_promo_end(plan: Plan, prices: Sequence[int], ends: set[int]) -> int | None:
    dated = {
        month_of_step(step, plan.as_of)
        for step in plan.all_steps
        if not isinstance(step.starts, int)
    }
    both = [month for month in ends & dated if 1 < month <= len(prices)]
    if not both:
        return 0
    if plan.list_price_pence is None:
        return None
    return max(prices[max(both) - 1] - plan.list_price_pence, 0)


def _months_of_promo_ends(plan: Plan) -> set[int]:
    ends = {step.starts for step in plan.all_steps if isinstance(step.starts, int)}
    return ends if plan.promo_months is None else ends | {plan.promo_months + 1}


def pence_per_gb(monthly_pence: int, allowance: Allowance) -> int | None:
    """Return the cost of a GB in pence, rounded half up; None for unlimited, never 0 for it.

    Source: docs/reference/formulas.md, "£ per GB".
    """
    exact = cost_per_gb(monthly_pence, allowance.data_mb)
    return None if exact is None else round_half_up(exact)


def sort_ladder(listings: Iterable[Listing]) -> list[Listing]:
    """Return the plans by data (unlimited last), term and cost."""
    return sorted(listings, key=ladder_order)


def ladder_order(item: Listing) -> tuple[float, int, int, str]:
    """Order by data (unlimited last), term, cost."""
    plan = item.plan
    return (plan.allowance.sort_key, plan.term_months, item.monthly_pence, item.plan_id)


def pair_ladders(a: Sequence[Listing], b: Sequence[Listing]) -> tuple[Pair, ...]:
    """Put two ladders side by side.

    Returns:
        One pair for each data and term that either sells, by data (unlimited last), then term:
        A's cheapest variant and B's cheapest that gives no less; variants with a speed limit only
        where a brand has no other.
    """
    of_a, of_b = group_sizes(a), group_sizes(b)
    ordered = sorted({*of_a, *of_b}, key=lambda size: (size[0].sort_key, size[1]))
    return tuple(
        _pair_up(allowance, term, of_a.get((allowance, term), ()), of_b.get((allowance, term), ()))
        for allowance, term in ordered
    )


def _pair_up(
    allowance: Allowance, term_months: int, a: Sequence[Listing], b: Sequence[Listing]
) -> Pair:
    """Pair the cheapest variants; speed-limited ones are ignored where both brands have another."""
    full_a, full_b = (
        [item for item in side if item.plan.max_speed_mbps is None] for side in (a, b)
    )
    if full_a and full_b:
        a, b = full_a, full_b
    own = find_cheapest(a)
    if own is None:
        return Pair(allowance=allowance, term_months=term_months, a=None, b=find_cheapest(b))
    mine = Terms.of(own.plan)
    equal = find_cheapest(item for item in b if mine.shortfall_of(Terms.of(item.plan)).is_none)
    other = equal or find_cheapest(b)
    less = mine.shortfall_of(Terms.of(other.plan)) if other else NO_SHORTFALL
    return Pair(allowance=allowance, term_months=term_months, a=own, b=other, shortfall=less)
