"""Usage baskets: the price of a buyer's need at each brand, and which brand serves it cheapest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.analysis.facts import Difference, difference
from planwatch.analysis.market.market import Listing, Listings, cheapness
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.phrasing import format_data, format_term
from planwatch.domain.plan import Plan
from planwatch.errors import UsageError


@dataclass(frozen=True, slots=True)
class Basket:
    """A need: at least this data, on a term of at most `longest_term` months (None: any)."""

    needed: Allowance
    longest_term: int | None = None
    roaming: bool = False
    five_g: bool = False

    @property
    def id(self) -> str:
        """The basket's part of a fact id: "5gb-any", "100gb-1m-roaming"."""
        term = "any" if self.longest_term is None else f"{self.longest_term}m"
        extras = [name for name, asked in self._extras("roaming", "5g") if asked]
        return "-".join([self.needed.slug, term, *extras])

    @property
    def label(self) -> str:
        """In words: "5 GB, any term", "100 GB, up to 12 months, EU roaming"."""
        extras = [name for name, asked in self._extras("EU roaming", "5G") if asked]
        return ", ".join([format_data(self.needed.data_mb), self._say_term(), *extras])

    @property
    def short_label(self) -> str:
        """For the head of a column: "5 GB", "5 GB 1m"."""
        term = "" if self.longest_term is None else f" {self.longest_term}m"
        size = "Unltd" if self.needed.unlimited else format_data(self.needed.data_mb)
        return size + term

    def _extras(self, roaming: str, five_g: str) -> tuple[tuple[str, bool], ...]:
        return ((roaming, self.roaming), (five_g, self.five_g))

    def _say_term(self) -> str:
        if self.longest_term is None:
            return "any term"
        words = format_term(self.longest_term)
        return words if self.longest_term <= 1 else f"up to {words}"


def parse_basket(text: str) -> Basket:
    """Read a basket as its id has it: "50gb-any", "100gb-12m-roaming-5g", "unlimited-1m".

    Raises:
        UsageError: it is not a basket; the hint says how to write one.
    """
    match = _BASKET.fullmatch(text.strip().lower())
    if match is None:
        raise UsageError(
            f"{text!r} is not a usage basket",
            hint="write data, longest term and needs, such as 50gb-any or 100gb-12m-roaming-5g",
        )
    term = match["term"]
    return Basket(
        needed=UNLIMITED if match["gb"] is None else Allowance.of_gb(int(match["gb"])),
        longest_term=None if term == "any" else int(term.removesuffix("m")),
        roaming=match["roaming"] is not None,
        five_g=match["five_g"] is not None,
    )


_BASKET: Final = re.compile(
    r"(?:unlimited|(?P<gb>[1-9][0-9]{0,5})gb)-(?P<term>any|[1-9][0-9]?m)"
    r"(?P<roaming>-roaming)?(?P<five_g>-5g)?"
)
DEFAULT_BASKETS: Final = tuple(
    Basket(needed, longest_term, roaming)
    for needed in (*(Allowance.of_gb(gb) for gb in (5, 15, 50, 100)), UNLIMITED)
    for longest_term in (None, 1)
    for roaming in (False, True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrice:
    """What a basket costs in the market.

    Attributes:
        cheapest: of each brand that serves the basket, its cheapest plan for it.
        pence: the least of them; None where no brand serves the basket.
        winners: every brand at that price, in order of `cheapest`.
        median_pence: median of the brands' prices, rounded half up.
    """

    basket: Basket
    cheapest: Mapping[str, Listing]
    pence: int | None
    winners: tuple[str, ...]
    median_pence: int | None

    def price_at(self, brand: str) -> int | None:
        item = self.cheapest.get(brand)
        return item.monthly_pence if item else None

    def rival_pence(self, brand: str) -> int | None:
        """Return the least price at any other brand; None where no other serves the basket."""
        rivals = (item.monthly_pence for name, item in self.cheapest.items() if name != brand)
        return min(rivals, default=None)

    def gap_of(self, brand: str, base_pence: int | None) -> BasketGap | None:
        """Return the brand's price beside another one; None where one of them is."""
        own = self.price_at(brand)
        if own is None or base_pence is None:
            return None
        found = difference(own, base_pence)
        return BasketGap(
            market=self,
            own_pence=own,
            base_pence=base_pence,
            pence=found.pence,
            percent=found.percent,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketGap(Difference):
    """A brand's price of a basket beside another price of it."""

    market: MarketPrice
    own_pence: int
    base_pence: int

    @property
    def label(self) -> str:
        """The basket in words."""
        return self.market.basket.label


def satisfies(plan: Plan, basket: Basket) -> bool:
    """Tell whether the plan serves the need; a roaming or speed not stated never does.

    Source: docs/reference/formulas.md, "Usage basket".
    """
    if not plan.allowance.covers(basket.needed):
        return False
    if basket.longest_term is not None and plan.term_months > basket.longest_term:
        return False
    if basket.roaming and plan.roaming not in ("eu", "global"):
        return False
    return not basket.five_g or plan.generation == "5g"


def price_basket(basket: Basket, listings: Iterable[Listing]) -> Listing | None:
    """Return the cheapest of these plans that serves the basket; None if none does."""
    ordered = Listings.of(listings).once(_cheapest_first)
    return next((item for item in ordered if satisfies(item.plan, basket)), None)


def _cheapest_first(listings: Listings) -> list[Listing]:
    return sorted(listings, key=cheapness)


def price_market(basket: Basket, by_brand: Mapping[str, Sequence[Listing]]) -> MarketPrice:
    """Price the basket at each brand; the market price is the least, the median stands beside it.

    Source: docs/reference/formulas.md, "Usage basket".
    """
    cheapest = {
        brand: item
        for brand, listings in by_brand.items()
        if (item := price_basket(basket, listings)) is not None
    }
    prices = [item.monthly_pence for item in cheapest.values()]
    least = min(prices, default=None)
    return MarketPrice(
        basket=basket,
        cheapest=cheapest,
        pence=least,
        winners=tuple(name for name, item in cheapest.items() if item.monthly_pence == least),
        median_pence=median_pence(prices),
    )


def median_pence(prices: Sequence[int]) -> int | None:
    """Return the median in pence; the mean of the middle two is rounded half up. None of none."""
    if not prices:
        return None
    ordered = sorted(prices)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle] + 1) // 2
