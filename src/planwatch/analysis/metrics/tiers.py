"""Standing of a brand in each data tier: its cheapest plan beside the market's, and its rank."""

from __future__ import annotations

from dataclasses import dataclass

from planwatch.analysis.facts import Difference, difference
from planwatch.analysis.market.market import (
    DATA_TIERS,
    DataTier,
    Listing,
    Market,
    data_tier,
    find_cheapest,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierStanding:
    """One brand in one data tier.

    Attributes:
        plans: of all brands in the tier; `brands` that sell there.
        cheapest: of all brands; `own` of the brand, None where it sells nothing there.
        rank: 1 + the number of brands with a plan that costs less; None without `own`.
    """

    tier: DataTier
    plans: int
    brands: int
    cheapest: Listing
    own: Listing | None
    rank: int | None

    @property
    def gap(self) -> Difference | None:
        """The brand's cheapest plan against the market's."""
        if self.own is None:
            return None
        return difference(self.own.monthly_pence, self.cheapest.monthly_pence)


def rank_in_tiers(market: Market, brand: str) -> tuple[TierStanding, ...]:
    """Return the brand's standing in each tier in which any brand sells, low to unlimited.

    Source: docs/reference/formulas.md, "Data tier".
    """
    found = (_rank_in_tier(market, tier, brand) for tier in DATA_TIERS)
    return tuple(standing for standing in found if standing is not None)


def _rank_in_tier(market: Market, tier: DataTier, brand: str) -> TierStanding | None:
    listings = [item for item in market.listings if data_tier(item.plan.allowance) == tier]
    cheapest = find_cheapest(listings)
    if cheapest is None:
        return None
    own = find_cheapest(item for item in listings if item.plan.brand == brand)
    cheaper = {
        item.plan.brand for item in listings if own and item.monthly_pence < own.monthly_pence
    }
    return TierStanding(
        tier=tier,
        plans=len(listings),
        brands=len({item.plan.brand for item in listings}),
        cheapest=cheapest,
        own=own,
        rank=len(cheaper) + 1 if own else None,
    )
