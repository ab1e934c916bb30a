"""What a report is made from: the market, built once, and what several sections need of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from planwatch.analysis.inputs import NOTHING, Background
from planwatch.analysis.market.market import Listing, Market, build_market, require_brands
from planwatch.analysis.metrics.baskets import MarketPrice, price_market
from planwatch.analysis.metrics.frontier import Domination, find_dominated
from planwatch.analysis.metrics.gap import Gaps, find_gaps
from planwatch.analysis.metrics.ladder import pair_ladders, sort_ladder
from planwatch.domain.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Study:
    """A market as one report looks at it.

    Attributes:
        market: all that is compared; in a comparison the plans of the two brands.
        brands: the two compared, or the one that the market is analysed for.
    """

    market: Market
    brands: tuple[str, ...]
    background: Background

    @property
    def focus(self) -> str:
        """The brand that gaps and advice are about."""
        return self.brands[0]

    @property
    def rival(self) -> str:
        """The other brand of a comparison."""
        return self.brands[1]

    @cached_property
    def own(self) -> tuple[Listing, ...]:
        return self.market.of_brand(self.focus)

    @cached_property
    def rivals(self) -> tuple[Listing, ...]:
        """The plans of every other brand."""
        return self.market.others_than(self.focus)

    @cached_property
    def gaps(self) -> Gaps:
        """The gaps of the plans of the focus, by data, term and cost."""
        return find_gaps(sort_ladder(self.own), self.rivals)

    @cached_property
    def size_gaps(self) -> Gaps:
        """The gaps of the cheapest plan that the focus has of each data and term."""
        pairs = pair_ladders(self.own, ())
        return find_gaps((pair.a for pair in pairs if pair.a), self.rivals)

    @cached_property
    def priced(self) -> tuple[MarketPrice, ...]:
        """The price of each basket at each brand."""
        by_brand = self.market.by_brand()
        return tuple(price_market(basket, by_brand) for basket in self.background.baskets)

    @cached_property
    def dominated(self) -> tuple[Domination, ...]:
        """The plans that any other plan dominates."""
        return find_dominated(self.market.listings, self.market.listings)


def study_pair(
    plans: Sequence[Plan], brand_a: str, brand_b: str, background: Background = NOTHING
) -> Study:
    """Return two brands, to be compared.

    Args:
        plans: the cheapest offer of each (source, plan_key); other brands are ignored.
        brand_a: display name of the focus.
        brand_b: display name of the rival.

    Raises:
        NoPlans: a brand without a comparable plan.
    """
    brands = (brand_a, brand_b)
    return _study([plan for plan in plans if plan.brand in brands], brands, background)


def study_market(plans: Sequence[Plan], focus: str, background: Background = NOTHING) -> Study:
    """Return the whole market, to be analysed for one brand.

    Raises:
        NoPlans: the brand has no comparable plan.
    """
    return _study(plans, (focus,), background)


def _study(plans: Sequence[Plan], brands: tuple[str, ...], background: Background) -> Study:
    market = build_market(plans, unverified=background.unverified)
    require_brands(market, brands)
    return Study(market=market, brands=brands, background=background)
