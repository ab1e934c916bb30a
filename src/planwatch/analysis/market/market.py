"""Market of one day: the comparable plans with their monthly cost, and the plans left out.

Leaves out plans without a price or not in pounds, and unverified ones unless asked for them, and
says why. Formulas read `Listing`s; `aggregator` matches offers to plans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Literal, TypeVar

from planwatch.analysis.market.aggregator import find_joined, group_alike, size_of
from planwatch.analysis.market.comparable import comparable_pence
from planwatch.analysis.market.worked import Worked
from planwatch.domain.allowance import Allowance
from planwatch.domain.brand import AGGREGATORS, USWITCH, find_brand, slug_of_brand
from planwatch.domain.phrasing import MARKET_CURRENCY, count_of, join_words
from planwatch.domain.plan import Plan
from planwatch.errors import NoPlans

LOW_TIER_MB: Final = 20_000
MEDIUM_TIER_MB: Final = 100_000

T = TypeVar("T")
DataTier = Literal["low", "medium", "high", "unlimited"]
DATA_TIERS: Final[tuple[DataTier, ...]] = ("low", "medium", "high", "unlimited")
ROAMING_RANK: Final = {None: 0, "none": 0, "eu": 1, "global": 2}
"""More is better; roaming that is not stated never helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A plan that can be compared.

    Attributes:
        plan: with its brand's rise rules, so that its schedule is whole.
        plan_id: "source:plan_key".
        monthly_pence: comparable monthly cost.
        identity: key of the plan that this is an offer of: its own, or that of the direct plan
            that an aggregator's offer was joined to.
    """

    plan: Plan
    plan_id: str
    monthly_pence: int
    identity: str

    @property
    def slug(self) -> str:
        """The plan's part of a fact id: its key, with the source where that is not the brand's."""
        plan = self.plan
        is_own = plan.source == slug_of_brand(plan.brand)
        return plan.plan_key if is_own else f"{plan.plan_key}@{plan.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A plan that is not compared, and why."""

    plan: Plan
    reason: str

    def as_record(self) -> dict[str, Any]:
        return {
            "plan_id": plan_id_of(self.plan),
            "name": self.plan.name,
            "brand": self.plan.brand,
            "reason": self.reason,
        }


class Listings(tuple[Listing, ...]):
    """Plans that can be compared, in order, with what was worked out over all of them."""

    _done: Worked

    def __new__(cls, listings: Iterable[Listing] = ()) -> Listings:
        made = super().__new__(cls, listings)
        made._done = Worked()
        return made

    @classmethod
    def of(cls, listings: Iterable[Listing]) -> Listings:
        """Return the plans as `Listings`; as they are where they are it already."""
        return listings if isinstance(listings, Listings) else cls(listings)

    def once(self, work: Callable[[Listings], T]) -> T:
        """Return `work` of these plans, worked out once: for indexes that many figures read."""
        return self._done.once(work, lambda: work(self))


@dataclass(frozen=True, kw_only=True)
class Market:
    """The plans to compare and those left out, both in the order of the input.

    Attributes:
        listings: of each brand its direct plans; of a brand without any, the aggregator's.
        elsewhere: the aggregator's offers of brands that are compared by their direct plans.
        left_out: all that is not in `listings`, with the reason.
    """

    listings: Listings
    elsewhere: tuple[Listing, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def brands(self) -> tuple[str, ...]:
        """Brands with a comparable plan, in alphabetical order without regard to case."""
        return tuple(self._by_brand)

    def of_brand(self, brand: str) -> Listings:
        return self._by_brand.get(brand, Listings())

    def by_brand(self) -> dict[str, Listings]:
        return dict(self._by_brand)

    def others_than(self, brand: str) -> Listings:
        """Return the plans of all other brands."""
        return Listings(item for item in self.listings if item.plan.brand != brand)

    @cached_property
    def _by_brand(self) -> dict[str, Listings]:
        grouped: dict[str, list[Listing]] = {}
        for item in self.listings:
            grouped.setdefault(item.plan.brand, []).append(item)
        return {brand: Listings(grouped[brand]) for brand in sorted(grouped, key=str.casefold)}


def build_market(plans: Sequence[Plan], *, unverified: bool = False) -> Market:
    """Build the market: split the plans into those to compare and those left out.

    Args:
        plans: the cheapest offer of each (source, plan_key).
        unverified: also compare plans that only the card miner found.
    """
    defects = [find_defect(plan, unverified=unverified) for plan in plans]
    direct = [
        plan
        for plan, defect in zip(plans, defects, strict=True)
        if defect is None and plan.source not in AGGREGATORS
    ]
    direct_brands = {plan.brand for plan in direct}
    alike = group_alike(direct)
    listings, elsewhere, left_out = [], [], []
    for plan, defect in zip(plans, defects, strict=True):
        if defect is not None:
            left_out.append(LeftOut(plan=plan, reason=defect))
        elif plan.source in AGGREGATORS and plan.brand in direct_brands:
            joined = find_joined(plan, alike.get(size_of(plan), ()))
            elsewhere.append(list_plan(plan, joined))
            left_out.append(LeftOut(plan=plan, reason=_say_elsewhere(plan, joined)))
        else:
            listings.append(list_plan(plan))
    return Market(listings=Listings(listings), elsewhere=tuple(elsewhere), left_out=tuple(left_out))


def list_plan(plan: Plan, joined: Plan | None = None) -> Listing:
    """Return the plan with its figures; `joined` is the direct plan that it is an offer of."""
    key = plan.plan_key
    return Listing(
        plan=plan,
        plan_id=f"{plan.source}:{key}",
        monthly_pence=comparable_pence(plan),
        identity=joined.plan_key if joined else key,
    )


def plan_id_of(plan: Plan) -> str:
    return f"{plan.source}:{plan.plan_key}"


def find_defect(plan: Plan, *, unverified: bool = False) -> str | None:
    """Return why the plan cannot be compared, None if it can."""
    if not plan.verified and not unverified:
        return "not verified: only the card miner found it"
    if plan.currency != MARKET_CURRENCY:
        return f"priced in {plan.currency}, not in {MARKET_CURRENCY}"
    if plan.price_pence <= 0:
        return "it has no price"
    return None


def _say_elsewhere(offer: Plan, joined: Plan | None) -> str:
    where = f"offered through {AGGREGATORS[offer.source]}"
    if joined is None:
        return f"{where}; {offer.brand} is compared by its own plans"
    return f"{where}; compared as {joined.plan_key}, which the brand sells"


def find_cheapest(listings: Iterable[Listing]) -> Listing | None:
    """Return the cheapest by comparable cost, then headline, then id; None without listings."""
    return min(listings, key=cheapness, default=None)


def cheapness(item: Listing) -> tuple[int, int, str]:
    """Order by comparable cost, then headline, then id."""
    return (item.monthly_pence, item.plan.price_pence, item.plan_id)


def find_cheaper_elsewhere(market: Market) -> tuple[tuple[Listing, Listing], ...]:
    """Return (direct plan, aggregator's offer of it) where the offer costs less, widest first."""
    direct = {item.identity: item for item in market.listings}
    pairs = [
        (direct[offer.identity], offer)
        for offer in market.elsewhere
        if offer.identity in direct and offer.monthly_pence < direct[offer.identity].monthly_pence
    ]
    return tuple(sorted(pairs, key=lambda pair: pair[1].monthly_pence - pair[0].monthly_pence))


def data_tier(allowance: Allowance) -> DataTier:
    """Return the tier: low up to 20 GB, medium up to 100 GB, high above, or unlimited."""
    if allowance.data_mb is None:
        return "unlimited"
    if allowance.data_mb <= LOW_TIER_MB:
        return "low"
    return "medium" if allowance.data_mb <= MEDIUM_TIER_MB else "high"


def newest_capture(listings: Iterable[Listing]) -> date:
    """Return the newest day of capture; at least one listing."""
    return max(item.plan.as_of for item in listings)


def require_brands(market: Market, brands: Sequence[str]) -> None:
    """Check that each brand has a comparable plan.

    Raises:
        NoPlans: names the brands that have none, and the sources to scrape.
    """
    missing = [brand for brand in brands if not market.of_brand(brand)]
    if not missing:
        return
    if all(_is_only_unverified(market, brand) for brand in missing):
        raise only_unverified(missing)
    sources = sorted({_source_of(brand) for brand in missing})
    unusable = sum(item.plan.brand in missing for item in market.left_out)
    seen = f" ({count_of(unusable, 'plan')} cannot be compared)" if unusable else ""
    raise NoPlans(
        f"no plans of {join_words(missing)} to compare{seen}",
        hint=f"run: planwatch scrape {' '.join(sources)}",
        brands=missing,
    )


def _is_only_unverified(market: Market, brand: str) -> bool:
    plans = [item.plan for item in market.left_out if item.plan.brand == brand]
    return bool(plans) and not any(plan.verified for plan in plans)


def only_unverified(brands: Sequence[str]) -> NoPlans:
    """Return the error for brands with only unverified plans."""
    return NoPlans(
        f"the plans of {join_words(brands)} are unverified: only the card miner has read them",
        hint="to include them, add --unverified to the command",
        brands=list(brands),
    )


def _source_of(name: str) -> str:
    brand = find_brand(name)
    return brand.id if brand and brand.has_source else USWITCH
